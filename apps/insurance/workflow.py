"""The table of an insurance policy: applied for, bound or declined, in force from its first day to its last."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.certificates.register import must_be_valid
from apps.enterprises.models import Capacity, Organisation
from apps.insurance.forms import BindForm, CancelForm, PolicyForm, RecordForm
from apps.insurance.models import Policy
from apps.verifications.guards import must_be_verified
from apps.workflow import search
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.machine import Act, Refused
from apps.workflow.models import Case
from apps.workflow.money import fen, spoken
from apps.workflow.people import APPLICANT, CLERKS, CLOCK, entering, parties
from apps.workflow.review import rectification
from apps.workflow.states import NEW, ClockSpec, Kind, Move, Refusal, State, letter, states

STATES = (
    State("applied", _("Applied for"), _("Applied for"), "waiting", next=_("the insurer answers")),
    State("bound", _("Bound"), _("Bound, not yet in force"), "good", next=_("nobody: cover begins on its first day")),
    State("in_force", _("In force"), _("In force"), "good", next=_("nobody: cover ends after its last day")),
    State("ended", _("Ended"), _("Ended"), "ended", open=False),
    State("cancelled", _("Cancelled"), _("Cancelled"), "ended", open=False),
    State("declined", _("Declined"), _("Not insured"), "bad", open=False),
    State("withdrawn", _("Withdrawn"), _("Withdrawn by the applicant"), "ended", open=False),
)
BOTH = ("applicant", "insurer")
INSURER = parties("insurer") | CLERKS
TERMS = ("sum_insured_fen", "premium_fen", "policy_number", "starts_on", "ends_on")


def make_row(act: Act) -> None:
    """The application's row: a policy on the root's registration."""
    registration, firm = act.case.root.registration, act.case.organisation
    Policy.objects.create(
        case=act.case, registration=registration, insurer_id=act.data["insurer"], policyholder=firm, insured=firm,
        product=act.data["product"], sum_insured_fen=fen(act.data["sum_insured"]),
    )  # fmt: skip
    insurer = act.row.insurer.name
    search.index(act.case.pk, f"{registration.number} {registration.name} {firm.name} {insurer}")


def bind(act: Act) -> None:
    """Write the policy's own terms, and let its clocks run to its first and after its last day."""
    row, data = act.row, act.data
    act.facts["before"] = {name: getattr(row, name) for name in TERMS}
    row.sum_insured_fen, row.premium_fen = fen(data["sum_insured"]), fen(data["premium"])
    row.policy_number, row.starts_on, row.ends_on = data["policy_number"], data["starts_on"], data["ends_on"]
    try:
        with transaction.atomic():
            row.save(update_fields=TERMS)
    except IntegrityError as fault:
        sentence = _("The insurer has a policy of this number already: look for it in the list.")
        raise Refused("number_taken", sentence) from fault
    act.dues.update(start=row.starts_on - timedelta(days=1), end=row.ends_on)


def unbind(act: Act) -> None:
    """Rectification: the application as it was before the policy."""
    event = act.case.events.standing().filter(move="bind").order_by("-seq").first()
    for name in TERMS:
        setattr(act.row, name, event.data["before"][name])
    act.row.save(update_fields=TERMS)


def refund(act: Act) -> None:
    act.row.refund_fen = fen(act.data["refund"])
    act.row.save(update_fields=["refund_fen"])


def take_refund_back(act: Act) -> None:
    act.row.refund_fen = None
    act.row.save(update_fields=["refund_fen"])


def hangs_on_a_right(act: Act) -> Refusal | None:
    if act.case.root is not None and act.case.root.kind == "registration":
        return None
    return Refusal("no_registration", _("A policy insures a registration: choose one first."))


def holder_applies(act: Act) -> Refusal | None:
    if act.case.root.registration.holder_id == act.case.organisation_id:
        return None
    return Refusal("not_holder", _("Only the holder of the registration can be insured for it."))


def right_stands(act: Act) -> Refusal | None:
    """A right that is not in force is insured only where an official says so by acting."""
    registration = act.case.root.registration
    if act.actor is not None and act.actor.is_official:
        return None
    if act.recording:
        in_term = registration.registered_on <= legal_day(act.at) <= registration.valid_until
        return None if in_term else NOT_VALID
    return must_be_valid(registration) and NOT_VALID


NOT_VALID = Refusal("not_valid", _("The registration is not in force: ask the office, which may let it be insured."))


def insurer_is_one(act: Act) -> Refusal | None:
    insurers = Organisation.objects.with_capacity(Capacity.INSURER)
    if insurers.filter(pk=act.data["insurer"]).exists():
        return None
    return Refusal("no_insurer", _("The organisation named as insurer is not one."))


def within_premium(act: Act) -> Refusal | None:
    if fen(act.data["refund"]) <= act.row.premium_fen:
        return None
    return Refusal("refund_too_large", _("More cannot be returned than the premium that was paid."))


OPENING = (hangs_on_a_right, must_be_verified, holder_applies, right_stands, insurer_is_one)


def filing(move: str, organisation: Organisation, root: Case, data: dict) -> dict:
    """The holder is the case's organisation, whoever files; an insurer's own record names itself."""
    registration = root.registration
    insurer = Organisation.objects.get(pk=data["insurer"])
    return {
        "organisation": registration.holder,
        "title": registration.name,
        "root": root,
        "parties": [("applicant", registration.holder), ("insurer", insurer)],
        "data": data,
    }


def letter_context(act: Act) -> dict:
    row = act.row
    return {
        "insurer": row.insurer.name,
        "policyholder": row.policyholder.name,
        "registration": row.registration.number,
        "product": row.get_product_display(),
        "policy_number": row.policy_number,
        "sum_insured": spoken(row.sum_insured_fen),
        "premium": spoken(row.premium_fen),
        "refund": spoken(row.refund_fen),
        "starts_on": row.starts_on.isoformat() if row.starts_on else "",
        "ends_on": row.ends_on.isoformat() if row.ends_on else "",
    }


KIND = Kind(
    name="policy",
    label=_("Insurance policy"),
    model=Policy,
    series="保",
    states=STATES,
    clocks=(
        ClockSpec(
            "follow_up", _("answer of the insurer"), "policy_follow_up_days", remind_before="remind_before",
            remind_after="remind_after", tells=("insurer", "office"),
        ),
        ClockSpec("start", _("beginning of the cover"), "", audience="applicant", on_expiry="begin"),
        ClockSpec(
            "end", _("end of the cover"), "", audience="applicant", on_expiry="end",
            remind_before="remind_before_policy", tells=BOTH,
        ),
    ),
    moves=(
        Move(
            "apply", _("Apply"), _("applied for insurance"), NEW, "applied",
            APPLICANT | entering(Role.CLERK, Role.DISTRICT_CLERK), form=PolicyForm, guards=OPENING, effects=(make_row,),
            starts=("follow_up",), tag="file", snapshot=True,
            letters=letter("policy.received") + letter("policy.asked", "insurer"),
        ),
        Move(
            "record", _("Record a policy"), _("recorded the policy"), NEW, "bound", INSURER, form=RecordForm,
            guards=OPENING, effects=(make_row, bind), starts=("start", "end"), tag="file", snapshot=True,
            letters=letter("policy.bound", *BOTH),
        ),
        Move(
            "bind", _("Enter the policy"), _("entered the policy"), states("applied"), "bound", INSURER, form=BindForm,
            guards=(right_stands,),
            effects=(bind,), undo=unbind, stops=("follow_up",), starts=("start", "end"), tone="primary", snapshot=True,
            letters=letter("policy.bound", *BOTH),
        ),
        Move(
            "decline", _("Decline"), _("declined to insure"), states("applied"), "declined", INSURER, form=ReasonForm,
            stops=("follow_up",), tone="danger", letters=letter("policy.declined"),
        ),
        Move(
            "withdraw", _("Withdraw"), _("withdrew it"), states("applied"), "withdrawn",
            APPLICANT | entering(Role.CLERK, Role.DISTRICT_CLERK), form=CommentForm, stops=("follow_up",),
            tone="danger", letters=letter("policy.withdrawn", *BOTH),
        ),
        Move(
            "begin", _("Begin"), _("the cover began"), states("bound"), "in_force", CLOCK, stops=("start",),
            letters=letter("policy.in_force", *BOTH),
        ),
        Move(
            "cancel", _("Cancel the policy"), _("cancelled the policy"), states("bound", "in_force"), "cancelled",
            INSURER, form=CancelForm, checks=(within_premium,), effects=(refund,), undo=take_refund_back,
            stops=("start", "end"), tone="danger", snapshot=True, letters=letter("policy.cancelled", *BOTH),
        ),
        Move(
            "end", _("End"), _("the cover ended"), states("in_force"), "ended", CLOCK, stops=("end",),
            letters=letter("policy.ended", *BOTH),
        ),
        *rectification(STATES),
    ),
    filing=filing,
    letter_context=letter_context,
)  # fmt: skip
