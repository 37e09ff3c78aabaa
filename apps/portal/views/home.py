"""What waits, what is under way, and the data sets with their way."""

from dataclasses import replace

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.diligence.importing import kinds_of
from apps.pages.keyset import keyset_page
from apps.pages.limits import nearest
from apps.pages.tables import Column
from apps.pages.totals import export, table_named, totals_of
from apps.portal import datasets
from apps.portal import home as first
from apps.portal.access import Viewer, cases_of, for_parties
from apps.portal.openings import begun_by
from apps.workflow.models import Case
from apps.workflow.states import all_kinds

ON_HOME = 3


@require_safe
@for_parties
def home(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The first page of an enterprise or partner."""
    deposits = list(datasets.deposits_of(viewer).order_by("-case__filed_at", "-pk")[:ON_HOME])
    sets = datasets.with_their_way(deposits, viewer)
    context = {
        "viewer": viewer,
        "page": first.build(viewer),
        "sets": sets,
        "more_sets": len(sets) == ON_HOME,
        "hands_in": hands_in(viewer),
    }
    context |= {"begun": begun_by(viewer.chosen) if viewer.may_file and viewer.acting is None else []}
    return render(request, "portal/home.html", context)


def hands_in(viewer: Viewer) -> bool:
    """Whether the chosen organisation has sheets of loans or policies, and this person hands them in."""
    return viewer.chosen is not None and viewer.chosen.pk in viewer.filing and bool(kinds_of(viewer.chosen))


@require_safe
@for_parties
def data_sets(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """All data sets of the organisation, the newest first."""
    page = keyset_page(datasets.deposits_of(viewer), request.GET, order=("-case__filed_at", "-pk"), size=10)
    sets = datasets.with_their_way(page.rows, viewer)
    return render(request, "portal/data_sets.html", {"viewer": viewer, "page": page, "sets": sets})


@require_safe
@for_parties
def case_list(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every case of the organisation, closed ones too."""
    columns = [
        Column(_("Number")), Column(_("Matter")), Column(_("Status")), Column(_("Filed"), kind="day"),
        Column(_("Due")),
    ]  # fmt: skip
    cases, chosen = narrowed(viewer, request)
    page = keyset_page(cases, request.GET, order=("-filed_at", "-pk"))
    page = replace(page, rows=[first.Line(case, nearest(case)) for case in page.rows])
    context = {
        "viewer": viewer, "page": page, "columns": columns, "kinds": all_kinds(), "chosen_kind": chosen,
        "totals": totals_of(cases, table_named(chosen)),
    }  # fmt: skip
    return render(request, "portal/cases.html", context)


def narrowed(viewer: Viewer, request: HttpRequest) -> tuple[QuerySet[Case], str]:
    """The cases that ``?kind=`` asks for, and its name where there is such a kind."""
    asked = request.GET.get("kind", "")
    chosen = asked if asked in {table.name for table in all_kinds()} else ""
    return (cases_of(viewer).filter(kind=chosen) if chosen else cases_of(viewer)), chosen


@require_safe
@for_parties
def case_export(request: HttpRequest, viewer: Viewer, form: str) -> HttpResponse:
    """The same list as CSV or XLSX, every row of it."""
    if form not in ("csv", "xlsx"):
        raise Http404
    cases, chosen = narrowed(viewer, request)
    return export(
        cases.order_by("-filed_at", "-pk"), table_named(chosen), form, "cases", by=viewer.user, narrowed=request.GET
    )
