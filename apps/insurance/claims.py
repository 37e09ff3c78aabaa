"""The table of a claim on a policy: reported, completed once, assessed, agreed and paid, or refused with reasons.

The time limits are those of the Insurance Law, arts. 21 to 26, in calendar days. They bind insurer and insured, not the
office: what is late is marked and told, and has no effect here.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.certificates.lookup import happened
from apps.enterprises.models import Organisation
from apps.insurance.checklist import CLAIM_CHECKLIST
from apps.insurance.claim_forms import AmountForm, AskForm, AssessForm, PayForm, ReportForm, SupplyForm
from apps.insurance.effects import struck
from apps.insurance.guards import (
    advance_within_limits,
    covered_then,
    known_by_now,
    not_asked_before,
    paid_as_agreed,
    paid_by_now,
    policy_is_bound,
    within_limits,
)
from apps.insurance.models import LossClaim
from apps.rules.deadlines import deadline, load_calendar
from apps.rules.lookup import rules_on
from apps.workflow import search
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.models import Case
from apps.workflow.money import fen, spoken
from apps.workflow.people import CLERKS, FOLLOWING, entering, parties
from apps.workflow.review import nothing, rectification
from apps.workflow.states import (
    NEW,
    STANDS,
    STAYS,
    ClockSpec,
    Consequence,
    Kind,
    Move,
    Refusal,
    State,
    letter,
    states,
)

STATES = (
    State("reported", _("Reported"), _("Reported"), "waiting", next=_("the insurer looks at the papers")),
    State("supplement", _("Papers asked for"), _("Papers asked for"), "attention", next=_("the insured sends what is missing")),
    State("assessing", _("Being assessed"), _("Being assessed"), "waiting", next=_("the insurer assesses the claim")),
    State("agreed", _("Payment agreed"), _("Payment agreed"), "waiting", next=_("the insurer pays")),
    State("uncovered", _("Found not covered"), _("Being assessed"), "waiting", next=_("the insurer gives notice with reasons")),
    State("paid", _("Paid, closed"), _("Paid, closed"), "good", open=False),
    State("refused", _("Payment refused"), _("Payment refused"), "bad", open=False),
    State("withdrawn", _("Withdrawn"), _("Withdrawn by the insured"), "ended", open=False),
)  # fmt: skip
INSURER = parties("insurer")
ENTERED = entering(Role.CLERK, Role.DISTRICT_CLERK)
INSURED = parties("applicant", "insured") | ENTERED
INSURED_SIDE = ("applicant", "insured")
EVERYBODY = (*INSURED_SIDE, "insurer")
OPEN = states("reported", "supplement", "assessing", "agreed", "uncovered")

# ------------------------------------------------------------------------------------------------ effects


def make_row(act: Act) -> None:
    """The report's row; whether it came after the limitation is kept, for the insurer to judge."""
    data = act.data
    day = legal_day(act.at)
    row = LossClaim.objects.create(
        case=act.case, policy_id=data.pop("policy"), lost_on=data["lost_on"], known_on=data["known_on"], reported_on=day,
        is_late=day > limitation(act), cause=data["cause"], account=data["account"], claimed_fen=fen(data["claimed"]),
    )  # fmt: skip
    policy = row.policy
    act.facts["policy"] = policy.policy_number
    search.index(act.case.pk, f"{policy.policy_number} {act.case.title} {policy.insured.name} {policy.insurer.name}")


def limitation(act: Act):
    """The last day of the two years, which the insurer may plead (Insurance Law, art. 26)."""
    years = rules_on(["claim_limit_years"], act.case.rules_on)["claim_limit_years"].value
    return deadline(act.data["known_on"], years, "year", load_calendar(), roll=True).date


def assess(act: Act) -> None:
    row, items = act.row, act.data.get("parts") or {}
    row.assessed_fen = fen(act.data["assessed"])
    row.save(update_fields=["assessed_fen"])
    sums = {item: fen(amount) for item, amount in items.items()} or dict.fromkeys(
        row.policy.item_sums_fen, row.assessed_fen
    )
    row.items.bulk_create(row.items.model(claim=row, item=item, sum_fen=sum_fen) for item, sum_fen in sums.items())


def take_assessment_back(act: Act) -> None:
    act.row.assessed_fen = None
    act.row.items.all().delete()
    act.row.save(update_fields=["assessed_fen"])


def pay_in_advance(act: Act) -> None:
    act.row.advance_fen += fen(act.data["amount"])
    act.row.save(update_fields=["advance_fen"])


def take_advance_back(act: Act) -> None:
    act.row.advance_fen -= fen(Decimal(struck(act, "advance").data["amount"]))
    act.row.save(update_fields=["advance_fen"])


def pay(act: Act) -> None:
    row = act.row
    row.paid_fen, row.paid_on = fen(act.data["amount"]), act.data["paid_on"]
    row.save(update_fields=["paid_fen", "paid_on"])


def take_payment_back(act: Act) -> None:
    act.row.paid_fen, act.row.paid_on = None, None
    act.row.save(update_fields=["paid_fen", "paid_on"])


def refuse(act: Act) -> None:
    act.row.refused_because = act.comment
    act.row.save(update_fields=["refused_because"])


def take_refusal_back(act: Act) -> None:
    act.row.refused_because = ""
    act.row.save(update_fields=["refused_because"])


def something_overdue(act: Act) -> Refusal | None:
    """A reminder names a time limit that is near or over; without one there is nothing to remind of."""
    soon = legal_day(act.at) + timedelta(days=3)
    if act.case.due_on is not None and act.case.due_on <= soon:
        return None
    return Refusal("not_due", _("No time limit of the insurer is near."))


# ------------------------------------------------------------------------------------------------ the table


def filing(move: str, organisation: Organisation, root: Case, data: dict) -> dict:
    """A claim hangs on its policy: the right is the root, the policy's case a basis. A case of another kind is no policy."""
    if root is None or root.kind != "policy":
        return {"organisation": organisation, "title": "", "root": root, "data": {**data, "policy": 0}}
    policy = root.policy
    sides = [("applicant", policy.policyholder), ("insurer", policy.insurer)]
    if policy.insured_id != policy.policyholder_id:
        sides.insert(1, ("insured", policy.insured))
    return {
        "organisation": policy.policyholder,
        "title": root.title,
        "root": root.root,
        "bases": [root, *(basis.on for basis in root.bases.select_related("on").order_by("pk"))],
        "parties": sides,
        "data": {**data, "policy": policy.pk},
    }


def letter_context(act: Act) -> dict:
    row = act.row
    policy = row.policy
    owed = None if row.assessed_fen is None else row.assessed_fen - row.advance_fen
    return {
        "insurer": policy.insurer.name,
        "insured": policy.insured.name,
        "policy_number": policy.policy_number,
        "lost_on": row.lost_on.isoformat(),
        "cause": row.get_cause_display(),
        "claimed": spoken(row.claimed_fen),
        "assessed": spoken(row.assessed_fen),
        "advance": spoken(row.advance_fen),
        "owed": spoken(owed),
        "paid": spoken(row.paid_fen),
        "paid_on": row.paid_on.isoformat() if row.paid_on else "",
        "happened": happened(act),
    }


HEARD = (Consequence(_("The claim stays; insurer and insured are told."), "hear"),)
CONSEQUENCES = {
    "expire": HEARD,
    "hold": STANDS,
    "let_run": STANDS,
    "renew": STANDS,
    "change": STANDS,
    "transfer": HEARD,
    "license": STANDS,
    "reissue": STANDS,
    "freeze": HEARD,
    "thaw": HEARD,
    "contest": HEARD,
    "uphold": HEARD,
    "cancel": HEARD,
    "revoke": HEARD,
}


def legal_clock(name: str, label, rule: str) -> ClockSpec:
    """A limit of the insurer: it reminds the insurer, and when it is over the office too; it decides nothing."""
    return ClockSpec(
        name, label, rule, remind_before="remind_before", remind_after="remind_after", tells=("insurer", "office")
    )


KIND = Kind(
    name="claim",
    label=_("Insurance claim"),
    model=LossClaim,
    series="赔",
    states=STATES,
    checklist=CLAIM_CHECKLIST,
    clocks=(
        legal_clock("assessment", _("assessment by the insurer"), "claim_assessment_days"),
        legal_clock("advance", _("payment in advance by the insurer"), "claim_advance_days"),
        legal_clock("payment", _("payment by the insurer"), "claim_payment_days"),
        legal_clock("refusal_notice", _("notice of the refusal by the insurer"), "claim_refusal_notice_days"),
    ),
    moves=(
        Move(
            "report", _("Report a loss"), _("reported a loss"), NEW, "reported", INSURED, form=ReportForm,
            guards=(policy_is_bound, known_by_now, covered_then), effects=(make_row,), starts=("assessment",),
            tag="file", snapshot=True,
            letters=letter("claim.received", *INSURED_SIDE) + letter("claim.reported", "insurer"),
        ),
        Move(
            "ask_papers", _("Ask for further papers"), _("asked for further papers, once for all"),
            states("reported", "assessing"), "supplement", INSURER, form=AskForm, guards=(not_asked_before,),
            pauses=("assessment",), stops=("advance",), undo=nothing, letters=letter("claim.supplement", *INSURED_SIDE),
        ),
        Move(
            "supply", _("Send the papers"), _("sent the papers"), states("supplement"), "assessing", INSURED,
            form=SupplyForm, resumes=("assessment",), starts=("advance",), tone="primary", undo=nothing,
            letters=letter("claim.supplied", "insurer"),
        ),
        Move(
            "assess", _("The papers are complete"), _("found the papers complete and assesses"), states("reported"),
            "assessing", INSURER, form=CommentForm, starts=("advance",), tone="primary", undo=nothing,
            letters=letter("claim.assessing", *INSURED_SIDE),
        ),
        Move(
            "advance", _("Pay in advance"), _("paid in advance"), states("assessing"), STAYS, INSURER, form=AmountForm,
            checks=(paid_by_now, advance_within_limits), effects=(pay_in_advance,), undo=take_advance_back,
            stops=("advance",), snapshot=True, letters=letter("claim.advanced", *INSURED_SIDE),
        ),
        Move(
            "agree", _("Agree to pay"), _("agreed to pay"), states("assessing"), "agreed", INSURER, form=AssessForm,
            checks=(within_limits,), effects=(assess,), undo=take_assessment_back, stops=("assessment", "advance"),
            starts=("payment",), tone="primary", snapshot=True, letters=letter("claim.agreed", *INSURED_SIDE),
        ),
        Move(
            "find_uncovered", _("Find it not covered"), _("found it not covered"), states("assessing"), "uncovered",
            INSURER, form=CommentForm, stops=("assessment", "advance"), starts=("refusal_notice",), tone="danger",
            undo=nothing, silent="the notice with the reasons follows within three days",
        ),
        Move(
            "refuse", _("Refuse with reasons"), _("refused to pay, with reasons"), states("uncovered"), "refused", INSURER,
            form=ReasonForm, effects=(refuse,), undo=take_refusal_back, stops=("refusal_notice",), tone="danger",
            snapshot=True, letters=letter("claim.refused", *INSURED_SIDE),
        ),
        Move(
            "pay", _("Record the payment"), _("paid"), states("agreed"), "paid", INSURER, form=PayForm,
            checks=(paid_by_now, paid_as_agreed), effects=(pay,), undo=take_payment_back, stops=("payment",),
            tone="primary", snapshot=True, letters=letter("claim.paid", *INSURED_SIDE),
        ),
        Move(
            "withdraw", _("Withdraw"), _("withdrew it"), states("reported", "supplement", "assessing"), "withdrawn",
            INSURED, form=CommentForm, stops=("assessment", "advance"), tone="danger", undo=nothing,
            letters=letter("claim.withdrawn", *EVERYBODY),
        ),
        Move(
            "remind", _("Remind the insurer"), _("reminded the insurer"), OPEN - {"supplement"}, STAYS, CLERKS,
            form=CommentForm, guards=(something_overdue,), letters=letter("claim.reminded", "insurer"), undo=nothing,
        ),
        Move(
            "hear", _("Tell of an act on the right"), _("the parties were told of an act on the right"), OPEN, STAYS,
            FOLLOWING, letters=letter("claim.told", *EVERYBODY), undo=nothing,
        ),
        *rectification(STATES),
    ),
    rests_on="registration",
    consequences=CONSEQUENCES,
    filing=filing,
    letter_context=letter_context,
)  # fmt: skip
