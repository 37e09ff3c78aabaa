"""Claims: who may do what in each state, the law's clocks in calendar days, the limits of the policy, and each reason."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import translation

from apps.insurance.claim_forms import AskForm, AssessForm, PayForm, ReportForm
from apps.insurance.models import LossClaim
from apps.outbox.models import Letter
from apps.pages.due import due_of
from apps.pages.limits import limits, nearest
from apps.rules.clock import legal_now
from apps.rules.deadlines import end_of
from apps.workflow import machine
from apps.workflow.machine import Act, Refused, follow, perform
from apps.workflow.models import Case
from apps.workflow.people import Standing
from apps.workflow.states import kind
from apps.workflow.tasks import remind, sweep
from tests.insurance.cases import LOSS, TERMS, in_force, opened, reported
from tests.product import expected, outcomes
from tests.rights import make_right

MAY = datetime(2026, 5, 11, 4, 0, tzinfo=UTC)  # a Monday
ITEMS = {"investigation": Decimal("20000"), "legal": Decimal("30000"), "direct": Decimal("50000")}
AGREED = {"assessed": Decimal("32000"), "parts": {"direct": Decimal("30000"), "legal": Decimal("2000")}}
PAID = {"amount": Decimal("32000"), "paid_on": date(2026, 5, 11)}
DATA = {"agree": AGREED, "advance": {"amount": Decimal("1000"), "paid_on": date(2026, 5, 11)}, "pay": PAID}
FIRM = {"manager", "filer"}
INSURER = {"insurer_person"}
CLERKS = {"clerk", "clerk2", "district_clerk"}
WAITS = {("remind", name): "not_due" for name in CLERKS}
TABLE = {
    "reported": {"ask_papers": INSURER, "assess": INSURER, "withdraw": FIRM, "remind": CLERKS},
    "supplement": {"supply": FIRM, "withdraw": FIRM},
    "assessing": {
        "ask_papers": INSURER, "advance": INSURER, "agree": INSURER, "find_uncovered": INSURER, "withdraw": FIRM,
        "remind": CLERKS,
    },
    "agreed": {"pay": INSURER, "remind": CLERKS},
    "uncovered": {"refuse": INSURER, "remind": CLERKS},
    "paid": {},
    "refused": {},
    "withdrawn": {},
}  # fmt: skip
WAY = {
    "reported": (), "supplement": ("ask_papers",), "assessing": ("assess",), "agreed": ("assess", "agree"),
    "uncovered": ("assess", "find_uncovered"), "paid": ("assess", "agree", "pay"),
    "refused": ("assess", "find_uncovered", "refuse"), "withdrawn": ("withdraw",),
}  # fmt: skip


@pytest.fixture(autouse=True)
def may(db):
    with time_machine.travel(MAY, tick=False), translation.override("en"):
        yield


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


@pytest.fixture
def policy(people, organisations, right) -> Case:
    return in_force(people, organisations, right, parts=ITEMS, per_claim=Decimal("60000"))


def on(*moment):
    return time_machine.travel(datetime(*moment, tzinfo=UTC), tick=False)


def reached(state, people, policy) -> Case:
    case = reported(people, policy)
    for move in WAY[state]:
        by = people.filer if move in ("withdraw", "supply") else people.insurer_person
        perform(case.pk, move, actor=by, data=DATA.get(move), comment="Because.")
    return Case.objects.get(pk=case.pk)


def refused(case, move, actor, data=None) -> str:
    with pytest.raises(Refused) as found, transaction.atomic():
        perform(case.pk, move, actor=actor, data=data, comment="x")
    return found.value.code


def due(case, clock):
    return case.clocks.get(name=clock, ended_at__isnull=True).due_on


@pytest.mark.parametrize("state", TABLE)
def test_each_move_is_open_to_those_of_the_table_alone(state, people, policy):
    case = reached(state, people, policy)
    assert case.status == state
    special = WAITS if state != "uncovered" else {}
    assert outcomes(case, people, DATA) == expected(case, people, TABLE[state], special)


def test_the_table_names_every_state():
    assert set(TABLE) == {state.name for state in kind("claim").states}


# ------------------------------------------------------------------------------------------------ the report


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"lost_on": date(2026, 3, 31)}, "not_covered"), ({"lost_on": date(2026, 4, 1)}, ""),
        ({"lost_on": date(2026, 5, 7)}, "days_in_disorder"), ({"known_on": date(2026, 5, 12)}, "days_in_disorder"),
    ],
)  # fmt: skip
def test_a_loss_is_reported_only_where_it_was_covered(people, policy, values, code):
    if code:
        with pytest.raises(Refused) as found:
            reported(people, policy, **values)
        assert found.value.code == code
    else:
        assert reported(people, policy, **values).status == "reported"


def test_a_loss_before_the_cancellation_is_still_covered_and_one_after_is_not(people, policy):
    perform(policy.pk, "cancel", actor=people.insurer_person, data={"refund": Decimal(0)})
    assert reported(people, Case.objects.get(pk=policy.pk)).status == "reported"
    with pytest.raises(Refused) as found:
        reported(people, Case.objects.get(pk=policy.pk), lost_on=date(2026, 5, 11), known_on=date(2026, 5, 11))
    assert found.value.code == "not_covered"


def test_a_policy_that_was_not_concluded_has_no_claims(people, organisations, right):
    applied = opened("apply", right, organisations, people.filer)
    with pytest.raises(Refused) as found:
        reported(people, applied)
    assert found.value.code == "no_policy"


def test_nobody_else_reports_a_loss(people, policy):
    for stranger in (people.rival, people.reader, people.insurer_person, people.clerk):
        with pytest.raises(Refused) as found:
            reported(people, policy, actor=stranger)
        assert found.value.code == "not_yours"


@pytest.mark.parametrize(("day", "late"), [((2028, 5, 8), False), ((2028, 5, 9), True)])
def test_a_late_claim_is_marked_and_not_refused(people, policy, day, late):
    """Two years from 6 May 2026: 6 May 2028 is a Saturday, so the last day is the next working day."""
    with on(*day, 4):
        case = reported(people, policy)
    assert LossClaim.objects.get(case=case).is_late is late


def test_a_claim_hangs_on_the_right_and_locks_its_policy(people, policy, right, django_assert_num_queries):
    case = reported(people, policy)
    assert case.root == right.case
    assert [basis.on_id for basis in case.bases.all()] == [policy.pk]
    with transaction.atomic():
        assert machine.lock(case.pk) == case
    assert {letter.text for letter in Letter.objects.filter(case_pk=case.pk)} == {"claim.received", "claim.reported"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"known_on": "2026-05-03"}, "known_on"), ({"known_on": "2026-05-12"}, "known_on"), ({"claimed": "0"}, "claimed"),
        ({"lost_on": "soon"}, "lost_on"), ({"account": ""}, "account"),
    ],
)  # fmt: skip
def test_a_fault_of_the_report_is_told_at_its_field(values, field):
    assert list(ReportForm({**LOSS, **values}).errors) == [field]


# ------------------------------------------------------------------------------------------------ papers


def test_the_insurer_asks_for_papers_once_for_all(people, policy):
    case = reached("supplement", people, policy)
    perform(case.pk, "supply", actor=people.filer)
    assert refused(case, "ask_papers", people.insurer_person) == "asked_once"
    assert Letter.objects.filter(case_pk=case.pk, text="claim.supplement").count() == 2
    assert list(AskForm({"comment": " "}).errors) == ["comment"]


def test_the_days_until_the_papers_come_do_not_count(people, policy):
    case = reported(people, policy)
    with on(2026, 5, 21, 4):  # ten days of thirty are gone
        perform(case.pk, "ask_papers", actor=people.insurer_person, comment="鉴定报告")
    assert case.clocks.get(name="assessment").outcome == "paused"
    with on(2026, 6, 5, 4):
        perform(case.pk, "supply", actor=people.filer)
        assert due(case, "assessment") == date(2026, 6, 25)
        assert due(case, "advance") == date(2026, 8, 4)


# ------------------------------------------------------------------------------------------------ clocks


@pytest.mark.parametrize(
    ("reported_at", "last"),
    [
        ((2026, 5, 11), date(2026, 6, 10)),
        ((2026, 4, 30), date(2026, 6, 1)),  # the thirtieth day, 30 May, is a Saturday
        ((2026, 9, 10), date(2026, 10, 10)),  # the seven days of the national holiday count; 10 October is made up for
        ((2026, 9, 3), date(2026, 10, 8)),  # the last day falls into the holiday: the next working day
        ((2026, 9, 1), date(2026, 10, 8)),
    ],
)
def test_thirty_days_to_assess_are_calendar_days(people, policy, reported_at, last):
    with on(*reported_at, 4):
        case = reported(people, policy, lost_on=date(2026, 4, 2), known_on=date(2026, 4, 3))
        assert due(case, "assessment") == last


def test_days_left_are_counted_as_the_law_counts_them(people, policy):
    """Thirty calendar days are thirty days left, in the list and in the panel, not some twenty working days."""
    with on(2026, 5, 11, 4), translation.override("en"):
        case = reported(people, policy, lost_on=date(2026, 4, 2), known_on=date(2026, 4, 3))
        assert nearest(case).due.words == "30 days left"
        assert [due_of(row.clock).words for row in limits(case) if row.clock.name == "assessment"] == ["30 days left"]


@pytest.mark.parametrize(
    ("move", "clock", "last"),
    [("agree", "payment", date(2026, 5, 21)), ("find_uncovered", "refusal_notice", date(2026, 5, 14))],
)
def test_ten_days_to_pay_and_three_to_give_notice(people, policy, move, clock, last):
    case = reached("assessing", people, policy)
    perform(case.pk, move, actor=people.insurer_person, data=DATA.get(move))
    assert due(case, clock) == last
    assert case.clocks.get(name="assessment").outcome == "met"


def test_sixty_days_to_pay_in_advance_what_is_certain(people, policy):
    case = reached("assessing", people, policy)
    assert due(case, "advance") == date(2026, 7, 10)
    perform(case.pk, "advance", actor=people.insurer_person, data=DATA["advance"])
    assert case.clocks.get(name="advance").outcome == "met"
    assert Case.objects.get(pk=case.pk).status == "assessing"


def test_a_late_insurer_is_marked_and_told_and_nothing_is_decided(people, policy):
    case = reached("assessing", people, policy)
    with on(2026, 6, 11, 4):
        remind()
        told = Letter.objects.filter(case_pk=case.pk, text="reminder.after")
        assert {letter.user for letter in told} == {people.insurer_person, people.clerk, people.clerk2}
        assert Case.objects.get(pk=case.pk).state_.name == "assessing"
        perform(case.pk, "remind", actor=people.clerk, comment="请尽快")
        perform(case.pk, "agree", actor=people.insurer_person, data=AGREED)
    assert case.clocks.get(name="assessment").outcome == "missed"
    assert Letter.objects.get(case_pk=case.pk, text="claim.reminded").user == people.insurer_person


# ------------------------------------------------------------------------------------------------ amounts


@pytest.mark.parametrize(
    ("assessed", "items", "code"),
    [
        ("40000.01", {"direct": "40000.01"}, "more_than_claimed"), ("40000", {}, "no_items"),
        ("30000.01", {"legal": "30000.01"}, "over_item"), ("10", {"restoration": "10"}, "over_item"),
        ("40000", {"direct": "40000"}, ""),
    ],
)  # fmt: skip
def test_assessed_is_within_claim_and_items(people, policy, assessed, items, code):
    case = reached("assessing", people, policy)
    data = {"assessed": Decimal(assessed), "parts": {item: Decimal(sum_) for item, sum_ in items.items()}}
    if code:
        assert refused(case, "agree", people.insurer_person, data) == code
    else:
        perform(case.pk, "agree", actor=people.insurer_person, data=data)


def test_no_more_than_the_limit_for_each_claim(people, policy):
    case = reported(people, policy, claimed=Decimal("90000"))
    perform(case.pk, "assess", actor=people.insurer_person)
    items = {"direct": Decimal("50000"), "legal": Decimal("10000.01")}
    data = {"assessed": Decimal("60000.01"), "parts": items}
    assert refused(case, "agree", people.insurer_person, data) == "over_claim_limit"
    advance = {"amount": Decimal("60000.01"), "paid_on": date(2026, 5, 11)}
    assert refused(case, "advance", people.insurer_person, advance) == "over_claim_limit"


def test_claims_together_stay_within_the_sum_insured_and_its_items(people, policy):
    first, second = (reported(people, policy, claimed=Decimal("60000")) for _each in range(2))
    for case in (first, second):
        perform(case.pk, "assess", actor=people.insurer_person)
    items = {"direct": Decimal("50000"), "legal": Decimal("10000")}
    perform(first.pk, "agree", actor=people.insurer_person, data={"assessed": Decimal("60000"), "parts": items})
    over = {"assessed": Decimal("40000.01"), "parts": {"legal": Decimal("20000"), "investigation": Decimal("20000.01")}}
    assert refused(second, "agree", people.insurer_person, over) == "over_sum_insured"
    taken = {"assessed": Decimal("10"), "parts": {"direct": Decimal("10")}}
    assert refused(second, "agree", people.insurer_person, taken) == "over_item"
    rest = {"assessed": Decimal("40000"), "parts": {"legal": Decimal("20000"), "investigation": Decimal("20000")}}
    perform(second.pk, "agree", actor=people.insurer_person, data=rest)


@pytest.mark.parametrize(
    ("amount", "paid_on", "code"),
    [
        ("22000", date(2026, 5, 11), ""), ("32000", date(2026, 5, 11), "not_as_agreed"),
        ("22000", date(2026, 5, 12), "days_in_disorder"), ("22000", date(2026, 5, 10), "days_in_disorder"),
    ],
)  # fmt: skip
def test_the_difference_to_the_advance_is_paid(people, policy, amount, paid_on, code):
    case = reached("assessing", people, policy)
    advance = {"amount": Decimal("10000"), "paid_on": date(2026, 5, 11)}
    perform(case.pk, "advance", actor=people.insurer_person, data=advance)
    assert (
        refused(
            case, "agree", people.insurer_person, {"assessed": Decimal("9999"), "parts": {"direct": Decimal("9999")}}
        )
        == "below_advance"
    )
    perform(case.pk, "agree", actor=people.insurer_person, data=AGREED)
    data = {"amount": Decimal(amount), "paid_on": paid_on}
    if code:
        assert refused(case, "pay", people.insurer_person, data) == code
        return
    assert PayForm(case=Case.objects.get(pk=case.pk))["amount"].value() == Decimal("22000.00")
    perform(case.pk, "pay", actor=people.insurer_person, data=data)
    row = LossClaim.objects.get(case=case)
    assert (row.advance_fen, row.assessed_fen, row.paid_fen, row.paid_on) == (1_000_000, 3_200_000, 2_200_000, paid_on)
    assert Case.objects.get(pk=case.pk).closed_at


def test_a_refusal_gives_its_reasons(people, policy):
    case = reached("refused", people, policy)
    assert LossClaim.objects.get(case=case).refused_because == "Because."
    assert (
        Letter.objects.filter(case_pk=case.pk, text="claim.refused", user=people.filer).get().context["comment"]
        == "Because."
    )


@pytest.mark.parametrize(
    ("state", "before", "values"),
    [
        ("agreed", "assessing", {"assessed_fen": None}), ("paid", "agreed", {"paid_fen": None, "paid_on": None}),
        ("refused", "uncovered", {"refused_because": ""}),
    ],
)  # fmt: skip
def test_a_mistake_is_rectified_to_what_stood_before(people, policy, state, before, values):
    case = reached(state, people, policy)
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="x")
    perform(case.pk, "rectify", actor=people.chief)
    row = LossClaim.objects.get(case=case)
    assert Case.objects.get(pk=case.pk).status == before
    assert {name: getattr(row, name) for name in values} == values
    assert row.items.exists() is (state == "paid")


def test_an_advance_is_rectified(people, policy):
    case = reached("assessing", people, policy)
    perform(case.pk, "advance", actor=people.insurer_person, data=DATA["advance"])
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="x")
    perform(case.pk, "rectify", actor=people.chief)
    assert LossClaim.objects.get(case=case).advance_fen == 0


@pytest.mark.parametrize(
    "values",
    [
        {"assessed_fen": 4_000_001}, {"assessed_fen": 0}, {"paid_fen": 1, "paid_on": date(2026, 5, 11)},
        {"known_on": date(2026, 5, 3)}, {"advance_fen": -1}, {"paid_on": date(2026, 5, 11)},
    ],
)  # fmt: skip
def test_the_database_refuses_an_impossible_claim(people, policy, values):
    case = reported(people, policy)
    with pytest.raises(IntegrityError), transaction.atomic():
        LossClaim.objects.filter(case=case).update(**values)


def test_form_asks_for_the_parts_of_this_policy(people, policy):
    case = reached("assessing", people, policy)
    assert [name for name in AssessForm(case=case).fields if name.startswith("item_")] == [
        "item_investigation", "item_legal", "item_direct",
    ]  # fmt: skip
    form = AssessForm({"assessed": "10", "item_legal": "9"}, case=case)
    assert list(form.errors) == ["assessed"]


@pytest.mark.parametrize("act", ["revoke", "cancel", "contest", "freeze"])
def test_insurer_and_insured_hear_of_an_act_on_the_right(people, policy, right, act):
    case = reported(people, policy)
    table = kind("registration")
    because = Act(right.case, table, table.move(act), Standing(right.case, None), legal_now(), {})
    follow(right.case.pk, act, because, {})
    told = Letter.objects.filter(case_pk=case.pk, text="claim.told").values_list("user__username", flat=True)
    assert set(told) == {"manager", "filer", "insurer_person"}


def test_insurer_and_insured_hear_that_the_right_has_expired(people, policy, right):
    case = reported(people, policy)
    with time_machine.travel(end_of(right.valid_until) + timedelta(hours=4), tick=False):
        sweep()
    assert Letter.objects.filter(case_pk=case.pk, text="claim.told", user=people.insurer_person).count() == 1


def test_reminders_of_the_policys_end_stay_sixty_thirty_and_seven_days(people, policy):
    days = [reminder["at"][:10] for reminder in policy.clocks.get(name="end").reminders]
    end = TERMS["ends_on"]
    assert days == [(end - timedelta(days=before)).isoformat() for before in (60, 30, 7)]


def rectified(case: Case, people) -> Case:
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="有误")
    perform(case.pk, "rectify", actor=people.deputy)
    return Case.objects.get(pk=case.pk)


def test_a_struck_request_for_papers_has_paused_nothing(people, policy):
    case = reported(people, policy)
    due = case.clocks.get(name="assessment").due_on
    perform(case.pk, "ask_papers", actor=people.insurer_person, comment="鉴定报告")
    with on(2026, 5, 20, 4):
        case = rectified(case, people)
    clock = case.clocks.get(name="assessment", ended_at=None)
    assert (clock.outcome, clock.pauses, clock.due_on, case.due_on) == ("running", [], due, due)
    assert clock.next_reminder_at is not None


def test_where_the_papers_that_came_are_struck_the_time_stands_still_again(people, policy):
    case = reported(people, policy)
    perform(case.pk, "ask_papers", actor=people.insurer_person, comment="鉴定报告")
    perform(case.pk, "supply", actor=people.filer)
    case = rectified(case, people)
    clock = case.clocks.get(name="assessment", ended_at=None)
    assert (case.status, clock.outcome, "to" in clock.pauses[-1]) == ("supplement", "paused", False)


def test_a_time_that_stood_still_at_the_end_stands_still_when_the_end_is_struck(people, policy):
    case = reported(people, policy)
    perform(case.pk, "ask_papers", actor=people.insurer_person, comment="鉴定报告")
    perform(case.pk, "withdraw", actor=people.filer)
    case = rectified(case, people)
    clock = case.clocks.get(name="assessment", ended_at=None)
    assert (case.status, clock.outcome, clock.next_reminder_at) == ("supplement", "paused", None)
