"""Publishing as rows that any kind takes into its table, and the table of an objection."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.notices.forms import ClearForm, ReplyForm
from apps.notices.models import Notice, Objection
from apps.rules.lookup import rules_on
from apps.workflow import clocks
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.numbering import next_number
from apps.workflow.people import CITY_CLERK, CLOCK, DECIDERS, anyone_signed_in, officials, parties
from apps.workflow.review import nothing, rectification
from apps.workflow.states import NEW, ClockSpec, Kind, Move, Refusal, State, letter, states

BULLETIN_SERIES = "舟数知公告"

DRAFTED = State(
    "notice_drafted", _("Notice drafted"), _("Under examination"), "waiting", next=_("another official clears it")
)
IN_NOTICE = State("in_notice", _("In public notice"), _("In public notice"), "good", next=_("anyone may object"))
NOTICE_CLOSED = State(
    "notice_closed",
    _("Notice over, to be registered"),
    _("Notice over"),
    "waiting",
    next=_("an official who did not examine registers"),
)
NOTICE_STATES = (DRAFTED, IN_NOTICE, NOTICE_CLOSED)

NOTICE_CLOCK = ClockSpec("notice", _("public notice"), "notice_days", audience="notice", on_expiry="close_notice")


def notice_moves(ready: str, *, after: tuple[str, ...] = (), after_stops: tuple[str, ...] = ()) -> tuple[Move, ...]:
    """Draft, clear and publish, take back, close: from the state ``ready`` of a kind whose row has ``public_face()``.

    ``after`` are the clocks that run once the notice is over.
    """
    return (
        Move(
            "draft_notice", _("Draft the notice"), _("drafted the public notice"), states(ready), "notice_drafted",
            CITY_CLERK, guards=(face_complete,), effects=(draft,), undo=discard, tag="draft_notice", tone="primary",
            silent="an internal step",
        ),
        Move(
            "return_notice", _("Back to the drafter"), _("gave the draft notice back"), states("notice_drafted"), ready,
            officials(Role.CHIEF, Role.DEPUTY, Role.CLERK), form=ReasonForm, effects=(discard,), silent="an internal step",
        ),
        Move(
            "publish", _("Clear and publish"), _("cleared the notice of secrets and published it"),
            states("notice_drafted"), "in_notice", DECIDERS, form=ClearForm, effects=(publish,), undo=withdraw,
            starts=("notice",), stops=after_stops, tag="publish", barred=("draft_notice",), tone="primary",
            letters=letter("notice.published"),
        ),
        Move(
            "withdraw_notice", _("Withdraw the notice"), _("withdrew the notice for an error"),
            states("in_notice", "notice_closed"), ready, DECIDERS, form=ReasonForm, effects=(withdraw,),
            stops=("notice", *after), tone="danger", tag="withdraw_notice", letters=letter("notice.withdrawn"),
        ),
        Move(
            "close_notice", _("Close the notice"), _("the notice period ended"), states("in_notice"), "notice_closed",
            CLOCK, stops=("notice",), starts=after, letters=letter("notice.closed", "applicant", "office"), undo=nothing,
        ),
    )  # fmt: skip


def face_complete(act: Act) -> Refusal | None:
    """Guard: every public field has something to show."""
    if all(item["value"]["zh-hans"] for item in act.row.public_face()):
        return None
    return Refusal("face_incomplete", _("A public field is empty: the notice would be incomplete."))


def draft(act: Act) -> None:
    Notice.objects.create(case=act.case, face=act.row.public_face(), drafted_by=act.actor, drafted_at=act.at)


def discard(act: Act) -> None:
    Notice.objects.filter(case=act.case, published_at__isnull=True).delete()


def publish(act: Act) -> None:
    """Number and date the standing draft; the day of publication is not counted."""
    notice = Notice.objects.get(case=act.case, withdrawn_at__isnull=True)
    notice.cleared_by = act.actor
    date_notice(act, notice)


def date_notice(act: Act, notice: Notice, bulletin: str = "") -> None:
    """Give the notice its period by the rule in force for the case, and its number last."""
    day = clocks.legal_day(act.at)
    rule = rules_on(["notice_days"], act.case.rules_on)["notice_days"]
    computed = clocks.deadline(day, rule.value, rule.unit, clocks.load_calendar(), roll=True)
    notice.published_at = act.at
    notice.ends_on = act.dues.get("notice") or computed.date
    notice.ends_at = clocks.end_of(notice.ends_on)
    notice.provisional = computed.provisional
    notice.bulletin = bulletin or next_number(BULLETIN_SERIES, day.year)
    notice.save()
    act.facts.update(bulletin=notice.bulletin, ends_on=notice.ends_on.isoformat())


def follow_clock(clock) -> None:
    """A notice whose clock was redated by a new list of working days ends with it."""
    if clock.name == NOTICE_CLOCK.name:
        Notice.objects.filter(case=clock.case_id, withdrawn_at__isnull=True).update(
            ends_on=clock.due_on, ends_at=clock.due_at, provisional=clock.provisional
        )


def withdraw(act: Act) -> None:
    Notice.objects.filter(case=act.case, withdrawn_at__isnull=True).update(
        withdrawn_at=act.at, withdrawn_for=act.comment[:2000]
    )


# ------------------------------------------------------------------------------------------------ objection

OPEN_BLOCKS = ("filed", "admitted", "replied", "suspended")


def no_objection_blocks(act: Act) -> Refusal | None:
    """Guard of registering: no objection is open, and none was upheld."""
    cases = act.case.branches.filter(kind="objection")
    if cases.in_state(*OPEN_BLOCKS).exists():
        return Refusal("objection_open", _("An objection is open: decide it first."))
    if cases.in_state("upheld").exists():
        return Refusal("objection_upheld", _("An objection was upheld: the matter cannot be registered."))
    return None


def has_upheld_objection(case) -> bool:
    return case.branches.filter(kind="objection").in_state("upheld").exists()


def notice_runs(act: Act) -> Refusal | None:
    """Check: objections are filed while the notice runs, to 24:00 of its last day."""
    notice = act.data.get("notice")
    root = act.case.root
    ours = notice is not None and notice.case_id == act.case.root_id and root.track != "provincial"
    if ours and root.closed_at is None and notice.runs_at(act.at):
        return None
    return Refusal("notice_over", _("This notice does not run: nobody can object to it now."))


def make_objection(act: Act) -> None:
    fields = ("notice", "name", "identity", "phone", "email", "ground", "right_hurt", "statement")
    Objection.objects.create(case=act.case, **{name: act.data[name] for name in fields if name in act.data})
    act.data = {}


def keep_reply(act: Act) -> None:
    act.row.reply = act.data["reply"]
    act.row.save(update_fields=["reply"])
    act.data = {}


def reply_awaited_no_more(act: Act) -> Refusal | None:
    """Guard: a decision without the applicant's reply only once its time has passed; silence alone decides nothing."""
    if act.case.status != "admitted":
        return None
    reply = act.case.clocks.filter(name="reply").order_by("-pk").first()
    if reply is not None and reply.due_at is not None and reply.due_at <= act.at:
        return None
    return Refusal("reply_awaited", _("The applicant may still reply: decide after the reply or after its last day."))


OBJECTION_STATES = (
    State("filed", _("Objection to be admitted"), _("Filed"), "waiting", next=_("the office admits it or not")),
    State("admitted", _("Admitted, reply awaited"), _("Admitted"), "attention", next=_("the applicant replies")),
    State("replied", _("Replied, to be decided"), _("To be decided"), "waiting", next=_("the section chief decides")),
    State("suspended", _("Suspended"), _("Suspended"), "attention", next=_("a final document is awaited")),
    State("inadmissible", _("Not admitted"), _("Not admitted"), "ended", open=False),
    State("upheld", _("Upheld"), _("Upheld"), "bad", open=False),
    State("dismissed", _("Dismissed"), _("Dismissed"), "ended", open=False),
    State("withdrawn", _("Withdrawn"), _("Withdrawn"), "ended", open=False),
)
BOTH = ("objector", "respondent")

KIND = Kind(
    name="objection",
    label=_("Objection"),
    model=Objection,
    series="异",
    states=OBJECTION_STATES,
    clocks=(
        ClockSpec("admission", _("admission of the objection"), "objection_admission_days", remind_before="remind_before", remind_after="remind_after"),
        ClockSpec("reply", _("reply to the objection"), "objection_reply_days", audience="applicant", from_service=True, remind_before="remind_before"),
        ClockSpec("decision", _("decision on the objection"), "objection_decision_days", remind_before="remind_before", remind_after="remind_after"),
    ),
    moves=(
        Move(
            "file", _("Object"), _("filed an objection"), NEW, "filed", anyone_signed_in(), checks=(notice_runs,),
            effects=(make_objection,), starts=("admission",), tag="file",
            letters=(*letter("objection.received", "objector"), *letter("objection.filed", "office")), snapshot=True,
        ),
        Move(
            "admit", _("Admit and forward"), _("admitted the objection and forwarded it to the applicant"),
            states("filed"), "admitted", officials(Role.CLERK, Role.CHIEF), form=CommentForm, stops=("admission",),
            starts=("reply",), tag="examine", tone="primary",
            letters=(*letter("objection.forwarded", "respondent"), *letter("objection.admitted", "objector")), undo=nothing,
        ),
        Move(
            "reject", _("Do not admit"), _("did not admit the objection"), states("filed"), "inadmissible",
            officials(Role.CLERK, Role.CHIEF), form=ReasonForm, stops=("admission",), tag="examine", tone="danger",
            letters=letter("objection.inadmissible", "objector"), undo=nothing,
        ),
        Move(
            "reply", _("Reply"), _("replied to the objection"), states("admitted"), "replied", parties("respondent"),
            form=ReplyForm, effects=(keep_reply,), stops=("reply",), starts=("decision",), tag="file", tone="primary",
            letters=letter("objection.replied", "objector", "office"), snapshot=True,
        ),
        Move(
            "uphold", _("Uphold"), _("upheld the objection"), states("replied", "admitted"), "upheld", DECIDERS,
            form=ReasonForm, guards=(reply_awaited_no_more,), stops=("decision", "reply"), tag="decide",
            barred=("examine",), tone="danger", letters=letter("objection.upheld", *BOTH), undo=nothing,
        ),
        Move(
            "dismiss", _("Dismiss"), _("dismissed the objection"), states("replied", "admitted"), "dismissed", DECIDERS,
            form=ReasonForm, guards=(reply_awaited_no_more,), stops=("decision", "reply"), tag="decide",
            barred=("examine",), tone="primary", letters=letter("objection.dismissed", *BOTH), undo=nothing,
        ),
        Move(
            "suspend", _("Suspend"), _("suspended it until a final document"), states("replied"),
            "suspended", DECIDERS, form=ReasonForm, pauses=("decision",), tag="decide",
            letters=letter("case.suspended", *BOTH), undo=nothing,
        ),
        Move(
            "resume", _("Resume"), _("resumed it"), states("suspended"), "replied", DECIDERS, form=ReasonForm,
            resumes=("decision",), tag="decide", tone="primary", letters=letter("case.resumed", *BOTH), undo=nothing,
        ),
        Move(
            "withdraw", _("Withdraw"), _("withdrew the objection"), states("filed", "admitted", "replied"), "withdrawn",
            parties("objector"), form=CommentForm, stops=("admission", "reply", "decision"), tone="danger",
            letters=letter("case.withdrawn", *BOTH), undo=nothing,
        ),
        *rectification(OBJECTION_STATES),
    ),
)  # fmt: skip
