"""What the register answers to somebody who holds a paper or a number: one sentence, then the rows.

What rests on a right is told as far as this portal sees it, with time and source; never that nothing rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import normalize

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import clean_code
from apps.certificates.models import Certificate, Claim, Registration
from apps.certificates.register import is_in_force, open_claims
from apps.rules.clock import legal_now
from apps.workflow import search
from apps.workflow.models import Case

IN_FORCE, ENDED, REPLACED = "in_force", "ended", "replaced"
OTHER_HOLDER, UNKNOWN, NO_CODE = "other_holder", "unknown", "no_code"
TONES = {IN_FORCE: "good", REPLACED: "attention", ENDED: "bad", OTHER_HOLDER: "bad", UNKNOWN: "bad", NO_CODE: "bad"}


@dataclass(frozen=True)
class Answer:
    """What was found: ``verdict``, the rows behind it (None where unknown), and when it was true.

    ``pattern`` is one sentence of plain words in the reader's language, with ``values`` to be put in by name.
    """

    verdict: str
    pattern: str
    values: dict[str, str]
    at: datetime
    registration: Registration | None = None
    certificate: Certificate | None = None

    @property
    def tone(self) -> str:
        return TONES[self.verdict]

    @property
    def sentence(self) -> str:
        return self.pattern % self.values


def look_up(number: str, holder: str) -> Answer:
    """The answer to a certificate or registration number and the holder's name as somebody typed them."""
    certificate, registration = find(clean_code(number))
    if registration is None:
        return answer_without_row(UNKNOWN, number=number)
    if bare(holder) not in names_of(registration):
        return answer_without_row(OTHER_HOLDER, number=number, holder=holder)
    return answer(registration, certificate)


def by_token(token: str) -> Answer:
    """The answer to a QR code."""
    certificate = certificates().filter(token=token).first()
    return answer(certificate.registration, certificate) if certificate else answer_without_row(NO_CODE)


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
    values = {
        "number": certificate.number if certificate else registration.number,
        "name": registration.name,
        "holder": registration.holder.name,
        "until": registration.valid_until.isoformat(),
    }
    return Answer(verdict, str(SENTENCES[verdict]), values, legal_now(), registration, certificate)


def answer_without_row(verdict: str, **values: str) -> Answer:
    return Answer(verdict, str(SENTENCES[verdict]), values, legal_now())


SENTENCES: dict[str, Any] = {
    IN_FORCE: _("%(number)s is in the register and in force: “%(name)s”, held by %(holder)s, valid until %(until)s."),
    ENDED: _("%(number)s is in the register and no longer in force: “%(name)s”, held by %(holder)s, was valid until %(until)s."),
    REPLACED: _("%(number)s was replaced by a later certificate; the registration “%(name)s”, held by %(holder)s, is in force until %(until)s."),
    OTHER_HOLDER: _("A registration with the number %(number)s exists, but “%(holder)s” is not its holder. Compare the name letter by letter."),
    UNKNOWN: _("No certificate and no registration with the number %(number)s is in this register. Certificates of other registrars are looked up with them."),
    NO_CODE: _("This code belongs to no certificate of this register."),
}  # fmt: skip


def claims_on(registration: Registration) -> list[Claim]:
    """What rests on the right as far as this portal sees it, oldest first."""
    return list(open_claims(registration).order_by("began_at", "pk"))


def paper_words(certificate: Certificate) -> str:
    """What a certificate of this form is, and is not."""
    if certificate.form == Certificate.Form.LOCAL:
        return gettext("A local certificate; it is not a national or provincial one.")
    return gettext(
        "The province's certificate, mirrored here with its numbers and dates; the province's platform is the source."
    )
