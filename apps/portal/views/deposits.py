"""Deposits: of an outside certificate or deed, and of the portal's own receipt."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from apps.portal import openings
from apps.portal.access import Viewer, for_parties
from apps.portal.views.filings import filing_page

HASHER = {"sha256": "id_sha256", "sm3": "id_sm3", "size": "id_size_bytes", "name": "id_file_name"}


@require_http_methods(["GET", "HEAD", "POST"])
@for_parties
def outside(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Record a platform's certificate or a notarial deed; a clerk verifies it."""
    return filing_page(request, viewer, openings.outside_deposit(), template="portal/deposit_new.html")


@require_http_methods(["GET", "HEAD", "POST"])
@for_parties
def own(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Get a receipt of this portal for a file, or for its digests alone."""
    extra = {"names": HASHER}
    return filing_page(request, viewer, openings.own_deposit(), template="portal/deposit_own.html", extra=extra)
