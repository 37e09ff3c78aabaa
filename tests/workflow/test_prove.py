"""The large counts: the same races and sweeps as in the suite, many times over. Run by ``make prove``."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connections

from apps.applications.filing import open_application
from apps.certificates.models import Claim
from apps.outbox.models import Letter
from apps.rules.clock import clock_reading
from apps.workflow import chain
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case, Event
from apps.workflow.tasks import sweep
from tests.pledges.cases import filed as filed_pledge
from tests.races import race
from tests.rights import make_right
from tests.ways import at_noon, deposit, values, walk

ROUNDS = 100
NOTICES = 300

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("postgresql")]


def at_once(*acts) -> list[str]:
    """Run acts in threads of their own; the refusal code of each, or nothing."""

    def run(act):
        try:
            act()
        except Refused as refused:
            return refused.code
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_hundred_rounds_of_two_decisions(local_track, people, organisations, capsys):
    """Unarranged: whoever comes first decides, the other is refused, every chain stays whole."""
    evidence = deposit(organisations.enterprise, people.filer, people.clerk2)
    for number in range(ROUNDS):
        case = open_application(
            values(evidence, track="local", name=f"数据集{number}"),
            organisation=organisations.enterprise,
            actor=people.filer,
        )
        walk(case, people, "examined")
        codes = at_once(
            lambda pk=case.pk: perform(pk, "approve", actor=people.chief),
            lambda pk=case.pk: perform(pk, "refuse", actor=people.deputy, comment="理由"),
        )
        assert sorted(codes) == ["", "wrong_state"]
        assert Event.objects.filter(case=case, tag="decide").count() == 1
        assert chain.broken_link(Case.objects.get(pk=case.pk)) is None
    with capsys.disabled():
        print(f"\n{ROUNDS} rounds of two decisions: one decided each time, {ROUNDS} chains whole")  # noqa: T201


def test_hundred_rounds_of_two_pledges(people, organisations, capsys):
    for number in range(ROUNDS):
        right = make_right(organisations.enterprise, name=f"数据集{number}")
        cases = [filed_pledge(people, organisations, right) for _ in range(2)]
        codes = at_once(
            *(
                lambda pk=case.pk: perform(pk, "accept", actor=people.clerk, data={"joint_paper": True})
                for case in cases
            )
        )
        assert sorted(codes) == ["", "claimed"]
        assert Claim.objects.filter(registration=right, ended_at__isnull=True).count() == 1
    with capsys.disabled():
        print(f"\n{ROUNDS} rounds of two pledges on one right: one claim each time")  # noqa: T201


def test_two_sweeps_over_many_notices(local_track, people, organisations, capsys):
    """Each notice is closed once, with one event and one letter a reader, however the sweeps share the work."""
    with time_machine.travel(at_noon(2026, 11, 2), tick=True) as traveller:
        evidence = deposit(organisations.enterprise, people.filer, people.clerk2)
        for number in range(NOTICES):
            case = open_application(
                values(evidence, track="local", name=f"数据集{number}"),
                organisation=organisations.enterprise,
                actor=people.filer,
            )
            walk(case, people, "in_notice")
        traveller.move_to(at_noon(2026, 11, 17))
        started = time.monotonic()
        with clock_reading():
            assert at_once(sweep, sweep) == ["", ""]
        took = time.monotonic() - started
    closings = Event.objects.filter(move="close_notice")
    assert closings.count() == closings.values("case").distinct().count() == NOTICES
    letters = Letter.objects.filter(text="notice.closed")
    assert letters.count() == letters.values("case_pk", "user").distinct().count()
    with capsys.disabled():
        print(f"\n{NOTICES} notices closed once by two sweeps at once, {NOTICES / took:.0f} a second")  # noqa: T201


def test_twenty_rounds_of_an_arranged_race(local_track, people, organisations, capsys):
    """The second actor is seen waiting at the lock in every round."""
    evidence = deposit(organisations.enterprise, people.filer, people.clerk2)
    for number in range(20):
        case = open_application(
            values(evidence, track="local", name=f"数据集{number}"),
            organisation=organisations.enterprise,
            actor=people.filer,
        )
        walk(case, people, "examined")
        one, two, reached = race(
            lambda pk=case.pk: perform(pk, "approve", actor=people.chief),
            lambda pk=case.pk: perform(pk, "refuse", actor=people.deputy, comment="理由"),
        )
        assert (one.refusal, two.refusal, reached) == ("", "wrong_state", 1)
    with capsys.disabled():
        print("\n20 arranged races: the second waited and was refused each time")  # noqa: T201
