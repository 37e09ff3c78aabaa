"""Two persons at once, on PostgreSQL; SQLite lets one writer in at a time by itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from queue import Queue

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from apps.rules.calendars import load_calendar, record_change
from apps.rules.clock import advance_days
from apps.rules.loading import load_rules
from apps.rules.models import CalendarVersion, LegalClock, RuleParameter
from apps.rules.parameters import confirm
from tests.rules.test_lookup import propose

pytestmark = [
    # Naming the apps lets the flush cascade to the search table, which no model owns.
    pytest.mark.django_db(transaction=True, available_apps=[app.name for app in apps.get_app_configs()]),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="row locks are PostgreSQL's"),
]


def on_own_connection(pids: Queue, act):
    """act() in a thread of its own; its database process is told first."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.put(cursor.fetchone()[0])
        return act()
    finally:
        connection.close()


def wait_until_blocked(pid: int) -> None:
    with connection.cursor() as cursor:
        for _ in range(100_000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted", [pid])
            if cursor.fetchone()[0]:
                return
    raise AssertionError("the second one was never seen waiting")


def second_while_first_is_open(first, second):
    """Run second in a thread while first's transaction is open; returns second's future once it was seen waiting."""
    pids = Queue()
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            first()
            future = threads.submit(on_own_connection, pids, second)
            wait_until_blocked(pids.get(timeout=20))
        return future, future.exception(timeout=20)


@pytest.fixture
def overlapping(people):
    first = propose(15, "2026-01-01", end="2026-12-01", by=people.system_admin)
    return first, propose(16, "2026-03-01", end="2026-04-01", by=people.system_admin)


def test_overlapping_rows_confirmed_at_once_leave_one(overlapping, people):
    first, second = overlapping
    by = people.security_admin
    _future, error = second_while_first_is_open(lambda: confirm(first.pk, by), lambda: confirm(second.pk, by))
    assert isinstance(error, ValidationError)
    assert list(RuleParameter.objects.exclude(confirmed_by=None)) == [first]


def test_without_the_lock_both_would_pass(overlapping, people):
    """The check alone, run while the other confirmation is not committed, finds nothing to object to."""
    first, second = overlapping
    second.confirmed_by = people.security_admin
    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        confirm(first.pk, people.security_admin)
        assert threads.submit(on_own_connection, Queue(), second.clean).result(timeout=20) is None


def test_calendar_changes_at_once_get_a_number_each_and_the_last_stands(people):
    load_rules()
    future, error = second_while_first_is_open(record_change, record_change)
    assert error is None
    assert future.result() == load_calendar().version == 3
    assert list(CalendarVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_two_who_move_legal_time_lose_no_day(people):
    load_rules()
    days: list[date] = []
    with ThreadPoolExecutor(2) as threads:
        moves = [threads.submit(on_own_connection, Queue(), lambda: advance_days(5, days.append)) for _ in range(2)]
        assert [move.exception(timeout=20) for move in moves] == [None, None]
    assert LegalClock.objects.get().offset_days == 10
    assert len(days) == 10
