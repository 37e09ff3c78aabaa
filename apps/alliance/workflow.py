"""The table of a membership: checked by the secretariat, decided by the council, whose minutes the secretariat records."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.alliance.checklist import CHECKLIST
from apps.alliance.forms import AdmitForm, MembershipForm, RemoveForm
from apps.alliance.models import Member
from apps.enterprises.models import Organisation
from apps.rules.deadlines import deadline, load_calendar
from apps.rules.lookup import rule_on
from apps.verifications.guards import must_be_verified
from apps.workflow import search
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.models import Case
from apps.workflow.once import save_once
from apps.workflow.people import APPLICANT, entering, officials
from apps.workflow.review import REPLY, REVIEW_STATES, nothing, rectification, review_clock, reviewed
from apps.workflow.rounds import unlocked
from apps.workflow.states import ClockSpec, Kind, Move, Refusal, State, letter, states

STATES = (
    *REVIEW_STATES,
    State("member", _("Member"), _("Member"), "good", next=_("nobody")),
    State("suspended", _("Suspended"), _("Suspended"), "attention", next=_("the council resumes or removes")),
    State("left", _("Left"), _("Left"), "ended", open=False),
    State("removed", _("Removed"), _("Removed"), "bad", open=False),
)
FIELDS = ("sector", "representative", "contact_name", "contact_phone", "sponsors", "purpose")
ALREADY = Refusal("already_member", _("The organisation is a member already, or its application is under way."))
SECRETARIAT = officials(Role.SECRETARIAT)


def make_row(act: Act) -> None:
    values = {name: act.data[name] for name in FIELDS}
    Member.objects.create(case=act.case, organisation=act.case.organisation, **values)
    act.data = {}
    search.index(act.case.pk, f"{act.case.organisation.name} {values['representative']}")


def change_row(act: Act) -> None:
    values = unlocked(act)
    for name in values.keys() & {*FIELDS}:
        setattr(act.row, name, values[name])
    act.row.save()
    act.data = {}


def admit(act: Act) -> None:
    """A member since the meeting of the council."""
    row, data = act.row, act.data
    row.grade, row.minutes = data["grade"], data["minutes"]
    row.meeting_on = row.joined_on = data["meeting_on"]
    save_once(row, ALREADY)


def unadmit(act: Act) -> None:
    row = act.row
    row.minutes, row.grade, row.meeting_on, row.joined_on = "", Member.Grade.MEMBER, None, None
    row.save()


def leave(act: Act) -> None:
    """The last day as a member; the minutes of a removal, where it is one."""
    act.row.left_on = max(legal_day(act.at), act.row.joined_on)
    act.row.removal_minutes = act.data.get("minutes", "")
    act.row.save(update_fields=["left_on", "removal_minutes"])


def come_back(act: Act) -> None:
    act.row.left_on, act.row.removal_minutes = None, ""
    save_once(act.row, ALREADY)


def no_other_membership(act: Act) -> Refusal | None:
    others = Case.objects.filter(kind=KIND.name, organisation=act.case.organisation)
    return ALREADY if others.in_state(*KIND.open_states).exists() else None


def may_return(act: Act) -> Refusal | None:
    """Who left or was removed may apply again after the time that the charter sets."""
    last = Member.objects.filter(organisation=act.case.organisation, left_on__isnull=False).order_by("-left_on").first()
    if last is None or act.recording:
        return None
    rule = rule_on("membership_return_years", legal_day(act.at))
    until = deadline(last.left_on, rule.value, rule.unit, load_calendar()).date
    if legal_day(act.at) > until:
        return None
    words = _("The membership ended only lately: a new application is possible after %(day)s.")
    return Refusal("too_soon", words % {"day": until.isoformat()})


def meeting_was_held(act: Act) -> Refusal | None:
    day = act.data["meeting_on"]
    if legal_day(act.case.filed_at) <= day <= legal_day(act.at):
        return None
    return Refusal(
        "meeting_day", _("The council met before the application was filed, or has not met yet: look at the date.")
    )


def filing(move: str, organisation: Organisation, root: Case | None, data: dict) -> dict:
    return {
        "organisation": organisation,
        "title": organisation.name,
        "parties": [("applicant", organisation)],
        "data": data,
    }


def letter_context(act: Act) -> dict:
    row = act.row
    meeting = act.data.get("meeting_on") or row.meeting_on
    return {
        "grade": str(row.get_grade_display()),
        "minutes": act.data.get("minutes") or row.minutes,
        "meeting_on": meeting.isoformat() if meeting else "",
        "joined_on": row.joined_on.isoformat() if row.joined_on else "",
    }


KIND = Kind(
    name="membership",
    label=_("Alliance membership"),
    model=Member,
    series="盟",
    states=STATES,
    checklist=CHECKLIST,
    seen_by=frozenset({Role.SECRETARIAT, Role.CHIEF, Role.DEPUTY, Role.CLERK}),
    clocks=(
        review_clock("membership_check_days", _("check of the application")),
        REPLY,
        ClockSpec(
            "suspension", _("suspension: propose removal or resume"), "membership_suspension_months",
            remind_before="remind_before", remind_after="remind_after",
        ),
    ),
    moves=(
        *reviewed(
            examiner=SECRETARIAT, decider=SECRETARIAT, again=SECRETARIAT, filer=APPLICANT | entering(Role.SECRETARIAT), form=MembershipForm,
            accept_form=AdmitForm, accepted="member", accept=_("Record the admission"),
            accepted_past=_("recorded the council's admission"), texts="membership",
            file_guards=(must_be_verified, no_other_membership, may_return), checks=(meeting_was_held,),
            filed=(make_row,), answered=(change_row,), effects=(admit,), undo=unadmit,
        ),
        Move(
            "suspend", _("Suspend"), _("suspended the membership"), states("member"), "suspended", SECRETARIAT,
            form=ReasonForm, starts=("suspension",), tone="danger", letters=letter("membership.suspended"), undo=nothing,
            touches=True,
        ),
        Move(
            "resume", _("Resume"), _("resumed the membership"), states("suspended"), "member", SECRETARIAT,
            form=CommentForm, stops=("suspension",), tone="primary", letters=letter("membership.resumed"), undo=nothing, touches=True,
        ),
        Move(
            "leave", _("Leave the alliance"), _("left the alliance"), states("member", "suspended"), "left",
            APPLICANT | entering(Role.SECRETARIAT), form=CommentForm, effects=(leave,), undo=come_back, tone="danger",
            stops=("suspension",), letters=letter("membership.left", "applicant", "office"), snapshot=True, touches=True,
        ),
        Move(
            "remove", _("Remove from the alliance"), _("recorded the council's removal"), states("member", "suspended"), "removed",
            SECRETARIAT, form=RemoveForm, checks=(meeting_was_held,), effects=(leave,), undo=come_back, tone="danger",
            stops=("suspension",), letters=letter("membership.removed"), snapshot=True, touches=True,
        ),
        *rectification(STATES),
    ),
    filing=filing,
    letter_context=letter_context,
)  # fmt: skip
