"""What the pages of a policy and of a claim say of it, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.insurance.models import ENDING, Item
from apps.rules.clock import legal_today
from apps.rules.lookup import rules_on
from apps.workflow.money import spoken

if TYPE_CHECKING:
    from apps.insurance.models import LossClaim, Policy

Shown = list[tuple[object, str]]


def filled(*lines: tuple[object, object]) -> Shown:
    """The lines that say something, labels as they begin a line."""
    return [(f"{str(label)[:1].upper()}{str(label)[1:]}", str(text)) for label, text in lines if text not in (None, "")]


def item_lines(sums: dict[str, int]) -> str:
    labels = dict(Item.choices)
    return "\n".join(f"{labels[item]}: {yuan(fen)}" for item, fen in sums.items())


def yuan(fen: int | None) -> str:
    return "" if fen is None else _("%(amount)s yuan") % {"amount": spoken(fen)}


def policy_facts(row: Policy) -> Shown:
    case = row.case
    further = case.bases.select_related("on__registration").order_by("pk")
    rights = [row.registration, *(basis.on.registration for basis in further)]
    return filled(
        (_("registrations"), "\n".join(f"{right.number} {right.name}" for right in rights)),
        (_("insurer"), " · ".join(filter(None, (row.insurer.name, row.branch)))),
        (_("policyholder"), row.policyholder.name),
        (_("insured"), row.insured.name),
        (_("beneficiary"), row.beneficiary),
        (_("kind of insurance"), row.get_product_display()),
        (_("insurance product"), row.offered_as.name if row.offered_as_id else ""),
        (_("policy number"), row.policy_number),
        (_("sum insured"), yuan(row.sum_insured_fen)),
        (_("parts of the sum insured"), item_lines(row.item_sums_fen)),
        (_("limit for each claim"), yuan(row.per_claim_fen)),
        (_("deductible"), yuan(row.deductible_fen or None)),
        (_("premium"), yuan(row.premium_fen)),
        (_("rate"), "" if row.rate is None else f"{row.rate.normalize():f} %"),
        (_("government subsidy of the premium"), yuan(row.subsidy_fen or None)),
        (_("period of cover"), period(row)),
        (_("special terms"), row.special_terms),
        (_("renews the policy"), row.renews.policy_number if row.renews_id else ""),
        (_("renewed by"), "\n".join(str(other.case.number) for other in row.renewals.select_related("case"))),
        (_("endorsements"), "\n".join(endorsement_line(one) for one in row.endorsements.all())),
        (_("cancelled on"), row.cancelled_on and row.cancelled_on.isoformat()),
        (_("ground of the cancellation"), row.get_cancel_ground_display()),
        (_("premium returned"), yuan(row.refund_fen)),
    )  # fmt: skip


def period(row: Policy) -> str:
    """First and last day; that it ends soon is derived, never stored."""
    if row.starts_on is None:
        return ""
    said = _("%(first)s to %(last)s") % {"first": row.starts_on.isoformat(), "last": row.ends_on.isoformat()}
    today = legal_today()
    if row.ends_soon(today, rules_on(ENDING, today)["policy_ending_days"].value):
        days = (row.ends_on - today).days
        said += " · " + ngettext("ends soon: in %(days)d day", "ends soon: in %(days)d days", days) % {"days": days}
    return said


def endorsement_line(one) -> str:
    """One endorsement with its rows of before and after."""
    from apps.insurance.models import Policy

    labels = Policy.labels()
    rows = (
        f"{labels[each['path']]}: {spoken_value(each, 'before')} → {spoken_value(each, 'after')}"
        for each in one.changes
    )
    return f"{one.number} ({one.effective_on.isoformat()}): {'; '.join(rows)}"


def spoken_value(change: dict, side: str) -> str:
    value = change[side]
    if value in (None, "", {}):
        return "—"
    if isinstance(value, dict):
        return item_lines(value).replace("\n", ", ")
    return yuan(value) if change["path"].endswith("_fen") else str(value)


def claim_facts(row: LossClaim) -> Shown:
    late = _("yes: the insurer may refuse it (Insurance Law, art. 26)") if row.is_late else ""
    return filled(
        (_("policy number"), row.policy.policy_number),
        (_("insurer"), row.policy.insurer.name),
        (_("day of the loss"), row.lost_on.isoformat()),
        (_("known since"), row.known_on.isoformat()),
        (_("reported on"), row.reported_on.isoformat()),
        (_("reported after the limitation of two years"), late),
        (_("cause"), row.get_cause_display()),
        (_("what happened"), row.account),
        (_("claimed"), yuan(row.claimed_fen)),
        (_("assessed"), yuan(row.assessed_fen)),
        (_("assessed by item"), item_lines(row.item_sums_fen)),
        (_("paid in advance"), yuan(row.advance_fen or None)),
        (_("paid in the end"), yuan(row.paid_fen)),
        (_("paid on"), row.paid_on and row.paid_on.isoformat()),
        (_("reason of the refusal"), row.refused_because),
    )  # fmt: skip
