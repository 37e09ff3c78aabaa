"""What real processes and real connections do: a worker killed at the worst place, two sweeps at one moment."""

import os
import subprocess
import sys
import threading
from email import message_from_bytes, policy

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.utils import timezone

from apps.outbox import delivery, letters
from apps.outbox.models import Letter, ServiceRecord
from tests.outbox.conftest import FACTS, only_letter, reader

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("texts_folder")]

# A process of its own over the same database, folder of texts and mail server as the test.
SWEEP = """
import sys
import django
from django.conf import settings
django.setup()
from pathlib import Path
settings.DATABASES["default"]["NAME"], settings.EMAIL_PORT = sys.argv[1], int(sys.argv[2])
settings.LETTERS_DIR = Path(sys.argv[3])
settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
from apps.outbox.tasks import sweep_letters
sweep_letters()
"""


def sweep_in_a_process(settings, **environment) -> int:
    arguments = [str(connection.settings_dict["NAME"]), str(settings.EMAIL_PORT), str(settings.LETTERS_DIR)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | environment
    return subprocess.run(
        [sys.executable, "-c", SWEEP, *arguments], env=environment, cwd=django_settings.BASE_DIR, check=False
    ).returncode


@pytest.fixture
def shared_database():
    """A database another process or thread can open: SQLite's may live in memory."""
    if connection.vendor == "sqlite" and "mode=memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("nobody else can open a database in memory")


@pytest.fixture
def postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("rows are locked on PostgreSQL; SQLite admits one writer")


@pytest.mark.usefixtures("shared_database")
def test_worker_killed_after_the_servers_yes_repeats_the_same_message_id(people, mailbox, settings):
    letters.post("accepted", "event:1", [reader(people.filer)], FACTS)
    assert sweep_in_a_process(settings, FAILPOINT="outbox.sent") == 9
    letter = only_letter()
    assert letter.sent_at is None
    assert letter.claimed_at
    assert len(mailbox.taken) == 1
    Letter.objects.update(next_attempt_at=timezone.now())  # the lease is over
    assert sweep_in_a_process(settings) == 0
    assert sweep_in_a_process(settings) == 0
    first, second = (message_from_bytes(e.content, policy=policy.default) for e in mailbox.taken)
    assert first["Message-ID"] == second["Message-ID"] == letter.message_id
    assert first["Subject"] == second["Subject"]
    assert only_letter().sent_at
    assert ServiceRecord.objects.count() == 1


def in_threads(count, act):
    """Run act(number) in threads with connections of their own, started together; raises what one raised."""
    barrier, raised = threading.Barrier(count, timeout=20), []

    def run(number):
        try:
            barrier.wait()
            act(number)
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert raised == []


@pytest.mark.usefixtures("shared_database")
def test_two_sweeps_at_once_send_each_letter_once(people, mailbox):
    for number in range(60):
        letters.post("accepted", f"event:{number}", [reader(people.filer), reader(people.rival)], FACTS)
    in_threads(2, lambda number: delivery.sweep())
    ids = [message_from_bytes(e.content, policy=policy.default)["Message-ID"] for e in mailbox.taken]
    assert len(ids) == len(set(ids)) == 120
    assert not Letter.objects.filter(sent_at=None).exists()
    assert set(Letter.objects.values_list("attempts", flat=True)) == {1}


@pytest.fixture
def held_claim(people):
    """One due letter, and an actor who has read it as due and holds it in an open transaction until told."""
    letters.post("accepted", "event:1", [reader(people.filer)], FACTS)
    return threading.Event(), threading.Event()


@pytest.mark.usefixtures("postgresql")
@pytest.mark.parametrize("locked", [True, False])
def test_second_claim_while_the_first_holds_the_letter(held_claim, locked, monkeypatch):
    """With the row lock the second passes the letter over; without it, both take it: the double the lock prevents."""
    chosen, go_on = held_claim
    if not locked:
        monkeypatch.setattr(type(Letter.objects.all()), "select_for_update", lambda query, **_kwargs: query)
    claims = {}
    plain_update = type(Letter.objects.all()).update

    def update(query, **values):
        if "claimed_at" in values and threading.current_thread().name == "first":
            chosen.set()
            assert go_on.wait(20)
        return plain_update(query, **values)

    monkeypatch.setattr(type(Letter.objects.all()), "update", update)

    def claim(name):
        try:
            claims[name] = len(delivery.claim(Letter.objects.all()))
        finally:
            connections.close_all()

    first = threading.Thread(target=claim, args=("first",), name="first")
    first.start()
    assert chosen.wait(20)
    second = threading.Thread(target=claim, args=("second",), name="second")
    second.start()
    second.join(20)
    go_on.set()
    first.join(20)
    assert claims == {"first": 1, "second": 0 if locked else 1}
