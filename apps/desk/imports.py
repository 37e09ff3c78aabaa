"""Sheets of banks and insurers that came to the office: handed in for them, looked at row by row, applied once."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.desk.access import for_officials, may_import
from apps.diligence import importing
from apps.diligence.models import ImportedSheet
from apps.enterprises.models import Organisation
from apps.pages import imports
from apps.workflow.machine import Refused


def partners():
    """The verified organisations that have sheets to hand in."""
    able = (table.imports.capacity for table in importing.importable())
    return Organisation.objects.with_capacity(*able).filter(verified_at__isnull=False)


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def sheets(request: HttpRequest) -> HttpResponse:
    if not may_import(request.user):
        raise Http404
    tables = importing.importable()
    form = imports.SheetForm(request.POST or None, request.FILES or None, tables=tables, organisations=partners())
    if request.method == "POST" and form.is_valid() and (kept := form.keep(request.user)):
        return redirect("desk:import", kept.pk)
    past = ImportedSheet.objects.select_related("uploaded_by", "organisation").order_by("-uploaded_at", "-pk")
    context = {
        "form": form,
        "past": past[:50],
        "columns": imports.columns_of(tables),
        "frame": "desk/base.html",
        "face": "desk",
    }
    return render(request, "components/imports.html", context, status=422 if form.is_bound else 200)


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Each row's fate; the button writes it down, once."""
    if not may_import(request.user):
        raise Http404
    row = get_object_or_404(ImportedSheet.objects.select_related("organisation", "applied_by"), pk=pk)
    status = 200
    if request.method == "POST":
        try:
            importing.apply(row, request.user, request.POST.get("seen", ""))
        except Refused as refused:
            messages.error(request, str(refused))
            status = 409
        else:
            messages.success(request, _("The sheet is applied."))
            return redirect("desk:import", pk)
    return render(
        request,
        "components/import.html",
        {"frame": "desk/base.html", "face": "desk", **imports.shown(row, request.user)},
        status=status,
    )
