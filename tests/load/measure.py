"""What is measured at one size: pages against the floor, a move, the sweep, a reminder; medians of interleaved rounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.certificates.models import Registration
from apps.outbox.preferences import make_feed
from apps.rules.clock import clock_reading, legal_now
from apps.workflow import search, tasks
from apps.workflow.machine import perform
from apps.workflow.models import Case, Clock
from tests.load import floor, on_rights

RARE = "望潮专名"
_reader = count(1)


@dataclass(frozen=True)
class Page:
    """A page to measure: its name, who reads it, its address, whether a list or a detail, and the aim (× floor)."""

    name: str
    reader: str
    path: str
    aim: float
    detail: bool = False


def pages() -> list[Page]:
    """The pages; the case page is of an application with some history."""
    case = Case.objects.filter(kind="application", status="examining").order_by("-pk")[0]
    right = Registration.objects.order_by("-registered_on", "-pk")[0]
    return [
        Page("queue", "clerk", "/desk/", 3),
        Page("queue, by state", "clerk", "/desk/?state=application.examining", 3),
        Page("queue, closed state", "clerk", "/desk/?state=application.registered", 3),
        Page("queue, mine", "clerk", "/desk/?assigned=me", 3),
        Page("queue, all", "clerk", "/desk/?show=all", 3),
        Page("queue, overdue", "clerk", "/desk/?due=overdue", 3),
        Page("queue, district official", "district_clerk", "/desk/", 3),
        Page("queue, my team", "clerk", "/desk/?show=open&assigned=team", 3),
        Page("my day", "clerk", "/desk/day/", 4),
        Page("team", "clerk", "/desk/team/", 3),
        Page("desk of a colleague", "clerk", f"/desk/team/{User.objects.get(username='clerk2').pk}/", 8),
        Page("who to call", "clerk", "/desk/calls/", 8),
        Page("search, rare term", "clerk", f"/desk/?q={RARE}", 4),
        Page("search, everywhere term", "clerk", "/desk/?q=数据集", 4),
        Page("search, two characters", "clerk", "/desk/?q=浪高", 4),
        Page("search, one character", "clerk", "/desk/?q=浪", 4),
        Page("case page", "clerk", f"/desk/cases/{case.pk}/", 4, detail=True),
        Page("case page, timeline", "clerk", f"/desk/cases/{case.pk}/?tab=story", 4, detail=True),
        Page("case page, checklist", "clerk", f"/desk/cases/{case.pk}/?tab=checklist", 4, detail=True),
        Page("case page, as filed", "clerk", f"/desk/cases/{case.pk}/?tab=changes", 6, detail=True),
        Page("letters to me", "clerk", "/account/letters/", 4),
        Page("calendar of deadlines", "clerk", "/account/calendar/", 4),
        Page("case page, like cases", "clerk", f"/desk/cases/{case.pk}/?tab=related", 6, detail=True),
        Page("decision sheet", "chief", f"/desk/cases/{case.pk}/decision/", 6, detail=True),
        Page("calendar of a desk", "", f"/calendar/{make_feed(User.objects.get(username='clerk'))}.ics", 4),
        Page("desk notices", "clerk", "/desk/notices/", 3),
        Page("desk register", "clerk", "/desk/register/", 3),
        Page("public notices", "", "/notices/", 3),
        Page("public notices, running", "", "/notices/?state=running", 3),
        Page("public notices, two characters", "", "/notices/?q=浪高", 4),
        Page("public notices, by category", "", "/notices/?marine_category=environment&industry=74", 4),
        Page("public bulletins", "", "/bulletins/", 3),
        Page("desk letters", "clerk", "/desk/letters/", 4),
        Page("desk letters, came back", "clerk", "/desk/letters/?fate=back", 4),
        Page("ledger of a case", "clerk", f"/desk/cases/{case.pk}/ledger/", 4, detail=True),
        Page("public register", "", "/register/", 3),
        Page("public register, in force", "", "/register/?valid=on", 3),
        Page("public register, everywhere term", "", "/register/?q=数据集", 4),
        Page("public register, two characters", "", "/register/?q=浪高", 4),
        Page("registration, as of a day", "", f"/register/{right.number}/?on={right.registered_on}", 4),
        Page("registration as JSON, as of a day", "", f"/register/{right.number}.json?on={right.registered_on}", 4),
        Page("figures", "", "/figures/", 4),
        Page("queue, one kind with totals", "clerk", "/desk/?show=all&kind=policy", 4),
        Page("who is touched", "clerk", f"/desk/cases/{right.pk}/touching/?act=revoke", 4, detail=True),
        Page("case at the portal", case.created_by.username, f"/portal/cases/{case.pk}/", 4, detail=True),
        Page("time line", case.created_by.username, "/portal/time-line/", 4),
        Page("watch list", case.created_by.username, "/portal/watches/", 4),
        Page("time line of a firm", "clerk", f"/desk/calls/{right.holder_id}/time-line/", 4),
        *on_right_pages(),
    ]


def on_right_pages() -> list[Page]:
    """The page of a case of each kind that rests on a right, at the portal and on the desk."""
    found = []
    for kind in ("policy", *on_rights.SHARES):
        case = Case.objects.filter(kind=kind).order_by("-pk")[0]
        found += [
            Page(f"{kind} at the portal", case.created_by.username, f"/portal/cases/{case.pk}/", 4, detail=True),
            Page(f"{kind} on the desk", "clerk", f"/desk/cases/{case.pk}/", 4, detail=True),
        ]
    return found


def measure(rounds: int) -> dict[str, dict[str, Any]]:
    """Name of what was measured to its numbers, at the size the database has now."""
    mark_rare()
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


def mark_rare() -> None:
    """Three cases whose words nobody else has."""
    for case in Case.objects.filter(kind="application").order_by("pk")[:3]:
        search.index(case.pk, f"{case.number} {RARE} {case.title}")


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
