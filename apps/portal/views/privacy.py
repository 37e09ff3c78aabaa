"""Personal data in the portal: what a person asked, a new request, and the copy of what is held."""

from __future__ import annotations

from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts import audit
from apps.pages.forms import FormError, list_errors
from apps.portal.access import Viewer, for_parties
from apps.portal.forms import mark_names
from apps.privacy.forms import RequestForm
from apps.privacy.holdings import as_zip
from apps.privacy.models import PersonalDataRequest
from apps.workflow.machine import Refused, open_case
from apps.workflow.models import Case

KIND = "personal_data"


def own_requests(viewer: Viewer):
    return Case.objects.filter(kind=KIND, parties__person=viewer.user).order_by("-filed_at", "-pk")


@require_http_methods(["GET", "HEAD", "POST"])
@for_parties
def personal_data(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The person's own requests, and a form for the next one; what was typed stays, whatever was wrong."""
    form, refused = RequestForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            case = file(viewer, form.cleaned_data, request.POST.get("key", "")[:40])
            return redirect("portal:case", case.pk)
        except Refused as fault:
            refused = str(fault.sentence)
    errors = list_errors(form) if form.is_bound else []
    errors += [FormError("", "", refused)] if refused else []
    context = {
        "viewer": viewer, "form": mark_names(form), "errors": errors, "cases": own_requests(viewer)[:50], "key": request.POST.get("key") or uuid4().hex,
        "copy_ready": may_copy(viewer),
    }  # fmt: skip
    return render(request, "portal/personal_data.html", context, status=422 if form.is_bound else 200)


def file(viewer: Viewer, cleaned: dict, key: str) -> Case:
    title = _("Request about personal data: %(name)s") % {"name": viewer.user.full_name}
    return open_case(
        KIND, actor=viewer.user, organisation=None, title=title[:200], parties=[("applicant", viewer.user)], data=dict(cleaned),
        key=f"personal_data:{viewer.user.pk}:{key}"[:64] if key else None,
    )  # fmt: skip


def may_copy(viewer: Viewer) -> bool:
    """Whether the office granted this person a look at what is held."""
    granted = own_requests(viewer).filter(personal_data__right=PersonalDataRequest.Right.SEE)
    return granted.in_state("granted").exists()


@require_safe
@for_parties
def personal_data_copy(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The copy as ZIP, once a request to see it was granted."""
    if not may_copy(viewer):
        raise Http404
    audit.record("export.own_data", actor=viewer.user, about=str(viewer.user.pk))
    response = HttpResponse(as_zip(viewer.user), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="personal-data.zip"'
    response["Cache-Control"] = "private, no-store"
    return response
