"""Deadlines as pure functions of a start, a count and a calendar; each shows its working, day by day.

Civil Code of China: art. 201 (the day of the act is not counted), 202 (corresponding day, else the month's last),
203 (a last day of rest moves on); Administrative Licensing Law art. 82 (working days). Days end at 24:00 in Shanghai.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.rules.calendars import Calendar, load_calendar
from apps.rules.clock import SHANGHAI
from apps.rules.steps import Step, describe, quantity

__all__ = [
    "Calendar",
    "Deadline",
    "DeadlineError",
    "Step",
    "deadline",
    "describe",
    "load_calendar",
    "standing_date",
]

ONE_DAY = timedelta(days=1)
LONGEST = {"workday": 3_660, "day": 3_660, "month": 1_200, "year": 100}


class DeadlineError(ValueError):
    """A period that cannot be counted; its text is one sentence for people."""

    def __init__(self, sentence: str | Promise):
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period and how it was found. Provisional: a day of an unpublished year had a say in it."""

    start: date
    count: int
    unit: str
    roll: bool
    date: date
    provisional: bool
    calendar_version: int
    steps: tuple[Step, ...]

    @property
    def due_at(self) -> datetime:
        return end_of(self.date)

    @property
    def rule(self) -> str:
        return describe_rule(self.count, self.unit, roll=self.roll)


def end_of(day: date) -> datetime:
    """24:00 Asia/Shanghai of the day, aware: the first moment that is too late."""
    return datetime.combine(day + ONE_DAY, time(), SHANGHAI)


def deadline(
    start: date, count: int, unit: str, calendar: Calendar, *, roll: bool = False, excused: bool = False
) -> Deadline:
    """The last day of `count` units after `start`, which is itself not counted.

    unit: workday, day, month or year. `roll`: a last day of rest moves to the next working day (Civil Code art. 203).
    `excused`: so does a last day on which nothing could be filed, by the office's announcement.
    Raises DeadlineError for an unknown unit, a count outside 1..LONGEST, a date beyond the year 9998.
    """
    _refuse_nonsense(count, unit)
    try:
        steps = list(_STEPS[unit](start, count, calendar))
        consulted = unit == "workday"
        if roll or excused:
            steps += _moved_on(steps[-1].date, calendar, excused)
            consulted = True
        asked = steps[1:] if unit == "workday" else steps[count:]
        provisional = consulted and not all(calendar.published(step.date.year) for step in asked)
        end_of(steps[-1].date)
    except (OverflowError, ValueError) as error:
        raise DeadlineError(gettext_lazy("This period runs beyond the last year that can be written.")) from error
    return Deadline(start, count, unit, roll, steps[-1].date, provisional, calendar.version, tuple(steps))


def _refuse_nonsense(count: int, unit: str) -> None:
    if unit not in LONGEST:
        raise DeadlineError(gettext_lazy("The unit is one of workday, day, month and year."))
    if type(count) is not int or not 1 <= count <= LONGEST[unit]:
        sentence = gettext_lazy("A period of unit %(unit)s has a count from 1 to %(most)d.")
        raise DeadlineError(sentence % {"unit": unit, "most": LONGEST[unit]})


def _start(day: date) -> Step:
    return Step(day, counted=False, code="start")


def _workdays(start: date, count: int, calendar: Calendar) -> Iterator[Step]:
    yield _start(start)
    day = start
    while count:
        day += ONE_DAY
        works = calendar.is_workday(day)
        count -= works
        yield calendar.step(day, counted=works)


def _days(start: date, count: int, calendar: Calendar) -> Iterator[Step]:
    yield _start(start)
    for number in range(1, count + 1):
        yield Step(start + number * ONE_DAY, counted=True, code="day", number=number)


def _months(start: date, count: int, calendar: Calendar, months: int = 1, code: str = "month") -> Iterator[Step]:
    yield _start(start)
    for number in range(1, count + 1):
        day = add_months(start, number * months)
        yield Step(day, counted=True, code=code if day.day == start.day else f"{code}_end", number=number)


def _years(start: date, count: int, calendar: Calendar) -> Iterator[Step]:
    return _months(start, count, calendar, months=12, code="year")


_STEPS = {"workday": _workdays, "day": _days, "month": _months, "year": _years}


def _moved_on(last: date, calendar: Calendar, excused: bool) -> Iterator[Step]:
    """The days from a last day of rest, or if `excused` of failure, to the next that is neither; none for any other."""
    outages = calendar.outages if excused else {}
    day, failure = last, outages.get(last)
    while not calendar.is_workday(day) or day in outages:
        day += ONE_DAY
        step, failure = calendar.step(day, counted=False), failure or outages.get(day)
        if calendar.is_workday(day) and day not in outages:
            step = replace(step, code="excused", special=failure) if failure else replace(step, code="moved")
        yield step


def add_months(day: date, months: int) -> date:
    """The corresponding day so many months on; the month's last day where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + (day.day - 1) * ONE_DAY, first_of_next - ONE_DAY)


def describe_rule(count: int, unit: str, *, roll: bool = False) -> str:
    """The rule of counting in one sentence of the active language."""
    length = quantity((count,), unit)
    if unit == "workday":
        return _("%(length)s after the day of the act, which is not counted; rest days are skipped.") % {
            "length": length
        }
    if roll:
        return _(
            "%(length)s after the day of the act, which is not counted; a last day of rest moves to the next working day."
        ) % {"length": length}
    return _("%(length)s after the day of the act, which is not counted.") % {"length": length}


LATER_DATE_STANDS = frozenset({"applicant", "notice"})


def standing_date(before: date, computed: date, audience: str, calendar: Calendar) -> date:
    """Of the date that stands and the one that a changed calendar computes the one that holds: a duty of the applicant
    keeps the later date, a notice is never shortened, a duty of the office takes the computed date. What stands and has
    become a day of rest, or of failure, moves on to the next working day."""
    if audience not in LATER_DATE_STANDS or computed >= before:
        return computed
    moved_on = [step.date for step in _moved_on(before, calendar, excused=True)]
    return moved_on[-1] if moved_on else before
