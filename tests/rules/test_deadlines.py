from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from apps.rules.calendars import Calendar
from apps.rules.clock import SHANGHAI
from apps.rules.deadlines import DeadlineError, add_months, deadline, standing_date
from apps.rules.statutory import LAST_YEAR, MOON_DAYS, NOTICES, published_days, statutory_days
from apps.rules.steps import Day

VECTORS = [
    ("2026-02-06", "2026-02-13", "2026-02-27"),
    ("2026-04-27", "2026-05-07", "2026-05-13"),
    ("2026-06-15", "2026-06-23", "2026-06-30"),
    ("2026-09-17", "2026-09-23", "2026-10-08"),
    ("2026-09-18", "2026-09-24", "2026-10-09"),
    ("2026-09-30", "2026-10-13", "2026-10-20"),
    ("2025-09-26", "2025-10-10", "2025-10-16"),
    ("2026-11-20", "2026-11-27", "2026-12-04"),
    ("2026-12-17", "2026-12-24", "2026-12-31"),
]


def seeded_calendar() -> Calendar:
    rows = [row for year in range(2004, LAST_YEAR + 1) for row in published_days(year)]
    rows += [row for year in MOON_DAYS for row in statutory_days(year)]
    days = {row.date: Day(row.is_workday, row.name_zh, row.name_en, NOTICES.get(row.date.year, "")) for row in rows}
    return Calendar(1, days, frozenset(range(2004, LAST_YEAR + 1)))


SEEDED = seeded_calendar()
DAYS = st.dates(date(2004, 1, 1), date(2027, 12, 31))
COUNTS = st.integers(1, 120)
UNITS = st.sampled_from(["workday", "day", "month", "year"])


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(("start", "five", "ten"), VECTORS)
def test_deadline_in_a_published_year(calendar, start, five, ten):
    found = [deadline(day(start), count, "workday", calendar) for count in (5, 10)]
    assert [str(each.date) for each in found] == [five, ten]
    assert not any(each.provisional for each in found)


def test_deadline_beyond_the_published_years_is_provisional(calendar):
    assert not deadline(day("2026-12-18"), 5, "workday", calendar).provisional
    beyond = deadline(day("2026-12-18"), 10, "workday", calendar)
    assert (str(beyond.date), beyond.provisional) == ("2027-01-04", True)


def test_statutory_days_of_the_unpublished_year_rest():
    rests = [row.date for row in statutory_days(2027)]
    assert len(rests) == 13
    assert deadline(day("2027-02-04"), 1, "workday", SEEDED).date == day("2027-02-09")


def test_year_without_any_row_has_weekends_only():
    found = deadline(day("2031-09-30"), 1, "workday", SEEDED)
    assert (found.date, found.provisional) == (day("2031-10-01"), True)


def test_due_at_is_midnight_after_the_last_day_in_shanghai():
    found = deadline(day("2026-11-20"), 5, "workday", SEEDED)
    assert found.due_at == datetime(2026, 11, 28, tzinfo=SHANGHAI)
    assert found.due_at.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("start", "count", "unit", "last"),
    [
        ("2026-03-01", 3, "year", "2029-03-01"),
        ("2024-02-29", 3, "year", "2027-02-28"),
        ("2024-02-29", 4, "year", "2028-02-29"),
        ("2026-01-31", 1, "month", "2026-02-28"),
        ("2026-08-31", 6, "month", "2027-02-28"),
        ("2026-11-30", 1, "month", "2026-12-30"),
        ("2026-12-31", 2, "month", "2027-02-28"),
    ],
)
def test_corresponding_day_or_the_last_of_the_month(start, count, unit, last):
    found = deadline(day(start), count, unit, SEEDED)
    assert (found.date, found.provisional) == (day(last), False)


def test_months_are_counted_from_the_start_not_from_a_shortened_month():
    assert [str(step.date) for step in deadline(day("2026-01-31"), 2, "month", SEEDED).steps] == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
    ]


def test_calendar_days_end_on_a_rest_day_unless_rolled():
    start = day("2026-09-25")
    assert deadline(start, 10, "day", SEEDED).date == day("2026-10-05")
    rolled = deadline(start, 10, "day", SEEDED, roll=True)
    assert rolled.date == day("2026-10-08")
    assert sum(step.counted for step in rolled.steps) == 10
    assert rolled.steps[-1].code == "moved"


def test_roll_into_an_unpublished_year_is_provisional_and_without_roll_certain():
    assert deadline(day("2026-12-01"), 31, "day", SEEDED).provisional is False
    assert deadline(day("2026-12-01"), 31, "day", SEEDED, roll=True).provisional is True
    assert deadline(day("2026-11-01"), 30, "day", SEEDED, roll=True).provisional is False


def test_steps_say_why_in_both_languages():
    steps = {str(step.date): step for step in deadline(day("2026-09-18"), 10, "workday", SEEDED).steps}
    with translation.override("en"):
        assert steps["2026-09-18"].reason == "day of the act, not counted"
        assert steps["2026-09-20"].reason == "weekend worked in exchange: National Day, notice 国办发明电〔2025〕7号"
        assert steps["2026-09-26"].reason == "holiday: Mid-Autumn Festival, notice 国办发明电〔2025〕7号"
        assert deadline(day("2026-12-31"), 1, "workday", SEEDED).steps[1].reason == (
            "holiday: New Year's Day (arrangement of 2027 not published)"
        )
    with translation.override("zh-hans"):
        assert "中秋节" in steps["2026-09-26"].reason


@pytest.mark.parametrize(
    ("start", "count", "unit"),
    [
        ("2026-01-01", 0, "workday"),
        ("2026-01-01", -1, "day"),
        ("2026-01-01", 10**9, "workday"),
        ("2026-01-01", True, "day"),
        ("2026-01-01", 5, "week"),
        ("9999-12-25", 10, "workday"),
        ("9999-12-30", 1, "day"),
        ("9990-01-01", 100, "year"),
    ],
)
def test_nonsense_is_one_sentence(start, count, unit):
    with pytest.raises(DeadlineError) as refusal:
        deadline(day(start), count, unit, SEEDED)
    assert str(refusal.value).endswith((".", "。"))


@given(DAYS, COUNTS)
def test_last_day_is_a_working_day(start, count):
    found = deadline(start, count, "workday", SEEDED)
    assert SEEDED.is_workday(found.date)
    assert found.date > start


@given(DAYS, COUNTS, UNITS, st.booleans())
def test_steps_recount_to_the_count(start, count, unit, roll):
    count = min(count, 100)
    found = deadline(start, count, unit, SEEDED, roll=roll)
    assert sum(step.counted for step in found.steps) == count
    assert found.steps[0].date == start
    assert not found.steps[0].counted
    dates = [step.date for step in found.steps]
    assert dates == sorted(set(dates))


@given(DAYS, COUNTS)
def test_no_day_is_left_out_of_a_working_day_count(start, count):
    dates = [step.date for step in deadline(start, count, "workday", SEEDED).steps]
    assert dates == [start + timedelta(days=ahead) for ahead in range(len(dates))]


@given(DAYS, st.integers(1, 99), UNITS, st.booleans())
def test_longer_count_never_ends_sooner(start, count, unit, roll):
    shorter, longer = (deadline(start, each, unit, SEEDED, roll=roll).date for each in (count, count + 1))
    assert shorter < longer or (roll and shorter == longer)


@given(DAYS, st.integers(0, 60), st.integers(1, 100), UNITS, st.booleans())
def test_later_start_never_ends_sooner(start, later, count, unit, roll):
    first, second = (
        deadline(each, count, unit, SEEDED, roll=roll).date for each in (start, start + timedelta(days=later))
    )
    assert first <= second


@given(DAYS, COUNTS, COUNTS)
def test_two_periods_in_a_row_are_one(start, first, second):
    """Splitting a count at its own deadline changes nothing."""
    middle = deadline(start, first, "workday", SEEDED).date
    assert deadline(middle, second, "workday", SEEDED).date == deadline(start, first + second, "workday", SEEDED).date


@given(DAYS, COUNTS)
def test_provisional_exactly_when_an_unpublished_year_was_asked(start, count):
    found = deadline(start, count, "workday", SEEDED)
    assert found.provisional == (found.date.year > LAST_YEAR)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 1200))
def test_add_months_keeps_the_day_or_ends_the_month(start, months):
    found = add_months(start, months)
    assert (found.year * 12 + found.month) - (start.year * 12 + start.month) == months
    assert found.day == start.day or (found + timedelta(days=1)).day == 1


def test_add_months_goes_back_as_well():
    assert add_months(date(2026, 8, 31), -6) == date(2026, 2, 28)
    assert add_months(date(2027, 1, 15), -6) == date(2026, 7, 15)


def calendar_with(**days: bool) -> Calendar:
    """SEEDED with days of 2027 set to work or rest, 2027 published."""
    changed = {day(text.replace("d", "").replace("_", "-")): Day(works) for text, works in days.items()}
    return replace(SEEDED, days=SEEDED.days | changed, published_years=SEEDED.published_years | {2027})


SHORTER = calendar_with(d2027_01_02=True)
LONGER = calendar_with(d2027_01_04=False)


def standing(calendar: Calendar, audience: str, before: str = "2027-01-04") -> date:
    """What stands of a period that ended on a day, under another calendar."""
    computed = deadline(day("2026-12-18"), 10, "workday", calendar).date
    return standing_date(day(before), computed, audience, calendar)


@pytest.mark.parametrize("audience", ["applicant", "notice"])
def test_a_changed_calendar_leaves_the_later_date_to_the_applicant_and_the_notice(audience):
    assert standing(SHORTER, audience) == day("2027-01-04")
    assert standing(LONGER, audience) == day("2027-01-05")
    assert standing(LONGER, audience, before="2027-01-08") == day("2027-01-08")


def test_a_changed_calendar_gives_the_office_the_computed_date():
    assert standing(SHORTER, "office") == day("2027-01-02")
    assert standing(LONGER, "office") == day("2027-01-05")


def test_a_date_that_is_kept_moves_off_a_new_day_of_rest():
    both = calendar_with(d2027_01_02=True, d2027_01_04=False)
    assert standing(both, "applicant") == day("2027-01-05")
