"""The time line of the chosen organisation: rights, contracts, loans, covers and listings by the day they end."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.pages.endings import endings_page
from apps.pages.tables import Column
from apps.portal.access import Viewer, for_parties
from apps.rules.clock import legal_now
from apps.workflow.agenda import Ending, endings
from apps.workflow.models import Case

COLUMNS = (Column(_("Ends on"), kind="day"), Column(_("What ends")), Column(_("Matter")))


@dataclass(frozen=True)
class Line:
    """One thing that ends, and whether its case is the reader's to open."""

    ending: Ending
    opens: bool


@require_safe
@for_parties
def time_line(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """All that ends for the chosen organisation, and the rights that its running cases rest on, in date order."""
    own = viewer.chosen if viewer.chosen in viewer.organisations else None
    seen = Case.objects.visible_to(viewer.user)
    page = endings_page(endings([own.pk] if own else [], among=seen), request.GET)
    readable = set(seen.filter(pk__in=[row.case.pk for row in page.rows]).values_list("pk", flat=True))
    page = replace(page, rows=[Line(row, row.case.pk in readable) for row in page.rows])
    context = {"viewer": viewer, "page": page, "columns": COLUMNS, "own": own, "now": legal_now()}
    return render(request, "portal/time_line.html", context)
