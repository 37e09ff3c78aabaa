"""The working calendar: a value to count with, its store, and how a year is rehearsed and imported."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from apps.rules.clock import fresh_clock, read_clock
from apps.rules.models import CalendarDay, CalendarVersion, CalendarYear, Outage, belongs
from apps.rules.steps import Day, Step

STATUTORY_BY_THE_SUN = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
KEPT = 4  # calendars held per process: a version that was just replaced may still be asked for


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working calendar as a value: days that differ, the years whose arrangement is published, and the days on which
    nothing could be filed (``outages``, by the office's announcement)."""

    version: int
    days: Mapping[date, Day] = field(default_factory=dict)
    published_years: frozenset[int] = frozenset()
    outages: Mapping[date, Day] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        special = self.days.get(day)
        return special.is_workday if special else day.weekday() < 5

    def published(self, year: int) -> bool:
        return year in self.published_years

    def step(self, day: date, counted: bool) -> Step:
        special = self.days.get(day)
        if special:
            code = "makeup" if special.is_workday else "holiday"
        else:
            code = "workday" if day.weekday() < 5 else "weekend"
        return Step(day, counted, code, special, published=self.published(day.year))

    def reason(self, day: date) -> str:
        """Why the day is one of work or of rest, in the active language."""
        return self.step(day, counted=False).reason


class DayRow(NamedTuple):
    """One line of a notice: a day of rest, or a weekend day worked in exchange."""

    date: date
    is_workday: bool
    name_zh: str
    name_en: str


class CalendarError(ValueError):
    """A year that cannot be imported; its argument is one sentence for people."""


_loaded: dict[UUID | None, Calendar] = {None: Calendar(version=0)}


def load_calendar() -> Calendar:
    """The calendar as it stands, held per process by version; version 0, all provisional, where none is loaded."""
    reading = read_clock()
    calendar = _loaded.get(reading.calendar_token)
    if calendar is None:
        calendar = _build(reading.calendar_version)
        _hold(reading.calendar_token, calendar)
    return calendar


def _hold(token: UUID, calendar: Calendar) -> None:
    for old in list(_loaded)[1 : len(_loaded) - KEPT + 1]:
        _loaded.pop(old, None)
    _loaded[token] = calendar


def _build(version: int) -> Calendar:
    rows = CalendarDay.objects.values_list("date", "is_workday", "name_zh", "name_en", "notice__notice_number")
    years = CalendarYear.objects.filter(published=True).values_list("year", flat=True)
    declared = Outage.objects.filter(confirmed_at__isnull=False)
    failed = declared.values_list("day", "reason_zh", "reason_en", "notice_number")
    days = {row[0]: Day(*row[1:]) for row in rows}
    outages = {row[0]: Day(True, *row[1:]) for row in failed}
    return Calendar(version, MappingProxyType(days), frozenset(years), MappingProxyType(outages))


def rehearse_year(year: int, days: Iterable[DayRow], notice_number: str) -> Calendar:
    """The calendar as it would stand after importing the year; nothing is written. Raises CalendarError.

    What it makes of the clocks that run, `workflow.rehearsal` shows.
    """
    rows = _checked(year, days, notice_number)
    now = load_calendar()
    arranged = set(CalendarDay.objects.filter(notice__year=year).values_list("date", flat=True))
    kept = {day: what for day, what in now.days.items() if day not in arranged}
    new = {row.date: Day(row.is_workday, row.name_zh, row.name_en, notice_number) for row in rows}
    published = now.published_years | {year}
    return replace(now, version=now.version + 1, days=MappingProxyType(kept | new), published_years=published)


@transaction.atomic
def import_year(year: int, days: Iterable[DayRow], notice_number: str, actor=None, source: str = "") -> int:
    """Write a published year in place of what stood for it; returns the new calendar version. Raises CalendarError."""
    rows = _checked(year, days, notice_number)
    version = record_change(actor, year)
    values = {"notice_number": notice_number, "published": True, "source": source}
    notice, _created = CalendarYear.objects.update_or_create(year=year, defaults=values)
    CalendarDay.objects.filter(notice=notice).delete()
    CalendarDay.objects.filter(date__in=[row.date for row in rows]).delete()
    CalendarDay.objects.bulk_create(CalendarDay(notice=notice, **row._asdict()) for row in rows)
    return version


def validated(rows: list, exclude: Iterable[str] = ()) -> list:
    """The unsaved rows, each field checked as a form would; a bulk write asks this itself. Raises ValidationError."""
    for row in rows:
        row.clean_fields(exclude=set(exclude))
        row.clean()
    return rows


@transaction.atomic
def record_change(actor=None, year: int | None = None) -> int:
    """A new calendar version; whoever writes days or years calls it in the same transaction, before writing."""
    CalendarVersion.objects.select_for_update().filter(number=1).first()  # one change at a time
    number = (CalendarVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    CalendarVersion.objects.create(number=number, changed_by=actor, year=year)
    fresh_clock()
    return number


def _checked(year: int, days: Iterable[DayRow], notice_number: str) -> list[DayRow]:
    rows = sorted(DayRow(*row) for row in days)
    dates = [row.date for row in rows]
    if not notice_number.strip():
        raise CalendarError(_("The number of the State Council's notice is missing."))
    if len(dates) != len(set(dates)):
        raise CalendarError(_("A day stands twice in this list."))
    if any(not belongs(day, year) for day in dates):
        raise CalendarError(_("A day of this list lies outside the year."))
    if any(row.is_workday and row.date.weekday() < 5 for row in rows):
        raise CalendarError(_("Only a Saturday or a Sunday is worked in exchange."))
    try:
        validated([CalendarDay(**row._asdict()) for row in rows], exclude=["notice"])
    except ValidationError:
        raise CalendarError(_("A day of this list lacks a name, or its name is too long.")) from None
    rest = {row.date for row in rows if not row.is_workday}
    if any(date(year, month, day) not in rest for month, day in STATUTORY_BY_THE_SUN):
        raise CalendarError(_("New Year, Labour Day and National Day must be in the list as days of rest."))
    return rows
