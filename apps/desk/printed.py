"""Printed papers on the desk: those of a case, the list of all, a paper's PDF, its 文号, its handing over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import Role, User
from apps.desk.access import case_or_404, for_officials
from apps.pages.keyset import keyset_page
from apps.pages.papers import send_paper
from apps.pages.tables import Column
from apps.papers import making
from apps.papers.kinds import kind_named
from apps.papers.models import Paper
from apps.workflow.models import Case, Event

NUMBERING = frozenset({Role.CLERK, Role.CHIEF, Role.DEPUTY})
"""Who types the bureau's document number and notes that a paper was handed over."""
COLUMNS = (
    Column(gettext_lazy("Number")), Column(gettext_lazy("Paper")), Column(gettext_lazy("Document number")),
    Column(gettext_lazy("Case")), Column(gettext_lazy("Made"), kind="day"), Column(gettext_lazy("Served"), kind="day"),
)  # fmt: skip


def papers_panel(case: Case, user: User) -> dict[str, Any]:
    """The context of ``desk/papers_panel.html``: the papers of a case, and whether this official numbers them."""
    return {"papers": making.lines(case), "may_number": user.role in NUMBERING}


@for_officials
@require_safe
def paper_list(request: HttpRequest) -> HttpResponse:
    """Every paper of the cases one may see, newest first; void ones stay, and say so."""
    seen = making.seen_by(request.user).select_related("case", "event")
    page = keyset_page(seen, request.GET, order=("-made_at",))
    struck = set(
        Event.objects.filter(rectifies__in=[row.event_id for row in page.rows]).values_list("rectifies", flat=True)
    )
    rows = [making.Line(kind_named(row.kind), row.event, row, row.event_id in struck) for row in page.rows]
    return render(request, "desk/papers.html", {"page": replace(page, rows=rows), "columns": COLUMNS})


@for_officials
@require_safe
def paper(request: HttpRequest, pk: int, seq: int, kind: str) -> HttpResponse:
    """The PDF of a paper in the asked language, made now where it was not printed yet."""
    line = line_or_404(case_or_404(request, pk), seq, kind)
    back = reverse("desk:case", args=[pk]) + "?tab=documents"
    return send_paper(request, line.kind, line.event, back=back)


@for_officials
@require_POST
def paper_number(request: HttpRequest, pk: int, seq: int, kind: str) -> HttpResponse:
    """Put the bureau's document number on a paper."""
    line = numbering_line_or_404(request, pk, seq, kind)
    try:
        row = making.number_document(
            making.paper_of(line.kind, line.event), request.POST.get("document_number", "")[:60], request.user
        )
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    else:
        messages.success(
            request, _("%(paper)s bears the number %(number)s.") % {"paper": row, "number": row.document_number}
        )
    return redirect(reverse("desk:case", args=[pk]) + "?tab=documents")


@for_officials
@require_POST
def paper_served(request: HttpRequest, pk: int, seq: int, kind: str) -> HttpResponse:
    """Write down that the paper was handed over or posted."""
    line = numbering_line_or_404(request, pk, seq, kind)
    how = request.POST.get("how", "")
    if how not in (Paper.How.HAND, Paper.How.POST):
        raise Http404
    if making.note_served(making.paper_of(line.kind, line.event), how, request.user):
        messages.success(request, _("Noted. The document number can no longer be changed."))
    else:
        messages.info(request, _("This paper was served already."))
    return redirect(reverse("desk:case", args=[pk]) + "?tab=documents")


def numbering_line_or_404(request: HttpRequest, pk: int, seq: int, kind: str) -> making.Line:
    case = case_or_404(request, pk)
    if request.user.role not in NUMBERING:
        raise Http404
    return line_or_404(case, seq, kind)


def line_or_404(case: Case, seq: int, kind: str) -> making.Line:
    found = [line for line in making.lines(case) if line.event.seq == seq and line.kind.name == kind]
    if not found:
        raise Http404
    event = get_object_or_404(Event.objects.select_related("case__organisation", "actor"), pk=found[0].event.pk)
    return replace(found[0], event=event)
