"""The alliance's sharing list, for its members: what is offered, on which terms, and whom to ask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.alliance.models import SharedEntry
from apps.pages.keyset import keyset_page
from apps.pages.tables import Column
from apps.portal.access import Viewer, for_parties

COLUMNS = (
    Column(_("Data IP")), Column(_("What is shared")), Column(_("Terms of use")), Column(_("Contact person")),
    Column(_("Shared until"), kind="day"),
)  # fmt: skip


@require_safe
@for_parties
def sharing(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What the members share now, the newest first; who is no member sees how to become one."""
    own = viewer.chosen if viewer.acting is None else None
    rows = SharedEntry.objects.readable_by(own).select_related("registration", "case__organisation")
    context = {
        "viewer": viewer, "columns": COLUMNS, "page": keyset_page(rows, request.GET, order=("-published_on", "-pk")),
    }  # fmt: skip
    return render(request, "portal/sharing.html", context)
