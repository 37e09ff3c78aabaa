"""What may be done to the register: enter a right, put a claim on it, end one, say what stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.certificates.models import Certificate, Claim, Registration
from apps.enterprises.models import Organisation
from apps.outbox.kick import kick
from apps.rules.calendars import load_calendar
from apps.rules.deadlines import deadline
from apps.rules.lookup import rules_on
from apps.workflow import machine, search
from apps.workflow.clocks import legal_day
from apps.workflow.models import Case
from apps.workflow.numbering import next_number
from apps.workflow.states import Refusal

SERIES = "舟数知登"
CERTIFICATE_SERIES = "舟数知证"
CLAIMED = Refusal("claimed", _("An open pledge or another exclusive claim rests on this registration."))


@dataclass(frozen=True)
class Entry:
    """What is entered: the public face of the data set, and the numbers and dates a mirrored right brings along."""

    name: str
    holders: tuple[Organisation, ...]
    industry: str
    marine_category: str
    scenario: str
    source_kinds: tuple[str, ...]
    structure: str
    record_count: int
    volume_bytes: int
    update_frequency: str
    evidence: str
    contract_ends: tuple[tuple[date, str], ...] = ()
    number: str = ""
    certificate_number: str = ""
    form: str = Certificate.Form.LOCAL
    registered_on: date | None = None
    valid_until: date | None = None


def enter(entry: Entry, *, origin: Case, actor: User | None, at: datetime, recording: bool = False) -> Registration:
    """Enter a right and issue its first certificate; called by effect, inside the transaction of the registering move.

    Validity is the rule's years from the day of registration, cut to the first source contract's end (Beijing rules
    art. 13); a mirrored right keeps the dates on its certificate.
    """
    day = entry.registered_on or legal_day(at)
    until, contract = valid_until(entry, day, origin)
    case = machine.open_case(
        "registration",
        actor=actor,
        organisation=entry.holders[0],
        title=entry.name,
        parties=[("holder", holder) for holder in entry.holders],
        track=origin.track,
        effective_at=at,
        recording=recording,
        data={"entry": entry, "origin": origin, "registered_on": day, "valid_until": until, "contract": contract},
    )
    return case.registration


def valid_until(entry: Entry, day: date, origin: Case) -> tuple[date, str]:
    """The last day of validity, and which source contract cut it (empty when none did)."""
    if entry.valid_until:
        return entry.valid_until, ""
    years = rules_on(["certificate_years"], origin.rules_on)["certificate_years"].value
    term = deadline(day, years, "year", load_calendar()).date
    first, contract = min(entry.contract_ends, default=(term, ""))
    return (first, contract) if first < term else (term, "")


def make_row(act: machine.Act) -> None:
    """Effect of the opening move: registration and certificate rows, the validity clock's date."""
    entry: Entry = act.data.pop("entry")
    origin: Case = act.data.pop("origin")
    day, until = act.data["registered_on"], act.data["valid_until"]
    number = entry.number or next_number(SERIES, day.year)
    registration = Registration.objects.create(
        case=act.case,
        origin=origin,
        number=number,
        name=entry.name,
        holder=entry.holders[0],
        track=origin.track,
        industry=entry.industry,
        marine_category=entry.marine_category,
        scenario=entry.scenario,
        source_kinds=list(entry.source_kinds),
        structure=entry.structure,
        record_count=entry.record_count,
        volume_bytes=entry.volume_bytes,
        update_frequency=entry.update_frequency,
        evidence=entry.evidence,
        registered_on=day,
        valid_until=until,
        ended_by_contract=act.data.pop("contract"),
    )
    certificate = Certificate.objects.create(
        registration=registration,
        number=entry.certificate_number or next_number(CERTIFICATE_SERIES, day.year),
        form=entry.form,
        issued_on=day,
        valid_until=until,
    )
    act.case.number = number
    act.dues["validity"] = until
    act.facts.update(registration=number, certificate=certificate.number)
    search.index(act.case.pk, f"{number} {certificate.number} {entry.name} {entry.holders[0].name}")
    if entry.form == Certificate.Form.LOCAL:
        transaction.on_commit(partial(_ask_for_paper, certificate.pk))


def _ask_for_paper(certificate_pk: int) -> None:
    from apps.certificates.tasks import make_paper

    kick(make_paper, certificate_pk)


def in_force(moment: datetime | None = None) -> QuerySet[Registration]:
    """The registrations that are valid at a moment (now)."""
    return Registration.objects.filter(
        case__in=Case.objects.filter(kind="registration").in_state("valid", moment=moment)
    )


def is_in_force(registration: Registration, moment: datetime | None = None) -> bool:
    """Whether a right is valid at a moment (now), whatever a sweep has written down."""
    return registration.case.status_at(moment) == "valid"


def open_claims(registration: Registration) -> QuerySet[Claim]:
    return registration.claims.filter(ended_at__isnull=True)


def claim(
    registration: Registration, *, case: Case, party: Organisation | None, kind: str, at: datetime,
    exclusive: bool = True, place: str = "", place_number: str = "", own: bool = True,
) -> Claim:  # fmt: skip
    """Put a claim on a right. A second open exclusive one of our own procedure is Refused by the unique key."""
    try:
        return Claim.objects.create(
            registration=registration, case=case, party=party, kind=kind, exclusive=exclusive, own=own, place=place,
            place_number=place_number, began_at=at,
        )  # fmt: skip
    except IntegrityError as fault:
        if "claim_one_exclusive" in str(fault) or "certificates_claim.registration_id" in str(fault):
            raise machine.Refused(CLAIMED.code, CLAIMED.sentence) from fault
        raise


def release(case: Case, *, at: datetime, outcome: str) -> int:
    """End the open claims of a case."""
    return Claim.objects.filter(case=case, ended_at__isnull=True).update(ended_at=at, outcome=outcome)


def must_be_valid(registration: Registration) -> Refusal | None:
    """Guard: the right is in force today."""
    if is_in_force(registration):
        return None
    return Refusal("not_valid", _("The registration is not in force."))


def must_be_free(registration: Registration) -> Refusal | None:
    """Guard: no open exclusive claim rests on the right."""
    if not open_claims(registration).filter(exclusive=True, own=True).exists():
        return None
    return CLAIMED
