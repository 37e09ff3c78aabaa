"""The time line of an organisation, as officials see it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.desk.access import for_officials
from apps.desk.calls import firm_or_404
from apps.pages.endings import endings_page
from apps.pages.tables import Column
from apps.rules.clock import legal_now
from apps.workflow.agenda import endings
from apps.workflow.models import Case

COLUMNS = (Column(_("Ends on"), kind="day"), Column(_("What ends")), Column(_("Matter")))


@for_officials
@require_safe
def time_line(request: HttpRequest, pk: int) -> HttpResponse:
    """All that ends for an organisation, in date order."""
    firm = firm_or_404(request, pk)
    page = endings_page(endings([firm.pk], among=Case.objects.visible_to(request.user)), request.GET)
    context = {"firm": firm, "page": page, "columns": COLUMNS, "now": legal_now()}
    return render(request, "desk/time_line.html", context)
