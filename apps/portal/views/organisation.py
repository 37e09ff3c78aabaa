"""The organisation: what is on record, whether it is verified, who belongs to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.vault import mask_phone
from apps.enterprises.models import Capacity
from apps.pages.facts import capital, foreign
from apps.pages.fields import Field
from apps.portal.access import Viewer, for_parties
from apps.workflow.models import Case


@require_safe
@for_parties
def organisation(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What is known of the chosen organisation, its verification, and its people."""
    firm = viewer.chosen
    context = {"viewer": viewer}
    if firm is not None:
        cases = Case.objects.visible_to(viewer.user).filter(organisation=firm).order_by("-pk")
        context |= {
            "fields": details(firm),
            "members": firm.memberships.filter(ended_at__isnull=True)
            .select_related("user")
            .order_by("joined_at", "pk"),
            "verification": cases.filter(kind="organisation").first(),
            "membership": next((case for case in cases.filter(kind="membership") if case.state_.open), None),
        }
    return render(request, "portal/organisation.html", context)


def details(firm) -> list[Field]:
    """The organisation's own row as names and values."""
    label = {field.name: capital(field.verbose_name) for field in firm._meta.concrete_fields}
    capacities = ", ".join(str(Capacity(code).label) for code in firm.capacities)
    values = {
        "name": firm.name, "name_en": firm.name_en, "uscc": firm.uscc or "", "capacities": capacities,
        "address": firm.address, "legal_representative": firm.legal_representative, "contact_name": firm.contact_name,
        "contact_phone": mask_phone(firm.contact_phone) if firm.contact_phone else "", "contact_email": firm.contact_email,
    }  # fmt: skip
    return [Field(label[name], foreign(value)) for name, value in values.items()]
