"""Files of a case, one or all, and the page for whoever types a form again on the province's platform."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.accounts.audit import record
from apps.applications.models import Application
from apps.desk.access import case_or_404, for_officials
from apps.pages.papers import send, send_all
from apps.pages.province import province_fields
from apps.privacy.disclosures import PROVINCE_BASIS, disclose
from apps.privacy.models import DataKind
from apps.rules.clock import legal_today
from apps.workflow.drafts import drafts_of
from apps.workflow.models import Case, Document

PROVINCE = "浙江省数据知识产权登记平台"


@for_officials
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a case this person may see, or of a draft the person entered."""
    return send(document_or_404(request, pk))


def document_or_404(request: HttpRequest, pk: int) -> Document:
    present = Document.objects.filter(removed_at__isnull=True)
    seen = present.filter(case__in=Case.objects.visible_to(request.user).values("pk"))
    own = present.filter(case__isnull=True, draft__in=drafts_of(request.user).values("pk"))
    return get_object_or_404(seen | own, pk=pk)


def papers_of(case: Case):
    """The files of a case, by their place in its form."""
    return Document.objects.filter(case=case, removed_at__isnull=True).order_by("path", "uploaded_at", "pk")


@for_officials
@require_safe
def documents_zip(request: HttpRequest, pk: int) -> HttpResponse:
    """Every file of the case in one ZIP."""
    case = case_or_404(request, pk)
    record("export.documents", actor=request.user, about=case.number or f"case:{case.pk}")
    return send_all(papers_of(case), f"{case.number or case.pk}.zip")


@for_officials
@require_safe
def province(request: HttpRequest, pk: int) -> HttpResponse:
    """Every field in the province's order and length, to be copied, and the files in one ZIP; a disclosure once a day."""
    case = case_or_404(request, pk)
    application = get_object_or_404(Application, case=case)
    disclose(
        case, to=PROVINCE, kinds=(DataKind.NAME, DataKind.CONTACT), basis=PROVINCE_BASIS, by=request.user,
        key=f"province:{case.pk}:{request.user.pk}:{legal_today()}",
    )  # fmt: skip
    context = {"case": case, "fields": province_fields(application), "has_files": papers_of(case).exists()}
    return render(request, "desk/province.html", context)
