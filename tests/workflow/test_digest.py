"""The digest's parts, that it asks little, and that an empty day writes nothing."""

import pytest
import time_machine

from apps.outbox import preferences
from apps.outbox.models import Letter
from apps.outbox.reader import Preference
from apps.workflow.agenda import clocks_of
from apps.workflow.digest import facts_for, write_digests
from apps.workflow.models import Case
from tests.ways import application, at_noon, walk

NOON = at_noon(2026, 11, 3)


def test_nobody_gets_a_digest_who_chose_none(local_track, people, organisations):
    application(people, organisations)
    with time_machine.travel(NOON, tick=False):
        assert write_digests() == 0


def test_a_day_without_anything_writes_nothing(people):
    preferences.choose(people.filer, {"digest": "email"})
    with time_machine.travel(NOON, tick=False):
        assert write_digests() == 0


def test_a_leaver_gets_none(local_track, people, organisations):
    preferences.choose(people.filer, {"digest": "email"})
    with time_machine.travel(NOON, tick=False):
        application(people, organisations)
        people.filer.is_active = False
        people.filer.save()
        assert write_digests() == 0


def test_an_official_hears_of_the_own_desk_and_of_no_other(local_track, people, organisations):
    with time_machine.travel(NOON, tick=False) as traveller:
        case = walk(application(people, organisations), people, "examining")
        Case.objects.filter(pk=case.pk).update(assigned_to=people.clerk)
        due = clocks_of(people.clerk)[0].due_on
        traveller.move_to(at_noon(due.year, due.month, due.day))
        mine, other = facts_for(people.clerk, due), facts_for(people.clerk2, due)
    assert [line["title"] for line in mine["today"]] == [case.title]
    assert (mine["face"], other["today"]) == ("desk", [])


def test_a_firm_hears_of_its_own_time_and_not_of_the_offices(local_track, people, organisations):
    with time_machine.travel(NOON, tick=False):
        walk(application(people, organisations), people, "examining")
        assert list(clocks_of(people.filer)) == []
        assert list(clocks_of(people.rival)) == []
        assert list(clocks_of(people.system_admin)) == []


def test_new_letters_are_told_once(local_track, people, organisations):
    preferences.choose(people.filer, {"moves": "digest"})
    with time_machine.travel(NOON, tick=False) as traveller:
        case = application(people, organisations)
        held = Letter.objects.get(case_pk=case.pk, user=people.filer, text="application.received")
        assert held.email == ""
        assert write_digests() == 1
        traveller.move_to(at_noon(2026, 11, 4))
        assert write_digests() == 0
    assert held.shown()[0] in Letter.objects.get(text="digest.daily").shown()[1]


@pytest.mark.parametrize("cases", [1, 3])
def test_a_digest_costs_the_same_however_much_it_tells(
    cases, local_track, people, organisations, django_assert_num_queries
):
    with time_machine.travel(NOON, tick=False):
        case = walk(application(people, organisations), people, "examining")
        Case.objects.filter(pk=case.pk).update(assigned_to=people.clerk)
        Letter.objects.bulk_create(
            Letter(text="case.answered", key=f"k{n}", user=people.clerk, language="zh-hans", subject=f"信{n}")
            for n in range(cases)
        )
        with django_assert_num_queries(4):
            assert facts_for(people.clerk, NOON.date())["news"]


def test_one_choice_a_person_and_topic(people):
    preferences.choose(people.filer, {"moves": "portal"})
    preferences.choose(people.filer, {"moves": "digest"})
    assert list(Preference.objects.values_list("topic", "way")) == [("moves", "digest")]
    preferences.choose(people.filer, {"moves": ""})
    assert preferences.ways_of(people.filer) == {"deadlines": "email", "moves": "email", "tasks": "email"}
