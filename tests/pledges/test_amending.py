"""Changes, extensions and payments while a pledge stands, and its revocation by the office."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from apps.certificates.models import Claim
from apps.pledges.models import Amendment, Drawing, Pledge
from apps.workflow import assignment
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case, Party
from tests.pledges.cases import JOINT, RELEASE, cooled, registered
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LONGER = {"ends_on": date(2027, 9, 1)}


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def case(people, organisations):
    return registered(people, organisations, make_right(organisations.enterprise))


def code(case, move, actor, data=None, comment="理由") -> str:
    with pytest.raises(Refused) as refused:
        perform(case.pk, move, actor=actor, data=data or {}, comment=comment)
    return refused.value.code


def row(case) -> Pledge:
    return Pledge.objects.get(pk=case.pk)


def test_an_extension_needs_the_other_side_and_the_registrar(case, people):
    perform(case.pk, "ask_change", actor=people.filer, data=LONGER)
    assert code(case, "agree_change", people.filer) == "own_request"
    assert code(case, "enter_change", people.clerk) == "not_joint"
    perform(case.pk, "agree_change", actor=people.banker)
    perform(case.pk, "enter_change", actor=people.clerk, data={})
    assert row(case).ends_on == date(2027, 9, 1)
    assert case.clocks.get(name="loan_end", ended_at=None).due_on == date(2027, 9, 1)
    assert Amendment.objects.get().outcome == "entered"


def test_an_overdue_loan_that_is_extended_runs_again(case, people):
    perform(case.pk, "fall_due", actor=None)
    perform(case.pk, "ask_change", actor=people.banker, data=LONGER)
    perform(case.pk, "enter_change", actor=people.clerk, data=JOINT)
    assert Case.objects.get(pk=case.pk).status == "registered"


def test_the_sixth_ground_holds_for_an_extension_too(case, people):
    perform(case.pk, "ask_change", actor=people.filer, data={"ends_on": date(2031, 1, 1)})
    because = JOINT | {"past_validity_because": "承诺续展"}
    assert code(case, "enter_change", people.clerk, because) == "past_validity"
    assert code(case, "enter_change", people.chief, JOINT) == "no_reason"
    perform(case.pk, "enter_change", actor=people.chief, data=because)
    assert row(case).ends_on == date(2031, 1, 1)


@pytest.mark.parametrize(
    ("asked", "reason"), [({"credit": Decimal("1")}, "over_credit"), ({"ends_on": date(2026, 1, 1)}, "ends_early")]
)
def test_an_impossible_change_is_not_entered(asked, reason, case, people):
    perform(case.pk, "ask_change", actor=people.filer, data=asked)
    assert code(case, "enter_change", people.clerk, JOINT) == reason
    perform(case.pk, "refuse_change", actor=people.clerk, comment="不符")
    assert Amendment.objects.get().outcome == "refused"


def test_one_change_at_a_time_and_none_while_a_release_cools(case, people):
    perform(case.pk, "ask_change", actor=people.filer, data=LONGER)
    assert code(case, "ask_change", people.banker, LONGER) == "change_open"
    perform(case.pk, "refuse_change", actor=people.clerk, comment="不符")
    perform(case.pk, "release", actor=people.banker, data=RELEASE)
    assert code(case, "ask_change", people.filer, LONGER) == "release_under_way"


def test_payments_are_rows_with_dates_and_the_balance_is_theirs(case, people):
    before = row(case).drawn_fen
    drawn = {"kind": "drawn", "amount": Decimal("1000000"), "on": date(2026, 3, 1)}
    perform(case.pk, "draw", actor=people.banker, data=drawn)
    perform(case.pk, "draw", actor=people.banker, data=drawn | {"kind": "repaid", "amount": Decimal("400000")})
    assert row(case).drawn_fen == before + 60_000_000
    assert [(d.kind, d.amount_fen, d.on) for d in Drawing.objects.order_by("pk")] == [
        ("drawn", 100_000_000, date(2026, 3, 1)), ("repaid", 40_000_000, date(2026, 3, 1)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"amount": Decimal("99000000")}, "over_credit"), ({"kind": "repaid", "amount": Decimal("99000000")}, "below_zero"),
        ({"on": date(2026, 3, 3)}, "future"),
    ],
)  # fmt: skip
def test_an_impossible_payment(values, reason, case, people):
    data = {"kind": "drawn", "amount": Decimal("1"), "on": date(2026, 3, 1), **values}
    assert code(case, "draw", people.banker, data) == reason


def test_a_pledge_is_revoked_by_two_officials_and_void_from_the_beginning(case, people):
    perform(case.pk, "propose_void", actor=people.chief, comment="材料虚假")
    assert code(case, "void", people.chief) == "four_eyes"
    perform(case.pk, "void", actor=people.deputy, comment="材料虚假")
    assert (Case.objects.get(pk=case.pk).status, Claim.objects.get(case=case).outcome) == ("void", "void")


def test_a_note_about_the_desk_does_not_answer_the_proposal_to_revoke(case, people):
    perform(case.pk, "propose_void", actor=people.chief, comment="材料虚假")
    assignment.take(case, people.clerk)
    perform(case.pk, "void", actor=people.deputy, comment="材料虚假")
    assert Case.objects.get(pk=case.pk).status == "void"


def test_the_pledgors_own_side_cannot_agree_to_what_it_asked(case, people, organisations):
    """After a transfer the new holder stands on the pledgor's side; only the bank is the other one."""
    Party.objects.create(case=case, role="holder", organisation=organisations.rival_enterprise)
    perform(case.pk, "ask_change", actor=people.filer, data=LONGER)
    assert code(case, "agree_change", people.rival) == "own_request"
    perform(case.pk, "agree_change", actor=people.banker)


def test_what_an_official_entered_for_the_pledgor_the_bank_agrees_to(case, people):
    Case.objects.filter(pk=case.pk).update(entered_by=people.clerk)
    perform(case.pk, "ask_change", actor=people.clerk, data=LONGER)
    assert code(case, "agree_change", people.filer) == "own_request"
    perform(case.pk, "agree_change", actor=people.banker)


def test_a_change_that_nobody_decided_ends_with_the_pledge(case, people):
    perform(case.pk, "ask_change", actor=people.filer, data=LONGER)
    perform(case.pk, "release", actor=people.banker, data=RELEASE)
    cooled(case)
    assert Amendment.objects.get().outcome == "moot"
