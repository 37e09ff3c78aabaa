"""Races arranged, not hoped for: the first actor is held after its guard, the second is seen waiting at the lock."""

import threading
import time

from django.db import connection, connections

from apps.outbox.failpoints import WATCHERS
from apps.workflow import machine
from apps.workflow.machine import Refused
from apps.workflow.models import Case

PATIENCE = 20  # seconds


class Actor(threading.Thread):
    """One act on a connection of its own; afterwards ``refusal`` is its code, or empty."""

    def __init__(self, act):
        super().__init__()
        self.act, self.refusal, self.fault, self.pid = act, "", None, None
        self.started_ = threading.Event()

    def run(self):
        try:
            self.pid = connection.connection.info.backend_pid if connection.connection else self._backend()
            self.started_.set()
            self.act()
        except Refused as refused:
            self.refusal = refused.code
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


def race(first, second, *, place="machine.allowed", locked=True) -> tuple[Actor, Actor, int]:
    """Hold the first at ``place``, start the second, see it wait (or, unlocked, get there too), let both go on.

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
            if not locked and two in reached:
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


def unlocked(case_pk):
    """The machine's ``lock`` with the lock left out: what the races show without it."""
    return Case.objects.get(pk=case_pk)


def lock_out(monkeypatch):
    monkeypatch.setattr(machine, "lock", unlocked)
