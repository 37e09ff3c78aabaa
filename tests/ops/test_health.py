from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from apps.health.heartbeats import beat
from apps.health.models import Heartbeat
from apps.workflow import triggers

PARTS = ["database", "triggers", "broker", "worker", "beat", "disk", "clock", "watches"]


@pytest.fixture
def running(db, broker):
    """A broker that answers and fresh heartbeats."""
    now = timezone.now()
    Heartbeat.objects.bulk_create([Heartbeat(name=name, at=now) for name in ("worker", "beat")])
    triggers.install()


def unwell(client) -> dict[str, str]:
    """The parts that do not work, with their details; the status must say the same."""
    answer = client.get("/health/ready")
    parts = answer.json()
    assert list(parts) == PARTS
    found = {name: part["detail"] for name, part in parts.items() if not part["ok"]}
    assert answer.status_code == (503 if found else 200)
    return found


def test_ready_when_everything_runs(client, running):
    assert unwell(client) == {}


def test_ready_names_a_worker_that_is_gone(client, running):
    Heartbeat.objects.filter(name="worker").update(at=timezone.now() - timedelta(seconds=6))
    assert unwell(client) == {"worker": "last seen 6 s ago"}


def test_ready_names_a_beat_never_seen(client, running):
    Heartbeat.objects.filter(name="beat").delete()
    assert unwell(client) == {"beat": "never seen"}


def test_ready_names_a_missing_trigger(client, running):
    name = "workflow_event_no_update"
    table = " ON workflow_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{table}")
    assert unwell(client) == {"triggers": f"missing: {name}"}


def test_ready_names_a_broker_that_is_gone(client, running, settings, tmp_path):
    settings.REDIS_URL, settings.BROKER_SOCKET = "", tmp_path / "nobody.sock"
    assert list(unwell(client)) == ["broker"]


def test_ready_names_a_machine_clock_set_back(client, running):
    Heartbeat.objects.filter(name="beat").update(at=timezone.now() + timedelta(minutes=2))
    assert list(unwell(client)) == ["clock"]


def test_ready_names_clocks_that_disagree(client, running, settings):
    settings.CLOCK_DRIFT_LIMIT = timedelta(minutes=5)
    Heartbeat.objects.update(at=timezone.now() + timedelta(minutes=6))
    with time_machine.travel(timedelta(minutes=6)):
        assert "before the database's clock" in unwell(client)["clock"]


def test_ready_names_a_full_disk(client, running, monkeypatch):
    monkeypatch.setattr("apps.health.parts.LEAST_DISK", 10**18)
    assert list(unwell(client)) == ["disk"]


def test_ready_tells_how_far_the_legal_clock_is_ahead(client, running):
    from apps.rules.models import LegalClock

    LegalClock.objects.update_or_create(
        pk=1, defaults={"offset_days": 12, "ever_moved": True, "moved_at": timezone.now()}
    )
    assert client.get("/health/ready").json()["clock"]["detail"].endswith("12 days ahead")


def test_live_asks_the_database_nothing(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert client.get("/health/live").json() == {"ok": True}


@pytest.mark.django_db(transaction=True)
def test_beat_keeps_one_row_a_name():
    beat("worker")
    first = Heartbeat.objects.get().at
    beat("worker")
    assert Heartbeat.objects.get().at > first
