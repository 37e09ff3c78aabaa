"""What waits, what is under way, and the data sets with their way."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.pages.keyset import keyset_page
from apps.pages.limits import nearest
from apps.pages.tables import Column
from apps.portal import datasets
from apps.portal import home as first
from apps.portal.access import Viewer, cases_of, for_parties

ON_HOME = 3


@require_safe
@for_parties
def home(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The first page of an enterprise or partner."""
    deposits = list(datasets.deposits_of(viewer).order_by("-case__filed_at", "-pk")[:ON_HOME])
    sets = datasets.with_their_way(deposits, may_file=viewer.may_file)
    context = {"viewer": viewer, "page": first.build(viewer), "sets": sets, "more_sets": len(sets) == ON_HOME}
    return render(request, "portal/home.html", context)


@require_safe
@for_parties
def data_sets(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """All data sets of the organisation, the newest first."""
    page = keyset_page(datasets.deposits_of(viewer), request.GET, order=("-case__filed_at", "-pk"), size=10)
    sets = datasets.with_their_way(page.rows, may_file=viewer.may_file)
    return render(request, "portal/data_sets.html", {"viewer": viewer, "page": page, "sets": sets})


@require_safe
@for_parties
def case_list(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every case of the organisation, closed ones too."""
    columns = [
        Column(_("Number")), Column(_("Matter")), Column(_("Status")), Column(_("Filed"), kind="day"),
        Column(_("Due")),
    ]  # fmt: skip
    page = keyset_page(cases_of(viewer), request.GET, order=("-filed_at", "-pk"))
    page = replace(page, rows=[first.Line(case, nearest(case)) for case in page.rows])
    return render(request, "portal/cases.html", {"viewer": viewer, "page": page, "columns": columns})
