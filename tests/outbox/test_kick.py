import socket
from time import monotonic

import pytest
from celery import Celery

from apps.outbox import kick
from apps.outbox.tasks import sweep_letters
from config.celery import app
from tests.outbox.conftest import free_port

LIMITS = {"socket_timeout": 0.4, "socket_connect_timeout": 0.4, "retry_on_timeout": False, "max_retries": 0}


@pytest.fixture
def hung_port():
    """A port that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(autouse=True)
def awake(monkeypatch):
    monkeypatch.setattr(kick, "_resting_until", 0.0)


def task_on(port: int):
    broker = Celery("kicked", broker=f"redis://127.0.0.1:{port}/0", set_as_current=False)
    broker.conf.update(task_publish_retry=False, broker_connection_timeout=0.4, broker_transport_options=LIMITS)

    @broker.task(name="outbox.kicked")
    def kicked(number):
        return number

    return kicked


def seconds(task) -> float:
    start = monotonic()
    assert kick.kick(task, 1) is False
    return monotonic() - start


def test_kick_with_the_broker_down_says_no_and_rests(caplog):
    task = task_on(free_port())
    seconds(task)
    assert "outbox.kicked waits for the sweep" in caplog.text
    caplog.clear()
    assert seconds(task) < 0.01
    assert caplog.text == ""


def test_kick_with_the_broker_hung_returns_within_its_limit(monkeypatch, hung_port):
    seconds(task_on(free_port()))  # imports the transport
    monkeypatch.setattr(kick, "_resting_until", 0.0)
    assert seconds(task_on(hung_port)) < 1.5


def test_sweep_is_what_beat_asks_for():
    assert sweep_letters.name in {entry["task"] for entry in app.conf.beat_schedule.values()}
    app.loader.import_default_modules()
    assert sweep_letters.name in app.tasks
