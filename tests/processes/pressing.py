"""Buttons pressed at once by people at two web servers: both pages are open before either is sent."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from urllib.error import HTTPError

from django.db import connections

from apps.rules.clock import legal_now
from apps.workflow.models import Case
from apps.workflow.tasks import sweep
from tests.processes.portal import Visit

ROUNDS = int(os.environ.get("ROUNDS", "200"))
REFUSED = (409, 422)

Press = tuple[Visit, str, dict[str, str]]


def desk(case: Case, move: str) -> str:
    return f"/desk/cases/{case.pk}/moves/{move}/"


def portal_page(case: Case, move: str) -> str:
    return f"/portal/cases/{case.pk}/moves/{move}/"


def page_of(visit: Visit, path: str) -> dict[str, str]:
    """A move's page is opened: its hidden fields, ready to be sent."""
    return dict(re.findall(r'name="(csrfmiddlewaretoken|version|key)" value="([^"]*)"', visit.send(path)[1]))


def pressed(visit: Visit, path: str, values: dict[str, str]) -> bool:
    """Send a move's page; whether it led on to the case. A refusal shows the page again."""
    try:
        return visit.send(path, values)[0] != path
    except HTTPError as answer:
        answer.close()
        if answer.code not in REFUSED:
            raise
        return False


def ready(visit: Visit, path: str, values: dict[str, str]) -> Callable[[], bool]:
    """A page is open and filled in; calling this sends it."""
    filled = {**page_of(visit, path), **values}
    return lambda: pressed(visit, path, filled)


def at_once(*acts: Callable) -> list:
    """What each of the acts gives. Chance says which is begun first: on an idle machine it mostly arrives first, too."""
    with ThreadPoolExecutor(len(acts)) as pool:
        begun = {act: pool.submit(act) for act in random.sample(acts, len(acts))}
        return [begun[act].result() for act in acts]


def both(*presses: Press) -> list[bool]:
    """Both pages are open before either is sent; then both are sent at once."""
    return at_once(*[ready(*press) for press in presses])


def sweeping(until: datetime) -> Callable[[], None]:
    """This process sweeps as a worker does, one time after another, the last time when the moment has come."""

    def sweep_on() -> None:
        try:
            while legal_now() < until:
                sweep()
            sweep()
        finally:
            connections.close_all()

    return sweep_on


def rounds(name: str, one: Callable[[int], None], capsys, told: Callable[[], str] = str) -> None:
    """``told``: what the rounds came to, where that is not the same each time."""
    for number in range(ROUNDS):
        one(number)
    with capsys.disabled():
        print(f"\n{ROUNDS} rounds over two web processes: {name}{told()}")  # noqa: T201
