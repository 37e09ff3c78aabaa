"""The table of a pledge: filed by the holder with a bank, registered as the one claim on the right, released by the bank.

Guards are the grounds of refusal of the patent pledge rules, as far as they have a counterpart here.
"""

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.certificates import register
from apps.certificates.models import Claim
from apps.enterprises.models import Capacity, Organisation
from apps.pledges.forms import PledgeForm, RegisterForm, ReleaseForm
from apps.pledges.models import Pledge
from apps.verifications.guards import must_be_verified
from apps.workflow import search
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CommentForm
from apps.workflow.machine import Act
from apps.workflow.models import Case
from apps.workflow.money import fen, spoken
from apps.workflow.people import APPLICANT, CITY_CLERK, entering, officials, parties
from apps.workflow.review import REPLY, REVIEW_STATES, rectification, review_clock, reviewed, unlocked
from apps.workflow.states import STAYS, ClockSpec, Kind, Move, Refusal, State, letter, states

STATES = (
    *REVIEW_STATES,
    State("registered", _("Registered"), _("Pledged"), "good", next=_("the pledgee releases it")),
    State("released", _("Released"), _("Released"), "ended", open=False),
)
BOTH = ("applicant", "pledgee")
PLEDGEE = parties("pledgee")
AMOUNTS = {"credit": "credit_fen", "secured": "secured_fen", "drawn": "drawn_fen", "appraised": "appraised_fen"}
PLAIN = (
    "branch", "contract_number", "contract_on", "debt", "starts_on", "ends_on", "interest", "combined_with",
    "appraised_on", "appraiser", "appraisal_method",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------ effects


def columns(data: dict) -> dict:
    """The columns of what a form gave: yuan become fen."""
    plain = {name: data[name] for name in PLAIN if name in data}
    amounts = {AMOUNTS[name]: None if data[name] is None else fen(data[name]) for name in AMOUNTS if name in data}
    return {**plain, **amounts}


def make_row(act: Act) -> None:
    registration, data = act.case.root.registration, act.data
    row = Pledge.objects.create(
        case=act.case,
        registration=registration,
        pledgor=act.case.organisation,
        pledgee_id=data["pledgee"],
        **columns(data),
    )
    act.data = {}
    search.index(
        act.case.pk,
        f"{registration.number} {registration.name} {row.pledgor.name} {row.pledgee.name} {row.contract_number}",
    )


def change_row(act: Act) -> None:
    """An answer changes the items asked for; the two sides and the right stay."""
    for name, value in columns(unlocked(act)).items():
        setattr(act.row, name, value)
    act.row.save()
    act.data = {}


def enter(act: Act) -> None:
    """Put the claim on the right and keep what the registrar wrote down."""
    row = act.row
    for name in ("registered_at", "registered_number", "past_validity_because"):
        setattr(row, name, act.data.get(name, ""))
    row.save(update_fields=["registered_at", "registered_number", "past_validity_because"])
    put_claim(act)
    act.dues["loan_end"] = row.ends_on


def put_claim(act: Act) -> None:
    row = act.row
    register.claim(
        row.registration, case=act.case, party=row.pledgee, kind=Claim.Kind.PLEDGE, at=act.at,
        place=str(row.get_registered_at_display()), place_number=row.registered_number,
    )  # fmt: skip


def strike_claim(act: Act) -> None:
    """Rectification of a registration: the claim ends, and the record says that it was a mistake."""
    register.release(act.case, at=act.at, outcome="rectified")


def end_claim(act: Act) -> None:
    act.row.release_ground = act.data["ground"]
    act.row.save(update_fields=["release_ground"])
    register.release(act.case, at=act.at, outcome="released")


def put_back(act: Act) -> None:
    """Rectification of a release: the right is pledged again, unless somebody else has a claim on it by now."""
    act.row.release_ground = ""
    act.row.save(update_fields=["release_ground"])
    put_claim(act)


# ------------------------------------------------------------------------------------------------ guards


def right(act: Act):
    return act.case.root.registration


def hangs_on_a_right(act: Act) -> Refusal | None:
    if act.case.root is not None and act.case.root.kind == "registration":
        return None
    return Refusal("no_registration", _("A pledge is put on a registration: choose one first."))


def pledgor_is_holder(act: Act) -> Refusal | None:
    if right(act).holder_id == act.case.organisation_id:
        return None
    return Refusal("not_holder", _("The pledgor is not the holder of the registration."))


def right_is_valid(act: Act) -> Refusal | None:
    """The past that is being recorded is judged by the dates of the right."""
    if not act.recording:
        return register.must_be_valid(right(act))
    if right(act).registered_on <= legal_day(act.at) <= right(act).valid_until:
        return None
    return Refusal("not_valid", _("The registration was not in force then."))


def right_is_free(act: Act) -> Refusal | None:
    return register.must_be_free(right(act))


def pledgee_is_a_bank(act: Act) -> Refusal | None:
    if Organisation.objects.with_capacity(Capacity.BANK).filter(pk=act.data["pledgee"]).exists():
        return None
    return Refusal("no_bank", _("The organisation named as pledgee is not a bank."))


def outlasts(act: Act) -> bool:
    return act.row.ends_on > right(act).valid_until


def debt_within_validity(act: Act) -> Refusal | None:
    """Ground 6: a debt that runs past the right's validity is registered by the chief alone."""
    if not outlasts(act) or act.recording or act.standing.holds(Role.CHIEF):
        return None
    return Refusal(
        "past_validity",
        _("The loan ends after the right's validity: only the section chief may register it, with a reason."),
    )


def past_validity_has_reason(act: Act) -> Refusal | None:
    if not outlasts(act) or act.recording or act.data.get("past_validity_because"):
        return None
    return Refusal(
        "no_reason", _("The loan ends after the right's validity: give the reason to register it all the same.")
    )


def both_apply(act: Act) -> Refusal | None:
    """Both sides apply jointly: the pledgee confirms in the portal, or the registrar has seen the signed paper."""
    if act.recording or act.data.get("joint_paper") or confirmed(act):
        return None
    return Refusal("not_joint", _("The pledgee has not confirmed, and no joint application was seen."))


def confirmed(act: Act) -> bool:
    """The pledgee has confirmed what is filed now; an answer to a correction needs a new confirmation."""
    said = act.case.events.standing().filter(move__in=("confirm", "answer")).order_by("-seq").first()
    return said is not None and said.move == "confirm"


def not_yet_confirmed(act: Act) -> Refusal | None:
    if not confirmed(act):
        return None
    return Refusal("confirmed", _("You have confirmed this pledge already."))


# ------------------------------------------------------------------------------------------------ the table


def filing(move: str, organisation: Organisation, root: Case, data: dict) -> dict:
    pledgee = Organisation.objects.get(pk=data["pledgee"])
    return {
        "organisation": organisation,
        "title": root.registration.name,
        "root": root,
        "parties": [("applicant", organisation), ("pledgee", pledgee)],
        "data": data,
    }


def letter_context(act: Act) -> dict:
    row = act.row
    return {
        "pledgor": row.pledgor.name,
        "pledgee": row.pledgee.name,
        "registration": row.registration.number,
        "contract": row.contract_number,
        "credit": spoken(row.credit_fen),
        "secured": spoken(row.secured_fen),
        "drawn": spoken(row.drawn_fen),
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "place": str(row.get_registered_at_display()),
        "place_number": row.registered_number,
        "ground": str(row.get_release_ground_display()),
    }


REGISTRARS = officials(Role.CLERK, Role.CHIEF)
KIND = Kind(
    name="pledge",
    label=_("Pledge"),
    model=Pledge,
    series="质",
    states=STATES,
    clocks=(
        review_clock("pledge_review_days", _("examination of the pledge")),
        REPLY,
        ClockSpec(
            "loan_end", _("end of the loan"), "", audience="applicant", remind_before="remind_before_pledge",
            remind_after="remind_after", tells=(*BOTH, "office"),
        ),
    ),
    moves=(
        *reviewed(
            examiner=CITY_CLERK, decider=REGISTRARS, filer=APPLICANT | entering(Role.CLERK), form=PledgeForm,
            accept_form=RegisterForm, accepted="registered", accept=_("Register the pledge"),
            accepted_past=_("registered the pledge"), texts="pledge", to=BOTH,
            file_guards=(hangs_on_a_right, must_be_verified, pledgor_is_holder, right_is_valid, right_is_free, pledgee_is_a_bank),
            guards=(pledgor_is_holder, right_is_valid, right_is_free, debt_within_validity),
            checks=(both_apply, past_validity_has_reason), filed=(make_row,), answered=(change_row,), effects=(enter,),
            starts=("loan_end",), undo=strike_claim,
        ),
        Move(
            "confirm", _("Confirm as pledgee"), _("confirmed it as pledgee"), states("submitted"), STAYS, PLEDGEE,
            form=CommentForm, guards=(not_yet_confirmed,), tone="primary", letters=letter("pledge.confirmed", *BOTH),
        ),
        Move(
            "release", _("Release"), _("released the right"), states("registered"), "released", PLEDGEE,
            form=ReleaseForm, effects=(end_claim,), undo=put_back, stops=("loan_end",), tone="danger", snapshot=True,
            letters=letter("pledge.released", *BOTH, "office"),
        ),
        *rectification(STATES),
    ),
    filing=filing,
    letter_context=letter_context,
)  # fmt: skip
