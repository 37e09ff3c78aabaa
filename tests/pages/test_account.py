"""The way of letters, and the private calendar: made, read, unchanged, revoked."""

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.outbox import preferences
from apps.outbox.models import Feed
from apps.pages.ics import escaped, folded
from apps.workflow.models import Case, Clock
from tests.ways import application, at_noon, walk

NOON = at_noon(2026, 11, 3)


@pytest.fixture
def desk_case(local_track, people, organisations) -> Case:
    """A case on the clerk's desk, its examination running."""
    case = walk(application(people, organisations), people, "examining")
    Case.objects.filter(pk=case.pk).update(assigned_to=people.clerk, title="浪高,数据;集")
    case.refresh_from_db()
    return case


def address_of(client) -> str:
    page = client.post(reverse("pages:calendar"), {"act": "make"}).content.decode()
    return re.search(r"/calendar/[\w-]+\.ics", page)[0]


def unfolded(response) -> str:
    return response.content.decode().replace("\r\n ", "")


@pytest.mark.parametrize(("name", "topic"), [("filer", "moves"), ("clerk", "tasks")])
def test_each_sees_the_own_topics_and_keeps_a_choice(name, topic, people, sign_in):
    client = sign_in(getattr(people, name))
    page = client.get(reverse("pages:letters"))
    assert [field.name for field in page.context["form"].general] == [topic, "deadlines", "digest"]
    assert page.context["form"].initial[topic] == "email"
    client.post(reverse("pages:letters"), {topic: "digest", "deadlines": "email", "digest": "on"})
    ways = preferences.ways_of(getattr(people, name))
    assert (ways[topic], ways["deadlines"], ways["digest"]) == ("digest", "email", "email")
    assert client.get(reverse("pages:letters")).context["form"].initial[topic] == "digest"


def test_an_unknown_way_is_refused_and_nothing_is_kept(people, sign_in):
    answer = sign_in(people.filer).post(reverse("pages:letters"), {"moves": "pigeon", "deadlines": "portal"})
    assert answer.status_code == 422
    assert preferences.ways_of(people.filer)["deadlines"] == "email"


def test_a_kind_keeps_its_own_way_until_it_is_as_the_others_again(people, sign_in):
    client = sign_in(people.filer)
    usual = {"moves": "email", "deadlines": "email"}
    client.post(reverse("pages:letters"), {**usual, "moves-pledge": "portal", "deadlines-pledge": "digest"})
    assert preferences.ways_by_kind(people.filer) == {("moves", "pledge"): "portal", ("deadlines", "pledge"): "digest"}
    page = client.get(reverse("pages:letters"))
    assert (page.context["form"].initial["moves-pledge"], page.context["form"].differs) == ("portal", True)
    client.post(reverse("pages:letters"), usual)
    assert preferences.ways_by_kind(people.filer) == {}
    assert not client.get(reverse("pages:letters")).context["form"].differs


def test_the_calendar_tells_number_title_and_day_and_nothing_else(desk_case, people, sign_in):
    clock = Clock.objects.get(case=desk_case, ended_at=None)
    answer = Client().get(address_of(sign_in(people.clerk)))
    assert answer["Content-Type"].startswith("text/calendar")
    said = unfolded(answer)
    assert f"DTSTART;VALUE=DATE:{clock.due_on:%Y%m%d}" in said
    assert r"浪高\,数据\;集" in said
    assert desk_case.number in said
    assert "STATUS:CONFIRMED" in said
    for secret in (desk_case.organisation.name, people.filer.full_name, people.clerk.full_name, "13800005678"):
        assert secret not in said
    assert all(len(line.encode()) <= 75 for line in answer.content.decode().split("\r\n"))


def test_both_languages_and_provisional_dates(desk_case, people, sign_in):
    Clock.objects.filter(case=desk_case, ended_at=None).update(provisional=True, due_on=date(2027, 5, 6))
    address = address_of(sign_in(people.clerk))
    assert "SUMMARY:暂定：" in unfolded(Client().get(address))
    english = unfolded(Client().get(address, {"lang": "en"}))
    assert "SUMMARY:provisional: examination" in english
    assert "STATUS:TENTATIVE" in english
    assert "暂定" in unfolded(Client().get(address, {"lang": "xx"}))


def test_an_unchanged_calendar_is_not_sent_again(desk_case, people, sign_in):
    address = address_of(sign_in(people.clerk))
    first = Client().get(address)
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Case.objects.filter(pk=desk_case.pk).update(title="另一个名称")
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_address_is_kept_as_a_digest_made_anew_and_revoked(people, sign_in):
    client = sign_in(people.filer)
    first = address_of(client)
    token = first.removeprefix("/calendar/").removesuffix(".ics")
    assert token not in str(Feed.objects.values())
    assert token not in client.get(reverse("pages:calendar")).content.decode()
    second = address_of(client)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    client.post(reverse("pages:calendar"), {"act": "revoke"})
    assert Client().get(second).status_code == 404
    assert not Feed.objects.exists()


def test_a_leavers_address_opens_nothing(people, sign_in):
    address = address_of(sign_in(people.filer))
    people.filer.is_active = False
    people.filer.save()
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("cases", [1, 3])
def test_the_calendar_costs_the_same_at_every_length(
    cases, desk_case, people, organisations, sign_in, django_assert_num_queries
):
    for number in range(cases - 1):
        case = Case.objects.create(
            kind="application", status="examining", title=f"{number}", organisation=desk_case.organisation, assigned_to=people.clerk,
            filed_at=desk_case.filed_at, changed_at=desk_case.changed_at, rules_on=desk_case.rules_on, number=f"申-X-{number}",
            due_on=desk_case.due_on, due_clock=desk_case.due_clock,
        )  # fmt: skip
        clock = Clock.objects.filter(case=desk_case, ended_at=None).first()
        clock.pk, clock.case, clock.begins = None, case, clock.begins
        clock.save()
    address = address_of(sign_in(people.clerk))
    with time_machine.travel(NOON, tick=False), django_assert_num_queries(2):  # whose address, the limits
        said = unfolded(Client().get(address))
    assert said.count("BEGIN:VEVENT") == cases


def test_lines_are_folded_between_characters():
    line = "SUMMARY:" + "浪" * 60
    assert folded(line).replace("\r\n ", "") == line
    assert all(len(part.encode()) <= 75 for part in folded(line).split("\r\n"))
    assert escaped("a\\b,c;d\r\ne") == "a\\\\b\\,c\\;d\\ne"
