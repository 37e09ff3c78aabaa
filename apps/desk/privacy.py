"""Personal data on the desk: the register of disclosures with its export, and erasing what was kept long enough."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import audit
from apps.accounts.models import Role
from apps.desk.access import for_officials
from apps.pages.keyset import keyset_page
from apps.pages.tables import Column
from apps.privacy import disclosures, retention
from apps.privacy.models import DataKind, RetentionPlan

DECIDERS = frozenset({Role.CHIEF, Role.DEPUTY})
COLUMNS = (
    Column(gettext_lazy("Given on"), kind="day"), Column(gettext_lazy("Given to")), Column(gettext_lazy("Personal data")),
    Column(gettext_lazy("Legal basis")), Column(gettext_lazy("Case")), Column(gettext_lazy("Given by")),
)  # fmt: skip
FORMS = {
    "csv": (disclosures.as_csv, "text/csv; charset=utf-8"),
    "jsonl": (disclosures.as_json_lines, "application/x-ndjson; charset=utf-8"),
}
SHOWN = 200


@for_officials
@require_safe
def disclosure_list(request: HttpRequest) -> HttpResponse:
    """To whom personal data were given, newest first."""
    page = keyset_page(disclosures.seen_by(request.user), request.GET, order=("-at",))
    labels = dict(DataKind.choices)
    for row in page.rows:
        row.kind_labels = [labels.get(kind, kind) for kind in row.kinds]
    return render(
        request, "desk/disclosures.html", {"page": page, "columns": COLUMNS, "decides": request.user.role in DECIDERS}
    )


@for_officials
@require_safe
def disclosure_export(request: HttpRequest, form: str) -> HttpResponse:
    """The register as a file; the export is in the security audit."""
    if form not in FORMS:
        raise Http404
    build, mime = FORMS[form]
    audit.record("export.disclosures", actor=request.user, form=form)
    response = StreamingHttpResponse(build(disclosures.seen_by(request.user)), content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="disclosures.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response


# ------------------------------------------------------------------------------------------------ retention


def decider_or_404(request: HttpRequest) -> None:
    if request.user.role not in DECIDERS:
        raise Http404


@for_officials
@require_safe
def retention_page(request: HttpRequest) -> HttpResponse:
    """What is due to be erased and why, the list that waits for a second official, and those carried out."""
    decider_or_404(request)
    waiting = RetentionPlan.objects.filter(carried_out_at__isnull=True).select_related("proposed_by").first()
    items = [retention.Item(**item) for item in waiting.items] if waiting else retention.preview()
    context: dict[str, Any] = {
        "is_on": retention.is_on(), "waiting": waiting, "items": items[:SHOWN], "count": len(items), "shown": SHOWN,
        "by_kind": [(retention.SORTS[what].label, n) for what, n in Counter(item.what for item in items).items()],
        "own": waiting is not None and waiting.proposed_by_id == request.user.pk,
        "past": RetentionPlan.objects.filter(carried_out_at__isnull=False).select_related("proposed_by", "confirmed_by").order_by("-pk")[:10],
    }  # fmt: skip
    return render(request, "desk/retention.html", context)


@for_officials
@require_POST
def retention_act(request: HttpRequest) -> HttpResponse:
    """Draw up the list, give it up, or confirm it as the second official."""
    decider_or_404(request)
    act, plan = request.POST.get("act"), request.POST.get("plan", "")
    try:
        if act == "propose":
            retention.propose(request.user)
            messages.success(request, _("The list is drawn up; another official confirms it."))
        elif act == "drop" and plan.isdecimal():
            retention.drop(int(plan), request.user)
            messages.success(request, _("The list was given up; nothing was erased."))
        elif act == "confirm" and plan.isdecimal():
            retention.confirm(int(plan), request.user)
            messages.success(request, _("Done: what stood on the list was erased."))
        else:
            raise Http404
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    return redirect("desk:retention")
