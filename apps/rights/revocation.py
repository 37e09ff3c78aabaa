"""Revocation (撤销): reported by anyone, or found by the office; the holder is heard, the section chief decides.

A revoked registration is void from the beginning; the announcement stands in the register, and everybody whose pledge,
policy, licence or listing rests on the right is told in the same transaction.
"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.certificates import register
from apps.enterprises.models import Organisation
from apps.rights import shared
from apps.rights.models import Revocation
from apps.rights.shared import right
from apps.workflow.checklist import Criterion
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CommentForm, LineField, ReasonForm, SentenceForm
from apps.workflow.machine import Act
from apps.workflow.models import Case
from apps.workflow.people import CHIEF, CLOCK, FOLLOWING, anyone_signed_in, officials, parties
from apps.workflow.review import nothing, rectification
from apps.workflow.states import NEW, STANDS, STAYS, ClockSpec, Consequence, Kind, Move, Refusal, State, letter, states

OPENING = officials(Role.CLERK, Role.CHIEF)
HEARING = states("hearing", "to_decide")
BOTH = ("holder", "reporter")


class ReportForm(shared.RightForm):
    """What is wrong with a registration, and how it is known."""

    files = (("evidence", _("Evidence")),)

    ground = forms.ChoiceField(label=_("What it is based on"), choices=Revocation.Ground)
    facts_told = forms.CharField(
        label=_("Facts"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What is wrong, and how it can be seen. The holder will read it."),
    )  # fmt: skip
    judgment = LineField(
        label=_("Court and number of a final judgment, if there is one"), max_length=120, required=False
    )


class StatementForm(SentenceForm):
    """What the holder says to it."""

    statement = forms.CharField(label=_("Statement"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    comment = CommentForm.base_fields["comment"]


class RevokeForm(ReasonForm):
    """The decision and the words that the public reads."""

    announcement = forms.CharField(
        label=_("Words of the public announcement"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what the public is to read.")},
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ guards


def can_be_revoked(act: Act) -> Refusal | None:
    """Also one that has expired: what was void from the beginning never was in force."""
    if right(act).case.status_at() in (*register.IN_FORCE, "expired"):
        return None
    return Refusal("already_ended", _("The registration was cancelled or revoked already."))


def reports_another(act: Act) -> Refusal | None:
    """A holder who wants to be rid of a right asks for its cancellation."""
    if act.actor is None or act.actor.is_official or right(act).holder_id not in act.standing.organisations:
        return None
    return Refusal("own_right", _("This is your own right: ask for its cancellation instead."))


# ------------------------------------------------------------------------------------------------ effects


def source_of(act: Act) -> str:
    if act.data.get("judgment"):
        return Revocation.Source.JUDGMENT
    official = act.actor is None or act.actor.is_official
    return Revocation.Source.OFFICE if official else Revocation.Source.REPORT


def name_reporter(act: Act) -> None:
    """Whoever reported it may read what became of it."""
    if act.actor is not None and not act.actor.is_official:
        act.case.parties.get_or_create(role="reporter", person=act.actor, defaults={"rank": 1})


def contest(act: Act) -> None:
    if register.is_in_force(right(act)):
        shared.carry(act, "contest")


def keep_statement(act: Act) -> None:
    act.row.statement = act.data.pop("statement")
    act.row.save(update_fields=["statement"])


def revoke(act: Act) -> None:
    act.row.announcement, act.row.announced_on = act.data["announcement"], legal_day(act.at)
    act.row.save(update_fields=["announcement", "announced_on"])
    shared.carry(act, "revoke", announcement=act.row.announcement)


def uphold(act: Act) -> None:
    if register.is_in_force(right(act)):
        shared.carry(act, "uphold")


def hear_new_holder(act: Act) -> None:
    """The right went to somebody else: he is heard as well."""
    act.case.parties.get_or_create(
        role="holder", organisation=Organisation.objects.get(registrations=act.case.root_id), defaults={"rank": 0}
    )


# ------------------------------------------------------------------------------------------------ the table

FIRST = Consequence(
    _("It must be decided first."), sources=HEARING,
    blocks=lambda revocation, cause: Refusal(
        "contested", _("It is being examined whether this right is to be revoked: that is decided first.")
    ),
)  # fmt: skip
GOES_ON = Consequence(_("It goes on: a right that has ended may still be void from the beginning."))
ELSEWHERE = Consequence(_("It ends: another decision has revoked the right."), "moot")
STATES = (
    State("reported", _("Reported"), _("Reported"), "waiting", next=_("the office opens the procedure or not")),
    State(
        "hearing", _("Holder to be heard"), _("Holder to be heard"), "attention", next=_("the holder states his case")
    ),
    State("to_decide", _("To be decided"), _("To be decided"), "waiting", next=_("the section chief decides")),
    State("revoked", _("Revoked"), _("Revoked"), "bad", open=False),
    State("upheld", _("Right stands"), _("Right stands"), "ended", open=False),
    State("dismissed", _("Report not taken up"), _("Report not taken up"), "ended", open=False),
    State("withdrawn", _("Withdrawn"), _("Withdrawn"), "ended", open=False),
    State("moot", _("Ended with the right"), _("Ended with the right"), "ended", open=False),
)
LIMIT = {"remind_before": "remind_before", "remind_after": "remind_after"}


def filing(move: str, organisation: Organisation, root: Case, data: dict) -> dict:
    """The case is about the holder's right, whoever reports."""
    firm = root.registration.holder
    reporter = [] if organisation is None or organisation == firm else [("reporter", organisation)]
    return {
        "organisation": firm, "title": root.registration.name, "root": root, "parties": reporter, "data": data,
    }  # fmt: skip


def hear_holder(act: Act) -> None:
    """The holder becomes a party when the procedure opens; a report that is not taken up is none of his business."""
    act.case.parties.get_or_create(role="holder", organisation=right(act).holder, defaults={"rank": 0})


KIND = Kind(
    name="revocation",
    label=_("Revocation"),
    model=Revocation,
    series="撤",
    states=STATES,
    checklist=(
        Criterion("facts", _("The facts are proved"), ("facts_told", "judgment"), _("By analogy with the Administrative Licensing Law, arts. 69 and 70")),
        Criterion("ground", _("They make out the ground"), ("ground",)),
        Criterion("heard", _("The holder was heard, or let the time pass"), ("statement",), inner=True),
    ),
    clocks=(
        ClockSpec("opening", _("answer to the report"), "revocation_opening_days", **LIMIT),
        ClockSpec(
            "statement", _("statement of the holder"), "holder_statement_days", audience="applicant",
            on_expiry="note_silence", from_service=True, remind_before="remind_before", tells=("holder",),
        ),
        ClockSpec("decision", _("decision on the revocation"), "revocation_decision_days", **LIMIT),
    ),
    moves=(
        Move(
            "report", _("Report a registration"), _("reported the registration"), NEW, "reported", anyone_signed_in(),
            form=ReportForm, guards=(shared.hangs_on_a_right, can_be_revoked, reports_another),
            effects=(
                name_reporter, shared.maker("ground", "facts_told", "judgment", source=source_of),
            ),
            starts=("opening",), tag="file", snapshot=True,
            letters=(*letter("revocation.received", "reporter"), *letter("revocation.reported", "office")),
        ),
        Move(
            "open", _("Open the procedure"), _("opened the procedure: the holder is heard"), states("reported"), "hearing",
            OPENING, form=CommentForm, guards=(can_be_revoked,), effects=(hear_holder, contest), stops=("opening",),
            starts=("statement", "decision"), tag="examine", tone="primary", letters=letter("revocation.opened", "holder"),  # another's mailbox must not start the holder's time
        ),
        Move(
            "dismiss", _("Do not take it up"), _("did not take the report up"), states("reported"), "dismissed", OPENING,
            form=ReasonForm, stops=("opening",), tag="examine", tone="danger", letters=letter("revocation.dismissed", "reporter"),
            undo=nothing,
        ),
        Move(
            "withdraw", _("Withdraw the report"), _("withdrew the report"), states("reported"), "withdrawn",
            parties("reporter"), form=CommentForm, stops=("opening",), tone="danger",
            letters=letter("case.withdrawn", "reporter", "office"), undo=nothing,
        ),
        Move(
            "state", _("State your case"), _("stated its case"), HEARING, "to_decide", parties("holder"),
            form=StatementForm, effects=(keep_statement,), stops=("statement",), tag="file", tone="primary",
            letters=letter("revocation.stated", "office"), snapshot=True,
        ),
        Move(
            "note_silence", _("Note that no statement came"), _("no statement came in time: it is decided on the file"),
            states("hearing"), "to_decide", CLOCK, stops=("statement",), letters=letter("revocation.silence", "holder", "office"),
            undo=nothing,
        ),
        Move(
            "revoke", _("Revoke the registration"), _("revoked the registration, from the beginning"),
            states("to_decide"), "revoked", CHIEF, form=RevokeForm, guards=(can_be_revoked,), effects=(revoke,),
            stops=("decision",), tag="decide", barred=("examine",), tone="danger", snapshot=True,
            letters=letter("revocation.revoked", *BOTH),
        ),
        Move(
            "uphold", _("Let the right stand"), _("let the right stand"), states("to_decide"), "upheld", CHIEF,
            form=ReasonForm, effects=(uphold,), stops=("decision",), tag="decide", barred=("examine",), tone="primary",
            snapshot=True, letters=letter("revocation.upheld", *BOTH),
        ),
        Move(
            "pass_on", _("Hear the new holder"), _("hears the new holder as well"), HEARING, STAYS, FOLLOWING,
            effects=(hear_new_holder,), letters=letter("revocation.opened", "holder"),
        ),
        Move(
            "moot", _("End with the right"), _("ended: another act on the right left nothing to decide"),
            states("reported", *HEARING), "moot", FOLLOWING, stops=("opening", "statement", "decision"),
            letters=letter("right.moot", *BOTH),
        ),
        *rectification(STATES),
    ),
    rests_on=shared.RESTS_ON,
    consequences=shared.consequences(
        expire=(GOES_ON,), revoke=(ELSEWHERE,),
        cancel=(Consequence(_("It ends: there is nothing left to decide."), "moot", states("reported")), FIRST),
        transfer=(
            Consequence(_("It goes on; the new holder is heard as well."), "pass_on", HEARING), *STANDS,
        ),
    ),
    leads_to="revoke",
    filing=filing,
    letter_context=shared.context("source", "ground", "judgment", "announcement"),
)  # fmt: skip
