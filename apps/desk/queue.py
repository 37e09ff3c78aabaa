"""The queue: what waits, why until then, and with whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from apps.applications import province_import
from apps.desk import queries, saved
from apps.desk.access import for_officials, may_enter, may_import, may_mirror
from apps.desk.filters import CaseFilter
from apps.pages.keyset import choose_order, keyset_page
from apps.pages.limits import Nearest, nearest, nearest_clocks, nearest_of
from apps.pages.tables import Column
from apps.pages.totals import export as send_export
from apps.pages.totals import table_named, totals_of
from apps.rules.clock import legal_now
from apps.workflow.models import Case, Clock
from apps.workflow.states import Kind, State

COLUMNS = (
    Column(_("Number"), "filed", descending=True),
    Column(_("Name and organisation")),
    Column(_("Procedure and state")),
    Column(_("Due"), "due"),
    Column(_("With")),
)
TO_DO = "view=todo"
"""What the address of the plain queue says where a saved filter is the start page."""


@dataclass(frozen=True)
class Figure:
    """A figure above the queue and the list behind it."""

    count: str
    label: Any
    query: str


def figures(reading: queries.Reading) -> list[Figure]:
    """To do, due today, overdue, with the applicant; each counted to a cap."""
    seen = Case.objects.visible_to(reading.user)
    every, today, overdue = reading.days_of(reading.to_do(seen))
    returned = reading.in_states(seen, queries.with_applicants())
    return [
        Figure(every, pgettext_lazy("desk", "to do"), TO_DO),
        Figure(today, _("due today"), "due=today"),
        Figure(overdue, _("overdue"), "due=overdue"),
        Figure(queries.capped(returned), _("with the applicant"), "show=returned"),
    ]


@dataclass(frozen=True)
class Line:
    """A case as a row: its kind and state now, and what falls due next."""

    case: Case
    kind: Any
    state: State
    nearest: Nearest | None
    note: str = ""


READ = (
    "kind", "number", "title", "track", "status", "rules_on", "filed_at", "closed_at", "next_due_at", "due_status", "due_on",
    "due_clock", "due_provisional", "organisation__name", "assigned_to__full_name",
)  # fmt: skip


def readable(cases: QuerySet) -> QuerySet:
    """The cases with what their lines show, and nothing else of them."""
    return cases.select_related("organisation", "assigned_to").only(*READ)


def line(case: Case, late: dict[int, Clock | None] | None = None, note: str = "") -> Line:
    """``late``: what is due in the cases that no sweep has reached, where that was read for the whole list."""
    kind = case.kind_
    found = nearest(case) if late is None else nearest_of(case, late)
    return Line(case, kind.label, kind.state(case.status_at()), found, note)


def lines(cases: Iterable[Case]) -> list[Line]:
    """Cases as lines; what is due in those that no sweep has reached is read for all of them at once."""
    cases, now = list(cases), legal_now()
    late = nearest_clocks([case for case in cases if case.next_due_at is not None and case.next_due_at <= now])
    return [line(case, late) for case in cases]


def orders(due: str, newest_first: bool) -> dict[str, tuple[str, ...]]:
    """The orders of the queue, the usual one first; ``due`` is the column of the day."""
    found = {"due": (due, "filed_at"), "filed": ("-filed_at",)}
    return dict(reversed(found.items())) if newest_first else found


@for_officials
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The cases that wait for this official, or those the filters in the address ask for."""
    kept = saved.filters_of(request.user)
    if not request.GET and (start := next((row for row in kept if row.is_start), None)):
        return redirect(f"{reverse('desk:queue')}?{start.query}")
    reading = queries.Reading(request.user)
    shown = figures(reading)
    cases = readable(Case.objects.visible_to(request.user))
    chosen = CaseFilter(request.GET, queryset=cases, reading=reading)
    found = reading.dated(chosen.qs)
    table = table_asked(chosen)
    sort, order = choose_order(request.GET, orders(reading.due_column, chosen.reaches_far))
    query = saved.plain_query(request.GET)
    plain = query in ("", TO_DO)
    page = keyset_page(found, request.GET, order=order, count=shown[0].count if plain else "")
    notes = province_import.notes(page.rows)
    context = {
        "filter": chosen,
        "page": replace(page, rows=[line(case, reading.late, notes.get(case.pk, "")) for case in page.rows]),
        "figures": shown,
        "totals": totals_of(found, table),
        "columns": COLUMNS,
        "sort": sort,
        "filtered": chosen.form.has_changed() and query != TO_DO,
        "plain": plain,
        "query": query,
        "saved": kept,
        "absent": reading.absent,
        "may_enter": may_enter(request.user),
        "may_mirror": may_mirror(request.user),
        "may_import": may_import(request.user),
        "may_next": bool(queries.waiting_for(request.user.role)),
    }
    return render(request, "desk/queue.html", context)


def table_asked(chosen: CaseFilter) -> Kind | None:
    """The kind with amounts to which the filter is narrowed."""
    asked = chosen.form.cleaned_data if chosen.form.is_valid() else {}
    return table_named(asked.get("kind") or asked.get("state") or "")


@for_officials
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The filtered list as CSV or XLSX, every row of it, in the order of filing."""
    if form not in ("csv", "xlsx"):
        raise Http404
    cases = Case.objects.visible_to(request.user)
    chosen = CaseFilter(request.GET, queryset=cases, reading=queries.Reading(request.user))
    return send_export(
        chosen.qs.order_by("-filed_at", "-pk"),
        table_asked(chosen),
        form,
        "cases",
        by=request.user,
        narrowed=request.GET,
    )
