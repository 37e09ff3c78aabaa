"""A file read by consent: what the holder opened to a partner, every look written down; and the holder's list of looks."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from apps.diligence import looking, sheets
from apps.diligence.models import Grant, Sheet, Viewing
from apps.pages import facts
from apps.pages.fields import Field
from apps.pages.keyset import keyset_page
from apps.pages.papers import POLICY, send
from apps.pages.tables import Column
from apps.portal import shown
from apps.portal.access import Viewer, for_parties

COLUMNS = (Column(_("When")), Column(_("Who")), Column(_("What")))


def organisations_of(viewer: Viewer) -> list[int]:
    return [organisation.pk for organisation in viewer.organisations]


def open_grant(viewer: Viewer, pk: int) -> Grant:
    """A view that is open to one of this person's organisations now; Http404 for every other."""
    grant = looking.open_to(organisations_of(viewer)).filter(pk=pk).first()
    if grant is None:
        raise Http404
    return grant


@require_safe
@for_parties
def consented(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """To the partner the file as far as it is opened; to the holder who looked at what, also after the end."""
    own = looking.held_by(organisations_of(viewer)).filter(pk=pk).first()
    grant = own or open_grant(viewer, pk)
    if own is None:
        looking.note(grant, request.user, Viewing.What.FILE)
    page = keyset_page(grant.viewings.all(), request.GET, order=("-at", "-pk"))
    context = {
        "viewer": viewer, "grant": grant, "own": own is not None, "state": grant.case.state_, "page": page,
        "columns": COLUMNS, "granted": facts.facts(grant), "sheets": grant.sheets.order_by("-pk")[:50],
    }  # fmt: skip
    if own is None:
        context |= {
            "fields": [Field(label, facts.foreign(text)) for label, text in looking.items(grant)],
            "documents": [opened(grant, row) for row in looking.documents(grant)],
            "public_url": reverse("public:registration", args=[grant.registration.number]),
        }
    return render(request, "portal/consented.html", context)


def opened(grant: Grant, document) -> shown.Paper:
    url = reverse("portal:consented_document", args=[grant.pk, document.pk])
    return replace(shown.paper(document), url=url)


@require_safe
@for_parties
def document(request: HttpRequest, viewer: Viewer, pk: int, document: int) -> HttpResponse:
    """One of the files that the holder ticked."""
    grant = open_grant(viewer, pk)
    row = looking.documents(grant).filter(pk=document).first()
    if row is None:
        raise Http404
    looking.note(grant, request.user, Viewing.What.DOCUMENT, row.name)
    return send(row)


@require_POST
@for_parties
def new_sheet(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Make a dated sheet about the right, now; it stands with the earlier ones, in both languages."""
    grant = open_grant(viewer, pk)
    sheet = sheets.make(grant, request.user)
    messages.success(request, _("Dated sheet %(number)s is made.") % {"number": sheet.number})
    return redirect(reverse("portal:consented", args=[grant.pk]) + "#made")


@require_safe
@for_parties
def sheet(request: HttpRequest, viewer: Viewer, pk: int, language: str) -> HttpResponse:
    """A dated sheet as it was made, for the partner while the view is open, and for the holder."""
    row = Sheet.objects.select_related("grant").filter(pk=pk).first()
    firms = organisations_of(viewer)
    grants = (looking.open_to(firms), looking.held_by(firms))
    if row is None or language not in sheets.LANGUAGES or not any(g.filter(pk=row.grant_id).exists() for g in grants):
        raise Http404
    response = HttpResponse(sheets.pdf_of(row, language), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{row.number}.{language}.pdf")
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "private, no-store"
    return response
