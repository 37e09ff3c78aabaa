"""Wishes 8 to 10: a colleague's desk taken over, a substitute for a set period, files that truly change hands."""

import datetime as dt

import pytest

from apps.outbox.models import Letter
from apps.rules.clock import legal_today
from apps.workflow import absences, assignment
from apps.workflow.models import Case
from tests.ways import application, walk


@pytest.fixture
def examining(local_track, people, organisations):
    return walk(application(people, organisations), people, "examining")


@pytest.fixture
def examined(local_track, people, organisations):
    return walk(application(people, organisations), people, "examined")


def test_wish_8_show_and_take_over_all_files_of_a_colleague_who_is_ill(examining, people, sign_in):
    """One page shows all her open cases with what is due; one press moves them; both are told, each case says so."""
    assignment.take(examining, people.clerk)
    client = sign_in(people.clerk2)
    page = client.get(f"/desk/team/{people.clerk.pk}/")
    assert [(row.case.number, row.nearest is not None) for row in page.context["rows"]] == [(examining.number, True)]
    [result] = client.post(f"/desk/team/{people.clerk.pk}/", {"all": "1"}).context["results"]
    assert result.refusal is None
    assert Case.objects.get(pk=examining.pk).assigned_to == people.clerk2
    assert examining.events.order_by("-seq")[0].data["how"] == "taken_over"
    told = Letter.objects.filter(text="desk.taken_over").values_list("user__username", flat=True)
    assert set(told) == {"clerk", "clerk2"}


def test_wish_9_substitute_for_a_set_period_with_both_names_in_the_trail(examined, people, sign_in):
    """The clerk enters it for the boss, who opens no settings page; within the days the substitute decides, and the
    event, the timeline and the letter name both; a day later he cannot."""
    today = legal_today()
    body = {
        "user": people.chief.pk, "first_day": today, "last_day": today, "substitute": people.clerk2.pk, "reason": "travel",
    }  # fmt: skip
    sign_in(people.clerk).post("/desk/absences/", body)
    assert Letter.objects.filter(text="desk.absence", user=people.chief).exists()
    client = sign_in(people.clerk2)
    body = {"version": Case.objects.get(pk=examined.pk).version, "comment": "同意公示"}
    client.post(f"/desk/cases/{examined.pk}/moves/approve/", body)
    event = examined.events.get(move="approve")
    assert (event.actor, event.acting_for) == (people.clerk2, people.chief)
    assert "Clerk2（代Chief）" in client.get(f"/desk/cases/{examined.pk}/?tab=story").content.decode()
    assert "Clerk2代Chief办理" in Letter.objects.filter(text="application.approved")[0].shown()[1]


def test_wish_9_the_period_ends(examined, people, sign_in):
    today = legal_today()
    row = absences.enter_absence(people.chief, today, today, substitute=people.clerk2, reason="leave", by=people.chief)
    type(row).objects.filter(pk=row.pk).update(
        first_day=today - dt.timedelta(days=3), last_day=today - dt.timedelta(days=1)
    )
    client = sign_in(people.clerk2)
    answer = client.post(f"/desk/cases/{examined.pk}/moves/approve/", {"comment": "写了很久的意见"})
    assert answer.status_code == 409
    assert "写了很久的意见" in answer.content.decode()
    assert Case.objects.get(pk=examined.pk).status == "examined"


def test_wish_10_removing_an_officer_frees_the_files(examining, people, sign_in):
    """Closing the account in the administration frees what lay there; the chief gets the list and sees it on the day."""
    assignment.take(examining, people.clerk)
    sign_in(people.system_admin).post(
        f"/admin/accounts/user/{people.clerk.pk}/change/",
        {"username": "clerk", "full_name": "Clerk", "email": "", "phone": "", "language": "zh-hans", "is_active": ""},
    )
    assert Case.objects.get(pk=examining.pk).assigned_to is None
    assert examining.number in Letter.objects.get(text="desk.freed", user=people.chief).shown()[1]
    assert [row["case"].pk for row in sign_in(people.chief).get("/desk/day/").context["freed"]] == [examining.pk]


def test_wish_10_changing_the_post_frees_the_files(examining, people, sign_in):
    from apps.accounts import posts

    assignment.take(examining, people.clerk)
    posts.left(people.clerk)
    assert Case.objects.get(pk=examining.pk).assigned_to is None


def test_wish_10_giving_truly_assigns_and_tells(examining, people, sign_in):
    sign_in(people.chief).post(f"/desk/cases/{examining.pk}/give/", {"to": people.clerk2.pk})
    assert Case.objects.get(pk=examining.pk).assigned_to == people.clerk2
    assert examining.events.order_by("-seq")[0].data["to"]["pk"] == people.clerk2.pk
    assert Letter.objects.get(text="desk.assigned").user == people.clerk2
    page = sign_in(people.clerk2).get("/desk/?assigned=me")
    assert [row.case.pk for row in page.context["page"].rows] == [examining.pk]
