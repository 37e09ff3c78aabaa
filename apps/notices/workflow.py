"""The table of an objection: admission, forwarding, reply, decision, disputes elsewhere, the redacted publication."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.notices import objecting as o
from apps.notices.checklist import CHECKLIST
from apps.notices.forms import (
    ClearRedactionForm,
    RedactForm,
    ReplyForm,
    ResumeForm,
    SupplementForm,
    SuspendForm,
)
from apps.notices.models import Objection
from apps.notices.private import address_of
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.models import Case
from apps.workflow.people import CITY, CITY_CLERK, CLOCK, DECIDERS, anyone_signed_in, officials, parties
from apps.workflow.review import nothing, rectification
from apps.workflow.states import NEW, STAYS, ClockSpec, Kind, Move, State, letter, states

OBJECTION_STATES = (
    State("filed", _("Objection to be admitted"), _("Filed"), "waiting", next=_("the office admits it or not")),
    State("supplement", _("Supplement asked"), _("Supplement asked"), "attention", next=_("the objector supplements it")),
    State("to_forward", _("Admitted, to be forwarded"), _("Admitted"), "waiting", next=_("the office forwards it")),
    State("admitted", _("Admitted, reply awaited"), _("Admitted"), "attention", next=_("the applicant replies")),
    State("unanswered", _("No reply in time"), _("No reply in time"), "waiting", next=_("a clerk proposes what follows; nothing ends by itself")),
    State("end_proposed", _("End of the procedure proposed"), _("No reply in time"), "waiting", next=_("the section chief ends the application's procedure, or decides on the file")),
    State("replied", _("Replied, to be decided"), _("To be decided"), "waiting", next=_("the section chief decides")),
    State("suspended", _("Suspended"), _("Suspended"), "attention", next=_("a final document is awaited")),
    State("inadmissible", _("Not admitted"), _("Not admitted"), "ended", open=False),
    State("upheld", _("Upheld"), _("Upheld"), "bad", open=False),
    State("dismissed", _("Dismissed"), _("Dismissed"), "ended", open=False),
    State("withdrawn", _("Withdrawn"), _("Withdrawn"), "ended", open=False),
    State("moot", _("Ended with the matter"), _("Ended with the matter"), "ended", open=False),
)  # fmt: skip
OPEN = tuple(state.name for state in OBJECTION_STATES if state.open)
BOTH = ("objector", "respondent")
DECIDED = states("upheld", "dismissed", "moot")
LIMIT = {"remind_before": "remind_before", "remind_after": "remind_after"}
ADMITTING = officials(Role.CLERK, Role.CHIEF)
ALL_CLOCKS = ("admission", "supplement", "forwarding", "reply", "decision")


def letter_context(act: Act) -> dict[str, Any]:
    """Nothing that identifies the objector goes into a letter; the words of a redacted text never do."""
    return dict(act.facts)


def sheet_line(case: Case) -> str:
    """What a due diligence sheet says of an objection: never who objects."""
    words = [case.number or "", case.objection.get_ground_display(), case.state_.public_label]
    return " · ".join(str(word) for word in [*words, legal_day(case.filed_at).isoformat()])


KIND = Kind(
    name="objection",
    label=_("Objection"),
    model=Objection,
    series="异",
    states=OBJECTION_STATES,
    checklist=CHECKLIST,
    letter_context=letter_context,
    address=address_of,
    sheet_line=sheet_line,
    joins=o.respondents,
    clocks=(
        ClockSpec("admission", _("admission of the objection"), "objection_admission_days", **LIMIT),
        ClockSpec("supplement", _("supplement of the objection"), "objection_supplement_days", audience="applicant", from_service=True, remind_before="remind_before", tells=("objector",)),
        ClockSpec("forwarding", _("forwarding of the objection"), "objection_forward_days", **LIMIT),
        ClockSpec("reply", _("reply to the objection"), "objection_reply_days", audience="applicant", on_expiry="note_silence", from_service=True, remind_before="remind_before", tells=("respondent",)),
        ClockSpec("decision", _("decision on the objection"), "objection_decision_days", **LIMIT),
    ),
    moves=(
        Move(
            "file", _("Object"), _("filed an objection"), NEW, "filed", anyone_signed_in(),
            checks=(o.notice_runs, o.not_ones_own), effects=(o.make_objection,), starts=("admission",), tag="file",
            letters=(*letter("objection.received", "objector"), *letter("objection.filed", "office")), snapshot=True,
        ),
        Move(
            "ask_supplement", _("Ask for a supplement"), _("asked the objector for a supplement"), states("filed"),
            "supplement", ADMITTING, form=ReasonForm, stops=("admission",), starts=("supplement",), tag="examine",
            letters=letter("objection.supplement", "objector"), undo=nothing,
        ),
        Move(
            "supplement", _("Send the supplement"), _("supplemented the objection"), states("supplement"), "filed",
            parties("objector"), form=SupplementForm, effects=(o.keep_supplement,), stops=("supplement",),
            starts=("admission",), tag="file", tone="primary", letters=letter("objection.supplemented", "office"),
            snapshot=True,
        ),
        Move(
            "admit", _("Admit and forward"), _("admitted the objection and forwarded it to the applicant"),
            states("filed", "supplement"), "admitted", ADMITTING, form=CommentForm, stops=("admission", "supplement"),
            effects=(o.forward,), starts=("reply",), tag="examine", tone="primary",
            letters=(*letter("objection.forwarded", "respondent"), *letter("objection.admitted", "objector")), undo=nothing,
        ),
        Move(
            "admit_first", _("Admit, forward later"), _("admitted the objection"), states("filed", "supplement"),
            "to_forward", ADMITTING, form=CommentForm, stops=("admission", "supplement"), starts=("forwarding",),
            tag="examine", letters=letter("objection.admitted", "objector"), undo=nothing,
        ),
        Move(
            "forward", _("Forward"), _("forwarded the objection to the applicant"), states("to_forward"), "admitted",
            ADMITTING, form=CommentForm, effects=(o.forward,), stops=("forwarding",), starts=("reply",), tag="examine", tone="primary",
            letters=letter("objection.forwarded", "respondent"), undo=nothing,
        ),
        Move(
            "reject", _("Do not admit"), _("did not admit the objection"), states("filed", "supplement"), "inadmissible",
            ADMITTING, form=ReasonForm, stops=("admission", "supplement"), tag="examine", tone="danger",
            letters=letter("objection.inadmissible", "objector"), undo=nothing,
        ),
        Move(
            "reply", _("Reply"), _("replied to the objection"), states("admitted", "unanswered", "end_proposed"),
            "replied", parties("respondent"), form=ReplyForm, effects=(o.keep_reply,), stops=("reply", "decision"),
            starts=("decision",), tag="file", tone="primary", letters=letter("objection.replied", "objector", "office"),
            snapshot=True,
        ),
        Move(
            "note_silence", _("Note that no reply came"), _("no reply came in time: the office may propose to end the procedure"),
            states("admitted"), "unanswered", CLOCK, stops=("reply",), starts=("decision",),
            letters=(*letter("objection.unanswered", "office"), *letter("objection.silence", "respondent")), undo=nothing,
        ),
        Move(
            "propose_end", _("Propose to end the procedure"), _("proposed to end the registration procedure for want of a reply"),
            states("unanswered"), "end_proposed", CITY_CLERK, form=ReasonForm, tag="examine", tone="primary",
            silent="a proposal is internal", undo=nothing,
        ),
        Move(
            "decline_end", _("Do not end it; decide on the file"), _("declined to end the procedure: the objection is decided on the file"),
            states("end_proposed"), "replied", DECIDERS, form=ReasonForm, tag="decide", barred=("examine",),
            silent="an internal step", undo=nothing,
        ),
        Move(
            "uphold", _("Uphold"), _("upheld the objection"), states("replied", "unanswered", "admitted"), "upheld", DECIDERS,
            form=ReasonForm, guards=(o.reply_awaited_no_more,), stops=("decision", "reply"), tag="decide",
            barred=("examine",), tone="danger", letters=letter("objection.upheld", *BOTH), undo=nothing,
        ),
        Move(
            "dismiss", _("Dismiss"), _("dismissed the objection"), states("replied", "unanswered", "admitted"), "dismissed",
            DECIDERS, form=ReasonForm, guards=(o.reply_awaited_no_more,), stops=("decision", "reply"), tag="decide",
            barred=("examine",), tone="primary", letters=letter("objection.dismissed", *BOTH), undo=nothing,
        ),
        Move(
            "suspend", _("Suspend"), _("suspended it until a final document"), states("admitted", "unanswered", "replied"),
            "suspended", DECIDERS, form=SuspendForm, guards=(o.forwarding_served,), effects=(o.hold_root,),
            pauses=("reply", "decision"), tag="decide", letters=letter("objection.suspended", *BOTH),
        ),
        Move(
            "resume", _("Resume"), _("resumed it on a final document"), states("suspended"), "replied", DECIDERS,
            form=ResumeForm, effects=(o.release_root, o.go_back), resumes=("reply", "decision"), tag="decide",
            tone="primary", letters=letter("objection.resumed", *BOTH),
        ),
        Move(
            "withdraw", _("Withdraw"), _("withdrew the objection"), states(*OPEN), "withdrawn", parties("objector"),
            form=CommentForm, effects=(o.release_root,), stops=ALL_CLOCKS, tone="danger",
            letters=letter("case.withdrawn", *BOTH), undo=nothing,
        ),
        Move(
            "moot", _("End with the matter"), _("ended: the matter it objects to is closed"), states(*OPEN), "moot", CLOCK,
            stops=ALL_CLOCKS, letters=letter("objection.moot", "objector"), undo=nothing,
        ),
        Move(
            "revive", _("Take up again"), _("taken up again: the matter it objects to lives on"), states("moot"), "filed",
            CLOCK, starts=("admission",), letters=letter("objection.revived", "objector", "office"), undo=nothing,
        ),
        Move(
            "redact", _("Write the redacted text"), _("wrote a redacted text for the public"), DECIDED, STAYS, CITY_CLERK,
            form=RedactForm, guards=(o.not_published,), checks=(o.nothing_personal,), effects=(o.keep_redaction,),
            tag="redact", silent="an internal step", undo=o.drop_redaction,
        ),
        Move(
            "publish_redacted", _("Clear and publish the redacted text"), _("cleared and published the redacted text"),
            DECIDED, STAYS, CITY, form=ClearRedactionForm, guards=(o.redaction_waits,), effects=(o.publish_redaction,),
            tag="clear", barred=("redact",), letters=letter("objection.published", *BOTH), undo=o.unpublish_redaction,
        ),
        Move(
            "unpublish_redacted", _("Take the redacted text back"), _("took the redacted text off the public page"), DECIDED,
            STAYS, DECIDERS, form=ReasonForm, guards=(o.redaction_stands,), effects=(o.unpublish_redaction,), tone="danger",
            silent="the public page shows it no more",
        ),
        *rectification(OBJECTION_STATES),
    ),
)  # fmt: skip
