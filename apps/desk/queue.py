"""The queue: what waits, why until then, and with whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.desk import queries
from apps.desk.access import for_officials, may_enter
from apps.desk.filters import CaseFilter
from apps.pages.keyset import choose_order, keyset_page
from apps.pages.limits import Nearest, nearest
from apps.pages.tables import Column
from apps.workflow.models import Case
from apps.workflow.states import State

NEAREST = {"due": ("due_on", "filed_at"), "filed": ("-filed_at",)}
NEWEST = {"filed": ("-filed_at",), "due": ("due_on", "filed_at")}
COLUMNS = (
    Column(_("Number"), "filed", descending=True),
    Column(_("Name and organisation")),
    Column(_("State")),
    Column(_("Due"), "due"),
    Column(_("With")),
)


@dataclass(frozen=True)
class Figure:
    """A figure above the queue and the list behind it."""

    count: str
    label: Any
    query: str


def figures(user: User) -> list[Figure]:
    """To do, due today, overdue, with the applicant; each counted to a cap."""
    seen = Case.objects.visible_to(user)
    every, today, overdue = queries.days_of(queries.to_do(seen, user))
    returned = queries.in_states(seen, queries.with_applicants())
    return [
        Figure(every, pgettext_lazy("desk", "to do"), ""),
        Figure(today, _("due today"), "due=today"),
        Figure(overdue, _("overdue"), "due=overdue"),
        Figure(queries.capped(returned), _("with the applicant"), "show=returned"),
    ]


@dataclass(frozen=True)
class Line:
    """A case as a row: its state now, and what falls due next."""

    case: Case
    state: State
    nearest: Nearest | None


def line(case: Case) -> Line:
    return Line(case, case.state_, nearest(case))


@for_officials
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The cases that wait for this official, or those the filters in the address ask for."""
    cases = Case.objects.visible_to(request.user).select_related("organisation", "assigned_to")
    chosen = CaseFilter(request.GET, queryset=cases, user=request.user)
    found = chosen.qs
    sort, order = choose_order(request.GET, NEWEST if chosen.reaches_far else NEAREST)
    page = keyset_page(found, request.GET, order=order)
    context = {
        "filter": chosen,
        "page": replace(page, rows=[line(case) for case in page.rows]),
        "figures": figures(request.user),
        "columns": COLUMNS,
        "sort": sort,
        "filtered": chosen.form.has_changed(),
        "may_enter": may_enter(request.user),
    }
    return render(request, "desk/queue.html", context)
