"""Two officials at once at the same desk: the next case goes to one of them, the seed of a day is one."""

import threading

import pytest

from apps.applications.filing import open_application
from apps.desk import queries
from apps.outbox.failpoints import WATCHERS
from apps.workflow import assignment
from apps.workflow.models import Case, DaySeed
from tests.races import PATIENCE, Actor
from tests.ways import application, deposit, values, walk

pytestmark = [pytest.mark.django_db(transaction=True)]


def next_for(user, got: dict):
    def act():
        waiting = queries.Reading(user).to_do(Case.objects.visible_to(user)).order_by("due_on", "filed_at", "pk")
        case = assignment.take_next(user, waiting)
        got[user.username] = case and case.pk

    return act


@pytest.fixture
def two(local_track, people, organisations):
    """Two cases that wait for a clerk."""
    cases = [walk(application(people, organisations), people, "examining")]
    evidence = deposit(organisations.enterprise, people.filer, people.clerk2, number="EC-2")
    second = open_application(
        values(evidence, track="local", name="定海潮位数据集"),
        organisation=organisations.enterprise,
        actor=people.filer,
    )
    return [*cases, walk(second, people, "examining")]


def test_next_goes_past_the_case_that_a_colleague_is_just_getting(two, people, postgresql):
    """The first is held with the row locked; the second does not wait for it, and gets the other case."""
    got, held, go_on = {}, threading.Event(), threading.Event()
    one, other = Actor(next_for(people.clerk, got)), Actor(next_for(people.clerk2, got))

    def watch():
        if threading.current_thread() is one:
            held.set()
            assert go_on.wait(PATIENCE)

    WATCHERS["assignment.claimed"] = watch
    try:
        one.start()
        assert held.wait(PATIENCE), one.fault
        other.start()
        other.join(PATIENCE)  # goes through while the first still holds its row
        assert not other.is_alive()
    finally:
        WATCHERS.pop("assignment.claimed")
        go_on.set()
        one.join(PATIENCE)
    assert (one.fault, other.fault) == (None, None)
    assert got == {"clerk": two[0].pk, "clerk2": two[1].pk}


def test_many_at_once_get_each_case_once(two, people, postgresql):
    got: dict = {}
    start = threading.Barrier(2)

    def together(user):
        act = next_for(user, got)

        def wait():
            start.wait(PATIENCE)
            act()

        return Actor(wait)

    for _round in range(5):
        got.clear()
        actors = [together(user) for user in (people.clerk, people.clerk2)]
        for actor in actors:
            actor.start()
        for actor in actors:
            actor.join(PATIENCE)
            assert actor.fault is None
        assert sorted(got.values()) == sorted(case.pk for case in two)
        for case in two:
            holder = Case.objects.get(pk=case.pk).assigned_to
            assignment.release(case, holder)


def test_without_the_lock_both_get_the_same_case(two, people, postgresql, monkeypatch):
    """What the lock is for: with it left out, both are at the first case at once."""
    monkeypatch.setattr(assignment, "claim", lambda case: Case.objects.select_related("organisation").get(pk=case.pk))
    got, at, both = {}, [], threading.Barrier(2)

    def meet(case, *args, plain=assignment.put, **words):
        at.append(case.pk)
        if len(at) <= 2:  # the second then fails at the unique number of the event, and starts again
            both.wait(PATIENCE)
        return plain(case, *args, **words)

    monkeypatch.setattr(assignment, "put", meet)
    actors = [Actor(next_for(user, got)) for user in (people.clerk, people.clerk2)]
    for actor in actors:
        actor.start()
    for actor in actors:
        actor.join(PATIENCE)
    assert at[:2] == [two[0].pk, two[0].pk]
    assert [actor.is_alive() for actor in actors] == [False, False]


def test_two_seeds_of_a_day_are_one(two, people, postgresql):
    actors = [Actor(assignment.seed_of_today) for _ in range(2)]
    for actor in actors:
        actor.start()
    for actor in actors:
        actor.join(PATIENCE)
        assert actor.fault is None
    assert DaySeed.objects.count() == 1


def test_next_on_either_engine_never_gives_a_case_twice(two, people):
    """One after the other, as SQLite has it anyway."""
    got: dict = {}
    for user in (people.clerk, people.clerk2):
        next_for(user, got)()
    assert sorted(got.values()) == sorted(case.pk for case in two)
