"""Files of a draft: handed in at the place they prove, and taken off again, without losing what is typed beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from apps.portal.shown import Paper, paper
from apps.workflow import documents
from apps.workflow.models import Document, Draft
from apps.workflow.rows import PROOF, Proofs, is_blank, with_keys

FIELD = PROOF


@dataclass
class Place:
    """A place of a form where files hang: its path, name, what hangs there, and what was wrong with the last one."""

    path: str
    label: Any
    required: bool = False
    papers: tuple[Paper, ...] = ()
    fault: Any = ""

    @property
    def field(self) -> str:
        return f"{FIELD}{self.path}"


def places(
    rows: Iterable[Document], wanted: Iterable[tuple[str, Any, bool]], faults: dict[str, Any] | None = None
) -> list[Place]:
    """The places with the files that hang there."""
    rows = list(rows)
    return [
        Place(
            path,
            label,
            required,
            tuple(paper(row, label) for row in rows if row.path == path),
            (faults or {}).get(path, ""),
        )
        for path, label, required in wanted
    ]


ROWS = "sources"
"""The table of the form whose rows are proven by files of their own, at ``sources.<key>``."""


def hang_proofs(form, rows: Iterable[Document], faults: dict[str, Any] | None = None) -> None:
    """Show in a form's table of sources the file of each row, and what was wrong with one."""
    if ROWS not in form.fields:
        return
    papers: dict[str, list[Paper]] = {}
    for row in rows:
        if row.path.startswith(f"{ROWS}."):
            papers.setdefault(row.path.partition(".")[2], []).append(paper(row))
    wrong = {path.partition(".")[2]: fault for path, fault in (faults or {}).items() if path.startswith(f"{ROWS}.")}
    form.fields[ROWS].widget.proofs = Proofs(papers, wrong)


def proof_paths(typed: dict[str, Any]) -> list[str]:
    """The places of the rows that a table of sources has now."""
    rows = with_keys([row for row in typed.get(ROWS) or [] if not is_blank(row)])
    return [f"{ROWS}.{row['key']}" for row in rows]


def files_of(draft: Draft):
    return Document.objects.filter(draft=draft, removed_at__isnull=True).order_by("uploaded_at", "pk")


def take_in(request: HttpRequest, draft: Draft, paths: Iterable[str]) -> dict[str, Any]:
    """Keep every file that came with a request, and take off the one named to be removed; faults by path."""
    faults: dict[str, Any] = {}
    for path in paths:
        for file in request.FILES.getlist(f"{FIELD}{path}"):
            try:
                documents.keep(file.chunks(), file.name, path=path, by=request.user, draft=draft)
            except ValidationError as fault:
                faults[path] = " ".join(fault.messages)
    take_off(request, draft)
    return faults


def take_off(request: HttpRequest, draft: Draft) -> None:
    """Take off the file that the pressed button names."""
    if (pk := request.POST.get("remove", "")).isdecimal():
        for row in files_of(draft).filter(pk=int(pk[:18]), case__isnull=True):
            documents.remove(row)
