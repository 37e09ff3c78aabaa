"""What is looked at before an organisation is verified."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.enterprises.models import Organisation
from apps.enterprises.uscc import check_character
from apps.workflow.checklist import DOUBT, FAULT, Criterion, Remark, Subject


def code_is_right(subject: Subject) -> Remark | None:
    code = subject.values["uscc"] or ""
    if len(code) != 18 or check_character(code[:17]) != code[17]:
        return Remark(FAULT, _("The check character of the code is wrong."))
    if Organisation.objects.filter(uscc=code).exclude(pk=subject.organisation and subject.organisation.pk).exists():
        return Remark(FAULT, _("Another organisation is registered here with this code."))
    return None


def seat_fits_the_code(subject: Subject) -> Remark | None:
    """Places 3 to 8 of the code are the division that registered the organisation."""
    district, code = subject.values["district"], subject.values["uscc"] or ""
    if district is None or code[2:8] in (district.code, district.code[:4] + "00"):
        return None
    return Remark(DOUBT, _("The code was given by the authority of another district than the one stated."))


def licence_is_attached(subject: Subject) -> Remark | None:
    if "licence" in subject.files:
        return None
    return Remark(DOUBT, _("No business licence is attached: look it up in the national register, or ask for it."))


CHECKLIST = (
    Criterion("code", _("The code is that of the licence and of the national register"), ("uscc",), test=code_is_right),
    Criterion("name", _("The name is the registered one, to the letter"), ("name",)),
    Criterion("representative", _("The legal representative is the one on the licence"), ("legal_representative",)),
    Criterion("district", _("The organisation has its seat in the district stated"), ("district",), test=seat_fits_the_code),
    Criterion("licence", _("The licence is legible, complete and in force"), test=licence_is_attached),
)  # fmt: skip
