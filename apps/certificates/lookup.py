"""What the register answers to somebody who holds a paper or a number: one sentence, then the rows.

What rests on a right is told as far as this portal sees it, with time and source; never that nothing rests on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import normalize

from django.db.models import QuerySet, Value
from django.db.models.functions import Upper
from django.db.models.lookups import In
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import clean_code
from apps.certificates.journal import VOID, AsOf
from apps.certificates.models import Certificate, Claim, Registration, Version
from apps.certificates.register import IN_FORCE as IN_FORCE_STATES
from apps.certificates.register import is_in_force, open_claims
from apps.enterprises.models import Organisation
from apps.rules.clock import legal_now, legal_today
from apps.workflow import search
from apps.workflow.machine import Act
from apps.workflow.models import Case, Event
from apps.workflow.states import kind

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


def exact_matches(query: str) -> QuerySet[Registration]:
    """Registrations whose number, certificate number, name or holder, today's or a former one, is the query itself.

    Full and half width, capitals, and blanks at the ends make no difference.
    """
    typed = [Upper(Value(words)) for words in sorted({clean_code(query), query.strip()})]
    number, name = (In(Upper(field), typed) for field in ("number", "name"))
    holders = Organisation.objects.filter(name).order_by()
    found = (  # each by an index of its own, which an OR over joined tables has not
        Certificate.objects.filter(number).values("registration"),
        Registration.objects.filter(name).values("pk"),
        Registration.objects.filter(holder__in=holders).values("pk"),
        Version.objects.filter(name).values("registration"),
        Version.objects.filter(holder__in=holders).values("registration"),
    )
    rows = registrations().filter(pk__in=Registration.objects.filter(number).values("pk").union(*found))
    return rows.order_by("-registered_on", "-pk")


def former_names(rows: list[Registration]) -> dict[int, list[str]]:
    """The names and holders that entries had before, by registration: why a search found what it does not show."""
    former: dict[int, list[str]] = {row.pk: [] for row in rows}
    shown = {row.pk: {row.name, row.holder.name} for row in rows}
    versions = Version.objects.filter(registration__in=former).order_by("seq")
    for pk, *names in versions.values_list("registration", "name", "holder__name"):
        former[pk] += [name for name in names if name not in shown[pk] and name not in former[pk]]
    return former


def in_force_only(rows: QuerySet[Registration]) -> QuerySet[Registration]:
    return rows.filter(case__in=Case.objects.filter(kind="registration").in_state(*IN_FORCE_STATES))


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
    kept = verdict == IN_FORCE and registration.valid_until < legal_today()
    return Answer(verdict, str(KEPT if kept else SENTENCES[verdict]), values, legal_now(), registration, certificate)


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


KEPT = _(
    "%(number)s is in the register and in force: “%(name)s”, held by %(holder)s. Its term ended on %(until)s; a renewal was filed in time and is not decided yet."
)
"""In force beyond its term: the sentence of a right that is kept while its renewal is examined."""

# ------------------------------------------------------------------------------------------------ as of a moment


def words_of_state(shown: AsOf) -> str:
    """What the register said at a moment, in one sentence; of a right that was revoked later, that as well."""
    values = {"number": shown.registration.number, "at": local(shown.moment)}
    if not shown.is_entered:
        return gettext("As of %(at)s no right was in the register under %(number)s; it was entered later.") % values
    values |= {"state": str(shown.state.public_label), "until": shown.valid_until.isoformat()}
    said = gettext("As of %(at)s the register says of %(number)s: %(state)s, valid until %(until)s.") % values
    return " ".join(filter(None, (said, words_of_revocation(shown))))


def words_of_revocation(shown: AsOf) -> str:
    """Revoked is void from the beginning: whoever asks for a day before must hear of it."""
    if shown.voided_at is not None:
        words = gettext("It was revoked on %(day)s, and a revoked right counts as void from the beginning.")
        return words % {"day": local(shown.voided_at)[:10]}
    if shown.status == VOID:
        return gettext("A revoked right counts as void from the beginning.")
    return ""


def words_of_claims(shown: AsOf) -> str:
    """What this portal knows of pledges at a moment: never that there is none."""
    kinds = {claim.kind for claim in shown.claims}
    if Claim.Kind.PLEDGE in kinds:
        return gettext("A pledge is recorded.")
    if any(claim.kind == Claim.Kind.PLEDGE for claim in shown.ended_claims):
        return gettext("This portal has no record of a pledge that stands; those that ended are listed.")
    return gettext("This portal has no record of a pledge.")


def source_of(registration: Registration) -> str:
    """Where the answer comes from, and what it therefore cannot know."""
    source = gettext("Source: this portal's own register.")
    if is_provincial(registration):
        return f"{source} " + gettext(
            "The right was registered by the province; pledges registered elsewhere may not be known here."
        )
    return f"{source} " + gettext(
        "Pledges registered elsewhere are shown only where they were reported to this office."
    )


def law_of(registration: Registration) -> list[str]:
    """The law the entry rests on, short: registration, effect, pledge."""
    registered = (
        gettext(
            "Registered by the province under 浙江省数据知识产权登记办法（试行）, in force since 2023-07-01; mirrored here."
        )
        if is_provincial(registration)
        else gettext(
            "Entered by the city after the model of 浙江省数据知识产权登记办法（试行）; not a national or provincial registration."
        )
    )
    effect = gettext("The entry is prima facie evidence of who holds the data and may be rebutted.")
    pledge = gettext(
        "Whether data IP can be pledged is disputed; under Civil Code, art. 444, a pledge of IP rights arises on "
        "registration. This portal records where one was registered and creates none."
    )
    return [registered, effect, pledge]


def is_provincial(registration: Registration) -> bool:
    return registration.track == "provincial"


def local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def difference(then: AsOf, now: AsOf) -> list[tuple[str, str, str]]:
    """What is otherwise today: (what, then, now) in words; only what a reader of an old statement must know."""
    pairs = [(label, words(then), words(now)) for label, words in TOLD]
    return [(str(label), before, after) for label, before, after in pairs if before != after]


TOLD: tuple[tuple[Any, Any], ...] = (
    (_("State"), lambda shown: str(shown.state.public_label) if shown.is_entered else gettext("not entered")),
    (_("Name"), lambda shown: shown.name if shown.is_entered else ""),
    (_("Holder"), lambda shown: shown.holder if shown.is_entered else ""),
    (_("Valid until"), lambda shown: shown.valid_until.isoformat() if shown.is_entered else ""),
    (_("Certificate"), lambda shown: shown.certificate.number if shown.certificate else ""),
    (_("Claims"), lambda shown: "; ".join(claim_words(claim, standing=True) for claim in shown.claims)),
)


def claim_words(claim: Claim, *, standing: bool = False) -> str:
    """A claim as one line: what, since when, until when, and where it is recorded. Of one that stood at the moment that
    is shown the end is not told: nobody knew it then."""
    recorded = [gettext("this portal's own procedure")] if claim.own else []
    place = "; ".join([*recorded, *filter(None, [f"{claim.place} {claim.place_number}".strip()])])
    span = local(claim.began_at)[:10] + (f"–{local(claim.ended_at)[:10]}" if claim.ended_at and not standing else "")
    return f"{claim.get_kind_display()} {span} ({place})"


def claims_on(registration: Registration) -> list[Claim]:
    """What rests on the right as far as this portal sees it, oldest first."""
    return list(open_claims(registration).order_by("began_at", "pk"))


def happened(act: Act) -> str:
    """The act on a right that another case's act follows from, in words; "" where it follows from none."""
    cause = act.facts.get("because_move")
    move = kind("registration").move(cause) if cause else None
    return str(move.past) if move else ""


def announcement_of(registration: Registration) -> Event | None:
    """The act that ended the right before its time and was announced (``announcement`` in its data)."""
    last = registration.case.events.standing().filter(tag="register").order_by("-seq").first()
    return last if last is not None and last.data.get("announcement") else None


def clash(claims: Iterable[Claim]) -> str:
    """A sentence where a claim of our own stands beside one that another office registered in another matter; "" where
    none does. Both are shown; which of them goes first is not for a register to say."""
    rows = [claim for claim in claims if claim.ended_at is None]
    own = {claim.case_id for claim in rows if claim.own and claim.exclusive}
    others = [claim for claim in rows if not claim.own and claim.case_id not in own]
    if not own or not others:
        return ""
    words = gettext(
        "Conflict: another claim on this right is registered at %(places)s. Both are shown; ask both registers."
    )
    return words % {"places": "、".join(f"{claim.place} {claim.place_number}".strip() for claim in others)}


def paper_words(certificate: Certificate) -> str:
    """What a certificate of this form is, and is not."""
    if certificate.form == Certificate.Form.LOCAL:
        return gettext("A local certificate; it is not a national or provincial one.")
    return gettext(
        "The province's certificate, mirrored here with its numbers and dates; the province's platform is the source."
    )
