"""The inbox: every letter also stands here, and opening it is noted."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.outbox.models import Letter
from apps.outbox.services import mark_read
from apps.outbox.texts import show
from apps.pages.keyset import keyset_page
from apps.pages.tables import Column
from apps.papers.making import line_of_letter
from apps.portal.access import Viewer, for_parties
from apps.workflow.models import Case


@require_safe
@for_parties
def inbox(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The letters to this person, the newest first."""
    page = keyset_page(Letter.objects.filter(user=viewer.user), request.GET, order=("-queued_at", "-pk"))
    show(page.rows)
    columns = [Column(_("Letter")), Column(_("Received"), kind="day"), Column(_("Opened"), kind="day")]
    return render(request, "portal/inbox.html", {"viewer": viewer, "page": page, "columns": columns})


@require_safe
@for_parties
def letter(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """One letter; the first opening by its reader is its service in the inbox."""
    found = Letter.objects.filter(user=viewer.user, pk=pk).first()
    if found is None:
        raise Http404
    if request.method == "GET":
        mark_read(found, viewer.user)
    subject, body = found.shown()
    case = Case.objects.visible_to(viewer.user).filter(pk=found.case_pk).first() if found.case_pk else None
    context = {
        "viewer": viewer,
        "letter": found,
        "subject": subject,
        "body": body,
        "case": case,
        "paper": case and line_of_letter(found),
    }
    return render(request, "portal/letter.html", context)
