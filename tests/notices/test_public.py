"""Bulletins, the search, and word by e-mail, as anybody uses them."""

import re
from datetime import date

import pytest

from apps.applications.filing import open_application
from apps.notices import alerts
from apps.notices.forgetting import forget_alerts
from apps.notices.models import Alert
from apps.outbox.models import Letter
from apps.workflow.machine import perform
from apps.workflow.tasks import sweep
from tests.ways import at_noon, deposit, values, walk

pytestmark = pytest.mark.django_db


def publish(people, organisations, count, **changed):
    evidence = deposit(organisations.enterprise, people.filer, people.clerk2)
    cases = [
        open_application(
            values(evidence, track="local", **{"name": f"舟山近岸浪高数据集{n}", **changed}),
            organisation=organisations.enterprise,
            actor=people.filer,
        )
        for n in range(1, count + 1)
    ]
    return [walk(case, people, "in_notice").notices.get() for case in cases]


def rows(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.context["page"].rows


@pytest.fixture
def two(day, local_track, people, organisations):
    """A notice on the marine environment by the sea's industry 74 of 17 September, and one on fishery, 04, a day later."""
    [first] = publish(people, organisations, 1)
    day.move_to(at_noon(2026, 9, 18))
    evidence = deposit(organisations.enterprise, people.filer, people.clerk2, number="EC-0002")
    case = open_application(
        values(evidence, track="local", name="嵊泗贻贝养殖水温数据集", industry="04", marine_category="fishery"),
        organisation=organisations.enterprise, actor=people.filer,
    )  # fmt: skip
    return first, walk(case, people, "in_notice").notices.get()


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=贻", [1]), ("q=浪高", [0]), ("q=海洋", [1, 0]), ("industry=04", [1]), ("marine_category=environment", [0]),
     ("since=2026-09-18", [1]), ("until=2026-09-17", [0]), ("q=贻&industry=74", []), ("state=running", [1, 0]),
     ("state=ended", []), ("q=　", [1, 0]), ("since=gibberish", [1, 0]), ("industry=zz", [1, 0])],
)  # fmt: skip
def test_search_narrows_by_text_industry_category_and_period(client, two, query, found):
    assert rows(client, f"/notices/?{query}") == [two[number] for number in found]


@pytest.mark.parametrize("count", [1, 3])
def test_search_costs_the_same_at_every_length(
    client, day, local_track, people, organisations, count, django_assert_num_queries
):
    publish(people, organisations, count)
    path = "/notices/?q=浪高&industry=74&marine_category=environment&since=2026-09-01&state=running"
    client.get(path)
    with django_assert_num_queries(2):  # the legal clock, the list
        assert len(rows(client, path)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_bulletins_cost_the_same_at_every_length(
    client, day, local_track, people, organisations, count, django_assert_num_queries
):
    notices = publish(people, organisations, count)
    client.get("/bulletins/")
    with django_assert_num_queries(2):  # the legal clock, the list
        found = rows(client, "/bulletins/")
    assert [(row.number, row.size) for row in found] == [(notice.bulletin_id, 1) for notice in reversed(notices)]
    assert rows(client, f"/bulletins/{notices[0].bulletin_id}/") == [notices[0]]
    assert client.get("/bulletins/舟数知公告-2020-0001/").status_code == 404


def test_withdrawn_notice_stays_in_its_bulletin_marked(english, day, local_track, people, organisations):
    [notice] = publish(people, organisations, 1)
    perform(notice.case_id, "withdraw_notice", actor=people.chief, comment="容量有误")
    page = english.get(f"/bulletins/{notice.bulletin_id}/").content.decode()
    assert "Withdrawn for an error" in page


# ------------------------------------------------------------------------------------------------ alerts


def link(text="alert.confirm"):
    letter = Letter.objects.filter(text=text).latest("pk")
    return re.search(r"/alerts/[\w-]+/", str(letter.context)).group()


def ask(client, query="", email="reader@people.example"):
    return client.post(f"/alerts/?{query}", {"email": email})


def test_alert_tells_of_a_fitting_notice_once_and_only_after_confirmation(
    client, day, local_track, people, organisations
):
    ask(client, "q=浪高&industry=74")
    ask(client, "q=贻贝", "other@people.example")
    ask(client, "q=浪高", "silent@people.example")
    for alert in Alert.objects.exclude(email="silent@people.example"):
        assert client.get(f"/alerts/{alert.token}/").status_code == 200  # following the link confirms nothing
        assert Alert.objects.get(pk=alert.pk).confirmed_at is None
        client.post(f"/alerts/{alert.token}/", {"act": "confirm"})
    [notice] = publish(people, organisations, 1)
    assert alerts.tell_alerts() == 1
    assert alerts.tell_alerts() == 0
    letter = Letter.objects.get(text="alert.published")
    assert (letter.email, letter.context["bulletin"]) == ("reader@people.example", notice.bulletin_id)
    assert "浪高" in letter.context["what"]
    client.post(link("alert.published"), {"act": "end"})
    publish_another(people, organisations, day)
    assert alerts.tell_alerts() == 1
    assert Letter.objects.filter(text="alert.published").count() == 1


def publish_another(people, organisations, day):
    evidence = deposit(organisations.enterprise, people.filer, people.clerk2, number="EC-0003")
    case = open_application(
        values(evidence, track="local", name="舟山远海浪高数据集"),
        organisation=organisations.enterprise,
        actor=people.filer,
    )
    walk(case, people, "in_notice")


def test_alert_of_one_notice_follows_it_to_its_end(client, day, local_track, people, organisations):
    [notice] = publish(people, organisations, 1)
    ask(client, f"notice={notice.pk}")
    client.post(link(), {"act": "confirm"})
    alerts.tell_alerts()
    assert not Letter.objects.filter(text="alert.notice").exists()
    perform(notice.case_id, "withdraw_notice", actor=people.chief, comment="容量有误")
    alerts.tell_alerts()
    alerts.tell_alerts()
    assert Letter.objects.filter(text="alert.notice").count() == 1
    perform(notice.case_id, "draft_notice", actor=people.clerk)
    perform(notice.case_id, "publish", actor=people.chief, data={"no_secret": True})
    alerts.tell_alerts()
    alert = Alert.objects.get()
    assert alert.notice.replaces == notice
    day.move_to(at_noon(2026, 10, 10))
    sweep()
    alerts.tell_alerts()
    alert.refresh_from_db()
    assert alert.ended_at is not None
    assert Letter.objects.filter(text="alert.notice").count() == 2


def test_alerts_are_limited_from_the_rows(client, db, monkeypatch):
    monkeypatch.setattr(alerts, "TO_ONE_EMAIL", 1)
    assert [ask(client).status_code for _ in range(2)] == [200, 422]
    assert ask(client, email="").status_code == 422
    assert ask(client, email="not an address").status_code == 422
    assert client.get("/alerts/?notice=99").status_code == 404
    assert client.get("/alerts/" + "x" * 32 + "/").status_code == 404


def test_unconfirmed_and_ended_alerts_are_forgotten_after_a_week(client, day):
    ask(client)
    ask(client, email="kept@people.example")
    client.post(link(), {"act": "confirm"})
    day.move_to(at_noon(2026, 9, 26))
    assert forget_alerts(date(2026, 9, 26)) == 1
    assert Alert.objects.get().email == "kept@people.example"
    assert not Letter.objects.filter(email="reader@people.example").exists()
