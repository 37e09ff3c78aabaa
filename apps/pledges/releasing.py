"""Release of a pledge (质押注销): two keys and a cooling period, so that no single word frees a right for good.

It begins with the pledgee's own word in the portal, with a stamped paper that a second official confirms by a call back,
or with a court's paper and two officials. While it cools the rights count as pledged and the release can be taken back.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role, User
from apps.certificates import consent
from apps.pledges import effects
from apps.pledges.forms_after import CallForm, CourtReleaseForm, PaperReleaseForm, ReleaseForm
from apps.rules.lookup import rules_on
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.models import Event
from apps.workflow.people import CITY, CLOCK, officials, parties
from apps.workflow.states import ClockSpec, Move, Refusal, State, letter, states

BOTH = ("applicant", "pledgee", "holder")
TOLD = (*BOTH, "office")
CONCERNED = (*BOTH, consent.ROLE)
"""Who gets the register statement when a pledge is registered, changed or over: further holders of the right as well."""
PLEDGEE = parties("pledgee")
PLEDGOR = parties("applicant", "agent", "holder")
REGISTRARS = officials(Role.CLERK, Role.CHIEF)
STANDING = states("registered", "overdue", "gone")
OPEN_TO_RELEASE = STANDING | {"release_asked"}
COUNTED = ("release", "release_held")

STATES = (
    State("release_asked", _("Release asked for"), _("Pledged; release asked for"), "attention", next=_("the pledgee answers; silence goes to the section chief")),
    State("second_key", _("Release waits for a second person"), _("Pledged; release under check"), "waiting", next=_("a second person confirms the release")),
    State("cooling", _("Release cooling"), _("Pledged; release in its cooling period"), "waiting", next=_("nobody: the pledge ends with the cooling period, unless the release is taken back")),
    State("released", _("Released"), _("Released"), "ended", open=False),
    State("enforced", _("Enforced"), _("Enforced"), "ended", open=False),
)  # fmt: skip
CLOCKS = (
    ClockSpec(
        "release_answer", _("the pledgee's answer to the request for release"), "pledge_release_days", audience="office",
        on_expiry="escalate", remind_before="remind_before", tells=("pledgee", "office"),
    ),
    ClockSpec("cooling", _("cooling period of the release"), "pledge_cooling_days", audience="notice", on_expiry="end_pledge"),
)  # fmt: skip


def under_alarm(act: Act) -> bool:
    """Whether the account has released so many pledges lately that this one waits for a second person."""
    known = act.standing.history.known
    if "alarm" not in known:
        known["alarm"] = is_one_too_many(act)
    return known["alarm"]


def is_one_too_many(act: Act) -> bool:
    if act.actor is None or act.recording:
        return False
    rules = rules_on(["release_alarm_count", "release_alarm_hours"], legal_day(act.at))
    since = act.at - timedelta(hours=rules["release_alarm_hours"].value)
    made = Event.objects.standing().filter(move__in=COUNTED, actor=act.actor, effective_at__gt=since)
    return made.count() + 1 >= rules["release_alarm_count"].value


def stand_in_line(actor: User) -> None:
    """Releases by one account wait for each other, on whatever rights they are."""
    list(User.objects.select_for_update(no_key=True).filter(pk=actor.pk).values_list("pk"))


def not_too_many_meanwhile(act: Act) -> Refusal | None:
    """Check: counted again once those of the same moment are written, so that none of them slips past the alarm."""
    if act.actor is None or act.recording:
        return None
    stand_in_line(act.actor)
    return ONE_TOO_MANY if is_one_too_many(act) else None


ONE_TOO_MANY = Refusal(
    "alarm",
    _("This account has just released other pledges: this one needs a second person. Open the case again to go on."),
)


def not_under_alarm(act: Act) -> bool:
    return not under_alarm(act)


def came_by(way: str):
    """Whether the release under way came this way: its second key differs."""

    def check(act: Act) -> bool:
        row = effects.release_of(act)
        return row is not None and row.way == way

    return check


def number_on_file(act: Act) -> Refusal | None:
    if act.row.pledgee.contact_phone:
        return None
    return Refusal(
        "no_number", _("The portal has no telephone number of the pledgee on file: nobody can be called back.")
    )


def not_by_court(act: Act) -> Refusal | None:
    """What a court ordered is taken back by officials alone."""
    row = effects.release_of(act)
    if row is None or row.way != "court" or (act.actor is not None and act.actor.is_official):
        return None
    return Refusal("court_paper", _("This release rests on a court's paper; only the office can take it back."))


RELEASED = letter("pledge.released", *TOLD)
HELD = letter("pledge.release_held", *TOLD)
MOVES = (
    Move(
        "ask_release", _("Ask for the release"), _("asked the pledgee to release the right"), STANDING, "release_asked",
        PLEDGOR, form=ReasonForm, stops=("loan_end",), starts=("release_answer",),
        letters=letter("pledge.release_asked", *TOLD),
    ),
    Move(
        "escalate", _("Bring before the chief"), _("the pledgee did not answer; it went to the section chief"),
        states("release_asked"), "release_asked", CLOCK, stops=("release_answer",),
        letters=letter("pledge.release_silence", *TOLD, Role.CHIEF.value),
    ),
    Move(
        "decline_release", _("Decline the release"), _("declined to release the right"), states("release_asked"),
        "registered", PLEDGEE, form=ReasonForm, effects=(effects.back_to_pledged,), stops=("release_answer",),
        starts=("loan_end",), letters=letter("pledge.release_declined", *TOLD),
    ),
    Move(
        "release", _("Release"), _("confirmed the release"), OPEN_TO_RELEASE, "cooling", PLEDGEE, form=ReleaseForm,
        when=not_under_alarm, checks=(not_too_many_meanwhile,), effects=(effects.open_release("portal"), effects.begin_to_cool),
        stops=("loan_end", "release_answer"), starts=("cooling",), tone="danger", tag="release", letters=RELEASED, snapshot=True,
    ),
    Move(
        "release_held", _("Release, with a second person"), _("confirmed the release; so many at once wait for a second person"),
        OPEN_TO_RELEASE, "second_key", PLEDGEE, form=ReleaseForm, when=under_alarm,
        effects=(effects.open_release("portal"),), stops=("loan_end", "release_answer"), tone="danger", tag="release",
        letters=(*HELD, *letter("pledge.release_alarm", Role.CHIEF.value, Role.SECURITY_ADMIN.value)), snapshot=True,
    ),
    Move(
        "confirm_release", _("Confirm the release"), _("confirmed the release as the second person"), states("second_key"),
        "cooling", PLEDGEE | officials(Role.CHIEF), form=CommentForm, when=came_by("portal"),
        effects=(effects.begin_to_cool,), undo=effects.keep_claims, starts=("cooling",), tone="danger", barred=("release",), letters=RELEASED,
    ),
    Move(
        "record_release", _("Record a release on paper"), _("recorded a stamped release"), OPEN_TO_RELEASE, "second_key",
        REGISTRARS, form=PaperReleaseForm, effects=(effects.open_release("paper"),), stops=("loan_end", "release_answer"),
        tag="release", letters=HELD, snapshot=True,
    ),
    Move(
        "confirm_call", _("Confirm after calling back"), _("called the pledgee back and confirmed the release"),
        states("second_key"), "cooling", CITY, form=CallForm, when=came_by("paper"), guards=(number_on_file,),
        effects=(effects.note_call, effects.begin_to_cool), starts=("cooling",), tone="danger", tag="review", barred=("release",),
        letters=RELEASED,
    ),
    Move(
        "record_court_release", _("Record a court's paper"), _("recorded a court's paper that ends the pledge"),
        OPEN_TO_RELEASE, "second_key", REGISTRARS, form=CourtReleaseForm, effects=(effects.open_release("court"),),
        stops=("loan_end", "release_answer"), tag="release", letters=HELD, snapshot=True,
    ),
    Move(
        "confirm_court", _("Confirm the court's paper"), _("confirmed the court's paper as the second official"),
        states("second_key"), "cooling", CITY, form=CommentForm, when=came_by("court"),
        effects=(effects.begin_to_cool,), undo=effects.keep_claims, starts=("cooling",), tone="danger", tag="review", barred=("release",), letters=RELEASED,
    ),
    Move(
        "take_back", _("Take the release back"), _("took the release back"), states("second_key", "cooling"), "registered",
        PLEDGEE | CITY, form=ReasonForm, guards=(not_by_court,),
        effects=(effects.close_release("taken_back"), effects.keep_claims, effects.back_to_pledged), stops=("cooling",), starts=("loan_end",),
        letters=letter("pledge.release_taken_back", *TOLD), snapshot=True,
    ),
    Move(
        "end_pledge", _("End the pledge"), _("the cooling period is over; the pledge has ended"), states("cooling"),
        "released", CLOCK, effects=(effects.end_pledge,), stops=("cooling",), letters=letter("pledge.ended", *CONCERNED, "office"),
    ),
)  # fmt: skip
