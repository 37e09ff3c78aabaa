"""What is looked at before a pledge is registered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.certificates.models import Claim
from apps.pledges.appraising import CONFIRMED, DISOWNED, word_of
from apps.pledges.intents import notices_on
from apps.pledges.models import PledgedRight
from apps.pledges.valuing import good_until
from apps.workflow.checklist import DOUBT, FAULT, Criterion, Remark, Subject
from apps.workflow.people import History


def amounts_agree(subject: Subject) -> Remark | None:
    secured, credit = subject.values.get("secured_fen"), subject.values.get("credit_fen")
    if secured is None or credit is None or secured >= credit:
        return None
    return Remark(DOUBT, _("The secured amount is below the credit line: is that what the contract says?"))


def appraisal_holds(subject: Subject) -> Remark | None:
    day = subject.values.get("appraised_on")
    if day is None:
        return Remark(DOUBT, _("No appraisal is stated."))
    if good_until(day, subject.on) < subject.on:
        return Remark(
            DOUBT, _("The appraisal is older than a valuation is good for: ask whether the value still holds.")
        )
    if subject.case is None or subject.values.get("appraised_by") is None:
        return None
    said = word_of(History(subject.case).acts)
    if said == DISOWNED:
        return Remark(FAULT, _("The appraiser says that this valuation is not its own."))
    return None if said == CONFIRMED else Remark(DOUBT, _("The appraiser has not confirmed the valuation yet."))


def term_is_ordered(subject: Subject) -> Remark | None:
    start, end = subject.values.get("starts_on"), subject.values.get("ends_on")
    if start is None or end is None or start < end:
        return None
    return Remark(FAULT, _("The loan ends before it begins."))


def no_earlier_notice(subject: Subject) -> Remark | None:
    """Information, never a block: another bank said earlier that it means to take a pledge."""
    if subject.case is None:
        return None
    rights = PledgedRight.objects.filter(pledge=subject.case.pk).values("registration")
    notices = notices_on(rights, subject.values["pledgee"].pk)
    before = [row for row in notices if row.case.filed_at < subject.case.filed_at]
    if not before:
        return None
    words = _(
        "The application came after the notice of intent of %(banks)s. That is information only: the notice is without legal effect."
    )
    return Remark(DOUBT, words % {"banks": "、".join(row.bank.name for row in before)})


def nothing_elsewhere(subject: Subject) -> Remark | None:
    """Another office's entry on one of the rights."""
    if subject.case is None:
        return None
    rights = PledgedRight.objects.filter(pledge=subject.case.pk).values("registration")
    found = Claim.objects.filter(registration__in=rights, own=False, ended_at__isnull=True).exclude(case=subject.case)
    places = "、".join(f"{row.place} {row.place_number}".strip() for row in found)
    if not places:
        return None
    return Remark(DOUBT, _("Another pledge is registered at %(places)s: ask both sides about it.") % {"places": places})


CONTRACT = _("Civil Code, art. 427")
CHECKLIST = (
    Criterion("contract", _("The contract is attached, signed by both, and its number is the one stated"), ("contract_number", "contract_on"), CONTRACT),
    Criterion("debt", _("Secured debt and amount are those of the contract"), ("debt", "secured_fen", "credit_fen"), CONTRACT, amounts_agree),
    Criterion("term", _("The term of the loan is that of the contract"), ("starts_on", "ends_on"), CONTRACT, term_is_ordered),
    Criterion("appraisal", _("The appraised value rests on a report"), ("appraised_fen", "appraised_on"), test=appraisal_holds),
    Criterion("elsewhere", _("It is said where else the pledge is or will be registered"), ("registered_at", "registered_number"), test=nothing_elsewhere),
    Criterion("co_owners", _("Every holder of the right agrees")),
    Criterion("earlier_notice", _("No other bank gave an earlier notice of intent, or both know of it"), test=no_earlier_notice, inner=True),
    Criterion("combined", _("Patents or other rights of the same deal are named with their numbers"), ("combined_with",)),
)  # fmt: skip
