"""What is measured at one size: pages against the floor, a move, the sweep, a reminder; medians of interleaved rounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.rules.clock import clock_reading, legal_now
from apps.workflow import tasks
from apps.workflow.machine import perform
from apps.workflow.models import Case, Clock
from tests.load import floor
from tests.load.pages import Page, pages

_reader = count(1)


def measure(rounds: int) -> dict[str, dict[str, Any]]:
    """Name of what was measured to its numbers, at the size the database has now."""
    shown = pages()
    readers = {name: client(name) for name in {page.reader for page in shown} | {"clerk"}}
    found = {page.name: measure_page(page, readers, rounds) for page in shown}
    found["move"] = measure_move(rounds)
    found["reminder"] = measure_reminders(200)
    found["idle sweep"] = timed(lambda: (tasks.sweep(), tasks.remind()), rounds, aim_ms=110)
    found["sweep"] = measure_sweep(100)
    return found


def client(name: str) -> Client:
    found = Client(headers={"accept-language": "zh-hans"}, raise_request_exception=False)
    if name:
        found.force_login(User.objects.get(username=name))
    return found


def get(reader: Client, path: str):
    """An address a request, so that no limit on how often one may ask is met."""
    number = next(_reader)
    return reader.get(path, secure=True, REMOTE_ADDR=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")


def measure_page(page: Page, readers: dict[str, Client], rounds: int) -> dict[str, Any]:
    """A page and the floor in turns: milliseconds, times the floor, queries, bytes."""
    reader, sitter = readers[page.reader], readers["clerk"]
    pk = page.path.split("/")[3] if page.detail else ""
    bottom = f"/floor/{pk}/" if page.detail else "/floor/"
    get(reader, page.path)  # what a process reads once is no part of the page
    with CaptureQueriesContext(connection) as captured:
        response = get(reader, page.path)
        queries = list(captured)  # the next request empties the log
    if response.status_code != 200:
        return {"status": response.status_code, "aim": page.aim}
    mine, floors = in_turns(lambda: get(reader, page.path), lambda: get(sitter, bottom), rounds)
    slowest = max(queries, key=lambda query: float(query["time"]), default={"sql": "", "time": "0"})
    return {
        "ms": mine, "floor_ms": floors, "times": mine / floors, "queries": len(queries), "bytes": len(response.content),
        "sql_ms": 1000 * sum(float(query["time"]) for query in queries), "slowest": slowest, "aim": page.aim,
    }  # fmt: skip


def in_turns(act: Callable, other: Callable, rounds: int) -> tuple[float, float]:
    """The median milliseconds of each, after one round that does not count."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for one, kept in zip((act, other), times, strict=True):
            began = perf_counter()
            one()
            kept.append(1000 * (perf_counter() - began))
    return median(times[0][1:]), median(times[1][1:])


def timed(act: Callable, rounds: int, aim_ms: float) -> dict[str, Any]:
    with CaptureQueriesContext(connection) as queries:
        act()
    mine, _none = in_turns(act, lambda: None, rounds)
    return {"ms": mine, "queries": len(queries), "aim_ms": aim_ms}


def measure_move(rounds: int) -> dict[str, Any]:
    """A pre-check passed, against a save with an audit row; each round a case of its own."""
    clerk = User.objects.get(username="clerk")
    waiting = iter(Case.objects.filter(kind="application", status="pre_check").order_by("pk")[: rounds + 3])
    audited = Case.objects.filter(kind="deposit").order_by("pk")[0]

    def move() -> None:
        with clock_reading():  # as a request has it
            perform(next(waiting).pk, "pass_pre_check", actor=clerk)

    move()  # the holidays are read once a process
    with CaptureQueriesContext(connection) as queries:
        move()
    mine, floors = in_turns(move, lambda: floor.floor_move(audited, clerk), rounds)
    statements = [query["sql"] for query in queries if not query["sql"].startswith(("BEGIN", "COMMIT"))]
    return {
        "ms": mine,
        "floor_ms": floors,
        "times": mine / floors,
        "queries": len(statements),
        "aim": 3,
        "statements": statements,
    }


def measure_reminders(wanted: int) -> dict[str, Any]:
    """Reminders whose morning has come: milliseconds and statements for one."""
    morning = legal_now() - timedelta(minutes=1)
    chosen = list(Clock.objects.filter(ended_at__isnull=True).order_by("pk").values_list("pk", flat=True)[:wanted])
    reminders = [{"at": morning.isoformat(), "days": -3}]
    Clock.objects.filter(pk__in=chosen).update(next_reminder_at=morning, reminders=reminders)
    return a_piece(tasks.remind, len(chosen)) | {"aim_ms": 1}


def measure_sweep(wanted: int) -> dict[str, Any]:
    """Notices that are over: cases settled a second, against one raw statement over as many rows as there are."""
    over = legal_now() - timedelta(minutes=1)
    running = Case.objects.filter(due_status="notice_closed").order_by("pk").values_list("pk", flat=True)
    chosen = list(running[: min(wanted, (running.count() + 1) // 2)])  # the other half is there for the next size
    Clock.objects.filter(case__in=chosen, name="notice", ended_at__isnull=True).update(due_at=over)
    Case.objects.filter(pk__in=chosen).update(next_due_at=over)
    found = a_piece(tasks.sweep, len(chosen))
    raw = floor.floor_sweep(100_000)
    return found | {"a_second": 1000 / found["ms"], "raw_a_second": raw, "times": raw * found["ms"] / 1000}


def a_piece(act: Callable, pieces: int) -> dict[str, Any]:
    with CaptureQueriesContext(connection) as queries:
        began = perf_counter()
        with clock_reading():  # as a task has it
            act()
        took = 1000 * (perf_counter() - began)
    return {"ms": took / pieces, "queries": len(queries) / pieces, "pieces": pieces}
