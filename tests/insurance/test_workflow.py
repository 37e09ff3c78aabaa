"""Insurance policies: who may do what in each state, what follows, what is refused and why."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from apps.insurance.forms import BindForm, CancelForm, PolicyForm, RecordForm
from apps.insurance.models import Policy
from apps.outbox.models import Letter
from apps.workflow.machine import Refused, open_case, perform
from apps.workflow.models import Case, Clock
from apps.workflow.states import kind
from apps.workflow.tasks import remind, sweep
from tests.insurance.cases import TERMS, opened
from tests.product import expected, outcomes
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday
CHANGED = {
    "number": "P1", "effective_from": date(2026, 3, 2), "sum_insured": Decimal("120000"), "premium": Decimal("3000.50"),
    "ends_on": date(2027, 3, 31),
}  # fmt: skip
DATA = {
    "bind": TERMS, "cancel": {"refund": Decimal("10")}, "endorse": CHANGED, "renew": {"sum_insured": Decimal("100000")},
}  # fmt: skip
FIRM = {"manager", "filer"}
CARRIER = {"insurer_person", "clerk", "clerk2", "district_clerk"}
EARLY = {("renew", name): "too_early" for name in FIRM}
OUTSIDE = {("endorse", name): "outside_cover" for name in CARRIER}
TABLE = {
    "applied": {"bind": CARRIER, "decline": CARRIER, "withdraw": FIRM},
    "bound": {"begin": {"clock"}, "cancel": CARRIER, "endorse": CARRIER, "ask_cancel": FIRM},
    "in_force": {"end": {"clock"}, "cancel": CARRIER, "endorse": CARRIER, "renew": FIRM, "ask_cancel": FIRM},
    "ended": {"renew": FIRM},
    "cancelled": {},
    "declined": {},
    "withdrawn": {},
}


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


def applied(people, organisations, right) -> Case:
    return opened("apply", right, organisations, people.filer)


def reached(state, people, organisations, right) -> Case:
    case = applied(people, organisations, right)
    if state in ("bound", "in_force", "ended", "cancelled"):
        perform(case.pk, "bind", actor=people.insurer_person, data=TERMS)
    if state in ("in_force", "ended"):
        perform(case.pk, "begin", actor=None)
    steps = {
        "ended": ("end", None, {}),
        "cancelled": ("cancel", people.insurer_person, DATA["cancel"]),
        "declined": ("decline", people.insurer_person, {}),
        "withdrawn": ("withdraw", people.filer, {}),
    }
    if state in steps:
        move, actor, data = steps[state]
        perform(case.pk, move, actor=actor, data=data, comment="Because.")
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("state", TABLE)
def test_each_move_is_open_to_those_of_the_table_alone(state, people, organisations, right):
    case = reached(state, people, organisations, right)
    assert case.status == state
    special = EARLY | (OUTSIDE if state == "in_force" else {})
    wanted = expected(case, people, TABLE[state], special)
    if state in ("bound", "in_force"):  # nothing was transferred
        wanted["keep_terms"] = dict.fromkeys(wanted["keep_terms"], "not_this_case")
    assert outcomes(case, people, DATA) == wanted


def test_the_table_names_every_state():
    assert set(TABLE) == {state.name for state in kind("policy").states}


def test_another_firm_or_a_reader_cannot_apply(people, organisations, right):
    for stranger in (people.rival, people.reader, people.insurer_person, people.clerk):
        with pytest.raises(Refused) as refused:
            opened("apply", right, organisations, stranger)
        assert refused.value.code == "not_yours"
    assert not Policy.objects.exists()


def test_a_firm_that_does_not_hold_the_right_cannot_be_insured_for_it(people, organisations, right):
    given = kind("policy").filing(
        "apply", organisations.rival_enterprise, right.case,
        {"insurer": organisations.insurer.pk, "product": "infringed", "sum_insured": Decimal("1")},
    )  # fmt: skip
    firm = organisations.rival_enterprise
    given |= {"organisation": firm, "parties": [("applicant", firm)]}
    with pytest.raises(Refused) as refused:
        open_case("policy", move="apply", actor=people.rival, **given)
    assert refused.value.code == "not_holder"


def test_an_unverified_holder_cannot_apply(people, organisations):
    right = make_right(organisations.newcomer)
    with pytest.raises(Refused) as refused:
        opened("apply", right, organisations, people.newcomer)
    assert refused.value.code == "not_verified"


def test_only_an_insurer_insures(people, organisations, right):
    with pytest.raises(Refused) as refused:
        opened("apply", right, organisations, people.filer, {"insurer": organisations.bank.pk})
    assert refused.value.code == "no_insurer"


def test_a_right_that_ended_is_insured_only_where_an_official_acts(people, organisations):
    right = make_right(organisations.enterprise, registered_on=date(2023, 1, 9), valid_until=date(2026, 1, 8))
    with pytest.raises(Refused) as refused:
        opened("apply", right, organisations, people.filer)
    assert refused.value.code == "not_valid"
    case = opened("apply", right, organisations, people.clerk, entered_by=people.clerk)
    with pytest.raises(Refused) as refused:
        perform(case.pk, "bind", actor=people.insurer_person, data=TERMS)
    assert refused.value.code == "not_valid"
    perform(case.pk, "bind", actor=people.clerk2, data=TERMS)
    assert Case.objects.get(pk=case.pk).status == "bound"


def test_binding_keeps_the_policy_to_the_fen(people, organisations, right):
    row = reached("bound", people, organisations, right).row
    assert (row.sum_insured_fen, row.premium_fen) == (10_000_000, 300_050)
    assert (row.starts_on, row.ends_on) == (date(2026, 4, 1), date(2027, 3, 31))


def test_a_policy_number_is_used_once_by_an_insurer(people, organisations, right):
    reached("bound", people, organisations, right)
    case = applied(people, organisations, right)
    with pytest.raises(Refused) as refused:
        perform(case.pk, "bind", actor=people.insurer_person, data=TERMS)
    assert refused.value.code == "number_taken"
    assert Case.objects.get(pk=case.pk).status == "applied"


def test_an_insurer_records_a_policy_of_its_own(people, organisations, right):
    case = opened("record", right, organisations, people.insurer_person, TERMS)
    assert (case.status, case.row.policyholder) == ("bound", organisations.enterprise)
    with pytest.raises(Refused) as refused:
        opened("record", right, organisations, people.banker, TERMS | {"policy_number": "2"})
    assert refused.value.code == "not_yours"


def test_cover_begins_on_its_first_day_and_ends_after_its_last(people, organisations, right):
    case = reached("bound", people, organisations, right)

    def state_at(*moment) -> str:
        with time_machine.travel(datetime(*moment, tzinfo=UTC), tick=False):
            return Case.objects.at().get(pk=case.pk).state

    assert state_at(2026, 3, 31, 15, 59) == "bound"
    assert state_at(2026, 3, 31, 16) == "in_force"
    with time_machine.travel(datetime(2026, 4, 5, tzinfo=UTC), tick=False):
        assert sweep() == 1
    assert state_at(2027, 3, 31, 15, 59) == "in_force"
    with time_machine.travel(datetime(2027, 4, 2, tzinfo=UTC), tick=False):
        assert Case.objects.at().get(pk=case.pk).state == "ended"
        assert sweep() == 1
        assert sweep() == 0
    times = dict(case.events.filter(actor=None).values_list("move", "effective_at"))
    assert times == {
        "begin": datetime(2026, 3, 31, 16, tzinfo=UTC),
        "end": datetime(2027, 3, 31, 16, tzinfo=UTC),
    }


def test_a_policy_written_down_after_its_end_is_ended_at_once(people, organisations, right):
    past = TERMS | {"starts_on": date(2026, 2, 15), "ends_on": date(2026, 2, 20)}
    case = opened("record", right, organisations, people.insurer_person, past)
    sweep()
    assert [e.move for e in case.events.order_by("seq")] == ["record", "begin", "end"]
    assert Case.objects.get(pk=case.pk).status == "ended"


def test_the_past_is_settled_only_up_to_the_act_that_is_recorded(people, organisations, right):
    """A policy cancelled in mid-term long ago was not ended by its clock."""
    past = TERMS | {"starts_on": date(2026, 2, 5), "ends_on": date(2026, 2, 25)}
    at = datetime(2026, 2, 4, tzinfo=UTC)
    case = opened("record", right, organisations, people.clerk, past, recording=True, effective_at=at)
    perform(
        case.pk, "cancel", actor=people.clerk, data=DATA["cancel"], recording=True,
        effective_at=datetime(2026, 2, 10, tzinfo=UTC),
    )  # fmt: skip
    assert [e.move for e in case.events.order_by("seq")] == ["record", "begin", "cancel"]
    assert not Letter.objects.filter(case_pk=case.pk, text="policy.cancelled").exists()


def test_reminders_go_to_firm_and_insurer_60_30_and_7_days_before_the_end(people, organisations, right):
    case = reached("bound", people, organisations, right)
    days = [r["at"][:10] for r in Clock.objects.get(case=case, name="end").reminders]
    assert days == ["2027-01-30", "2027-03-01", "2027-03-24"]
    with time_machine.travel(datetime(2027, 1, 30, 1, tzinfo=UTC), tick=False):
        remind()
        remind()
    letters = Letter.objects.filter(case_pk=case.pk, text="reminder.before")
    assert {letter.user for letter in letters} == {people.manager, people.filer, people.insurer_person}
    assert letters.count() == 3
    assert letters[0].context["days"] == 60


def test_the_insurer_is_followed_up_within_ten_working_days(people, organisations, right):
    case = applied(people, organisations, right)
    clock = case.clocks.get(name="follow_up")
    assert clock.due_on == date(2026, 3, 16)
    perform(case.pk, "bind", actor=people.insurer_person, data=TERMS)
    assert Clock.objects.get(pk=clock.pk).outcome == "met"


def test_each_side_hears_of_application_and_policy(people, organisations, right):
    case = reached("bound", people, organisations, right)
    letters = Letter.objects.filter(case_pk=case.pk)
    told = {(letter.text, letter.user.username) for letter in letters}
    firm = {"manager", "filer"}
    assert told == {
        *(("policy.received", name) for name in firm), ("policy.asked", "insurer_person"),
        *(("policy.bound", name) for name in firm), ("policy.bound", "insurer_person"),
    }  # fmt: skip


def test_no_more_than_the_premium_is_returned(people, organisations, right):
    case = reached("bound", people, organisations, right)
    with pytest.raises(Refused) as refused:
        perform(case.pk, "cancel", actor=people.insurer_person, data={"refund": Decimal("3000.51")})
    assert refused.value.code == "refund_too_large"
    perform(case.pk, "cancel", actor=people.insurer_person, data={"refund": Decimal("3000.50")})
    assert Policy.objects.get(case=case).refund_fen == 300_050


def test_a_policy_entered_by_mistake_is_rectified_to_the_application(people, organisations, right):
    case = reached("bound", people, organisations, right)
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="Wrong policy.")
    perform(case.pk, "rectify", actor=people.chief)
    case, row = Case.objects.get(pk=case.pk), Policy.objects.get(case=case)
    assert (case.status, row.policy_number, row.sum_insured_fen, row.ends_on) == ("applied", "", 6_000_000, None)
    assert case.next_due_at is None
    assert case.clocks.get(name="follow_up").outcome == "running"


@pytest.mark.parametrize(
    "values",
    [
        {"sum_insured_fen": 0}, {"premium_fen": -1}, {"ends_on": date(2026, 3, 31)}, {"ends_on": None},
        {"policy_number": ""}, {"refund_fen": 300_051},
    ],
)  # fmt: skip
def test_the_database_refuses_an_impossible_policy(values, people, organisations, right):
    row = reached("bound", people, organisations, right).row
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.filter(pk=row.pk).update(**values)


def test_forms_read_amounts_as_people_type_them(organisations):
    form = BindForm({**TERMS, "sum_insured": "１０５，０００，０００．５０", "premium": "1.5e3"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["sum_insured"] == Decimal("105000000.50")
    assert form.cleaned_data["premium"] == 1500


@pytest.mark.parametrize(
    ("form", "values", "field"),
    [
        (BindForm, {"ends_on": "2026-03-31"}, "ends_on"), (BindForm, {"premium": "-1"}, "premium"),
        (BindForm, {"sum_insured": "0"}, "sum_insured"), (BindForm, {"premium": "1.005"}, "premium"),
        (BindForm, {"sum_insured": "lots"}, "sum_insured"), (BindForm, {"policy_number": " "}, "policy_number"),
        (BindForm, {"starts_on": "soon"}, "starts_on"), (BindForm, {"sum_insured": "1" * 30}, "sum_insured"),
        (CancelForm, {"comment": "", "refund": "0"}, "comment"),
    ],
)  # fmt: skip
def test_a_fault_is_one_sentence_at_its_field(form, values, field):
    errors = form({**TERMS, **values}).errors
    assert list(errors) == [field] or form is CancelForm
    assert len(errors[field]) == 1


def test_the_form_offers_verified_insurers_only(organisations):
    form = PolicyForm({"insurer": organisations.bank.pk, "product": "infringed", "sum_insured": "1"})
    assert list(form.errors) == ["insurer"]
    right = make_right(organisations.enterprise)
    form = RecordForm(
        {"registration": right.number, "insurer": organisations.insurer.pk, "product": "infringed", **TERMS}
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["registration"] == right.pk
    assert form.cleaned_data["insurer"] == organisations.insurer.pk
