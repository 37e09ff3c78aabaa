"""What may be asked of a right: the procedures that rest on it and that this reader could open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from apps.accounts.models import User
from apps.enterprises.models import Organisation
from apps.workflow.models import Case
from apps.workflow.states import Move, all_kinds


@dataclass(frozen=True)
class Ask:
    """A procedure as a link: its name, what opens it, and where."""

    label: Any
    verb: Any
    url: str


def asks_on(case: Case, reader: User, firm: Organisation | None) -> list[Ask]:
    """The procedures that may be opened on a case by this reader for ``firm``; whether one is possible, its page says."""
    return [
        Ask(table.label, move.verb, f"{reverse('portal:file', args=[table.name])}?root={case.pk}&move={move.name}")
        for table in all_kinds()
        if table.rests_on == case.kind and table.filing is not None
        for move in table.moves
        if move.opens and move.form is not None and (case.state_.open or "person" in move.who.roles)
        if opens_to(move, reader, case, firm)
    ]


def opens_to(move: Move, reader: User, root: Case, firm: Organisation | None) -> bool:
    """Whether an opening move is open to an official's role, or to a firm that holds the right or reports on another's."""
    roles = set(move.who.roles)
    if reader.is_official:
        return not roles.isdisjoint({reader.role, f"entering_{reader.role}", "person"})
    if firm is None:
        return False
    return "applicant" in roles if firm.pk == root.organisation_id else "person" in roles
