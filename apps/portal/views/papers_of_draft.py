"""What a draft gives before it is filed: the public page as it will stand, and the statement to sign."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.applications import filing, preview
from apps.portal.access import Viewer, for_filers, get_draft
from apps.portal.base import face_of_viewer
from apps.rules.clock import legal_today


@require_safe
@for_filers
def public(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """What the notice will show, in both languages, and what the public will not see."""
    draft = get_draft(viewer, pk, to_write=False)
    context = {"draft": draft, "faces": preview.faces(draft), "hidden": preview.hidden(draft)}
    return render(request, "portal/draft_preview.html", {**face_of_viewer(viewer), **context})


@require_safe
@for_filers
def statement(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The statement of truth with the draft's parties and words, to be printed, signed and stamped."""
    draft = get_draft(viewer, pk, to_write=False)
    values = filing.subject_of(draft).values
    context = {
        "draft": draft, "name": values.get("name", ""), "deposit": values.get("deposit"), "day": legal_today(),
        "parties": [row["name"] for row in values.get("applicants") or ()], "agent": (values.get("agent") or {}).get("name"),
    }  # fmt: skip
    return render(request, "portal/draft_statement.html", {**face_of_viewer(viewer), **context})
