"""Brings calendar and rules into the database; run again, it adds what is missing and changes nothing."""

from datetime import date

from django.db import transaction

from apps.rules.calendars import record_change, validated
from apps.rules.catalogue import RULES
from apps.rules.models import CalendarDay, CalendarYear, LegalClock, RuleParameter
from apps.rules.statutory import (
    FIRST_YEAR,
    LAST_YEAR,
    MOON_DAYS,
    NOTICES,
    SOURCE,
    published_days,
    statutory_days,
)

FIRST_DAY = date(2020, 1, 1)


@transaction.atomic
def load_rules() -> tuple[int, int]:
    """Add the missing rows; returns how many rules and calendar years were added."""
    LegalClock.objects.get_or_create(pk=1)
    return load_parameters(), load_years()


def load_parameters() -> int:
    known = set(RuleParameter.objects.values_list("key", flat=True))
    missing = [rule for rule in RULES if rule.key not in known]
    rows = [RuleParameter(effective_from=FIRST_DAY, **rule._asdict()) for rule in missing]
    RuleParameter.objects.bulk_create(validated(rows))
    return len(missing)


def load_years() -> int:
    known = set(CalendarYear.objects.values_list("year", flat=True))
    missing = [year for year in (*range(FIRST_YEAR, LAST_YEAR + 1), *MOON_DAYS) if year not in known]
    if missing:
        record_change()
        _write_years(missing)
    return len(missing)


def _write_years(years: list[int]) -> None:
    rows = [
        CalendarYear(year=year, notice_number=NOTICES.get(year, ""), published=_arranged(year), source=_source(year))
        for year in years
    ]
    CalendarYear.objects.bulk_create(validated(rows))
    notices = CalendarYear.objects.in_bulk(years, field_name="year")
    days = [
        CalendarDay(notice=notices[year], **row._asdict())
        for year in years
        for row in (published_days(year) if _arranged(year) else statutory_days(year))
    ]
    CalendarDay.objects.bulk_create(validated(days, exclude=["notice"]))


def _arranged(year: int) -> bool:
    return year <= LAST_YEAR


def _source(year: int) -> str:
    return SOURCE if _arranged(year) else ""
