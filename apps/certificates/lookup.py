"""What the register answers to somebody who holds a paper or a number: one sentence, then the rows.

What rests on a right is told as far as this portal sees it, with time and source; never that nothing rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import normalize

from django.db.models import QuerySet
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import clean_code
from apps.certificates.models import Certificate, Claim, Registration
from apps.certificates.register import is_in_force, open_claims
from apps.rules.clock import legal_now
from apps.workflow import search
from apps.workflow.models import Case

IN_FORCE, ENDED, REPLACED, OTHER_HOLDER, UNKNOWN = "in_force", "ended", "replaced", "other_holder", "unknown"
TONES = {IN_FORCE: "good", ENDED: "bad", REPLACED: "attention", OTHER_HOLDER: "bad", UNKNOWN: "bad"}


@dataclass(frozen=True)
class Answer:
    """What was found: ``verdict``, one ``sentence`` of plain words, the rows behind it (None where unknown), and when."""

    verdict: str
    sentence: str
    at: datetime
    registration: Registration | None = None
    certificate: Certificate | None = None

    @property
    def tone(self) -> str:
        return TONES[self.verdict]


def look_up(number: str, holder: str) -> Answer:
    """The answer to a certificate or registration number and the holder's name as somebody typed them."""
    certificate, registration = find(clean_code(number))
    if registration is None:
        return unknown(number)
    if bare(holder) not in names_of(registration):
        return Answer(OTHER_HOLDER, _g(
            "A registration with the number %(number)s exists, but “%(holder)s” is not its holder. Compare the name letter by letter."
        ) % {"number": number, "holder": holder}, legal_now())  # fmt: skip
    return answer(registration, certificate)


def by_token(token: str) -> Answer:
    """The answer to a QR code."""
    certificate = certificates().filter(token=token).first()
    if certificate is None:
        return Answer(UNKNOWN, _g("This code belongs to no certificate of this register."), legal_now())
    return answer(certificate.registration, certificate)


def find(number: str) -> tuple[Certificate | None, Registration | None]:
    """The certificate with its registration, or the registration alone, that bears a number."""
    certificate = certificates().filter(number=number).first()
    if certificate is not None:
        return certificate, certificate.registration
    return None, registrations().filter(number=number).first()


def certificates() -> QuerySet[Certificate]:
    return Certificate.objects.select_related("registration__case", "registration__holder")


def registrations() -> QuerySet[Registration]:
    return Registration.objects.select_related("case", "holder")


def search_register(query: str) -> QuerySet[Registration]:
    """Registrations whose number, certificate number, name or holder carries every term of the query."""
    return search.find(registrations(), query)


def in_force_only(rows: QuerySet[Registration]) -> QuerySet[Registration]:
    return rows.filter(case__in=Case.objects.filter(kind="registration").in_state("valid"))


def names_of(registration: Registration) -> set[str]:
    """The holders' names, in Chinese and in English, as they are compared."""
    parties = registration.case.parties.filter(role="holder", organisation__isnull=False).select_related("organisation")
    firms = [registration.holder, *(party.organisation for party in parties)]
    return {bare(name) for firm in firms for name in (firm.name, firm.name_en) if name}


def bare(name: str) -> str:
    """A name as it is compared: full and half width alike, no blanks, case ignored."""
    return "".join(normalize("NFKC", name).split()).casefold()


def answer(registration: Registration, certificate: Certificate | None) -> Answer:
    """Whether the right is in force now, and whether this paper is still the one that shows it."""
    verdict = IN_FORCE if is_in_force(registration) else ENDED
    if verdict == IN_FORCE and certificate is not None and certificate.superseded_at is not None:
        verdict = REPLACED
    said = {
        "number": certificate.number if certificate else registration.number,
        "name": registration.name,
        "holder": registration.holder.name,
        "until": registration.valid_until.isoformat(),
    }
    return Answer(verdict, str(SENTENCES[verdict] % said), legal_now(), registration, certificate)


SENTENCES: dict[str, Any] = {
    IN_FORCE: _("%(number)s is in the register and in force: “%(name)s”, held by %(holder)s, valid until %(until)s."),
    ENDED: _("%(number)s is in the register and no longer in force: “%(name)s”, held by %(holder)s, was valid until %(until)s."),
    REPLACED: _("%(number)s was replaced by a later certificate; the registration “%(name)s”, held by %(holder)s, is in force until %(until)s."),
}  # fmt: skip


def unknown(number: str) -> Answer:
    return Answer(UNKNOWN, _g(
        "No certificate and no registration with the number %(number)s is in this register. Certificates of other registrars are looked up with them."
    ) % {"number": number}, legal_now())  # fmt: skip


def claims_on(registration: Registration) -> list[Claim]:
    """What rests on the right as far as this portal sees it, oldest first."""
    return list(open_claims(registration).order_by("began_at", "pk"))


def paper_words(certificate: Certificate) -> str:
    """What a certificate of this form is, and is not."""
    if certificate.form == Certificate.Form.LOCAL:
        return _g("A local certificate; it is not a national or provincial one.")
    return _g(
        "The province's certificate, mirrored here with its numbers and dates; the province's platform is the source."
    )
