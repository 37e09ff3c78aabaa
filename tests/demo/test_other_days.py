"""The demonstration loads on any day: before a long holiday, after one, on a Sunday night, in a year without a calendar."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction

from apps.outbox import delivery
from apps.statistics.indicators import figures
from apps.workflow.models import Case, Event
from apps.workflow.states import all_kinds
from apps.workflow.tasks import remind, sweep
from tests.demo.conftest import load_at
from tests.demo.test_seed import COHORT, DAY

DAYS = {
    "before National Day": datetime(2026, 9, 30, 7, 0, tzinfo=UTC),
    "after National Day, at night": datetime(2026, 10, 7, 16, 20, tzinfo=UTC),
    "a Sunday": datetime(2026, 11, 22, 15, 50, tzinfo=UTC),
    "the turn of the year": datetime(2026, 12, 31, 2, 0, tzinfo=UTC),
    "a year without a calendar": datetime(2027, 3, 1, 2, 0, tzinfo=UTC),
}


@pytest.mark.prove
@pytest.mark.django_db
@pytest.mark.parametrize("moment", DAYS.values(), ids=DAYS)
def test_demonstration_loads_on_any_day(moment):
    with transaction.atomic():
        load_at(moment)
        with time_machine.travel(moment, tick=False):
            events = Event.objects.count()
            assert (sweep(), remind(), delivery.sweep()) == (0, 0, 0)
            assert Event.objects.count() == events
            assert figures(DAY) == COHORT
        stored = set(Case.objects.values_list("kind", "status"))
        assert {(kind.name, state.name) for kind in all_kinds() for state in kind.states} - stored == set()
        transaction.set_rollback(True)


@pytest.mark.prove
@pytest.mark.django_db
def test_demonstration_of_one_day_is_always_the_same():
    moment = DAYS["a Sunday"]
    seen = []
    for _time in range(2):
        with transaction.atomic():
            load_at(moment)
            seen.append(list(Case.objects.order_by("pk").values_list("kind", "number", "title", "status", "filed_at")))
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
