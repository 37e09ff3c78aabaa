"""A filing on paper: an official enters it for a firm that has no account."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.applications.forms import STEPS
from apps.desk.access import for_officials, may_enter
from apps.enterprises.forms import OrganisationForm
from apps.enterprises.models import Organisation
from apps.pages.facts import foreign
from apps.workflow import drafts
from apps.workflow.machine import Refused, open_case
from apps.workflow.models import Case

FOUND = 20
FIRST_STEP = STEPS[0][0]


def organisations_for(user: User):
    """The organisations an official may enter a filing for: a district's official those of the district."""
    return Organisation.objects.filter(district=user.district_id) if user.district_id else Organisation.objects.all()


def found_by(user: User, query: str):
    """Organisations by a part of the name or the whole code."""
    mine = organisations_for(user).select_related("district")
    return mine.filter(name__icontains=query) | mine.filter(uscc=query.upper())


def begin(user: User, firm: Organisation) -> HttpResponse:
    """To the first step of the form, in the draft this official has for the firm or a new one."""
    return redirect("portal:draft", drafts.begin("application", by=user, organisation=firm).pk, FIRST_STEP)


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Choose the organisation; go on with the form that firms fill in themselves."""
    if not may_enter(request.user):
        raise Http404
    if request.method == "POST":
        pk = request.POST.get("organisation", "")
        firm = get_object_or_404(organisations_for(request.user), pk=pk if pk.isdecimal() else 0)
        return begin(request.user, firm)
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context = {
        "query": query,
        "organisations": found_by(request.user, query).order_by("name", "pk")[:FOUND] if query else [],
        "first_step": FIRST_STEP,
        "drafts": drafts.drafts_of(request.user).select_related("organisation").order_by("-updated_at")[:FOUND],
    }
    return render(request, "desk/enter.html", context)


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def new_organisation(request: HttpRequest) -> HttpResponse:
    """An organisation nobody has an account for, with a verification on its papers for a second official to accept."""
    if not may_enter(request.user):
        raise Http404
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            firm = keep(form, request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, kept(firm))
            return begin(request.user, firm)
    return render(request, "desk/new_organisation.html", {"form": form}, status=422 if form.is_bound else 200)


def kept(firm: Organisation) -> str:
    said = _("{firm} is on record; a second official accepts its verification.")
    return format_html(said, firm=foreign(firm.name))


@transaction.atomic
def keep(form: OrganisationForm, user: User) -> Organisation:
    """The organisation, and its verification opened by the official who saw its papers."""
    firm = form.save(commit=False)
    if user.district_id and firm.district_id != user.district_id:
        raise Refused("district", _("Choose your own district."))
    try:
        firm.save()
    except (IntegrityError, ValidationError) as fault:
        raise Refused("not_kept", _("An organisation with this code is registered already.")) from fault
    verify(firm, user)
    return firm


def verify(firm: Organisation, user: User) -> Case:
    return open_case(
        "organisation", actor=user, organisation=firm, title=firm.name, parties=[("applicant", firm)], entered_by=user,
        data={
            "uscc": firm.uscc, "name": firm.name, "legal_representative": firm.legal_representative,
            "district": firm.district_id, "e_service": False,
        },
    )  # fmt: skip
