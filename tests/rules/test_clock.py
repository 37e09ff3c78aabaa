from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction

from apps.rules import clock
from apps.rules.clock import (
    SHANGHAI,
    advance_days,
    clock_reading,
    clocks_agree,
    days_to_sweep,
    legal_now,
    legal_today,
    mark_swept,
)
from apps.rules.middleware import LegalClockMiddleware
from apps.rules.models import LegalClock


@pytest.fixture
def sweeps(monkeypatch):
    """Only this list hears of days passed."""
    heard = []
    monkeypatch.setattr(clock, "_each_day", [])
    clock.on_day_passed(heard.append)
    return heard


@time_machine.travel("2026-11-22T16:30:00Z", tick=False)
def test_legal_today_is_the_day_in_shanghai(calendar):
    assert legal_today() == date(2026, 11, 23)
    assert legal_now() == datetime(2026, 11, 23, 0, 30, tzinfo=SHANGHAI)


@time_machine.travel("2026-11-22T01:00:00Z", tick=False)
def test_advance_sweeps_once_for_each_day(calendar, sweeps):
    assert advance_days(3) == date(2026, 11, 25)
    assert sweeps == [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]
    assert LegalClock.objects.get().ever_moved
    assert days_to_sweep() == []


@time_machine.travel("2026-11-22T01:00:00Z", tick=False)
def test_sweep_sees_the_day_that_has_begun(calendar, sweeps):
    seen = []
    clock.on_day_passed(lambda day: seen.append((day, legal_today())))
    with clock_reading():
        legal_today()
        advance_days(2)
    assert seen == [(date(2026, 11, 23),) * 2, (date(2026, 11, 24),) * 2]


@pytest.mark.parametrize(("minutes", "agree"), [(0, True), (4, True), (6, False), (-4, True), (-6, False)], ids=str)
def test_clocks_agree_within_five_minutes(minutes, agree, calendar, settings):
    settings.CLOCK_DRIFT_LIMIT = timedelta(minutes=5)
    with time_machine.travel(timedelta(minutes=minutes)):
        assert clocks_agree() is agree


@pytest.mark.parametrize("days", [0, -1, 3661])
def test_advance_goes_forward_and_not_too_far(calendar, days):
    with pytest.raises(ValueError, match="days"):
        advance_days(days)
    assert LegalClock.objects.get().offset_days == 0


@time_machine.travel("2026-11-22T01:00:00Z", tick=False)
def test_failed_sweep_leaves_its_day_to_be_swept(calendar, sweeps):
    mark_swept(date(2026, 11, 22))

    @clock.on_day_passed
    def fail(day):
        raise RuntimeError(day)

    with pytest.raises(RuntimeError):
        advance_days(2)
    assert (legal_today(), days_to_sweep()) == (date(2026, 11, 23), [date(2026, 11, 23)])


@time_machine.travel("2026-11-22T01:00:00Z", tick=False)
def test_days_to_sweep_after_an_outage(calendar):
    assert days_to_sweep() == [date(2026, 11, 22)]
    mark_swept(date(2026, 11, 19))
    assert days_to_sweep() == [date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)]
    mark_swept(date(2026, 11, 22))
    mark_swept(date(2026, 11, 20))
    assert days_to_sweep() == []


def test_clock_is_read_once_within_a_reading(calendar, django_assert_num_queries):
    with clock_reading(), django_assert_num_queries(1):
        legal_now()
        legal_today()
    with django_assert_num_queries(2):
        legal_now()
        legal_now()


def test_second_clock_row_and_hidden_move_are_refused(calendar):
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalClock.objects.create(pk=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalClock.objects.update(offset_days=3, ever_moved=False)


def test_legal_now_without_loaded_rules_is_now(no_calendar):
    LegalClock.objects.all().delete()
    with time_machine.travel("2026-11-22T01:00:00Z", tick=False):
        assert legal_now() == datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("demo", "moved", "refused"), [(False, True, True), (True, True, False), (False, False, False)]
)
def test_production_refuses_a_clock_that_was_moved(calendar, settings, rf, demo, moved, refused):
    settings.DEMO, settings.TESTING = demo, False
    LegalClock.objects.update(ever_moved=moved)
    errors = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    assert ("rules.E001" in [error.id for error in errors]) is refused
    if refused:
        with pytest.raises(ImproperlyConfigured):
            LegalClockMiddleware(lambda request: request)
    else:
        assert LegalClockMiddleware(lambda request: "answer")(rf.get("/")) == "answer"
