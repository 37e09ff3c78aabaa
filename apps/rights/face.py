"""The face of another office's certificate (证面): entered by the official who accepts what that office has granted.

Its number and days prevail over what would be computed here, and nothing of it is made up: see ``register.issue``.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from apps.certificates.contracts import is_mirrored
from apps.certificates.models import Certificate
from apps.rules.clock import legal_today
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CaseForm, CodeField, DayField
from apps.workflow.machine import Act
from apps.workflow.models import Case
from apps.workflow.states import Refusal

FACE = ("certificate_number", "issued_on", "valid_until")


class Fault(NamedTuple):
    """What is wrong with a face, and the field that says so."""

    field: str
    refusal: Refusal


class FaceForm(CaseForm):
    """The accepting form of a right's procedures. On a right of another office it takes the face of the new certificate."""

    certificate_number = CodeField(
        label=_("Number of the other office's new certificate"), max_length=40, required=False,
        help_text=_("As it stands on the certificate; a national one has 17 digits."),
    )  # fmt: skip
    issued_on = DayField(label=_("Day of issue"), required=False)
    valid_until = DayField(
        label=_("Valid until"), required=False,
        help_text=_("What stands on the certificate prevails over what is computed here."),
    )  # fmt: skip
    field_order = [*FACE, "comment"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.case is not None and is_another_offices(self.case):
            self.fields["certificate_number"].initial = getattr(self.case.row, "certificate_number", "")
            return
        for name in FACE:  # many cases at once have no face in common
            del self.fields[name]

    def clean(self):
        data = super().clean()
        asked = "certificate_number" in self.fields
        if asked and not self.errors and (fault := fault_of(self.case, data, legal_today())):
            self.add_error(fault.field, fault.refusal.sentence)
        return data


def is_another_offices(case: Case) -> bool:
    """Whether the certificate to come is another office's: of a mirrored right, or of one that changes to such a form."""
    return case.row.other_form or is_mirrored(case.root.registration)


def face_of(data: dict[str, Any]) -> dict[str, Any]:
    """The values of the face that were given."""
    return {name: data[name] for name in FACE if data.get(name)}


def number_taken(number: str) -> Refusal | None:
    """Two certificates never bear one number."""
    if not Certificate.objects.filter(number=number).exists():
        return None
    return Refusal("number_taken", _("A certificate with this number is in the register already."))


def fault_of(case: Case, data: dict[str, Any], day: date) -> Fault | None:
    """The first thing wrong with a face given for a case on a day: one fault, told once."""
    face, row, other = face_of(data), case.row, is_another_offices(case)
    if not face:
        if not (other and (row.other_form or row.lengthens)):
            return None
        words = _("Another office registered this right: enter its new certificate, whose number and days prevail.")
        return Fault("certificate_number", Refusal("no_face", words))
    if not other:
        words = _("This right has a certificate of this office: another office's number and days do not belong on it.")
        return Fault("certificate_number", Refusal("wrong_form", words))
    if missing := next((name for name in FACE if name not in face), ""):
        words = _("Enter number, day of issue and last day together, as they stand on the certificate.")
        return Fault(missing, Refusal("face_incomplete", words))
    if refusal := number_taken(face["certificate_number"]):
        return Fault("certificate_number", refusal)
    if face["issued_on"] > day:
        return Fault("issued_on", Refusal("face_later", _("This day lies in the future.")))
    if face["valid_until"] < max(day, face["issued_on"]):
        words = _("The period on the certificate is over: it keeps no right in force.")
        return Fault("valid_until", Refusal("face_over", words))
    before = row.registration.valid_until
    if row.lengthens and face["valid_until"] <= before:
        words = _("A renewal lasts longer than the period before it, which ends on %(day)s.")
        return Fault("valid_until", Refusal("no_longer", words % {"day": before.isoformat()}))
    return None


def face_stands(act: Act) -> Refusal | None:
    """Check: what is entered of another office's certificate is whole, new and of a period that runs."""
    fault = fault_of(act.case, act.data or {}, legal_day(act.at))
    return fault.refusal if fault else None


def new_certificate(act: Act) -> dict[str, Any]:
    """What the act on the right says of the certificate to issue; empty where this office issues its own."""
    face = face_of(act.data or {})
    if not face:
        return {}
    wanted = getattr(act.row, "certificate_form", "")
    return {**face, "certificate_form": wanted or Certificate.Form.of(face["certificate_number"])}


def keep_number(act: Act) -> None:
    """The procedure's row says which certificate came of it."""
    if number := (act.data or {}).get("certificate_number"):
        act.row.certificate_number = number
        act.row.save(update_fields=["certificate_number"])
