"""Two pledges of one right, registered at the same moment on two connections."""

from datetime import UTC, datetime
from threading import Thread
from time import monotonic

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction

from apps.certificates.models import Claim
from apps.rules.loading import load_rules
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case
from tests.pledges.cases import filed
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
pytestmark = [
    # Naming the apps lets the flush cascade to the search table, which no model owns.
    pytest.mark.django_db(transaction=True, available_apps=[app.name for app in apps.get_app_configs()]),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


@pytest.fixture(autouse=True)
def noon(transactional_db):
    load_rules()
    with time_machine.travel(NOON, tick=False):
        yield


def waiting() -> int:
    """How many connections stand in line for a lock of this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # the view is frozen within a transaction
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


def register_both(pledges, clerk) -> list[str]:
    """What came of registering them at once: both have been seen waiting at the right before either goes on."""
    results = []

    def act(pk: int) -> None:
        try:
            perform(pk, "accept", actor=clerk, data={"joint_paper": True})
            results.append("done")
        except Refused as refused:
            results.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=act, args=(case.pk,)) for case in pledges]
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=pledges[0].root_id)
        for thread in threads:
            thread.start()
        stop = monotonic() + 20
        while waiting() < len(threads):
            assert monotonic() < stop, "the two were never seen waiting"
    for thread in threads:
        thread.join(20)
    return sorted(results)


def test_of_two_pledges_at_once_one_is_registered(people, organisations):
    right = make_right(organisations.enterprise)
    pledges = [filed(people, organisations, right) for _ in range(2)]
    assert register_both(pledges, people.clerk) == ["claimed", "done"]
    assert Claim.objects.filter(registration=right, ended_at=None).count() == 1
    assert sorted(Case.objects.filter(kind="pledge").values_list("status", flat=True)) == ["registered", "submitted"]


def test_pledges_of_different_rights_do_not_hinder_each_other(people, organisations):
    first, second = (make_right(organisations.enterprise, name=name) for name in ("甲数据集", "乙数据集"))
    pledges = [filed(people, organisations, right) for right in (first, second)]
    for case in pledges:
        perform(case.pk, "accept", actor=people.clerk, data={"joint_paper": True})
    assert Claim.objects.filter(ended_at=None).count() == 2
