"""How far off a day is, in the days its time limit counts: working days while it is near, calendar days for the rest."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.rules.clock import SHANGHAI, legal_today
from apps.rules.deadlines import Calendar, load_calendar
from apps.rules.models import Unit

NEAR_DAYS = 60
A_MOMENT = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Due:
    """The last day of a time limit, whether it rests on an unpublished calendar, and the day it is seen from.

    ``unit`` is that of its rule: a limit of calendar days or months, or a date, is never counted in working days.
    """

    on: dt.date
    provisional: bool
    today: dt.date
    calendar: Calendar
    unit: str = ""

    @cached_property
    def in_workdays(self) -> bool:
        return self.unit == Unit.WORKDAY and abs((self.on - self.today).days) <= NEAR_DAYS

    @cached_property
    def days(self) -> int:
        """Working days left (the last day counted, today not), negative when past; or calendar days."""
        if not self.in_workdays:
            return (self.on - self.today).days
        first, last = sorted((self.on, self.today))
        span = ((first + dt.timedelta(days=n)) for n in range(1, (last - first).days + 1))
        count = sum(self.calendar.is_workday(each) for each in span)
        return count if self.on >= self.today else -max(count, 1)

    @property
    def tone(self) -> str:
        """bad: past; attention: today or three days left; neutral: later."""
        if self.on < self.today:
            return "bad"
        return "attention" if self.days <= 3 else "neutral"

    @property
    def words(self) -> str:
        """ "3 working days left", "due today", "2 working days overdue"."""
        if self.on == self.today:
            return _("due today")
        return self.words_left() if self.on > self.today else self.words_over()

    def words_left(self) -> str:
        if self.in_workdays:
            return ngettext("%(count)s working day left", "%(count)s working days left", self.days) % {
                "count": self.days
            }
        return ngettext("%(count)s day left", "%(count)s days left", self.days) % {"count": self.days}

    def words_over(self) -> str:
        count = -self.days
        if self.in_workdays:
            return ngettext("%(count)s working day overdue", "%(count)s working days overdue", count) % {"count": count}
        return ngettext("%(count)s day overdue", "%(count)s days overdue", count) % {"count": count}


def due_of(value: Any, unit: str = "") -> Due | None:
    """The due day of a clock or deadline (``due_on``), a case (``next_due_at``, 24:00 of its day), a moment or a day.

    A clock knows its ``unit``; for what does not, the caller says it.
    """
    if isinstance(value, Due):
        return value
    found = last_day(value)
    if found is None:
        return None
    return Due(
        found, bool(getattr(value, "provisional", False)), legal_today(), load_calendar(), getattr(value, "unit", unit)
    )


def last_day(value: Any) -> dt.date | None:
    """The day in Shanghai whose end is the time limit; 24:00 of a day is stored as 0:00 of the next."""
    for attribute in ("due_on", "next_due_at", "due_at"):
        if hasattr(value, attribute):
            value = getattr(value, attribute)
            break
    return (value - A_MOMENT).astimezone(SHANGHAI).date() if isinstance(value, dt.datetime) else value
