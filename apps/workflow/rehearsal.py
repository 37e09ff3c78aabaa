"""What a changed calendar does to the clocks that run: shown first, then written down, clock by clock.

A new year's working days: an applicant's duty keeps the later date, a notice is never shortened, an office's duty takes
the computed date. A day of system failure moves the parties' time limits that end on it, and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Q, QuerySet

from apps.accounts.models import User
from apps.rules.calendars import Calendar, DayRow, import_year, load_calendar, rehearse_year
from apps.rules.clock import legal_now
from apps.rules.deadlines import LATER_DATE_STANDS, end_of, standing_date
from apps.rules.lookup import rules_on
from apps.rules.models import Outage
from apps.workflow import clocks, letters, machine
from apps.workflow.models import Case, Clock
from apps.workflow.service import EXCUSED, REDATED, note, refresh
from apps.workflow.states import Move, kind

_followers: list[Callable[[Clock], None]] = []


def on_redated(follow: Callable[[Clock], None]) -> None:
    """Register what keeps a copy of a clock's date elsewhere; called with the clock in the same transaction."""
    _followers.append(follow)


@dataclass(frozen=True)
class Shift:
    """One running clock under a new calendar: its date before and after, and whether it was and is provisional."""

    clock: Clock
    before: date
    after: date
    was_provisional: bool
    provisional: bool

    @property
    def moves(self) -> bool:
        return self.before != self.after


def rehearse(year: int, days: Iterable[DayRow], notice_number: str) -> list[Shift]:
    """Every running clock that would move or become final; nothing is written. Raises CalendarError."""
    return list(shifts(rehearse_year(year, days, notice_number), Clock.objects.filter(in_year(year))))


def in_year(year: int) -> Q:
    """Due when a list of that year's working days can have a say in it, which arranges days of the December before."""
    return Q(due_on__gte=date(year - 1, 12, 1))


def shifts(calendar: Calendar, among: QuerySet[Clock]) -> Iterator[Shift]:
    """Of these clocks those that the calendar redates: running, and by a rule."""
    running = among.filter(outcome=Clock.Outcome.RUNNING, count__isnull=False)
    for clock in running.select_related("case").order_by("pk").iterator():
        shift = shift_of(clock, calendar)
        if shift.moves or shift.provisional != shift.was_provisional:
            yield shift


def shift_of(clock: Clock, calendar: Calendar) -> Shift:
    found = clocks.working(clock, calendar)
    after = standing_date(clock.due_on, found.date, clock.audience, calendar)
    return Shift(clock, clock.due_on, after, clock.provisional, found.provisional)


def load_year(year: int, days: Iterable[DayRow], notice_number: str, actor: User, source: str = "") -> list[Shift]:
    """Import a year and redate what runs; the list of what was redated. Raises CalendarError."""
    rows = list(days)
    with transaction.atomic():
        import_year(year, rows, notice_number, actor, source)
        return redate_all(in_year(year), REDATED)


def redate_all(which: Q, why: Move, facts: dict | None = None) -> list[Shift]:
    """Redate the clocks that the calendar as it stands moves, case by case in ascending key; what was redated."""
    calendar = load_calendar()
    cases = sorted({shift.clock.case_id for shift in shifts(calendar, Clock.objects.filter(which))})
    return [shift for pk in cases for shift in redated(pk, which, calendar, why, facts or {})]


def redated(case_pk: int, which: Q, calendar: Calendar, why: Move, facts: dict) -> list[Shift]:
    """Redate the clocks of one case; what became of them until it was locked is looked at again."""
    case = machine.locked([case_pk])[0]
    changed = list(shifts(calendar, case.clocks.filter(which)))
    for shift in changed:
        redate(case, shift, calendar, why, facts)
    return changed


def redate(case: Case, shift: Shift, calendar: Calendar, why: Move, facts: dict) -> None:
    """Give a clock its new date, with an event that says so, and plan its reminders anew."""
    clock = shift.clock
    spec = kind(case.kind).clock(clock.name)
    rules = rules_on({key for key in (spec.remind_before, spec.remind_after) if key}, case.rules_on)
    clock.due_on, clock.due_at = shift.after, end_of(shift.after)
    clock.provisional, clock.calendar_version = shift.provisional, calendar.version
    clocks.plan_reminders(clock, spec, rules, calendar)
    clock.save(update_fields=["due_on", "due_at", "provisional", "calendar_version", "reminders", "next_reminder_at"])
    note(case, why, legal_now(), {"clock": clock.name, "before": shift.before, "after": shift.after, **facts})
    for follow in _followers:
        follow(clock)
    refresh(case)


# ------------------------------------------------------------------------------------------------ days of system failure


@dataclass(frozen=True)
class Excused:
    """How many time limits a day of system failure moved, and how many had run out on it and ended something."""

    moved: int
    ended: int


def excuse(outage: Outage) -> Excused:
    """Move the parties' time limits that end on a declared day, and tell the parties and the office of each.

    What a time limit ended that night stays until two officials strike it; the case and the letter say that they may,
    and once it is struck the later day holds.
    """
    facts = {"outage": outage.notice_number}
    moved = redate_all(Q(due_on=outage.day), EXCUSED, facts)
    ended = list(acted_on(outage.day))
    for clock in ended:
        case = machine.locked([clock.case_id])[0]
        note(case, EXCUSED, legal_now(), {"clock": clock.name, "before": outage.day, **facts})
        refresh(case)
    letters.tell_excused(outage, [shift.clock for shift in moved], ended)
    return Excused(len(moved), len(ended))


def acted_on(day: date) -> QuerySet[Clock]:
    """The parties' clocks that ran out on a day and moved their cases by themselves."""
    ran_out = Q(due_on=day, count__isnull=False, outcome=Clock.Outcome.MISSED, ended_by__move=F("on_expiry"))
    return Clock.objects.filter(ran_out, audience__in=LATER_DATE_STANDS).select_related("case").order_by("case", "pk")
