"""The table of an insurance policy: applied for, bound or declined, in force from its first day to its last."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.certificates.lookup import happened
from apps.enterprises.models import Capacity, Organisation
from apps.insurance.checklist import CHECKLIST
from apps.insurance.effects import (
    bind,
    cancel,
    endorse,
    hand_back,
    hold_again,
    let_go,
    make_row,
    open_renewal,
    pass_to_new_holder,
    take_cancellation_back,
    take_endorsement_back,
    unbind,
)
from apps.insurance.forms import BindForm, CancelForm, EndorseForm, PolicyForm, RecordForm, RenewalForm
from apps.insurance.guards import (
    above_what_was_paid,
    endorsement_in_time,
    hangs_on_a_right,
    holder_applies,
    insurer_is_one,
    renewal_offered,
    right_stands,
    within_premium,
)
from apps.insurance.models import Policy
from apps.verifications.guards import must_be_verified
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.models import Case
from apps.workflow.money import spoken
from apps.workflow.people import APPLICANT, CLERKS, CLOCK, FOLLOWING, entering, parties
from apps.workflow.review import nothing, rectification
from apps.workflow.states import (
    NEW,
    STANDS,
    STAYS,
    ClockSpec,
    Consequence,
    Kind,
    Move,
    SheetImport,
    State,
    Sum,
    letter,
    states,
)

STATES = (
    State("applied", _("Applied for"), _("Applied for"), "waiting", next=_("the insurer answers")),
    State("bound", _("Bound"), _("Bound, not yet in force"), "good", next=_("nobody: cover begins on its first day")),
    State("in_force", _("In force"), _("In force"), "good", next=_("nobody: cover ends after its last day")),
    State("ended", _("Ended"), _("Ended"), "ended", open=False),
    State("cancelled", _("Cancelled"), _("Cancelled"), "ended", open=False),
    State("declined", _("Declined"), _("Not insured"), "bad", open=False),
    State("withdrawn", _("Withdrawn"), _("Withdrawn by the applicant"), "ended", open=False),
)
RUNNING = states("bound", "in_force")
OPEN = states("applied", "bound", "in_force")
BOTH = ("applicant", "insurer")
EVERYBODY = ("applicant", "insured", "insurer")
INSURER = parties("insurer") | CLERKS
ASKING = APPLICANT | entering(Role.CLERK, Role.DISTRICT_CLERK)
OPENING = (hangs_on_a_right, must_be_verified, holder_applies, right_stands, insurer_is_one)


def filing(move: str, organisation: Organisation, root: Case | None, data: dict) -> dict:
    """The holder is the case's organisation, whoever files; an insurer's own record names itself and the right."""
    named = data.pop("registration", None)
    if root is None and named:
        root = Case.objects.select_related("registration__holder").get(pk=named)
    if root is None or root.kind != "registration":  # the guard says what is missing
        words = {"organisation": organisation, "title": organisation.name, "root": root, "data": data}
        return {**words, "parties": [("applicant", organisation)]}
    holder = root.registration.holder
    sides = {"applicant": holder.pk, "insured": data.get("insured"), "insurer": data["insurer"]}
    if sides["insured"] == holder.pk:
        del sides["insured"]
    firms = Organisation.objects.in_bulk({pk for pk in sides.values() if pk})
    further = [pk for pk in data.pop("further", ()) if pk != root.pk]
    return {
        "organisation": holder,
        "title": root.registration.name,
        "root": root,
        "bases": list(Case.objects.filter(pk__in=further).select_related("registration").order_by("pk")),
        "parties": [(role, firms[pk]) for role, pk in sides.items() if pk],
        "data": data,
    }


def letter_context(act: Act) -> dict:
    row = act.row
    return {
        "insurer": row.insurer.name,
        "policyholder": row.policyholder.name,
        "holder": row.registration.holder.name,
        "registration": row.registration.number,
        "product": row.get_product_display(),
        "policy_number": row.policy_number,
        "sum_insured": spoken(row.sum_insured_fen),
        "premium": spoken(row.premium_fen),
        "refund": spoken(row.refund_fen),
        "starts_on": row.starts_on.isoformat() if row.starts_on else "",
        "ends_on": row.ends_on.isoformat() if row.ends_on else "",
        "happened": happened(act),
        "changed": changed(act),
    }


def sheet_line(case: Case) -> str:
    """What a due diligence sheet says of a policy; one that was never written is left out."""
    row = case.policy
    if not row.policy_number:
        return ""
    words = [
        row.policy_number, str(case.state_.public_label), row.insurer.name, str(row.get_product_display()),
        _("sum insured %(amount)s yuan") % {"amount": spoken(row.sum_insured_fen)},
        f"{row.starts_on.isoformat()} – {row.ends_on.isoformat()}",
    ]  # fmt: skip
    return " · ".join(str(word) for word in words)


def changed(act: Act) -> str:
    """What an endorsement changed, a line each."""
    from apps.insurance.showing import spoken_value

    labels = Policy.labels()
    rows = act.facts.get("changes", [])
    said = (f"{labels[row['path']]}: {spoken_value(row, 'before')} → {spoken_value(row, 'after')}" for row in rows)
    return "\n".join(said) or (_now("see the endorsement") if act.move.name == "endorse" else "")


def asked_by_transfer(act: Act) -> bool:
    """Whether the insurer has a transfer to answer."""
    return act.case.pk is not None and act.case.clocks.filter(name="transfer_answer", ended_at__isnull=True).exists()


# ------------------------------------------------------------------------------------------------ what touches it

WARNED = (Consequence(_("It does not end by that. Policyholder and insurer are warned at once."), "warn"),)
HEARD = (Consequence(_("It stays as it is; policyholder and insurer are told."), "hear"),)
CONSEQUENCES = {
    "expire": WARNED,
    "hold": STANDS,
    "let_run": STANDS,
    "renew": STANDS,
    "change": HEARD,
    "transfer": (
        Consequence(
            _("It passes to the new holder; the insurer is told and may answer within its time limit."), "hear_transfer",
            RUNNING,
        ),
        Consequence(_("The application is by the former holder; both sides are warned."), "warn"),
    ),
    "license": STANDS,
    "reissue": STANDS,
    "freeze": HEARD,
    "thaw": HEARD,
    "contest": HEARD,
    "uphold": HEARD,
    "cancel": WARNED,
    "revoke": WARNED,
}  # fmt: skip

KIND = Kind(
    name="policy",
    label=_("Insurance policy"),
    model=Policy,
    series="保",
    way=(_("Insurance"), _("Apply for insurance")),
    states=STATES,
    checklist=CHECKLIST,
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
        ClockSpec(
            "transfer_answer", _("answer of the insurer to the transfer"), "policy_transfer_days",
            remind_before="remind_before", tells=("insurer",),
        ),
    ),
    moves=(
        Move(
            "apply", _("Apply"), _("applied for insurance"), NEW, "applied", ASKING, form=PolicyForm, guards=OPENING,
            effects=(make_row,), starts=("follow_up",), tag="file", snapshot=True,
            letters=letter("policy.received") + letter("policy.asked", "insurer"),
        ),
        Move(
            "record", _("Record a policy"), _("recorded the policy"), NEW, "bound", INSURER, form=RecordForm,
            guards=OPENING, effects=(make_row, bind), starts=("start", "end"), tag="file", snapshot=True,
            letters=letter("policy.bound", *EVERYBODY),
        ),
        Move(
            "bind", _("Enter the policy"), _("entered the policy"), states("applied"), "bound", INSURER, form=BindForm,
            guards=(right_stands,), effects=(bind,), undo=unbind, stops=("follow_up",), starts=("start", "end"),
            tone="primary", snapshot=True, letters=letter("policy.bound", *EVERYBODY),
        ),
        Move(
            "decline", _("Decline"), _("declined to insure"), states("applied"), "declined", INSURER, form=ReasonForm,
            effects=(let_go,), undo=hold_again, stops=("follow_up",), tone="danger", letters=letter("policy.declined"),
        ),
        Move(
            "withdraw", _("Withdraw"), _("withdrew it"), states("applied"), "withdrawn", ASKING, form=CommentForm,
            effects=(let_go,), undo=hold_again, stops=("follow_up",), tone="danger",
            letters=letter("policy.withdrawn", *BOTH),
        ),
        Move(
            "begin", _("Begin"), _("the cover began"), states("bound"), "in_force", CLOCK, stops=("start",),
            letters=letter("policy.in_force", *BOTH),
        ),
        Move(
            "endorse", _("Endorse"), _("endorsed the policy"), RUNNING, STAYS, INSURER, form=EndorseForm,
            checks=(endorsement_in_time, above_what_was_paid), effects=(endorse,), undo=take_endorsement_back,
            stops=("transfer_answer",), starts=("end",), snapshot=True, letters=letter("policy.endorsed", *EVERYBODY),
        ),
        Move(
            "keep_terms", _("Keep the terms after the transfer"), _("keeps the terms after the transfer"), RUNNING, STAYS,
            INSURER, form=CommentForm, when=asked_by_transfer, stops=("transfer_answer",), undo=nothing,
            letters=letter("policy.terms_kept", "applicant", "insured"),
        ),
        Move(
            "renew", _("Renew the policy"), _("applied for a renewal"), states("in_force", "ended"), STAYS, ASKING,
            form=RenewalForm, guards=(renewal_offered,), effects=(open_renewal,), silent="the new application tells of it",
        ),
        Move(
            "ask_cancel", _("Ask to surrender it"), _("asked to surrender the policy"), RUNNING, STAYS, ASKING,
            form=ReasonForm, letters=letter("policy.surrender_asked", "insurer"), undo=nothing,
        ),
        Move(
            "cancel", _("Cancel the policy"), _("cancelled the policy"), RUNNING, "cancelled", INSURER, form=CancelForm,
            checks=(within_premium,), effects=(cancel,), undo=take_cancellation_back, stops=("start", "end"),
            tone="danger", snapshot=True, letters=letter("policy.cancelled", *EVERYBODY),
        ),
        Move(
            "end", _("End"), _("the cover ended"), states("in_force"), "ended", CLOCK, stops=("end",),
            letters=letter("policy.ended", *BOTH),
        ),
        Move(
            "warn", _("Warn of the right's end"), _("policyholder and insurer were warned: the right ended or changed hands"),
            OPEN, STAYS, FOLLOWING, letters=letter("policy.warned", *EVERYBODY), undo=nothing,
        ),
        Move(
            "hear", _("Tell of an act on the right"), _("the parties were told of an act on the right"), OPEN, STAYS,
            FOLLOWING, letters=letter("policy.told", *EVERYBODY), undo=nothing,
        ),
        Move(
            "hear_transfer", _("Pass to the new holder"), _("passed to the new holder of the right"), RUNNING, STAYS,
            FOLLOWING, effects=(pass_to_new_holder,), undo=hand_back, starts=("transfer_answer",), snapshot=True,
            letters=letter("policy.passed", *EVERYBODY),
        ),
        *rectification(STATES),
    ),
    rests_on="registration",
    consequences=CONSEQUENCES,
    filing=filing,
    letter_context=letter_context,
    sheet_line=sheet_line,
    imports=SheetImport(
        capacity=Capacity.INSURER, party="insurer", key="policy_number", opens="record",
        columns=(
            ("policy_number", ("保单号", "policy number")), ("product", ("险种", "product")),
            ("sum_insured", ("保险金额", "保额", "sum insured")), ("premium", ("保费", "保险费", "premium")),
            ("starts_on", ("保险起期", "起保日期", "first day")), ("ends_on", ("保险止期", "终保日期", "last day")),
        ),
    ),
    sums=(Sum(_("sum insured"), "sum_insured_fen"), Sum(_("premium"), "premium_fen")),
)  # fmt: skip
