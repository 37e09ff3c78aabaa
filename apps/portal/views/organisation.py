"""The organisation: what is on record, whether it is verified, who belongs to it, and who acts for it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.vault import mask_phone
from apps.enterprises.membership import change_role, end_membership
from apps.enterprises.models import Capacity, Membership
from apps.pages.facts import capital, foreign
from apps.pages.fields import Field
from apps.pages.forms import list_errors
from apps.pages.templatetags.portal import local
from apps.portal.access import Viewer, for_parties
from apps.portal.people_forms import InviteForm
from apps.verifications import invitations
from apps.workflow.models import Case

HISTORY = 200


@require_safe
@for_parties
def organisation(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What is known of the chosen organisation, its verification, its people and its agents."""
    return show(request, viewer)


def show(request: HttpRequest, viewer: Viewer, form: InviteForm | None = None) -> HttpResponse:
    firm = viewer.chosen
    context = {"viewer": viewer, "own": firm is not None and viewer.acting is None}
    if context["own"]:
        cases = Case.objects.visible_to(viewer.user).filter(organisation=firm).order_by("-pk")
        people = list(
            firm.memberships.select_related("user", "joined_by", "ended_by").order_by("joined_at", "pk")[:HISTORY]
        )
        context |= {
            "fields": details(firm),
            "members": [row for row in people if row.ended_at is None],
            "past": [row for row in people if row.ended_at],
            "roles": Membership.Role.choices,
            "invited": invitations.open_invitations().filter(organisation=firm).select_related("invited_by"),
            "now": timezone.now(),
            "form": form or InviteForm(),
            "errors": list_errors(form) if form is not None and form.is_bound else [],
            "verification": cases.filter(kind="organisation", track="").first(),
            "membership": next((case for case in cases.filter(kind="membership") if case.state_.open), None),
            "powers": powers(viewer),
        }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "portal/organisation.html", context, status=status)


def powers(viewer: Viewer) -> list[Case]:
    """The powers of attorney that the organisation gave or holds, open ones first."""
    mine = Q(organisation=viewer.chosen) | Q(power__agent=viewer.chosen)
    found = (
        Case.objects.visible_to(viewer.user).filter(mine, kind="power").select_related("power__agent", "organisation")
    )
    return sorted(found.order_by("-pk")[:50], key=lambda case: not case.state_.open)


def details(firm) -> list[Field]:
    """The organisation's own row as names and values."""
    label = {field.name: capital(field.verbose_name) for field in firm._meta.concrete_fields}
    capacities = ", ".join(str(Capacity(code).label) for code in firm.capacities)
    values = {
        "name": firm.name, "name_en": firm.name_en, "uscc": firm.uscc or "", "capacities": capacities,
        "address": firm.address, "legal_representative": firm.legal_representative, "contact_name": firm.contact_name,
        "contact_phone": mask_phone(firm.contact_phone) if firm.contact_phone else "", "contact_email": firm.contact_email,
    }  # fmt: skip
    rows = [Field(label[name], foreign(value)) for name, value in values.items()]
    return [*rows, Field(label["district"], local(firm.district, "name"))]


# ------------------------------------------------------------------------------------------------ people


def managed(viewer: Viewer):
    """The chosen organisation, if this person manages it; else it is none of his business."""
    if not viewer.is_manager:
        raise Http404
    return viewer.chosen


@require_POST
@for_parties
def invite(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Invite somebody by e-mail."""
    firm = managed(viewer)
    form = InviteForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            invitations.invite(firm, data["email"], data["role"], by=request.user)
        except ValidationError as fault:
            form.add_error("email", fault)
        else:
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": data["email"]})
            return redirect("portal:organisation")
    return show(request, viewer, form)


@require_POST
@for_parties
def revoke(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take an invitation back."""
    row = invitations.Invitation.objects.filter(pk=pk, organisation=managed(viewer)).first()
    if row is None:
        raise Http404
    return done(request, lambda: invitations.revoke(row, by=request.user), _("The invitation is revoked."))


@require_POST
@for_parties
def member(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Give a person of the organisation another role, or end the membership; one's own may be ended by oneself."""
    row = Membership.objects.filter(pk=pk, organisation__in=[o.pk for o in viewer.organisations]).first()
    ends = request.POST.get("act") == "end"
    mine = row is not None and row.user_id == request.user.pk and ends
    if row is None or not (mine or (viewer.is_manager and row.organisation_id == viewer.chosen.pk)):
        raise Http404
    if ends:
        return done(request, lambda: end_membership(row, by=request.user), _("The membership has ended."))
    role = request.POST.get("role", "")
    if role not in Membership.Role.values:
        raise Http404
    return done(request, lambda: change_role(row, role, by=request.user), _("The role is changed."))


def done(request: HttpRequest, act, said: str) -> HttpResponse:
    try:
        act()
    except ValidationError as fault:
        messages.error(request, fault.messages[0])
    else:
        messages.success(request, said)
    return redirect("portal:organisation")
