"""Policies over their life: parts of the sum, endorsements, renewals, refunds, and what happens to the right."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import translation

from apps.insurance.forms import BindForm, CancelForm, EndorseForm, PolicyForm, RecordForm
from apps.insurance.models import Endorsement, Policy, Product
from apps.outbox.models import Letter
from apps.rules.clock import legal_now
from apps.workflow.machine import Act, Refused, follow, moves_for, perform
from apps.workflow.models import Case
from apps.workflow.people import Standing
from apps.workflow.states import kind
from apps.workflow.touch import edges
from tests.insurance.cases import TERMS, in_force, opened, reported
from tests.pledges.cases import filed as pledge_filed
from tests.rights import make_right

MAY = datetime(2026, 5, 11, 4, 0, tzinfo=UTC)  # a Monday, the cover runs since 1 April
ITEMS = {"investigation": Decimal("20000"), "legal": Decimal("30000"), "direct": Decimal("50000")}


@pytest.fixture(autouse=True)
def may(db):
    with time_machine.travel(MAY, tick=False), translation.override("en"):
        yield


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


@pytest.fixture
def policy(people, organisations, right) -> Case:
    return in_force(people, organisations, right, parts=ITEMS)


def on(day: date):
    return time_machine.travel(datetime(day.year, day.month, day.day, 4, tzinfo=UTC), tick=False)


def refused(case, move, actor, data=None) -> str:
    with pytest.raises(Refused) as found, transaction.atomic():
        perform(case.pk, move, actor=actor, data=data, comment="x")
    return found.value.code


# ------------------------------------------------------------------------------------------------ sums and parts


def test_parts_of_the_sum_insured_are_kept_and_add_up(policy):
    assert policy.policy.item_sums_fen == {"investigation": 2_000_000, "legal": 3_000_000, "direct": 5_000_000}
    assert not Policy.objects.inconsistent().exists()
    policy.policy.items.filter(item="legal").update(sum_fen=1)
    assert list(Policy.objects.inconsistent()) == [policy.policy]


def test_a_sum_that_nobody_parted_is_one_part(people, organisations, right):
    assert in_force(people, organisations, right).policy.item_sums_fen == {"whole": 10_000_000}


def test_form_says_where_the_parts_do_not_add_up():
    form = BindForm({**TERMS, "item_legal": "30000", "item_direct": "50000"})
    assert [list(form.errors), form.errors["sum_insured"]] == [["sum_insured"], ["The parts add up to 80,000.00 yuan."]]
    form = BindForm({**TERMS, "item_legal": "30000", "item_direct": "70000"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["parts"] == {"legal": Decimal(30000), "direct": Decimal(70000)}


@pytest.mark.parametrize(
    ("values", "field"),
    [({"per_claim": "100000.01"}, "per_claim"), ({"subsidy": "3000.51"}, "subsidy"), ({"premium": "x"}, "premium")],
)
def test_terms_that_cannot_be_are_told_at_their_field(values, field):
    assert list(BindForm({**TERMS, **values}).errors) == [field]


@pytest.mark.parametrize(
    "values",
    [{"per_claim_fen": 10_000_001}, {"per_claim_fen": 0}, {"deductible_fen": -1}, {"subsidy_fen": 300_051}, {"refund_fen": 1}],
)  # fmt: skip
def test_the_database_refuses_terms_that_cannot_be(policy, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.filter(pk=policy.pk).update(**values)


def test_rate_is_derived(policy):
    assert policy.policy.rate == Decimal("3.0005")


def test_one_policy_covers_several_rights_of_the_holder(people, organisations, right):
    second = make_right(organisations.enterprise, "第二数据集")
    case = in_force(people, organisations, right, further=[second.pk])
    assert [basis.on_id for basis in case.bases.all()] == [second.pk]
    assert [edge.case for edge in edges(second.case, "revoke")] == [case]
    foreign = make_right(organisations.rival_enterprise, "他人数据集")
    with pytest.raises(Refused) as found:
        opened("apply", right, organisations, people.filer, {"further": [foreign.pk]})
    assert found.value.code == "not_holder"


def test_number_of_a_registration_that_does_not_exist_is_told(organisations, right):
    form = RecordForm(
        {"registration": "舟数知登-1", "insurer": organisations.insurer.pk, "product": "infringed", **TERMS}
    )
    assert form.errors == {"registration": ["No registration has the number 舟数知登-1."]}


def test_a_bank_is_insured_by_a_guarantee_and_party_to_it(people, organisations, right):
    given = {"insured": organisations.bank.pk, "product": "guarantee"}
    case = opened("apply", right, organisations, people.filer, given)
    assert case.policy.insured == organisations.bank
    assert Case.objects.visible_to(people.banker).get() == case


# ------------------------------------------------------------------------------------------------ products


def a_product(organisations, **values) -> Product:
    given = {
        "insurer": organisations.insurer,
        "name": "示范侵权险",
        "line": "infringed",
        "terms": "条款",
        "active_from": date(2026, 1, 1),
    }
    return Product.objects.create(**{**given, **values})


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({}, {}),
        ({"line": "asset"}, {"offered_as": ["This product is of another kind of insurance."]}),
        ({"active_until": date(2026, 5, 10)}, {"offered_as": ["Select a valid choice. That choice is not one of the available choices."]}),
    ],
)  # fmt: skip
def test_only_what_is_offered_today_can_be_applied_for(organisations, values, fault):
    product = a_product(organisations, **values)
    data = {"insurer": organisations.insurer.pk, "product": "infringed", "offered_as": product.pk, "sum_insured": "1"}
    assert PolicyForm(data).errors == fault


def test_usual_items_of_the_product_are_asked_for(people, organisations, right):
    product = a_product(organisations, items=["restoration"])
    case = opened("apply", right, organisations, people.filer, {"offered_as": product.pk})
    names = {name for name in BindForm(case=case).fields if name.startswith("item_")}
    assert names == {"item_investigation", "item_legal", "item_direct", "item_restoration"}


# ------------------------------------------------------------------------------------------------ endorsements


def change(**values) -> dict:
    return {
        "number": "P1", "effective_from": date(2026, 5, 11), "sum_insured": Decimal("120000"), "premium": Decimal("3600"),
        "ends_on": date(2027, 3, 31), "parts": {**ITEMS, "direct": Decimal("70000")}, **values,
    }  # fmt: skip


def test_an_endorsement_keeps_what_stood_before(people, policy):
    perform(policy.pk, "endorse", actor=people.insurer_person, data=change())
    row = Policy.objects.get(pk=policy.pk)
    (one,) = row.endorsements.all()
    assert {c["path"]: (c["before"], c["after"]) for c in one.changes} == {
        "sum_insured_fen": (10_000_000, 12_000_000), "premium_fen": (300_050, 360_000),
        "item_sums_fen": (
            {"investigation": 2_000_000, "legal": 3_000_000, "direct": 5_000_000},
            {"investigation": 2_000_000, "legal": 3_000_000, "direct": 7_000_000},
        ),
    }  # fmt: skip
    assert (row.sum_insured_fen, one.sum_before_fen) == (12_000_000, 10_000_000)
    letter = Letter.objects.filter(text="policy.endorsed", user=people.filer).get()
    assert "10" in letter.context["changed"]


def test_endorsements_follow_each_other_and_the_last_can_be_rectified(people, policy):
    perform(policy.pk, "endorse", actor=people.insurer_person, data=change())
    longer = change(number="P2", ends_on=date(2027, 6, 30))
    perform(policy.pk, "endorse", actor=people.insurer_person, data=longer)
    assert Case.objects.get(pk=policy.pk).due_on == date(2027, 6, 30)
    perform(policy.pk, "propose_rectification", actor=people.clerk, comment="x")
    perform(policy.pk, "rectify", actor=people.chief)
    row = Policy.objects.get(pk=policy.pk)
    assert (row.ends_on, row.sum_insured_fen) == (date(2027, 3, 31), 12_000_000)
    assert [one.number for one in row.endorsements.all()] == ["P1"]
    assert Case.objects.get(pk=policy.pk).due_on == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"effective_from": date(2026, 5, 12)}, "not_yet"), ({"effective_from": date(2026, 3, 31)}, "outside_cover"),
        ({"ends_on": date(2026, 5, 10)}, "ends_too_early"),
        ({"sum_insured": Decimal("100000"), "premium": Decimal("3000.50"), "parts": ITEMS}, "nothing_changed"),
    ],
)  # fmt: skip
def test_an_endorsement_is_refused_with_its_reason(people, policy, values, code):
    assert refused(policy, "endorse", people.insurer_person, change(**values)) == code
    assert not Endorsement.objects.exists()


def test_another_fault_of_the_database_is_not_called_a_number_taken(people, organisations, right, policy):
    with pytest.raises(IntegrityError, match="limit_within_sum"):
        opened(
            "record",
            right,
            organisations,
            people.insurer_person,
            TERMS | {"policy_number": "DH-2", "per_claim": Decimal("999999")},
        )
    with pytest.raises(IntegrityError, match="limit_within_sum"):
        perform(policy.pk, "endorse", actor=people.insurer_person, data=change(per_claim=Decimal("999999")))


def test_the_number_of_an_endorsement_is_used_once(people, policy):
    perform(policy.pk, "endorse", actor=people.insurer_person, data=change())
    again = change(sum_insured=Decimal("130000"), parts={**ITEMS, "direct": Decimal("80000")})
    assert refused(policy, "endorse", people.insurer_person, again) == "number_taken"


def test_a_sum_is_not_reduced_below_what_was_assessed(people, policy):
    claim = reported(people, policy)
    perform(claim.pk, "assess", actor=people.insurer_person)
    given = {"assessed": Decimal("40000"), "parts": {"direct": Decimal("40000")}}
    perform(claim.pk, "agree", actor=people.insurer_person, data=given)
    low = change(sum_insured=Decimal("39999.99"), parts={"direct": Decimal("39999.99")})
    assert refused(policy, "endorse", people.insurer_person, low) == "below_claims"


def test_form_of_an_endorsement_begins_with_what_stands(policy):
    form = EndorseForm(case=policy)
    assert form["sum_insured"].value() == Decimal("100000.00")
    assert form["item_legal"].value() == Decimal("30000.00")
    assert form["ends_on"].value() == date(2027, 3, 31)


# ------------------------------------------------------------------------------------------------ renewal


def renew(people, policy, **words):
    return perform(policy.pk, "renew", actor=people.filer, data={"sum_insured": Decimal("90000")}, **words)


@pytest.mark.parametrize(("day", "code"), [(date(2027, 1, 29), "too_early"), (date(2027, 1, 30), "")])
def test_a_renewal_is_offered_from_sixty_days_before_the_end(people, policy, day, code):
    with on(day):
        offer = next(
            offer for offer in moves_for(Case.objects.get(pk=policy.pk), people.filer) if offer.move.name == "renew"
        )
        assert (offer.refusal.code if offer.refusal else "") == code


def test_a_renewal_is_a_new_policy_linked_to_the_old_and_comes_once(people, organisations, policy):
    with on(date(2027, 3, 1)):
        event = renew(people, policy)
        new = Case.objects.get(number=event.data["renewal"])
        assert (new.status, new.policy.renews_id, new.policy.sum_insured_fen) == ("applied", policy.pk, 9_000_000)
        assert new.policy.insurer == organisations.insurer
        assert refused(policy, "renew", people.filer, {"sum_insured": Decimal(1)}) == "renewed"
        other = opened("apply", make_right(organisations.enterprise, "另一"), organisations, people.filer)
        twin = Policy.objects.filter(pk=other.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.update(renews=policy.policy)
    assert Letter.objects.filter(case_pk=new.pk, text="policy.asked", user=people.insurer_person).exists()


def test_a_renewal_that_was_declined_can_be_asked_for_again(people, policy):
    with on(date(2027, 3, 1)):
        new = Case.objects.get(number=renew(people, policy).data["renewal"])
        perform(new.pk, "decline", actor=people.insurer_person, comment="x")
        assert Policy.objects.get(pk=new.pk).renews_id is None
        again = Case.objects.get(number=renew(people, policy).data["renewal"])
        assert again.policy.renews_id == policy.pk
        perform(new.pk, "propose_rectification", actor=people.clerk, comment="x")
        with pytest.raises(IntegrityError), transaction.atomic():
            perform(new.pk, "rectify", actor=people.chief)


def test_an_insurer_records_a_renewal_by_the_old_number(people, organisations, right, policy):
    year = TERMS | {"policy_number": "DH2027-1", "starts_on": date(2027, 4, 1), "ends_on": date(2028, 3, 31)}
    case = opened("record", right, organisations, people.insurer_person, year | {"renews": "DH2026-0001"})
    assert case.policy.renews_id == policy.pk
    third = year | {"policy_number": "DH2027-2", "renews": "DH2026-0001"}
    for data, code in ((third, "renewed"), (third | {"renews": "DH2020-9"}, "no_such_policy")):
        with pytest.raises(Refused) as found:
            opened("record", right, organisations, people.insurer_person, data)
        assert found.value.code == code


def test_policies_in_force_on_a_day_are_counted_with_their_sum_of_that_day(people, organisations, right, policy):
    year = TERMS | {"policy_number": "2", "starts_on": date(2027, 4, 1), "ends_on": date(2028, 3, 31)}
    opened("record", right, organisations, people.insurer_person, year | {"renews": "DH2026-0001"})
    perform(policy.pk, "endorse", actor=people.insurer_person, data=change())

    def counted(day) -> tuple:
        rows = Policy.objects.in_force_on(day)
        return rows.count(), rows.aggregate(sum=Sum("sum_then_fen"))["sum"]

    assert [counted(day) for day in (date(2026, 3, 31), date(2026, 5, 10), date(2026, 5, 11), date(2027, 4, 1))] == [
        (0, None), (1, 10_000_000), (1, 12_000_000), (1, 10_000_000),
    ]  # fmt: skip
    perform(policy.pk, "cancel", actor=people.insurer_person, data={"refund": Decimal(0), "ground": "other"})
    assert counted(date(2026, 5, 10)) == (1, 10_000_000)
    assert counted(date(2026, 5, 11)) == (0, None)


# ------------------------------------------------------------------------------------------------ cancellation


@pytest.mark.parametrize(
    ("day", "fen"),
    [(date(2026, 3, 2), 300_050), (date(2026, 4, 1), 300_050), (date(2026, 5, 11), 267_168), (date(2027, 3, 31), 822),
     (date(2027, 4, 1), 0)],
)  # fmt: skip
def test_refund_is_proposed_for_the_days_that_are_left(policy, day, fen):
    assert policy.policy.proposed_refund_fen(day) == fen


def test_the_insurer_decides_on_the_refund_and_says_the_ground(people, policy):
    form = CancelForm(case=policy)
    assert form["refund"].value() == Decimal("2671.68")
    assert "325 of 365" in str(form.fields["refund"].help_text)
    perform(policy.pk, "cancel", actor=people.insurer_person, data={"refund": Decimal("100"), "ground": "surrender"})
    row = Policy.objects.get(pk=policy.pk)
    assert (row.refund_fen, row.cancel_ground, row.cancelled_on) == (10_000, "surrender", date(2026, 5, 11))
    assert row.case.events.get(move="cancel").data["proposed_refund_fen"] == 267_168


def test_the_policyholder_asks_and_the_insurer_hears_of_it(people, policy):
    perform(policy.pk, "ask_cancel", actor=people.filer, comment="不再需要")
    assert Letter.objects.get(text="policy.surrender_asked").user == people.insurer_person
    assert refused(policy, "cancel", people.filer, {"refund": Decimal(0)}) == "not_yours"


@pytest.mark.parametrize(
    ("day", "soon"), [(date(2027, 2, 28), False), (date(2027, 3, 1), True), (date(2027, 4, 1), False)]
)
def test_that_it_ends_soon_is_derived(policy, day, soon):
    with on(day):
        text = dict(policy.policy.facts())["Period of cover"]
        assert ("ends soon" in text) is soon


# ------------------------------------------------------------------------------------------------ what touches it


def because(right) -> Act:
    table = kind("registration")
    return Act(right.case, table, table.move("revoke"), Standing(right.case, None), legal_now(), {})


ACTS = {
    "revoke": {}, "cancel": {}, "freeze": {}, "thaw": {}, "contest": {}, "uphold": {}, "change": {"changes": {"name": "新名"}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("act", "text"),
    [
        ("revoke", "policy.warned"), ("cancel", "policy.warned"), ("freeze", "policy.told"), ("contest", "policy.told"),
        ("change", "policy.told"), ("uphold", "policy.told"), ("thaw", "policy.told"),
    ],
)  # fmt: skip
def test_an_act_on_the_right_is_told_to_both_sides_at_once(people, organisations, right, policy, act, text):
    follow(right.case.pk, act, because(policy.policy.registration), ACTS[act])
    told = Letter.objects.filter(case_pk=policy.pk, text=text)
    assert {letter.user for letter in told} == {people.manager, people.filer, people.insurer_person}
    assert Case.objects.get(pk=policy.pk).status == "in_force"


def test_policy_on_a_right_that_lapses_warns_at_once(people, organisations):
    right = make_right(organisations.enterprise, registered_on=date(2025, 5, 1), valid_until=date(2026, 5, 12))
    policy = in_force(people, organisations, right)
    with time_machine.travel(datetime(2026, 5, 12, 16, 1, tzinfo=UTC), tick=False):
        from apps.workflow.tasks import sweep

        sweep()
    assert Letter.objects.filter(case_pk=policy.pk, text="policy.warned", user=people.insurer_person).count() == 1


def test_a_transfer_passes_the_policy_on_and_gives_the_insurer_thirty_days(people, organisations, right, policy):
    follow(right.case.pk, "transfer", because(right), {"holder": organisations.rival_enterprise.pk})
    row = Policy.objects.get(pk=policy.pk)
    assert (row.insured, row.policyholder) == (organisations.rival_enterprise, organisations.enterprise)
    told = Letter.objects.filter(case_pk=policy.pk, text="policy.passed").values_list("user__username", flat=True)
    assert set(told) == {"manager", "filer", "insurer_person", "rival"}
    assert policy.clocks.get(name="transfer_answer").due_on == date(2026, 6, 10)
    perform(policy.pk, "keep_terms", actor=people.insurer_person)
    assert policy.clocks.get(name="transfer_answer").outcome == "met"
    assert refused(policy, "keep_terms", people.insurer_person) == "not_this_case"


def test_application_by_the_former_holder_is_warned_of_a_transfer(people, organisations, right):
    case = opened("apply", right, organisations, people.filer)
    follow(right.case.pk, "transfer", because(right), {"holder": organisations.rival_enterprise.pk})
    assert case.events.order_by("-seq").first().move == "warn"


def test_pledge_and_policy_on_one_right_stand_side_by_side(people, organisations, right, policy):
    pledge = pledge_filed(people, organisations, right)
    assert {edge.case for edge in edges(right.case, "freeze")} == {policy, pledge}
