"""What is declared of an address and a method: who has a right to it, on which row, and what becomes of everybody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.gate.world import World

CITY = ("clerk", "chief")
OFFICIALS = ("clerk", "chief", "district_clerk", "other_district_clerk", "secretariat")
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
FIRMS = ("filer", "reader", "rival", "banker")
ANYBODY = "anonymous"
EVERYBODY = (*FIRMS, *OFFICIALS, *ADMINISTRATORS, ANYBODY)


@dataclass(frozen=True)
class Entry:
    """One address and method.

    ``who``: the rightful person, by the name in ``tests.conftest.people``. ``row``: builds the row and gives the
    address's arguments. ``also``: people who have the same right to the same row. ``own``: people for whom the address
    shows, or makes, something of their own, never the row. ``told``: people who may read the row and are told that the
    act is not theirs. Everybody else is refused: 404, led to their own face, or to the sign-in page.
    """

    name: str
    method: str = "GET"
    who: str = "filer"
    row: Callable[[World], list] = lambda world: []
    body: Callable[[World, list], dict[str, Any]] = lambda world, args: {}
    query: dict[str, str] = field(default_factory=dict)
    shows: Callable[[World, list], str] | None = None
    also: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    status: tuple[int, ...] = (200,)
    effect: str = "rows"
    """What a POST of the rightful person changes: rows, session, cookie; ``nothing`` where the page only answers."""
    enter: str = "session"
    """How the rightful person comes: with a session, fresh from the password, or halfway before the second factor."""
    anonymous: str = "sign_in"
    """Where somebody without an account is led: to the sign-in page, or ``gone``: anywhere, with nothing changed."""
    settings: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method}-{self.name}"

    @property
    def public(self) -> bool:
        return self.who == ANYBODY


def get(name: str, **words) -> Entry:
    return Entry(name, "GET", **words)


def post(name: str, **words) -> Entry:
    return Entry(name, "POST", **{"status": (200, 204, 302), **words})
