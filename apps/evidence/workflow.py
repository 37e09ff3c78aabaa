"""The table of a deposit: recorded and verified by a clerk, or received by this portal itself."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.evidence.checklist import CHECKLIST
from apps.evidence.forms import CheckForm, DepositForm
from apps.evidence.models import Deposit, DepositPlatform
from apps.examination import sketches
from apps.rules.lookup import MissingRule
from apps.workflow import search
from apps.workflow.clocks import legal_day
from apps.workflow.forms import ReasonForm
from apps.workflow.machine import Act, Refused
from apps.workflow.people import APPLICANT, CITY_CLERK, CLERKS, DECIDERS, ENTERING, REVIEWERS
from apps.workflow.review import nothing, rectification
from apps.workflow.states import NEW, ClockSpec, Kind, Move, Refusal, State, letter, states

STATES = (
    State("recorded", _("Recorded, to be verified"), _("Recorded"), "waiting", next=_("a clerk verifies it")),
    State("verified", _("Verified"), _("Verified"), "good", next=_("an application may rest on it")),
    State("failed", _("Verification failed"), _("Not verified"), "bad", next=_("the enterprise corrects it")),
    State("void", _("Void"), _("Void"), "ended", open=False),
)

FIELDS = (
    "route", "platform", "notary", "certificate_number", "data_name", "file_name", "size_bytes", "record_count",
    "sha256", "sm3", "deposited_at", "chain_name", "transaction_hash", "collection", "hash_only",
)  # fmt: skip


def own_platform() -> DepositPlatform:
    found = DepositPlatform.objects.filter(own=True).first()
    if found is None:
        raise MissingRule("this portal is not on the list of platforms: load the rules")
    return found


def make_row(act: Act) -> None:
    """The deposit's row from the form's values, and its words for the search."""
    values = {name: act.data[name] for name in FIELDS if act.data.get(name) is not None}
    keep(Deposit(case=act.case, **values), force_insert=True)
    act.data = {}
    search.index(act.case.pk, f"{values['certificate_number']} {values['data_name']} {act.case.organisation.name}")
    sketches.keep(act.case.pk, name=act.case.title)


def change_row(act: Act) -> None:
    for name in FIELDS:
        if name in act.data:
            setattr(act.row, name, act.data[name])
    keep(act.row)
    act.data = {}


def keep(row: Deposit, **how) -> None:
    """Save a deposit; Refused where its certificate stands in another one."""
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError as fault:
        sentence = _("A deposit with this certificate number was recorded already.")
        raise Refused("certificate_taken", sentence) from fault


def give_receipt(act: Act) -> None:
    """A receipt of our own: number, time of receipt, and the portal as its keeper."""
    from apps.workflow.numbering import next_number

    number = next_number("存收", legal_day(act.at).year)
    act.case.number = number
    act.data = {
        **act.data, "route": Deposit.Route.OWN, "platform": own_platform(), "certificate_number": number,
        "deposited_at": act.at,
    }  # fmt: skip
    make_row(act)


def keep_findings(act: Act) -> None:
    act.row.checked = {name: act.data[name] for name in ("digest", "chain", "seal", "timestamp") if name in act.data}
    act.row.save(update_fields=["checked"])


def not_own(act: Act) -> bool:
    return act.row.route != Deposit.Route.OWN


def deposited_before(act: Act) -> Refusal | None:
    if act.data["deposited_at"] <= act.at:
        return None
    return Refusal("future_deposit", _("The time of the deposit lies in the future."))


KIND = Kind(
    name="deposit",
    label=_("Evidence deposit"),
    model=Deposit,
    series="存",
    states=STATES,
    checklist=CHECKLIST,
    clocks=(
        ClockSpec(
            "verification", _("verification of the evidence"), "deposit_verify_days", remind_before="remind_before",
            remind_after="remind_after",
        ),
    ),
    moves=(
        Move(
            "record", _("Record"), _("recorded the evidence"), NEW, "recorded", APPLICANT | CITY_CLERK | CLERKS,
            checks=(deposited_before,), effects=(make_row,), starts=("verification",), tag="file",
            silent="the page says it at once", snapshot=True,
        ),
        Move(
            "receive", _("Receive"), _("handed it in; the portal gave a receipt"), NEW, "verified",
            APPLICANT | CLERKS, effects=(give_receipt,), tag="file", letters=letter("deposit.receipt"), snapshot=True,
        ),
        Move(
            "verify", _("Verified"), _("verified the evidence"), states("recorded", "failed"), "verified", REVIEWERS,
            form=CheckForm, when=not_own, effects=(keep_findings,), stops=("verification",), tag="examine",
            tone="primary", letters=letter("deposit.verified"), undo=nothing, snapshot=True,
        ),
        Move(
            "fail", _("Verification failed"), _("could not verify the evidence"), states("recorded", "verified"),
            "failed", REVIEWERS, form=ReasonForm, stops=("verification",), tag="examine", tone="danger",
            letters=letter("deposit.failed"), undo=nothing,
        ),
        Move(
            "resubmit", _("Hand in again"), _("corrected the evidence"), states("failed"), "recorded",
            APPLICANT | ENTERING, form=DepositForm, effects=(change_row,), when=not_own, starts=("verification",), tag="file",
            tone="primary", silent="the page says it at once", snapshot=True,
        ),
        Move(
            "void", _("Declare void"), _("declared it void"), states("recorded", "verified", "failed"), "void",
            DECIDERS, form=ReasonForm, stops=("verification",), tag="decide", tone="danger",
            letters=letter("deposit.void"), undo=nothing,
        ),
        *rectification(STATES),
    ),
)  # fmt: skip
