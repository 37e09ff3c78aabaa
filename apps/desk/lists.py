"""The other places of the desk: notices and the register. Each a list of what this official may see."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.certificates import checks, lookup
from apps.certificates.models import Registration
from apps.desk.access import case_or_404, for_officials
from apps.notices.models import END, Notice
from apps.pages.due import Due, due_of
from apps.pages.facts import facts
from apps.pages.keyset import keyset_page
from apps.pages.tables import Column
from apps.rules.clock import legal_now
from apps.workflow import search
from apps.workflow.models import Case

# ------------------------------------------------------------------------------------------------ notices


def drafted(notices: QuerySet) -> QuerySet:
    return notices.filter(published_at__isnull=True, withdrawn_at__isnull=True)


def running(notices: QuerySet) -> QuerySet:
    live = notices.annotate(end=END).filter(end__gt=legal_now())
    return live.filter(published_at__isnull=False, withdrawn_at__isnull=True)


def over(notices: QuerySet) -> QuerySet:
    ended = Q(end__lte=legal_now()) | Q(withdrawn_at__isnull=False)
    return notices.alias(end=END).filter(ended, published_at__isnull=False)


NOTICES = {
    "running": (_("In public notice"), running, ("end",), ("end",)),
    "drafted": (_("Drafted, to be cleared"), drafted, ("drafted_at",), ()),
    "over": (_("Over or withdrawn"), over, ("-published_at",), ("published_at",)),
}
NOTICE_COLUMNS = (
    Column(_("Bulletin")), Column(_("Name and organisation")), Column(_("Published")), Column(_("Ends")), Column(_("Drafted by")),
)  # fmt: skip


@dataclass(frozen=True)
class NoticeLine:
    """A notice as a row; ``due`` is its last day with its provisional mark."""

    notice: Notice
    due: Due | None


def notice_line(notice: Notice) -> NoticeLine:
    return NoticeLine(notice, due_of(notice.ends_on, "workday") if notice.ends_on and not notice.withdrawn_at else None)


@for_officials
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Notices that run with the days left, those to be cleared, those that are over."""
    show = request.GET.get("show", "")
    show = show if show in NOTICES else "running"
    _label, narrow, order, filled = NOTICES[show]
    seen = Notice.objects.filter(case__in=Case.objects.visible_to(request.user).values("pk"))
    shown = narrow(seen).select_related("case__organisation", "drafted_by", "cleared_by")
    page = keyset_page(shown, request.GET, order=order, filled=filled)
    context = {
        "show": show,
        "tabs": [(name, label) for name, (label, *_rest) in NOTICES.items()],
        "page": replace(page, rows=[notice_line(notice) for notice in page.rows]),
        "columns": NOTICE_COLUMNS,
    }
    return render(request, "desk/notices.html", context)


# ------------------------------------------------------------------------------------------------ register

REGISTER_COLUMNS = (
    Column(_("Registration number")), Column(_("Name and holder")), Column(_("Registered"), kind="day"),
    Column(_("Valid until"), kind="day"), Column(_("State")),
)  # fmt: skip


@for_officials
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The registrations, newest first; a text is looked for in number, certificate, name and holder."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    seen = Registration.objects.filter(case__in=Case.objects.visible_to(request.user).values("pk"))
    found = search.find(seen, query, "case") if query else seen
    page = keyset_page(found.select_related("case", "holder"), request.GET, order=("-registered_on", "-case_id"))
    context = {"page": page, "columns": REGISTER_COLUMNS, "query": query}
    return render(request, "desk/register.html", context)


@for_officials
@require_safe
def registration(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry of the register with its certificates and the claims that rest on it."""
    case = case_or_404(request, pk)
    row = get_object_or_404(Registration.objects.select_related("origin", "holder"), case=case)
    claims = list(row.claims.select_related("case", "party").order_by("-began_at"))
    context = {
        "case": case,
        "row": row,
        "clash": lookup.clash(claims),
        "state": case.state_,
        "fields": facts(row),
        "certificates": row.certificates.order_by("-issued_on", "-pk"),
        "contracts": row.contracts.order_by("ends_on", "pk"),
        "warnings": checks.warnings(row),
        "claims": claims,
    }
    return render(request, "desk/registration.html", context)
