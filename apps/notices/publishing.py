"""Publishing as rows that any kind takes into its table: draft, clear, publish, withdraw, hold for a dispute, close."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.notices.forms import ClearForm, PublicReasonForm
from apps.notices.models import Bulletin, Notice, Objection
from apps.rules.lookup import rules_on
from apps.workflow import clocks, letters
from apps.workflow.forms import ReasonForm
from apps.workflow.machine import Act
from apps.workflow.models import Case, Clock
from apps.workflow.numbering import next_number
from apps.workflow.people import CITY_CLERK, CLOCK, DECIDERS, officials
from apps.workflow.review import nothing
from apps.workflow.states import STAYS, ClockSpec, Move, Refusal, State, kind, letter, states

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
    """Draft, clear and publish, take back, hold, close: from the state ``ready`` of a kind whose row has ``public_face()``.

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
            states("notice_drafted"), "in_notice", DECIDERS, form=ClearForm, checks=(read_for_secrets, bulletin_of_the_day), effects=(publish,), undo=withdraw,
            starts=("notice",), stops=after_stops, tag="publish", barred=("draft_notice",), tone="primary",
            letters=letter("notice.published"),
        ),
        Move(
            "withdraw_notice", _("Withdraw the notice"), _("withdrew the notice for an error"),
            states("in_notice", "notice_closed"), ready, DECIDERS, form=PublicReasonForm, effects=(withdraw,),
            stops=("notice", *after), tone="danger", tag="withdraw_notice", letters=letter("notice.withdrawn"),
        ),
        Move(
            "close_notice", _("Close the notice"), _("the notice period ended"), states("in_notice"), "notice_closed",
            CLOCK, stops=("notice",), starts=after, letters=letter("notice.closed", "applicant", "office"), undo=nothing,
        ),
        Move(
            "hold", _("Hold for a dispute"), _("held the notice and the registration: a dispute is pending elsewhere"),
            states("in_notice", "notice_closed"), STAYS, CLOCK, effects=(hold,), pauses=("notice", *after),
            silent="the letter of the suspended objection says it",
        ),
        Move(
            "release", _("Run on"), _("notice and registration run on; the days held do not count"),
            states("in_notice", "notice_closed"), STAYS, CLOCK, effects=(release,), resumes=("notice", *after),
            silent="the letter of the resumed objection says it",
        ),
    )  # fmt: skip


def face_complete(act: Act) -> Refusal | None:
    """Guard: every public field has something to show."""
    if all(item["value"]["zh-hans"] for item in act.row.public_face()):
        return None
    return Refusal("face_incomplete", _("A public field is empty: the notice would be incomplete."))


def read_for_secrets(act: Act) -> Refusal | None:
    """Check: nothing is published that nobody has read for secrets; what was published long ago is only recorded."""
    if act.recording or act.data.get("no_secret"):
        return None
    return Refusal("not_cleared", _("Read the public page and confirm that it shows nothing that must stay secret."))


def bulletin_of_the_day(act: Act) -> Refusal | None:
    """Check: notices stand in one bulletin only if they are published on its day, with the same period."""
    number = act.data.get("bulletin")
    if not number:
        return None
    if not Bulletin.objects.filter(number=number, own=True, issued_on=clocks.legal_day(act.at)).exists():
        return Refusal("bulletin_of_another_day", _("That bulletin is of another day: take a new number."))
    if Notice.objects.filter(case=act.case, bulletin=number).exists():
        return Refusal(
            "bulletin_of_the_withdrawn", _("The withdrawn notice stands in that bulletin: take a new number.")
        )
    return None


def draft(act: Act) -> None:
    """A draft of what the public will see; the one before it that was withdrawn for an error is named."""
    row = act.row
    withdrawn = Notice.objects.filter(case=act.case, published_at__isnull=False, replaced_by__isnull=True)
    Notice.objects.create(
        case=act.case,
        face=row.public_face(),
        drafted_by=act.actor,
        drafted_at=act.at,
        replaces=withdrawn.order_by("-published_at", "-pk").first(),
        industry=getattr(row, "industry", ""),
        marine_category=getattr(row, "marine_category", ""),
    )


def discard(act: Act) -> None:
    Notice.objects.filter(case=act.case, published_at__isnull=True).delete()


def publish(act: Act) -> None:
    """Number and date the standing draft; open objections to the notice that it replaces are carried to it."""
    notice = Notice.objects.get(case=act.case, withdrawn_at__isnull=True)
    notice.cleared_by = act.actor
    date_notice(act, notice, joined=act.data.pop("bulletin", ""))
    if notice.replaces_id:
        carried = open_objections(act.case)
        Objection.objects.filter(case__in=carried).update(carried_to=notice)
        tell_objectors(act, carried, "objection.carried", notice)


def date_notice(act: Act, notice: Notice, *, joined: str = "", mirrored: str = "") -> None:
    """Give the notice its period by the rule in force for the case, and its bulletin last.

    The day of publication is not counted. ``joined``: a bulletin of the same day; ``mirrored``: the province's number.
    """
    day = clocks.legal_day(act.at)
    rule = rules_on(["notice_days"], act.case.rules_on)["notice_days"]
    computed = clocks.counted(day, rule.value, rule.unit, NOTICE_CLOCK.audience)
    notice.published_at = act.at
    notice.ends_on = act.dues.get("notice") or computed.date
    notice.ends_at = clocks.end_of(notice.ends_on)
    notice.provisional = computed.provisional
    notice.told_at = act.at if act.recording else None
    notice.bulletin_id = joined or new_bulletin(day, mirrored)
    notice.save()
    act.facts.update(bulletin=notice.bulletin_id, ends_on=notice.ends_on.isoformat())


def new_bulletin(day: date, mirrored: str = "") -> str:
    """The number of a new bulletin of this day."""
    number = mirrored or next_number(BULLETIN_SERIES, day.year)
    Bulletin.objects.get_or_create(number=number, defaults={"issued_on": day, "own": not mirrored})
    return number


def follow_clock(clock: Clock) -> None:
    """A notice ends with its clock, when a new list of working days or a hold has redated that."""
    if clock.name == NOTICE_CLOCK.name:
        Notice.objects.filter(case=clock.case_id, withdrawn_at__isnull=True).update(
            ends_on=clock.due_on, ends_at=clock.due_at, provisional=clock.provisional
        )


def withdraw(act: Act) -> None:
    """Withdraw the standing notice; whoever objected to it is told that the objection stands."""
    notice = Notice.objects.filter(case=act.case, withdrawn_at__isnull=True).first()
    if notice is None:
        return
    notice.withdrawn_at, notice.withdrawn_for = act.at, act.comment[:2000]
    notice.save(update_fields=["withdrawn_at", "withdrawn_for"])
    tell_objectors(act, open_objections(act.case), "objection.notice_withdrawn", notice)


def hold(act: Act) -> None:
    """From now the end of a running notice is open; one that is over stays over."""
    if act.case.status == "in_notice":
        Notice.objects.filter(case=act.case, withdrawn_at__isnull=True).update(held_at=act.at)


def release(act: Act) -> None:
    Notice.objects.filter(case=act.case, withdrawn_at__isnull=True).update(held_at=None)


# ------------------------------------------------------------------------------------------------ who objected


def open_objections(case: Case) -> list[Case]:
    """The objections to a case that are not decided yet."""
    return list(
        case.branches.filter(kind="objection", closed_at__isnull=True).select_related("organisation").order_by("pk")
    )


def tell_objectors(act: Act, objections: list[Case], text: str, notice: Notice) -> None:
    """Write to each objector about what became of the notice, once a notice; recording the past tells nobody."""
    if act.recording or not objections:
        return
    table = kind("objection")
    readers = letters.readers_of([(case, table, ("objector",)) for case in objections])
    facts = {"bulletin": notice.bulletin_id or "", "ends_on": notice.ends_on.isoformat(), "comment": act.comment}
    for case, group in zip(objections, readers, strict=True):
        key = f"notice:{notice.pk}:{text}:{case.pk}"
        build = {**letters.about(case, table), **facts}
        letters.post_all(letters.letters_to(group, text, key, case, None, build.copy))
