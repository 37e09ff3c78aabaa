"""Why an act on a policy or a claim is not possible: a reason with a code each."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from apps.certificates.models import Registration
from apps.certificates.register import must_be_valid
from apps.enterprises.models import Capacity, Organisation
from apps.insurance.models import ENDING, LossClaim, LossItem, Policy
from apps.rules.lookup import rules_on
from apps.workflow.clocks import legal_day
from apps.workflow.machine import Act
from apps.workflow.money import fen, spoken
from apps.workflow.states import Refusal

NOT_VALID = Refusal("not_valid", _("The registration is not in force: ask the office, which may let it be insured."))


def rights(act: Act) -> list[Registration]:
    """All registrations that the policy insures, or is to insure."""
    cases = [act.case.root, *act.bases]
    if act.case.pk is not None:
        cases += [basis.on for basis in act.case.bases.select_related("on__registration")]
    return [case.registration for case in cases]


def hangs_on_a_right(act: Act) -> Refusal | None:
    if act.case.root is not None and act.case.root.kind == "registration":
        return None
    return Refusal("no_registration", _("A policy insures a registration: choose one first."))


def holder_applies(act: Act) -> Refusal | None:
    if all(right.holder_id == act.case.organisation_id for right in rights(act)):
        return None
    return Refusal("not_holder", _("Only the holder of the registration can be insured for it."))


def right_stands(act: Act) -> Refusal | None:
    """A right that is not in force is insured only where an official says so by acting."""
    if act.actor is not None and act.actor.is_official:
        return None
    if act.recording:
        in_term = all(right.registered_on <= legal_day(act.at) <= right.valid_until for right in rights(act))
        return None if in_term else NOT_VALID
    return NOT_VALID if any(must_be_valid(right) for right in rights(act)) else None


def insurer_is_one(act: Act) -> Refusal | None:
    insurers = Organisation.objects.with_capacity(Capacity.INSURER)
    if insurers.filter(pk=act.data["insurer"]).exists():
        return None
    return Refusal("no_insurer", _("The organisation named as insurer is not one."))


# ------------------------------------------------------------------------------------------------ renewal and change


def renewal_offered(act: Act) -> Refusal | None:
    """A renewal is offered from some days before the end, once."""
    row: Policy = act.row
    days = rules_on(ENDING, act.case.rules_on)["policy_renewal_days"].value
    if row.ends_on is None or legal_day(act.at) < row.ends_on - timedelta(days=days):
        return Refusal(
            "too_early", _("A renewal can be applied for from %(days)d days before the end.") % {"days": days}
        )
    return not_renewed(row)


def not_renewed(row: Policy) -> Refusal | None:
    other = row.renewals.select_related("case").first()
    if other is None:
        return None
    words = _("This policy is renewed already, by %(number)s.")
    return Refusal("renewed", words % {"number": other.policy_number or other.case.number})


def endorsement_in_time(act: Act) -> Refusal | None:
    """An endorsement is entered on its day or afterwards, and lies within the cover."""
    day: date = act.data["effective_from"]
    if day > legal_day(act.at):
        return Refusal("not_yet", _("Enter an endorsement on the day it takes effect, or afterwards."))
    before = day < act.row.starts_on and act.case.status != "bound"  # agreed before the cover begins is in time
    if before or day > act.row.ends_on:
        return Refusal("outside_cover", _("An endorsement takes effect within the period of cover."))
    ends_on = act.data.get("ends_on", act.row.ends_on)
    if ends_on < max(day, act.row.starts_on):
        return Refusal("ends_too_early", _("The cover cannot end before the endorsement takes effect."))
    return None


def above_what_was_paid(act: Act) -> Refusal | None:
    """A sum insured is not reduced below what was agreed to be paid on it."""
    if fen(act.data["sum_insured"]) >= answered_fen(act.row):
        return None
    return Refusal("below_claims", _("The sum insured would lie below what was assessed on claims already."))


def within_premium(act: Act) -> Refusal | None:
    if fen(act.data["refund"]) <= act.row.premium_fen:
        return None
    return Refusal("refund_too_large", _("More cannot be returned than the premium that was paid."))


# ------------------------------------------------------------------------------------------------ claims


def answered_fen(policy: Policy, but: LossClaim | None = None) -> int:
    """What the claims on a policy take of its sum insured: the assessed amounts, or what was advanced so far."""
    rows = policy.claims.exclude(pk=but.pk) if but else policy.claims.all()
    return sum(
        assessed if assessed is not None else advance
        for assessed, advance in rows.values_list("assessed_fen", "advance_fen")
    )


def policy_is_bound(act: Act) -> Refusal | None:
    if Policy.objects.filter(pk=act.data["policy"]).exclude(policy_number="").exists():
        return None
    return Refusal("no_policy", _("A claim is made on a policy that was concluded."))


def covered_then(act: Act) -> Refusal | None:
    if Policy.objects.get(pk=act.data["policy"]).covers(act.data["lost_on"]):
        return None
    return Refusal("not_covered", _("The policy was not in force on the day of the loss."))


def known_by_now(act: Act) -> Refusal | None:
    if act.data["lost_on"] <= act.data["known_on"] <= legal_day(act.at):
        return None
    return Refusal("days_in_disorder", _("The loss comes first, then you learn of it, then you report it."))


def not_asked_before(act: Act) -> Refusal | None:
    """Insurance Law, art. 22: the insurer asks for what is missing once, for all of it."""
    if "ask_papers" not in act.standing.happened:
        return None
    return Refusal(
        "asked_once",
        _("Further papers were asked for already: the insurer asks once, for all of them (Insurance Law, art. 22)."),
    )


def within_limits(act: Act) -> Refusal | None:
    """The assessed amount is within what is claimed, the limit for each claim, the sum insured and each of its parts."""
    row: LossClaim = act.row
    policy, total = row.policy, fen(act.data["assessed"])
    if total > row.claimed_fen:
        return Refusal("more_than_claimed", _("More than was claimed cannot be paid."))
    if total < row.advance_fen:
        return Refusal("below_advance", _("More was paid in advance already."))
    return over_limit(row, policy, total) or over_item(row, policy, act.data.get("parts") or {})


def over_limit(row: LossClaim, policy: Policy, total: int) -> Refusal | None:
    if policy.per_claim_fen is not None and total > policy.per_claim_fen:
        words = _("It is above the limit for each claim, %(limit)s yuan.")
        return Refusal("over_claim_limit", words % {"limit": spoken(policy.per_claim_fen)})
    left = policy.sum_insured_fen - answered_fen(policy, row)
    if total > left:
        words = _("Of the sum insured %(left)s yuan are left.")
        return Refusal("over_sum_insured", words % {"left": spoken(max(left, 0))})
    return None


def over_item(row: LossClaim, policy: Policy, items: dict) -> Refusal | None:
    """Each part within the part of the policy, less what other claims took of it."""
    sums = policy.item_sums_fen
    if not items and len(sums) > 1:
        return Refusal("no_items", _("Say how much is assessed under each part of the sum insured."))
    others = LossItem.objects.filter(claim__policy=policy).exclude(claim=row)
    taken = dict(others.values_list("item").annotate(sum=Sum("sum_fen")))
    for item, amount in items.items():
        left = sums.get(item, 0) - taken.get(item, 0)
        if fen(amount) > left:
            words = _("Under this part of the sum insured %(left)s yuan are left: %(item)s.")
            label = dict(LossItem._meta.get_field("item").flatchoices)[item]
            return Refusal("over_item", words % {"left": spoken(max(left, 0)), "item": label})
    return None


def advance_within_limits(act: Act) -> Refusal | None:
    row: LossClaim = act.row
    total = row.advance_fen + fen(act.data["amount"])
    if total > row.claimed_fen:
        return Refusal("more_than_claimed", _("More than was claimed cannot be paid."))
    return over_limit(row, row.policy, total)


def paid_as_agreed(act: Act) -> Refusal | None:
    """What is paid is the assessed amount less what was paid in advance."""
    owed = act.row.assessed_fen - act.row.advance_fen
    if fen(act.data["amount"]) == owed:
        return None
    return Refusal("not_as_agreed", _("Agreed and still to be paid are %(amount)s yuan.") % {"amount": spoken(owed)})


def paid_by_now(act: Act) -> Refusal | None:
    if act.row.reported_on <= act.data["paid_on"] <= legal_day(act.at):
        return None
    return Refusal("days_in_disorder", _("The payment lies between the report and today."))
