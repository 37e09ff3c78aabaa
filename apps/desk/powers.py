"""A power of attorney that came on paper: entered by one official, confirmed by another."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.desk.access import for_officials, may_enter
from apps.pages.forms import PortalFormHelper
from apps.verifications.power_forms import PaperPowerForm
from apps.verifications.powers import filing
from apps.workflow import documents
from apps.workflow.machine import Refused, open_case
from apps.workflow.models import Case


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a power of attorney from paper, with its scan; a second official confirms it."""
    if not may_enter(request.user):
        raise Http404
    form = PaperPowerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = record(form, request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        except ValidationError as fault:
            form.add_error("paper", fault)
        else:
            messages.success(request, _("It is on record; a second official confirms it against the paper."))
            return redirect("desk:case", case.pk)
    context = {"form": form, "helper": PortalFormHelper(form)}
    return render(request, "desk/power_new.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def record(form: PaperPowerForm, user: User) -> Case:
    data = dict(form.cleaned_data)
    principal, paper = data.pop("principal"), data.pop("paper")
    if user.district_id and principal.district_id != user.district_id:
        raise Refused("district", _("This organisation belongs to another district."))
    words = filing("record", principal, None, data)
    case = open_case("power", actor=user, move="record", entered_by=user, **words)
    documents.keep(paper.chunks(), paper.name, path="power", by=user, case=case)
    return case
