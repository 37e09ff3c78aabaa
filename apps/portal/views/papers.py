"""The printed paper of a letter, for those to whom the letter is addressed."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.outbox.models import Letter
from apps.pages.papers import send_paper
from apps.papers import making
from apps.papers.models import Paper
from apps.portal.access import Viewer, for_parties
from apps.workflow.models import Case


@require_safe
@for_parties
def paper(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The paper as PDF; the first opening by its addressee is its service."""
    mine = Q(user=viewer.user) | Q(organisation__in=[firm.pk for firm in viewer.organisations])
    letter = get_object_or_404(Letter.objects.filter(mine), pk=pk)
    found = making.line_of_letter(letter)
    if found is None or not Case.objects.visible_to(viewer.user).filter(pk=letter.case_pk).exists():
        raise Http404
    kind, event = found
    answer = send_paper(request, kind, event, back=reverse("portal:case", args=[letter.case_pk]))
    if answer.status_code == 200 and request.method == "GET":
        making.note_served(making.paper_of(kind, event), Paper.How.PORTAL, viewer.user)
    return answer
