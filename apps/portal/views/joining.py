"""A person without an organisation: register one, or claim one that is on record already."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.models import District
from apps.enterprises.forms import OrganisationForm
from apps.enterprises.membership import join
from apps.enterprises.models import Capacity, Membership, Organisation
from apps.enterprises.uscc import check_uscc
from apps.pages.rate import limited
from apps.portal.access import CHOSEN, Viewer, for_parties
from apps.portal.openings import Opening
from apps.portal.views.filings import filing_page
from apps.verifications import register
from apps.verifications.workflow import claim_filing
from apps.workflow.states import kind

PAGE = ["GET", "HEAD", "POST"]
MOST = 20
"""Organisations one person may belong to by registering them; more is a mistake or worse."""


@limited("organisation", 20, 3600, method="POST")
@require_http_methods(PAGE)
@for_parties
def new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Register an organisation; the person becomes its manager at once, and files its verification next."""
    note, initial = "", {"contact_name": viewer.user.full_name, "contact_email": viewer.user.email}
    if request.method == "POST":
        form = OrganisationForm(request.POST)
        if form.is_valid() and (firm := keep(form, viewer)) is not None:
            request.session[CHOSEN] = str(firm.pk)
            messages.success(request, _("You manage it now. Have it verified next: attach the licence and send it."))
            return redirect("portal:file", "organisation")
    else:
        found, note = looked_up(request.GET.get("uscc", ""))
        form = OrganisationForm(initial={**initial, **found, "capacities": [Capacity.ENTERPRISE.value]})
    context = {
        "viewer": viewer, "form": form, "note": note, "code": request.GET.get("uscc", ""),
        "connected": register.adapter() is not None, "taken": form.is_bound and form.has_error("uscc", "unique"),
    }  # fmt: skip
    return render(request, "portal/organisation_new.html", context, status=422 if form.is_bound else 200)


def keep(form: OrganisationForm, viewer: Viewer) -> Organisation | None:
    if len(viewer.memberships) >= MOST:
        form.add_error(None, _("You belong to many organisations already; ask the office."))
        return None
    with transaction.atomic():
        firm = form.save()
        join(firm, viewer.user, Membership.Role.MANAGER, by=viewer.user)
    return firm


def looked_up(code: str) -> tuple[dict, str]:
    """What the company register says, for the form, and one sentence about it; the person may always type."""
    if not code:
        return {}, ""
    try:
        uscc = check_uscc(code)
    except ValidationError as fault:
        return {"uscc": code}, fault.messages[0]
    try:
        company = register.look_up(uscc)
    except register.RegisterDown:
        return {"uscc": uscc}, _("The company register does not answer now: type the details yourself.")
    if company is None:
        return {"uscc": uscc}, _("The company register does not know this code: type the details yourself.")
    district = District.objects.filter(code=company.district).first()
    found = {
        "uscc": uscc, "name": company.name, "legal_representative": company.legal_representative, "address": company.address,
        "district": district,
    }  # fmt: skip
    return found, _("Filled in from the company register. Change what is out of date.")


@limited("claim", 20, 3600, method="POST")
@require_http_methods(PAGE)
@for_parties
def claim(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Claim an organisation that is on record already, with its stamped authorisation, for the office to decide."""
    person = Viewer(viewer.user, viewer.memberships)
    return filing_page(request, person, opening(viewer), template="portal/claim.html")


def opening(viewer: Viewer) -> Opening:
    table = kind("organisation")
    move = table.move("claim")

    def words(name: str, organisation, root, data: dict) -> dict:
        return claim_filing(name, organisation, root, {**data, "claimant": viewer.user})

    papers = tuple((path, label, path == "authorisation") for path, label in move.form.files)
    return Opening(table, move, move.form, papers, words, for_anybody=True)
