"""Legal time: what deadlines, effective dates and numbering years are counted by; one row moves it, forward only.

Within `clock_reading()` (a request, a Celery task) the row is read once; outside, at every call.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from apps.rules.models import CalendarVersion, LegalClock

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST_MOVE = 3660  # days in one go


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at the database told: days ahead, which calendar stands (number 0, no token: none loaded), and how
    far this machine's clock goes before the database's."""

    offset_days: int
    calendar_version: int
    calendar_token: UUID | None
    ahead: timedelta


class _Scope:
    def __init__(self, outer: "_Scope | None"):
        self.outer = outer
        self.reading: Reading | None = None


_scope: ContextVar[_Scope | None] = ContextVar("legal_clock", default=None)
_each_day: list[Callable[[date], None]] = []


def _look() -> Reading:
    clocks = LegalClock.objects.filter(pk=1)
    row = (
        CalendarVersion.objects.order_by("-number")
        .annotate(offset=Subquery(clocks.values("offset_days")[:1]), at=Now())
        .values_list("offset", "number", "token", "at")
        .first()
    )
    if row:
        return Reading(row[0] or 0, row[1], row[2], timezone.now() - row[3])
    return Reading(LegalClock.objects.values_list("offset_days", flat=True).first() or 0, 0, None, timedelta(0))


def read_clock() -> Reading:
    """The reading of this request or task, taken at the first call; outside one, a fresh one."""
    scope = _scope.get()
    if scope is None:
        return _look()
    if scope.reading is None:
        scope.reading = _look()
    return scope.reading


def fresh_clock() -> None:
    """Drop what was read: the next call looks again."""
    if scope := _scope.get():
        scope.reading = None


def open_reading() -> None:
    _scope.set(_Scope(_scope.get()))


def close_reading() -> None:
    if scope := _scope.get():
        _scope.set(scope.outer)


@contextmanager
def clock_reading() -> Iterator[None]:
    """One look at the clock and the calendar version serves everything inside."""
    open_reading()
    try:
        yield
    finally:
        close_reading()


def clocks_agree() -> bool:
    """Whether this machine and the database tell the same time; where they do not, nothing ends by itself."""
    return settings.CLOCK_DRIFT_LIMIT is None or abs(read_clock().ahead) <= settings.CLOCK_DRIFT_LIMIT


def legal_now() -> datetime:
    """Now in law, aware, in Asia/Shanghai."""
    return (timezone.now() + timedelta(days=read_clock().offset_days)).astimezone(SHANGHAI)


def legal_today() -> date:
    return legal_now().date()


def on_day_passed(sweep: Callable[[date], None]) -> Callable[[date], None]:
    """Register what runs once for each day the legal clock passes; given the day that has begun. Usable as decorator."""
    if sweep not in _each_day:
        _each_day.append(sweep)
    return sweep


def run_sweeps(day: date) -> None:
    for sweep in _each_day:
        sweep(day)


def mark_swept(day: date) -> None:
    LegalClock.objects.get_or_create(pk=1)
    LegalClock.objects.filter(pk=1).exclude(swept_through__gte=day).update(swept_through=day)


def days_to_sweep() -> list[date]:
    """Days begun and not yet swept, oldest first; today alone where none was ever swept."""
    today = legal_today()
    last = LegalClock.objects.values_list("swept_through", flat=True).first() or today - timedelta(days=1)
    return [last + timedelta(days=ahead) for ahead in range(1, (today - last).days + 1)]


def advance_days(days: int, each_day: Callable[[date], None] = run_sweeps) -> date:
    """Move legal time forward day by day, each swept before the next begins; returns legal today. Demonstrations only."""
    if not 1 <= days <= LONGEST_MOVE:
        raise ValueError(f"1 to {LONGEST_MOVE} days")
    for _ in range(days):
        _move_one_day()
        day = legal_today()
        each_day(day)
        mark_swept(day)
    return legal_today()


@transaction.atomic
def _move_one_day() -> None:
    LegalClock.objects.get_or_create(pk=1)
    LegalClock.objects.filter(pk=1).update(offset_days=F("offset_days") + 1, ever_moved=True, moved_at=timezone.now())
    fresh_clock()
