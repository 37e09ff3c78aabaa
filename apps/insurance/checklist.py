"""What an official looks at in a policy and in a claim; insurer and policyholder alone decide on it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.rules.deadlines import add_months
from apps.workflow.checklist import DOUBT, Criterion, Remark, Subject


def premium_is_plausible(subject: Subject) -> Remark | None:
    premium, insured = subject.values.get("premium_fen"), subject.values.get("sum_insured_fen")
    if not premium or not insured or premium < insured:
        return None
    return Remark(DOUBT, _("The premium is not below the sum insured."))


def lasts_a_year(subject: Subject) -> Remark | None:
    starts, ends = subject.values.get("starts_on"), subject.values.get("ends_on")
    if not starts or not ends or add_months(starts, 11) < ends <= add_months(starts, 13):
        return None
    return Remark(DOUBT, _("The period is not about a year."))


def was_asked_in_time(subject: Subject) -> Remark | None:
    if not subject.values.get("is_late"):
        return None
    return Remark(DOUBT, _("It was reported after the limitation of two years; the insurer may refuse it."))


CHECKLIST = (
    Criterion("right", _("The policy names the registered right and its number")),
    Criterion("cover", _("Product, sum and period are those of the policy"), ("product", "sum_insured_fen", "starts_on", "ends_on")),
    Criterion("premium", _("Premium and sum insured are in proportion, for the figures and for a subsidy"), ("premium_fen",), test=premium_is_plausible),
    Criterion("period", _("The cover lasts a year, as it normally does"), ("starts_on", "ends_on"), test=lasts_a_year),
)  # fmt: skip
CLAIM_CHECKLIST = (
    Criterion("in_time", _("The claim was made within two years"), ("known_on", "reported_on"), _("Insurance Law, art. 26"), test=was_asked_in_time),
    Criterion("asked_once", _("The insurer asked for further papers once, for all of them"), (), _("Insurance Law, art. 22")),
    Criterion("limits", _("Assessed and paid are within the limits of the policy"), ("assessed_fen", "paid_fen")),
)  # fmt: skip
