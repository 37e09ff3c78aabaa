"""The pages of desks: my day, the next case, giving by hand and by lot, teams, taking over, absences, saved filters."""

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine

from apps.outbox.models import Letter
from apps.rules.clock import legal_now, legal_today
from apps.workflow import absences, assignment, service
from apps.workflow.machine import perform
from apps.workflow.models import Absence, Case, Interest, SavedFilter
from tests.desk.test_queue import another, numbers
from tests.ways import application, at_noon, walk

DAY_QUERIES = 14
TEAM_QUERIES = 6
DESK_QUERIES = 6


@pytest.fixture
def three_on_a_desk(examining, people, organisations):
    cases = [
        examining,
        *(
            walk(another(people, organisations, f"东极潮位数据集{n}", f"EC-1{n}"), with_putuo(people), "examining")
            for n in range(2)
        ),
    ]
    for case in cases:
        assignment.take(case, people.clerk2)
    return cases


def with_putuo(people):
    """The same people, those of Putuo in the place of those of Dinghai."""
    return SimpleNamespace(**{**vars(people), "district_clerk": people.other_district_clerk})


def away(user, substitute, by=None):
    return absences.enter_absence(
        user, legal_today(), legal_today() + dt.timedelta(days=3), substitute=substitute, reason="leave", by=by or user
    )


# ------------------------------------------------------------------------------------------------ my day, next


def test_day_shows_what_is_due_and_for_whom_one_acts(examining, people, desk_of):
    Case.objects.filter(pk=examining.pk).update(due_on=legal_today())
    away(people.chief, people.clerk)
    context = desk_of(people.clerk).get("/desk/day/").context
    assert [row.case.pk for row in context["due"]] == [examining.pk]
    assert context["absent"] == [people.chief]
    assert context["members"] == []
    members = desk_of(people.deputy).get("/desk/day/").context["members"]
    assert {m.user.username: bool(m.absence) for m in members}["chief"] is True


def test_day_shows_answers_and_letters_that_came_back(examining, people, desk_of):
    items = {"items": [{"path": "scenario", "label": "", "note": "x"}]}
    perform(examining.pk, "ask_correction", actor=people.clerk, data=items)
    perform(examining.pk, "answer", actor=people.filer, data={"values": {}})
    service.bounced(Letter.objects.filter(case_pk=examining.pk, text="case.correction")[0], legal_now())
    context = desk_of(people.clerk).get("/desk/day/").context
    assert [row.case.pk for row in context["back"]] == [examining.pk]
    assert {row["case"].pk for row in context["bounced"]} == {examining.pk}


def test_day_costs_the_same_for_one_case_and_for_three(
    examining, people, organisations, desk_of, django_assert_num_queries
):
    client = desk_of(people.deputy)
    client.get("/desk/day/")
    with django_assert_num_queries(DAY_QUERIES):
        client.get("/desk/day/")
    for n in range(2):
        another(people, organisations, f"东极潮位数据集{n}", f"EC-1{n}")
    with django_assert_num_queries(DAY_QUERIES):
        client.get("/desk/day/")


def test_next_opens_the_first_free_case_and_says_when_there_is_none(examining, people, desk_of):
    client = desk_of(people.clerk)
    assert client.post("/desk/next/")["Location"] == f"/desk/cases/{examining.pk}/"
    assert Case.objects.get(pk=examining.pk).assigned_to == people.clerk
    answer = desk_of(people.clerk2).post("/desk/next/", follow=True)
    assert "No other case waits for you" in answer.content.decode()


def test_next_gives_the_nearest_day_first(three_on_a_desk, people, desk_of):
    for case, days in zip(three_on_a_desk, (9, 3, 6), strict=True):
        assignment.release(case, people.clerk2)
        Case.objects.filter(pk=case.pk).update(due_on=legal_today() + dt.timedelta(days=days))
    order = [three_on_a_desk[n].pk for n in (1, 2, 0)]
    client = desk_of(people.clerk)
    assert [client.post("/desk/next/")["Location"] for _ in order] == [f"/desk/cases/{pk}/" for pk in order]


def test_queue_of_a_substitute_holds_the_cases_of_the_absent(examined, people, desk_of):
    assert numbers(desk_of(people.clerk2)) == []
    away(people.chief, people.clerk2)
    client = desk_of(people.clerk2)
    assert numbers(client) == [examined.number]
    assert "acting for Chief" not in client.get(f"/desk/cases/{examined.pk}/?tab=story").content.decode()
    client.post(
        f"/desk/cases/{examined.pk}/moves/approve/",
        {"comment": "同意", "version": Case.objects.get(pk=examined.pk).version},
    )
    assert "Clerk2, acting for Chief" in client.get(f"/desk/cases/{examined.pk}/?tab=story").content.decode()


def test_unswept_case_stands_where_its_true_day_puts_it(local_track, people, organisations, desk_of):
    """A notice that ended last night: its registration is due later than a case due today, whatever the row still says."""
    with time_machine.travel(at_noon(2026, 11, 2), tick=True) as traveller:
        noticed = walk(application(people, organisations), people, "in_notice")
        traveller.move_to(at_noon(2026, 11, 17))
        today = walk(another(people, organisations, "东极潮位数据集", "EC-9"), with_putuo(people), "examined")
        Case.objects.filter(pk=today.pk).update(due_on=legal_today())
        client = desk_of(people.chief)
        assert Case.objects.get(pk=noticed.pk).status == "in_notice"  # nobody has swept
        assert numbers(client) == [today.number, noticed.number]
        assert numbers(client, "?due=today") == [today.number]
        assert numbers(client, "?due=overdue") == []
        assert [figure.count for figure in client.get("/desk/").context["figures"]][:3] == ["2", "1", "0"]


# ------------------------------------------------------------------------------------------------ giving


def test_chief_gives_and_sees_desks_and_reasons(three_on_a_desk, people, desk_of):
    case = three_on_a_desk[0]
    Interest.objects.create(user=people.clerk, organisation=case.organisation, reason="亲属", declared_at=legal_now())
    client = desk_of(people.chief)
    page = client.get(f"/desk/cases/{case.pk}/give/")
    shown = {row.user.username: (row.load.open, row.refusal is not None) for row in page.context["takers"]}
    assert shown == {"clerk2": (3, False), "clerk": (0, True)}
    refused = client.post(f"/desk/cases/{case.pk}/give/", {"to": people.clerk.pk, "reason": "年假前移交"})
    assert refused.status_code == 409
    assert "年假前移交" in refused.content.decode()  # what was typed is kept
    assert desk_of(people.clerk).get(f"/desk/cases/{case.pk}/give/").status_code == 404


def test_lot_is_drawn_and_shown_again_step_by_step(examining, people, desk_of):
    client = desk_of(people.chief)
    shown = client.get(client.post(f"/desk/cases/{examining.pk}/draw/")["Location"])
    assert shown.context["agrees"]
    assert shown.context["seed_agrees"]
    assert shown.context["again"].result == Case.objects.get(pk=examining.pk).assigned_to_id
    assert shown.context["again"].text.replace("\n", "") in shown.content.decode().replace("\n", "")
    assert desk_of(people.clerk).post(f"/desk/cases/{examining.pk}/draw/").status_code == 302
    assert examining.events.filter(move="assigned").count() == 1


def test_case_page_says_why_nobody_may_act(examining, people, desk_of):
    client = desk_of(people.chief)
    assert "Nobody present may take" not in client.get(f"/desk/cases/{examining.pk}/").content.decode()
    away(people.clerk, None)
    away(people.clerk2, None)
    page = client.get(f"/desk/cases/{examining.pk}/").content.decode()
    assert "Nobody present may take" in page
    assert "Away until" in page


# ------------------------------------------------------------------------------------------------ teams and desks


def test_team_costs_the_same_for_one_case_and_for_three(
    examining, people, organisations, desk_of, django_assert_num_queries
):
    client = desk_of(people.chief)
    client.get("/desk/team/")
    for count in (1, 3):
        for n in range(count - 1):
            another(people, organisations, f"东极潮位数据集{n}", f"EC-1{n}")
        with django_assert_num_queries(TEAM_QUERIES):
            members = client.get("/desk/team/").context["members"]
    assert {member.user.username for member in members} == {"clerk", "clerk2", "chief", "deputy", "secretariat"}


def test_desk_of_a_colleague_is_taken_over_ticked_or_whole(three_on_a_desk, people, desk_of, django_assert_num_queries):
    one, two, three = three_on_a_desk
    client = desk_of(people.clerk)
    client.get(f"/desk/team/{people.clerk2.pk}/")
    with django_assert_num_queries(DESK_QUERIES):
        rows = client.get(f"/desk/team/{people.clerk2.pk}/").context["rows"]
    assert len(rows) == 3
    Interest.objects.create(user=people.clerk, organisation=two.organisation, reason="亲属", declared_at=legal_now())
    ticked = client.post(f"/desk/team/{people.clerk2.pk}/", {"case": [one.pk, "999999", "x"], "ticked": "1"})
    assert [result.case.pk for result in ticked.context["results"]] == [one.pk]
    whole = client.post(f"/desk/team/{people.clerk2.pk}/", {"all": "1"}).context["results"]
    assert {result.case.pk: bool(result.refusal) for result in whole} == {two.pk: True, three.pk: True}
    assert Case.objects.filter(assigned_to=people.clerk).count() == 1


def test_desks_of_other_districts_do_not_exist(people, rules_loaded, desk_of):
    client = desk_of(people.district_clerk)
    assert client.get(f"/desk/team/{people.district_reviewer.pk}/").status_code == 200
    for stranger in (people.other_district_clerk, people.clerk, people.filer):
        assert client.get(f"/desk/team/{stranger.pk}/").status_code == 404


# ------------------------------------------------------------------------------------------------ absences


def test_absence_is_entered_listed_and_ended(people, rules_loaded, desk_of):
    client = desk_of(people.clerk)
    body = {
        "user": people.deputy.pk, "first_day": legal_today(), "last_day": legal_today() + dt.timedelta(days=2),
        "substitute": people.chief.pk, "reason": "travel",
    }  # fmt: skip
    assert client.post("/desk/absences/", body)["Location"] == "/desk/absences/"
    [row] = client.get("/desk/absences/").context["rows"]
    assert (row["absence"].user, row["absence"].entered_by, row["may_end"]) == (people.deputy, people.clerk, True)
    again = client.post("/desk/absences/", body)
    assert again.status_code == 422
    assert "entered already" in again.content.decode()
    assert desk_of(people.district_clerk).post(f"/desk/absences/{row['absence'].pk}/end/").status_code == 404
    client.post(f"/desk/absences/{row['absence'].pk}/end/")
    assert Absence.objects.get().ended_by == people.clerk
    assert client.get("/desk/absences/").context["rows"] == []


def test_absence_of_a_colleague_is_not_everybodys_to_enter(people, rules_loaded, desk_of):
    body = {"user": people.clerk2.pk, "first_day": legal_today(), "last_day": legal_today(), "reason": "leave"}
    assert desk_of(people.clerk).post("/desk/absences/", body).status_code == 422
    assert not Absence.objects.exists()


def test_lapsed_substitution_keeps_what_was_typed(examined, people, desk_of):
    row = away(people.chief, people.clerk2)
    client = desk_of(people.clerk2)
    page = client.get(f"/desk/cases/{examined.pk}/moves/refuse/")
    assert page.context["refusal"] is None
    absences.end_absence(row, people.chief)
    body = {"version": page.context["version"], "key": page.context["key"], "comment": "来源说明与存证不一致，理由很长"}
    answer = client.post(f"/desk/cases/{examined.pk}/moves/refuse/", body)
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "You no longer act for Chief" in words
    assert "来源说明与存证不一致，理由很长" in words
    assert Case.objects.get(pk=examined.pk).status == "examined"


# ------------------------------------------------------------------------------------------------ saved filters


def test_filter_is_kept_opened_first_put_in_order_and_dropped(filed, people, desk_of):
    client = desk_of(people.clerk)
    for name, query in (("本周", "due=week&kind=&after=x"), ("定海", "district=1")):
        client.post("/desk/filters/", {"name": name, "query": query})
    assert [(row.name, row.query) for row in SavedFilter.objects.all()] == [
        ("本周", "due=week"),
        ("定海", "district=1"),
    ]
    week, dinghai = SavedFilter.objects.all()
    client.post(f"/desk/filters/{dinghai.pk}/", {"act": "up"})
    assert [row.name for row in client.get("/desk/?view=todo").context["saved"]] == ["定海", "本周"]
    client.post(f"/desk/filters/{week.pk}/", {"act": "start"})
    client.post(f"/desk/filters/{dinghai.pk}/", {"act": "start"})
    assert client.get("/desk/")["Location"] == "/desk/?district=1"
    assert client.get("/desk/?view=todo").status_code == 200
    client.post(f"/desk/filters/{dinghai.pk}/", {"act": "drop"})
    assert client.get("/desk/").status_code == 200
    other = desk_of(people.clerk2)
    assert other.post(f"/desk/filters/{week.pk}/", {"act": "drop"}).status_code == 404
    assert SavedFilter.objects.count() == 1


def test_saving_again_under_a_name_changes_the_filter(people, rules_loaded, desk_of):
    client = desk_of(people.clerk)
    for query in ("due=week", "due=today"):
        client.post("/desk/filters/", {"name": "本周", "query": query})
    assert SavedFilter.objects.get().query == "due=today"
    client.post("/desk/filters/", {"name": "名" * 41, "query": "due=today"})
    assert SavedFilter.objects.count() == 1


def test_team_and_organisation_narrow_the_queue(three_on_a_desk, people, desk_of):
    client = desk_of(people.clerk)
    assert len(numbers(client, "?show=open&assigned=team&kind=application")) == 3
    theirs = three_on_a_desk[1].organisation_id
    found = set(numbers(client, f"?organisation={theirs}&kind=application"))
    assert found == {case.number for case in three_on_a_desk[1:]}
    assert numbers(desk_of(people.other_district_clerk), "?show=open&assigned=team&kind=application") == []
