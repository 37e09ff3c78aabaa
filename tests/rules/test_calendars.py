from datetime import date

import pytest

from apps.rules.calendars import CalendarError, DayRow, import_year, load_calendar, record_change, rehearse_year
from apps.rules.clock import clock_reading
from apps.rules.deadlines import deadline
from apps.rules.models import CalendarDay, CalendarVersion, CalendarYear

NOTICE = "国办发明电〔2026〕9号"
SUN = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]


def year_2027(*more: DayRow) -> list[DayRow]:
    rest = [DayRow(date(2027, month, day), False, "法定节假日", "statutory holiday") for month, day in SUN]
    return [*rest, *more]


BRIDGE = DayRow(date(2027, 1, 4), False, "元旦", "New Year's Day")


def test_calendar_is_loaded_with_its_notices(calendar):
    assert calendar.version == 1
    assert calendar.published(2026)
    assert not calendar.published(2027)
    assert CalendarYear.objects.get(year=2026).notice_number == "国办发明电〔2025〕7号"
    worked = [str(day) for day, what in sorted(calendar.days.items()) if what.is_workday and day.year == 2026]
    assert worked == ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


def test_load_calendar_asks_only_for_the_version(calendar, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert load_calendar() is calendar
    with clock_reading(), django_assert_num_queries(1):
        assert load_calendar() is load_calendar()


def test_calendar_not_loaded_is_all_provisional(no_calendar):
    calendar = load_calendar()
    assert calendar.version == 0
    assert deadline(date(2026, 9, 18), 1, "workday", calendar).provisional


def test_rehearsal_writes_nothing_and_tells_what_the_import_gives(calendar, people):
    before = deadline(date(2026, 12, 18), 10, "workday", calendar)
    rehearsed = rehearse_year(2027, year_2027(BRIDGE), NOTICE)
    assert load_calendar() is calendar
    assert import_year(2027, year_2027(BRIDGE), NOTICE, people.system_admin) == 2
    imported = load_calendar()
    assert (imported.version, imported.days, imported.published_years) == (
        rehearsed.version,
        rehearsed.days,
        rehearsed.published_years,
    )
    after = deadline(date(2026, 12, 18), 10, "workday", imported)
    assert (str(before.date), before.provisional) == ("2027-01-04", True)
    assert (str(after.date), after.provisional) == ("2027-01-05", False)


def test_import_replaces_the_provisional_days_and_names_who(calendar, people):
    import_year(2027, year_2027(), NOTICE, people.system_admin, source="gov.cn")
    assert not CalendarDay.objects.filter(date=date(2027, 6, 9)).exists()
    assert CalendarVersion.objects.get(number=2).changed_by == people.system_admin


def test_import_again_corrects_the_year(calendar, people):
    import_year(2027, year_2027(BRIDGE), NOTICE, people.system_admin)
    import_year(2027, year_2027(), NOTICE, people.system_admin)
    assert load_calendar().version == 3
    assert load_calendar().is_workday(BRIDGE.date)


def test_notice_may_arrange_the_last_days_of_the_year_before(calendar, people):
    eve = DayRow(date(2026, 12, 31), False, "元旦", "New Year's Day")
    import_year(2027, year_2027(eve), NOTICE, people.system_admin)
    found = deadline(date(2026, 12, 17), 10, "workday", load_calendar())
    assert found.date == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("days", "notice", "sentence"),
    [
        (year_2027(BRIDGE, BRIDGE), NOTICE, "twice"),
        (year_2027(DayRow(date(2028, 1, 1), False, "x", "x")), NOTICE, "outside"),
        (year_2027(DayRow(date(2026, 11, 30), False, "x", "x")), NOTICE, "outside"),
        (year_2027(DayRow(date(2027, 3, 1), True, "x", "x")), NOTICE, "Saturday"),
        (year_2027(DayRow(date(2027, 6, 9), False, "", "")), NOTICE, "name"),
        (year_2027(DayRow(date(2027, 6, 9), False, "端午节", "x" * 81)), NOTICE, "name"),
        (year_2027()[1:], NOTICE, "New Year"),
        ([], NOTICE, "New Year"),
        (year_2027(), " ", "number"),
    ],
)
def test_unsound_year_is_refused_and_nothing_changes(calendar, people, days, notice, sentence):
    with pytest.raises(CalendarError, match=sentence):
        import_year(2027, days, notice, people.system_admin)
    assert load_calendar() is calendar
    assert not CalendarYear.objects.get(year=2027).published


def test_edited_day_moves_deadlines_only_with_a_new_version(calendar, people):
    extra = CalendarYear.objects.get(year=2026)
    record_change(people.system_admin, 2026)
    CalendarDay.objects.create(
        date=date(2026, 12, 1), is_workday=False, name_zh="临时放假", name_en="extra holiday", notice=extra
    )
    assert deadline(date(2026, 11, 30), 1, "workday", load_calendar()).date == date(2026, 12, 2)
    assert deadline(date(2026, 11, 30), 1, "workday", calendar).date == date(2026, 12, 1)
