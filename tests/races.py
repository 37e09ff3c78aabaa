"""Races arranged, not hoped for: the first actor is held after its guard, the second is seen waiting at the lock."""

import threading
import time
from contextlib import contextmanager

from django.db import connection, connections

from apps.certificates.models import Claim
from apps.outbox.failpoints import WATCHERS
from apps.rules.clock import legal_now
from apps.workflow import machine
from apps.workflow.machine import Refused
from apps.workflow.models import Case

PATIENCE = 20  # seconds


class Actor(threading.Thread):
    """One act on a connection of its own; afterwards ``refusal`` is its code and ``sentence`` its words, or empty."""

    def __init__(self, act):
        super().__init__()
        self.act, self.refusal, self.sentence, self.fault, self.pid = act, "", "", None, None
        self.started_ = threading.Event()

    def run(self):
        try:
            self.pid = connection.connection.info.backend_pid if connection.connection else self._backend()
            self.started_.set()
            self.act()
        except Refused as refused:
            self.refusal, self.sentence = refused.code, str(refused)
        except Exception as fault:  # told by the test
            self.fault = fault
        finally:
            connections.close_all()

    def _backend(self):
        if connection.vendor != "postgresql":
            return None
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return cursor.fetchone()[0]


def waits_for_lock(pid: int) -> bool:
    """Whether PostgreSQL says that this connection waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s", [pid])
        row = cursor.fetchone()
    return bool(row and row[0])


def race(first, second, *, place="machine.allowed", locked=True, through=False) -> tuple[Actor, Actor, int]:
    """Hold the first at ``place``, start the second, see it wait (or, unlocked, get there too), let both go on.

    ``through`` (unlocked): the second is done before the first goes on, so what comes of it does not depend on luck.
    Returns both actors and how many of them got to the place.
    """
    held, go_on, reached = threading.Event(), threading.Event(), []
    one, two = Actor(first), Actor(second)

    def watch():
        reached.append(threading.current_thread())
        if threading.current_thread() is one:
            held.set()
            assert go_on.wait(PATIENCE)

    WATCHERS[place] = watch
    try:
        one.start()
        assert held.wait(PATIENCE), one.fault or one.refusal
        two.start()
        assert two.started_.wait(PATIENCE)
        until = time.monotonic() + PATIENCE
        while two.is_alive() and time.monotonic() < until:
            if locked and waits_for_lock(two.pid):
                break
            if not locked and not through and two in reached:
                break
        else:
            assert not locked or not two.is_alive()
        go_on.set()
        one.join(PATIENCE)
        two.join(PATIENCE)
    finally:
        WATCHERS.pop(place, None)
        go_on.set()
    for actor in (one, two):
        if actor.fault and locked:
            raise actor.fault
    return one, two, len(reached)


def unlocked(keys):
    """The machine's ``locked`` with the lock left out: what the races show without it."""
    return list(Case.objects.select_related("organisation").filter(pk__in=keys).order_by("pk"))


def lock_out(monkeypatch):
    monkeypatch.setattr(machine, "locked", unlocked)


@contextmanager
def without_the_key():
    """The unique key of exclusive claims is gone meanwhile: what the races show where neither lock nor key stands."""
    key = next(each for each in Claim._meta.constraints if each.name == "claim_one_exclusive")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Claim, key)
    try:
        yield
    finally:
        Claim.objects.filter(ended_at=None).update(ended_at=legal_now(), outcome="shown")
        with connection.schema_editor() as editor:
            editor.add_constraint(Claim, key)
