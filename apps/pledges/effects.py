"""What the moves of a pledge do to its rows and to the register."""

from __future__ import annotations

from datetime import date

from apps.certificates import register
from apps.certificates.models import Claim, Registration
from apps.pledges.guards import named, rights_of
from apps.pledges.models import Amendment, Financing, IntentNotice, Pledge, PledgedRight, Release
from apps.pledges.valuing import good_until
from apps.workflow import search
from apps.workflow.clocks import legal_day
from apps.workflow.machine import Act, Refused, follow
from apps.workflow.models import Case
from apps.workflow.money import fen
from apps.workflow.rounds import unlocked
from apps.workflow.states import Refusal

AMOUNTS = {
    "credit": "credit_fen", "secured": "secured_fen", "drawn": "drawn_fen", "appraised": "appraised_fen",
    "subsidy": "subsidy_fen",
}  # fmt: skip
PLAIN = (
    "branch", "contract_number", "contract_on", "debt", "starts_on", "ends_on", "interest", "combined_with",
    "appraised_on", "appraiser", "appraisal_method",
)  # fmt: skip


def columns(data: dict) -> dict:
    """The columns of what a form gave: yuan become fen."""
    plain = {name: data[name] for name in PLAIN if name in data}
    amounts = {AMOUNTS[name]: None if data[name] is None else fen(data[name]) for name in AMOUNTS if name in data}
    known = {"appraised_by_id": data["appraised_by"]} if "appraised_by" in data else {}
    return {**plain, **amounts, **known}


def make_row(act: Act) -> None:
    """The pledge and its rights, the root's first."""
    data, rights = act.data, rights_of(act)
    row = Pledge.objects.create(
        case=act.case, pledgor=act.case.organisation, pledgee_id=data["pledgee"], **columns(data)
    )
    shares = {each["right"]: each["appraised"] for each in data.get("rights", ())}
    PledgedRight.objects.bulk_create(
        PledgedRight(pledge=row, registration=right, appraised_fen=share and fen(share))
        for right in rights
        for share in [shares.get(right.pk)]
    )
    act.data = {}
    numbers = " ".join(f"{right.number} {right.name}" for right in rights)
    search.index(act.case.pk, f"{numbers} {row.pledgor.name} {row.pledgee.name} {row.contract_number}")


def change_row(act: Act) -> None:
    """An answer changes the items asked for; the two sides and the rights stay."""
    for name, value in columns(unlocked(act)).items():
        setattr(act.row, name, value)
    act.row.save()
    act.data = {}


WRITTEN_DOWN = ("registered_at", "registered_number", "past_validity_because", "knows_of_revocation")


def enter(act: Act) -> None:
    """Put a claim on each right and keep what the registrar wrote down."""
    row = act.row
    for name in WRITTEN_DOWN:
        setattr(row, name, act.data.get(name) or (False if name == "knows_of_revocation" else ""))
    row.save(update_fields=WRITTEN_DOWN)
    put_claims(act)
    act.dues["loan_end"] = row.ends_on
    act.dues["valuation"] = end_of_valuation(act)
    use_up(act)


def end_of_valuation(act: Act) -> date | None:
    """The last day of the valuation; None where there is none, or it is over already."""
    base, day = act.row.appraised_on, legal_day(act.at)
    until = good_until(base, day) if base else None
    return until if until and until >= day else None


def put_claims(act: Act) -> None:
    """One claim a right, and a second line where the same pledge stands in another register as well."""
    row = act.row
    place, number = str(row.get_registered_at_display()), row.registered_number
    for right in rights_of(act):
        put_claim(act, right)
        if place:
            register.claim(
                right, case=act.case, party=row.pledgee, kind=Claim.Kind.PLEDGE, at=act.at, own=False, exclusive=False,
                place=place, place_number=number,
            )  # fmt: skip


def put_claim(act: Act, right: Registration) -> None:
    """The unique key has the last word; its refusal names the right as the guard's does."""
    try:
        register.claim(right, case=act.case, party=act.row.pledgee, kind=Claim.Kind.PLEDGE, at=act.at)
    except Refused as fault:
        if len(rights_of(act)) == 1:
            raise
        said = named(right, Refusal(fault.code, fault.sentence))
        raise Refused(said.code, said.sentence) from fault


def use_up(act: Act) -> None:
    """What led to this pledge is over: the bank's notice of intent, and the financing intent of the two."""
    keys = [right.case_id for right in rights_of(act)]
    pledge = act.row
    notices = IntentNotice.objects.filter(case__root__in=keys, bank=pledge.pledgee_id)
    intents = Financing.objects.filter(case__root__in=keys, bank=pledge.pledgee_id, firm=pledge.pledgor_id)
    open_ = Case.objects.filter(pk__in=[*notices.values_list("pk", flat=True), *intents.values_list("pk", flat=True)])
    for case in open_.running().order_by("pk"):
        if (move := case.kind_.move("use_up")) and case.status_at() in move.sources:
            follow(case.pk, move.name, act)


def strike_claims(act: Act) -> None:
    """Rectification of a registration: the claims end, and the record says that it was a mistake."""
    register.release(act.case, at=act.at, outcome="rectified")


# ------------------------------------------------------------------------------------------------ release


def open_release(way: str):
    """Effect that begins a release. What counts is the moment at which it reached the office, not the paper's date."""

    def begin(act: Act) -> None:
        data = act.data
        Release.objects.create(
            pledge=act.row, way=way, ground=data["ground"], received_at=act.at, dated_on=data.get("dated_on"),
            court=data.get("court", ""), court_number=data.get("court_number", ""),
        )  # fmt: skip

    return begin


def release_of(act: Act) -> Release | None:
    """The release that is under way."""
    known = act.standing.history.known
    if "release" not in known:
        known["release"] = Release.objects.filter(pledge=act.case.pk, ended_at__isnull=True).first()
    return known["release"]


def note_call(act: Act) -> None:
    """Keep who was called, when, and under which number on file, of which only the ends are kept."""
    row = release_of(act)
    row.called, row.called_at = act.data["called"], act.at
    row.called_number = masked(act.row.pledgee.contact_phone)
    row.save(update_fields=["called", "called_at", "called_number"])
    act.facts["called_number"] = row.called_number


def masked(number: str) -> str:
    return f"{number[:3]}****{number[-4:]}" if len(number) > 7 else f"****{number[-2:]}"


def close_release(outcome: str):
    """Effect that ends the release under way with its outcome."""

    def close(act: Act) -> None:
        Release.objects.filter(pledge=act.case.pk, ended_at__isnull=True).update(ended_at=act.at, outcome=outcome)

    return close


def begin_to_cool(act: Act) -> None:
    """The release has its second key: from now on its cooling period is all that keeps the pledge."""
    register.begin_to_end(act.case, at=act.at)


def keep_claims(act: Act) -> None:
    """The release that was cooling is taken back, or its second key struck."""
    register.keep(act.case)


def close_change(act: Act, outcome: str) -> None:
    """A change that is asked for is over, whatever came of it."""
    Amendment.objects.filter(pledge=act.case.pk, ended_at__isnull=True).update(ended_at=act.at, outcome=outcome)


def back_to_pledged(act: Act) -> None:
    """The pledge stands as before: its loan's end is watched again; a lost right stays lost, and nothing is watched."""
    is_lost = has_lost_right(act)
    act.dues["loan_end"] = None if is_lost else act.row.ends_on
    if is_lost:
        act.facts["to_status"] = "gone"


def lose_object(act: Act) -> None:
    """Of a pledge without a right nothing can be changed any more."""
    close_change(act, "moot")


def has_lost_right(act: Act) -> bool:
    return any(right.case.status_at() in ("cancelled", "revoked") for right in rights_of(act))


def end_pledge(act: Act) -> None:
    """The cooling period is over: the claims end, and the rights are free."""
    row = release_of(act)
    act.facts["ground"] = row.ground if row else ""
    if row is not None and row.ground == Pledge.Ground.ENFORCED:
        act.facts["to_status"] = "enforced"
    close_release("done")(act)
    close_change(act, "moot")
    register.release(act.case, at=act.at, outcome="released")


def make_void(act: Act) -> None:
    """Void from the beginning: the claims end with this word, and a release under way has no object any more."""
    close_release("void")(act)
    close_change(act, "void")
    register.release(act.case, at=act.at, outcome="void")


# ------------------------------------------------------------------------------------------------ what touches it


def name_new_holder(act: Act) -> None:
    """The new holder of a right becomes party: what rests on the right is now the holder's matter as well, and no more
    that of a holder between."""
    parties, holders = act.case.parties, {right.holder_id for right in rights_of(act)} - {act.row.pledgor_id}
    parties.filter(role="former_holder", organisation__in=holders).delete()
    parties.filter(role="holder").exclude(organisation__in=holders).update(role="former_holder")
    for holder in sorted(holders):
        parties.get_or_create(role="holder", organisation_id=holder)
