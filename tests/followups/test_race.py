"""Acts on one right at the same moment on two connections: renewal and expiry, revocation and a new pledge, transfer and
a new pledge; each with what happens where nobody waits."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from apps.certificates.models import Claim
from apps.rules.clock import legal_today
from apps.rules.deadlines import end_of
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case
from apps.workflow.tasks import settle
from tests.followups.cases import filed, revocation, transfer_beside_a_pledge
from tests.pledges.cases import filed as pledge_filed
from tests.races import lock_out, race, without_the_key
from tests.rights import make_right

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks are PostgreSQL's"),
]


def state(row) -> str:
    return Case.objects.get(pk=row.pk).status


def test_a_renewal_filed_before_the_end_stops_the_clock_that_comes_after(people, organisations):
    """The filing holds the right; the clock waits, finds it held, and writes nothing."""
    right = make_right(organisations.enterprise, valid_until=legal_today() + timedelta(days=30))

    def clock():
        with time_machine.travel(end_of(right.valid_until) + timedelta(minutes=1), tick=True):
            settle(right.pk)

    one, two, _reached = race(lambda: filed("renewal", people, organisations, right), clock, place="machine.opened")
    assert (one.refusal, two.refusal) == ("", "")
    assert state(right.case) == "renewing"


def test_a_renewal_that_comes_after_the_clock_is_told_so(people, organisations):
    right = make_right(organisations.enterprise, valid_until=legal_today() + timedelta(days=30))
    with time_machine.travel(end_of(right.valid_until) + timedelta(minutes=1), tick=True):
        one, two, _reached = race(
            lambda: settle(right.pk), lambda: filed("renewal", people, organisations, right), place="machine.due"
        )
    assert (one.refusal, two.refusal) == ("", "not_valid")
    assert state(right.case) == "expired"
    assert not Case.objects.filter(kind="renewal").exists()


def test_without_the_lock_the_renewal_is_stopped_by_what_it_would_hold(people, organisations, monkeypatch):
    """The filing has passed its guards when the clock writes the end down: holding the right is not possible any more."""
    right = make_right(organisations.enterprise, valid_until=legal_today() + timedelta(days=30))

    def clock():
        with time_machine.travel(end_of(right.valid_until) + timedelta(minutes=1), tick=True):
            settle(right.pk)

    lock_out(monkeypatch)
    file = lambda: filed("renewal", people, organisations, right)  # noqa: E731
    one, two, reached = race(file, clock, place="machine.opening", locked=False)
    assert (one.refusal, two.refusal, one.fault, two.fault, reached) == ("wrong_state", "", None, None, 1)
    assert state(right.case) == "expired"
    assert not Case.objects.filter(kind="renewal").exists()


def accept(case, actor, **data):
    return lambda: perform(case.pk, "accept", actor=actor, data={"joint_paper": True, **data})


def revoke(case, chief):
    return lambda: perform(case.pk, "revoke", actor=chief, data={"announcement": "予以撤销。"}, comment="x")


def test_a_pledge_waits_for_the_revocation_and_finds_no_right(people, organisations):
    right = make_right(organisations.enterprise)
    pledge = pledge_filed(people, organisations, right)
    case = revocation(people, organisations, right, "open", "state")
    one, two, reached = race(revoke(case, people.chief), accept(pledge, people.clerk, knows_of_revocation=True))
    assert (one.refusal, two.refusal in ("not_valid", "wrong_state"), reached) == ("", True, 1)
    assert (state(right.case), Claim.objects.filter(ended_at=None).count()) == ("revoked", 0)


def test_without_the_lock_the_number_of_its_acts_keeps_a_pledge_off_a_revoked_right(people, organisations, monkeypatch):
    """The pledge has passed its guards when the revocation makes its application fall away: its own act comes too late."""
    right = make_right(organisations.enterprise)
    pledge = pledge_filed(people, organisations, right)
    case = revocation(people, organisations, right, "open", "state")
    lock_out(monkeypatch)
    knowing = accept(pledge, people.clerk, knows_of_revocation=True)
    one, two, reached = race(knowing, revoke(case, people.chief), locked=False, through=True)
    assert (one.refusal, two.refusal, one.fault, two.fault, reached) == ("wrong_state", "", None, None, 2)
    assert (state(right.case), state(pledge), spoken_for(right)) == ("revoked", "fallen", [])


# ------------------------------------------------------------------------------------------------ transfer and pledge


def spoken_for(right) -> list[str]:
    return list(Claim.objects.filter(registration=right, ended_at=None).values_list("kind", flat=True))


def test_while_a_transfer_is_filed_the_pledge_waits_and_finds_the_right_spoken_for(people, organisations):
    right = make_right(organisations.enterprise)
    pledge = pledge_filed(people, organisations, right)
    file = lambda: filed("transfer", people, organisations, right)  # noqa: E731
    one, two, _reached = race(file, accept(pledge, people.clerk), place="machine.opened")
    assert (one.refusal, two.refusal, spoken_for(right)) == ("", "claimed", ["transfer"])


def test_while_a_pledge_is_registered_the_transfer_waits_and_asks_the_bank(people, organisations):
    right = make_right(organisations.enterprise)
    pledge = pledge_filed(people, organisations, right)
    file = lambda: filed("transfer", people, organisations, right)  # noqa: E731
    one, two, reached = race(accept(pledge, people.clerk), file)
    assert (one.refusal, two.refusal, reached) == ("", "", 1)
    transfer = Case.objects.get(kind="transfer")
    assert transfer.parties.filter(role="consenting", organisation=organisations.bank).exists()
    assert sorted(Claim.objects.filter(ended_at=None).values_list("kind", "exclusive")) == [
        ("pledge", True), ("transfer", False),
    ]  # fmt: skip
    with pytest.raises(Refused) as refused:
        accept(transfer, people.chief)()
    assert refused.value.code == "no_consent"


def test_without_the_lock_the_key_decides_between_transfer_and_pledge(people, organisations, monkeypatch):
    """The pledge passes its guards beside the filing, and then waits at the key."""
    right = make_right(organisations.enterprise)
    pledge = pledge_filed(people, organisations, right)
    lock_out(monkeypatch)
    file = lambda: filed("transfer", people, organisations, right)  # noqa: E731
    one, two, _reached = race(file, accept(pledge, people.clerk), place="machine.opened")
    assert (one.refusal, two.refusal, spoken_for(right)) == ("", "claimed", ["transfer"])


def test_without_lock_and_key_the_right_is_pledged_and_being_transferred(people, organisations, monkeypatch):
    right = make_right(organisations.enterprise)
    pledge = pledge_filed(people, organisations, right)
    lock_out(monkeypatch)
    file = lambda: filed("transfer", people, organisations, right)  # noqa: E731
    with without_the_key():
        one, two, _reached = race(file, accept(pledge, people.clerk), place="machine.opened", locked=False)
        assert (one.refusal, two.refusal, one.fault, two.fault) == ("", "", None, None)
        assert sorted(spoken_for(right)) == ["pledge", "transfer"]
        assert set(Claim.objects.filter(ended_at=None).values_list("exclusive", flat=True)) == {True}


def test_a_right_that_is_transferred_is_not_pledged_by_its_former_holder(people, organisations):
    right, transfer, pledge = transfer_beside_a_pledge(people, organisations)
    one, two, reached = race(accept(transfer, people.chief), accept(pledge, people.clerk))
    assert (one.refusal, two.refusal, reached) == ("", "wrong_state", 1)
    right.refresh_from_db()
    assert (right.holder, state(pledge), spoken_for(right)) == (organisations.rival_enterprise, "fallen", [])


def test_a_right_that_is_pledged_meanwhile_is_not_transferred_without_the_bank(people, organisations):
    right, transfer, pledge = transfer_beside_a_pledge(people, organisations)
    one, two, reached = race(accept(pledge, people.clerk), accept(transfer, people.chief))
    assert (one.refusal, two.refusal, reached) == ("", "no_consent", 1)
    right.refresh_from_db()
    assert (right.holder, state(pledge)) == (organisations.enterprise, "registered")


def test_without_the_lock_the_pledge_that_fell_away_comes_too_late(people, organisations, monkeypatch):
    """Both have passed their guards; the unique number of the pledge's acts lets one of its two stand."""
    right, transfer, pledge = transfer_beside_a_pledge(people, organisations)
    lock_out(monkeypatch)
    one, two, reached = race(accept(pledge, people.clerk), accept(transfer, people.chief), locked=False, through=True)
    assert (one.refusal, two.refusal, one.fault, two.fault, reached) == ("wrong_state", "", None, None, 2)
    assert (state(pledge), spoken_for(right)) == ("fallen", [])


def test_without_the_lock_the_transfer_is_stopped_by_whoever_rests_on_the_right(people, organisations, monkeypatch):
    """It asked for consent when no pledge was there; what follows from it asks again."""
    right, transfer, pledge = transfer_beside_a_pledge(people, organisations)
    lock_out(monkeypatch)
    one, two, reached = race(accept(transfer, people.chief), accept(pledge, people.clerk), locked=False, through=True)
    assert (one.refusal, two.refusal, one.fault, two.fault, reached) == ("no_consent", "", None, None, 2)
    right.refresh_from_db()
    assert (right.holder, state(pledge)) == (organisations.enterprise, "registered")
