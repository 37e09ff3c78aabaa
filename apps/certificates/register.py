"""What may be done to the register: enter a right, put a claim on it, end one, say what stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.certificates.contracts import (
    ContractEnd,
    enter_contracts,
    first_end,
    renewed_end,
    told_apart,
)
from apps.certificates.models import Certificate, Claim, Registration
from apps.enterprises.models import Organisation
from apps.outbox.kick import kick
from apps.rules.calendars import load_calendar
from apps.rules.clock import legal_now, legal_today
from apps.rules.deadlines import deadline, end_of
from apps.rules.lookup import rules_on
from apps.workflow import machine, search
from apps.workflow.clocks import legal_day
from apps.workflow.models import Case
from apps.workflow.numbering import next_number
from apps.workflow.states import Refusal

SERIES = "舟数知登"
CERTIFICATE_SERIES = "舟数知证"
IN_FORCE = ("valid", "renewing")
"""The states in which a right may be used; one whose renewal was filed in time stays valid until that is decided."""
ACTS = (
    "hold", "let_run", "expire", "renew", "change", "transfer", "license", "reissue", "freeze", "thaw", "contest", "uphold",
    "cancel", "revoke",
)  # fmt: skip
"""The moves of a registration that touch what rests on it: each kind that rests on one has a row for every one."""
SHUTTING_OUT = {"exclusive": Claim.Kind.LICENCE, "sole": Claim.Kind.SOLE}
"""The claims of licences beside which no third party gets one, by the type of the licence: of a sole one (排他许可) the
holder keeps the use alone (interpretation of the Supreme People's Court on technology contracts, art. 25)."""
CLAIMED = Refusal("claimed", _("An open pledge or another exclusive claim rests on this registration."))
FROZEN = Refusal("frozen", _("A court has frozen this registration."))
DISPUTED = Refusal("disputed", _("A dispute over this registration is open."))
LICENSED = Refusal("licensed", _("A licence that shuts out others is in force on this registration."))


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
    contract_ends: tuple[ContractEnd, ...] = ()
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
    term = entry.valid_until or term_from(day, origin)
    until, contract = (term, "") if entry.valid_until else first_end(term, entry.contract_ends)
    case = machine.open_case(
        "registration",
        actor=actor,
        organisation=entry.holders[0],
        title=entry.name,
        parties=[("holder", holder) for holder in entry.holders],
        track=origin.track,
        effective_at=at,
        recording=recording,
        data={
            "entry": entry,
            "origin": origin,
            "registered_on": day,
            "valid_until": until,
            "term": term,
            "contract": contract,
        },
    )
    return case.registration


def term_from(day: date, origin: Case) -> date:
    """The last day of a term that begins on a day."""
    years = rules_on(["certificate_years"], origin.rules_on)["certificate_years"].value
    return deadline(day, years, "year", load_calendar()).date


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
        term_until=act.data.pop("term"),
        ended_by_contract=act.data.pop("contract"),
    )
    enter_contracts(registration, told_apart(entry.contract_ends))
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
    index(registration)
    if entry.form == Certificate.Form.LOCAL:
        transaction.on_commit(partial(_ask_for_paper, certificate.pk))


# ------------------------------------------------------------------------------------------------ what changes it


def let_run(act: machine.Act) -> None:
    """Effect: the renewal was not granted; the validity runs to its old end, or to today where that has passed."""
    act.dues["validity"] = max(act.row.valid_until, legal_day(act.at))


def renew(act: machine.Act) -> None:
    """Effect: a new end of the term (``valid_until``), and a certificate that says so.

    On the local track a source contract that runs beyond the old end and ends before the new one cuts it; renewed
    contracts come along as ``contracts``. A mirrored right comes with the face of its new certificate (see ``issue``).
    """
    row, contracts = act.row, contracts_in(act.data)
    act.facts["before"] = row.valid_until
    row.term_until = parse_day(act.data["valid_until"])
    row.valid_until, row.ended_by_contract = renewed_end(row, row.term_until, contracts)
    enter_contracts(row, contracts)
    row.save(update_fields=["valid_until", "term_until", "ended_by_contract"])
    act.dues["validity"] = row.valid_until
    issue(act)


def change(act: machine.Act) -> None:
    """Effect: other words or figures in the entry (``changes``: column to value), on a new certificate; source contracts
    as they stand now (``contracts``, see ``contracts.contract_change``)."""
    row = act.row
    changes: dict = act.data["changes"]
    act.facts["before"] = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    enter_contracts(row, contracts_in(act.data))
    if "valid_until" in changes:
        act.dues["validity"] = row.valid_until
    act.case.title = row.name
    issue(act)


def contracts_in(data: dict) -> list[ContractEnd]:
    """The source contracts that an act brings along, whatever way they were written into its data."""
    found = [ContractEnd(*row) for row in data.get("contracts", ())]
    return [row._replace(ends_on=parse_day(row.ends_on)) for row in found]


def parse_day(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def transfer(act: machine.Act) -> None:
    """Effect: a new holder (``holder``: key); the former one stays a party that may read the past."""
    row = act.row
    new = Organisation.objects.get(pk=act.data["holder"])
    act.facts["before"] = row.holder_id
    name_holder(act.case, new)
    row.holder = act.case.organisation = new
    row.save(update_fields=["holder"])
    issue(act)


def name_holder(case: Case, new: Organisation) -> None:
    """The new holder of a right is a party of the case; a former one stays a party that may read the past."""
    case.parties.filter(role="holder").exclude(organisation=new).update(role="former_holder")
    case.parties.filter(role="former_holder", organisation=new).delete()
    case.parties.get_or_create(role="holder", organisation=new, defaults={"rank": 0})


def reissue(act: machine.Act) -> None:
    """Effect: another certificate of the same right: lost, or in a new form (``certificate_form``; ``form`` in an event is
    the copy of the case's form), such as the national one for an old provincial one."""
    issue(act)


def end(act: machine.Act) -> None:
    """Effect: no certificate shows the right any more."""
    act.row.certificates.filter(superseded_at__isnull=True).update(superseded_at=act.at)


def issue(act: machine.Act) -> Certificate | None:
    """Issue a certificate over the entry as it stands; the current one is superseded and stays findable.

    Another office's certificate is never made up here: without its face (``certificate_number``, ``issued_on``,
    ``valid_until`` in the act's data) the entry is annotated, and the certificate on file goes on showing the right. The
    face prevails: its end becomes the right's. No certificate is issued past the end of a right that a renewal keeps in
    force: only the decision on that gives a period to print.
    """
    row, day = act.row, legal_day(act.at)
    last = row.certificates.order_by("-pk").first()
    form, number = act.data.get("certificate_form") or last.form, act.data.get("certificate_number", "")
    if number and act.data.get("valid_until"):
        let_face_prevail(act, parse_day(act.data["valid_until"]))
    certificate = None
    issued_on = parse_day(act.data.get("issued_on") or day)
    if (number or form == Certificate.Form.LOCAL) and issued_on <= row.valid_until:
        row.certificates.filter(superseded_at__isnull=True).update(superseded_at=act.at)
        certificate = Certificate.objects.create(
            registration=row,
            number=number or next_number(CERTIFICATE_SERIES, day.year),
            form=form,
            issued_on=issued_on,
            valid_until=row.valid_until,
        )
        act.facts["certificate"] = certificate.number
        if form == Certificate.Form.LOCAL:
            transaction.on_commit(partial(_ask_for_paper, certificate.pk))
    index(row)
    return certificate


def let_face_prevail(act: machine.Act, until: date) -> None:
    """The end on another office's certificate is the end of the right, whatever was computed here."""
    row = act.row
    row.term_until = row.valid_until = until
    row.ended_by_contract = ""
    row.save(update_fields=["valid_until", "term_until", "ended_by_contract"])
    act.dues["validity"] = until


def index(row: Registration) -> None:
    """Make a right findable by its numbers, by its name and holder, and by those that it had before."""
    numbers = row.certificates.order_by("pk").values_list("number", flat=True)
    names = row.versions.order_by("seq").values_list("name", "holder__name")
    words = [row.number, *numbers, row.name, row.holder.name, *(word for pair in names for word in pair)]
    search.index(row.pk, " ".join(dict.fromkeys(words)))


def _ask_for_paper(certificate_pk: int) -> None:
    from apps.certificates.tasks import make_paper

    kick(make_paper, certificate_pk)


def in_force(moment: datetime | None = None) -> QuerySet[Registration]:
    """The registrations that are valid at a moment (now)."""
    return Registration.objects.filter(
        case__in=Case.objects.filter(kind="registration").in_state(*IN_FORCE, moment=moment)
    )


def is_in_force(registration: Registration, moment: datetime | None = None) -> bool:
    """Whether a right is valid at a moment (now), whatever a sweep has written down."""
    return registration.case.status_at(moment) in IN_FORCE


def open_claims(registration: Registration) -> QuerySet[Claim]:
    """The claims that stand, whether or not a sweep has written down that the last day of one is over."""
    return registration.claims.filter(ended_at__isnull=True).exclude(until__lt=legal_today())


def write_down_last_days(claims: QuerySet[Claim]) -> int:
    """End the claims whose last day is over."""
    over = claims.filter(ended_at__isnull=True, until__lt=legal_today())
    return sum(
        over.filter(until=day).update(ended_at=end_of(day), outcome="ended")
        for day in sorted(set(over.values_list("until", flat=True)))
    )


def claim(
    registration: Registration, *, case: Case, party: Organisation | None, kind: str, at: datetime,
    exclusive: bool = True, place: str = "", place_number: str = "", own: bool = True, until: date | None = None,
) -> Claim:  # fmt: skip
    """Put a claim on a right; ``until`` is the last day of one that ends by no clock of its case. A second open exclusive
    one of our own procedure is Refused by the unique key."""
    write_down_ended(registration)
    try:
        return Claim.objects.create(
            registration=registration, case=case, party=party, kind=kind, exclusive=exclusive, own=own, place=place,
            place_number=place_number, began_at=at, until=until,
        )  # fmt: skip
    except IntegrityError as fault:
        if "claim_one_exclusive" in str(fault) or "certificates_claim.registration_id" in str(fault):
            raise machine.Refused(CLAIMED.code, CLAIMED.sentence) from fault
        raise


def claim_licence(
    registration: Registration, type_: str, *, case: Case, party: Organisation | None, at: datetime, until: date | None = None
) -> Claim | None:  # fmt: skip
    """The claim of a licence that shuts out others, whether it is filed or sold; an ordinary one (None) binds nobody else.

    An exclusive one is the exclusive claim on the right, unless there is one already, whose party has agreed. A sole one
    never is: the holder keeps the use, and with it what a pledge takes.
    """
    kind = SHUTTING_OUT.get(type_)
    if kind is None:
        return None
    taken = kind == Claim.Kind.SOLE or open_claims(registration).filter(exclusive=True, own=True).exists()
    return claim(registration, case=case, party=party, kind=kind, at=at, exclusive=not taken, until=until)


def write_down_ended(registration: Registration) -> None:
    """Settle the claims whose case the clock has ended and no sweep has written down: they must not stand in the way.

    The right's case is locked by whoever puts a claim on it, and by whoever moves one of these.
    """
    write_down_last_days(registration.claims.all())
    for row in open_claims(registration).select_related("case"):
        if is_over(row):
            machine.settle(machine.locked([row.case_id])[0])


def is_over(row: Claim) -> bool:
    """Whether the clock has ended a claim's case already."""
    case = row.case
    return case.next_due_at is not None and case.next_due_at <= legal_now() and not case.state_.open


def release(case: Case, *, at: datetime, outcome: str) -> int:
    """End the open claims of a case."""
    return Claim.objects.filter(case=case, ended_at__isnull=True).update(ended_at=at, outcome=outcome)


def begin_to_end(case: Case, *, at: datetime) -> int:
    """Note that the end of a case's claims has begun. They stand until ``release``; whoever watches the right is told now,
    while the end can still be taken back."""
    return Claim.objects.filter(case=case, ended_at__isnull=True).update(ending_since=at)


def keep(case: Case) -> int:
    """The end that had begun was taken back: the claims stand as before."""
    return Claim.objects.filter(case=case, ended_at__isnull=True).update(ending_since=None)


def must_be_valid(registration: Registration) -> Refusal | None:
    """Guard: the right is in force today."""
    if is_in_force(registration):
        return None
    return Refusal("not_valid", _("The registration is not in force."))


def must_be_valid_for(act: machine.Act, registration: Registration) -> Refusal | None:
    """Guard: the right is in force today; the past that is being recorded is judged by the dates of the right."""
    if not act.recording:
        return must_be_valid(registration)
    if registration.registered_on <= legal_day(act.at) <= registration.valid_until:
        return None
    return Refusal("not_valid", _("The registration was not in force then."))


def is_frozen(registration: Registration) -> bool:
    return open_claims(registration).filter(kind=Claim.Kind.FREEZE).exists()


def must_not_be_frozen(registration: Registration) -> Refusal | None:
    """Guard: no court froze the right."""
    return FROZEN if is_frozen(registration) else None


def is_licensed(registration: Registration) -> bool:
    """Whether a licence that shuts out others was filed or sold on the right, and runs."""
    return bool(licences(registration))


def must_not_be_licensed(registration: Registration) -> Refusal | None:
    """Guard: no licence that shuts out others was filed or sold on the right."""
    return LICENSED if is_licensed(registration) else None


def licences(registration: Registration) -> list[Claim]:
    """The licences that shut out others: filed here, or sold on an exchange."""
    claims = open_claims(registration).filter(kind__in=SHUTTING_OUT.values()).select_related("case")
    return [claim for claim in claims if not is_over(claim)]


def must_be_free(registration: Registration) -> Refusal | None:
    """Guard: no open exclusive claim rests on the right, and no court froze it."""
    claims = open_claims(registration).filter(Q(exclusive=True) | Q(kind=Claim.Kind.FREEZE), own=True)
    kinds = {row.kind for row in claims.select_related("case") if not is_over(row)}
    if Claim.Kind.FREEZE in kinds:
        return FROZEN
    return CLAIMED if kinds else None


def disputes(registration: Registration) -> list[Case]:
    """The cases by which a dispute was entered on a right, and that have not ended it: each ends its own alone."""
    acts = registration.case.events.standing().filter(move__in=("contest", "uphold")).order_by("seq")
    open_: list[int] = []
    for move, data in acts.values_list("move", "data"):
        if move == "contest":
            open_.append(data["because_case"])
        elif data["because_case"] in open_:
            open_.remove(data["because_case"])
    return list(Case.objects.filter(pk__in=open_).order_by("pk")) if open_ else []


def would_revoke(dispute: Case) -> bool:
    """Whether a dispute is a revocation that is being examined."""
    return dispute.kind_.leads_to == "revoke"


def must_be_undisputed(registration: Registration) -> Refusal | None:
    """Guard: every dispute that was entered has ended. A report that nobody has taken up is none."""
    return DISPUTED if disputes(registration) else None
