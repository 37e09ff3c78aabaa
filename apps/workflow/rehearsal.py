"""What a new year's working days do to the clocks that run: shown first, then written down, clock by clock.

An applicant's duty keeps the later date, a notice is never shortened, an office's duty takes the computed date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.rules.calendars import Calendar, DayRow, import_year, load_calendar, rehearse_year
from apps.rules.clock import legal_now
from apps.rules.deadlines import end_of, standing_date
from apps.rules.lookup import rules_on
from apps.workflow import clocks, machine
from apps.workflow.models import Case, Clock
from apps.workflow.service import REDATED, note, refresh
from apps.workflow.states import kind

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
    return list(shifts(rehearse_year(year, days, notice_number), year, Clock.objects.all()))


def shifts(calendar: Calendar, year: int, among: QuerySet[Clock]) -> Iterator[Shift]:
    """The clocks that a changed year can touch: running, by a rule, and not due before that year."""
    running = among.filter(outcome=Clock.Outcome.RUNNING, count__isnull=False, due_on__gte=date(year - 1, 12, 1))
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
        calendar = load_calendar()
        cases = sorted({shift.clock.case_id for shift in shifts(calendar, year, Clock.objects.all())})
        return [shift for case_pk in cases for shift in redated(case_pk, calendar, year)]


def redated(case_pk: int, calendar: Calendar, year: int) -> list[Shift]:
    """Redate the clocks of one case; what became of them until it was locked is looked at again."""
    case = machine.locked([case_pk])[0]
    changed = list(shifts(calendar, year, case.clocks.all()))
    for shift in changed:
        redate(case, shift, calendar)
    return changed


def redate(case: Case, shift: Shift, calendar: Calendar) -> None:
    """Give a clock its new date, with an event that says so, and plan its reminders anew."""
    clock = shift.clock
    spec = kind(case.kind).clock(clock.name)
    rules = rules_on({key for key in (spec.remind_before, spec.remind_after) if key}, case.rules_on)
    clock.due_on, clock.due_at = shift.after, end_of(shift.after)
    clock.provisional, clock.calendar_version = shift.provisional, calendar.version
    clocks.plan_reminders(clock, spec, rules, calendar)
    clock.save(update_fields=["due_on", "due_at", "provisional", "calendar_version", "reminders", "next_reminder_at"])
    note(case, REDATED, legal_now(), {"clock": clock.name, "before": shift.before, "after": shift.after})
    for follow in _followers:
        follow(clock)
    refresh(case)
