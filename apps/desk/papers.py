"""Files of a case, one or all, and the page for whoever types a form again on the province's platform."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.desk.access import case_or_404, for_officials
from apps.desk.case import papers_of
from apps.pages.papers import send, send_all
from apps.pages.province import province_fields
from apps.workflow.drafts import drafts_of
from apps.workflow.models import Case, Document


@for_officials
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a case this person may see, or of a draft the person entered."""
    present = Document.objects.filter(removed_at__isnull=True)
    seen = present.filter(case__in=Case.objects.visible_to(request.user).values("pk"))
    own = present.filter(case__isnull=True, draft__in=drafts_of(request.user).values("pk"))
    return send(get_object_or_404(seen | own, pk=pk))


@for_officials
@require_safe
def documents_zip(request: HttpRequest, pk: int) -> HttpResponse:
    """Every file of the case in one ZIP."""
    case = case_or_404(request, pk)
    return send_all(papers_of(case), f"{case.number or case.pk}.zip")


@for_officials
@require_safe
def province(request: HttpRequest, pk: int) -> HttpResponse:
    """Every field in the province's order and length, to be copied, and the files in one ZIP."""
    case = case_or_404(request, pk)
    if case.kind != "application":
        raise Http404
    context = {"case": case, "fields": province_fields(case.application), "has_files": papers_of(case).exists()}
    return render(request, "desk/province.html", context)
