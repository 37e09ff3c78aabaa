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

FIELD = "file_"


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
    draft: Draft | None, wanted: Iterable[tuple[str, Any, bool]], faults: dict[str, Any] | None = None
) -> list[Place]:
    """The places with the files of a draft; one query."""
    wanted = list(wanted)
    rows = list(files_of(draft)) if draft is not None and wanted else []
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
    if (pk := request.POST.get("remove", "")).isdecimal():
        for row in files_of(draft).filter(pk=int(pk[:18]), case__isnull=True):
            documents.remove(row)
    return faults
