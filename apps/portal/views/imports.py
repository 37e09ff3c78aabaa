"""A bank's or insurer's own sheet of loans or policies: handed in, looked at row by row, applied once."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.diligence import importing
from apps.diligence.models import ImportedSheet
from apps.pages import imports
from apps.portal.access import Viewer, for_parties
from apps.workflow.machine import Refused


def tables_of(viewer: Viewer) -> list:
    """The kinds of which this person may hand in sheets for the chosen organisation; Http404 where there is none."""
    firm = viewer.chosen
    tables = importing.kinds_of(firm) if firm is not None and firm.pk in viewer.filing else []
    if not tables:
        raise Http404
    return tables


@require_http_methods(["GET", "HEAD", "POST"])
@for_parties
def sheets(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    tables = tables_of(viewer)
    form = imports.SheetForm(request.POST or None, request.FILES or None, tables=tables)
    if request.method == "POST" and form.is_valid() and (kept := form.keep(request.user, viewer.chosen)):
        return redirect("portal:import", kept.pk)
    past = (
        ImportedSheet.objects.filter(organisation=viewer.chosen)
        .select_related("uploaded_by")
        .order_by("-uploaded_at", "-pk")
    )
    context = {
        "viewer": viewer, "form": form, "past": past[:50], "columns": imports.columns_of(tables), "frame": "portal/base.html",
        "face": "portal",
    }  # fmt: skip
    return render(request, "components/imports.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_parties
def sheet(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Each row's fate; the button writes it down, once."""
    row = get_object_or_404(
        ImportedSheet.objects.select_related("organisation", "applied_by"), pk=pk, organisation__in=viewer.filing
    )
    status = 200
    if request.method == "POST":
        try:
            importing.apply(row, request.user, request.POST.get("seen", ""))
        except Refused as refused:
            messages.error(request, str(refused))
            status = 409
        else:
            messages.success(request, _("The sheet is applied."))
            return redirect("portal:import", pk)
    context = {"viewer": viewer, "frame": "portal/base.html", "face": "portal", **imports.shown(row, request.user)}
    return render(request, "components/import.html", context, status=status)
