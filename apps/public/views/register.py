"""The register for everybody: search, and one registration with its certificates and what rests on it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.applications.codes import MarineCategory, SourceKind, UpdateFrequency
from apps.applications.industries import industry_name
from apps.certificates import lookup
from apps.certificates.codes import label_of
from apps.certificates.models import Certificate, Registration
from apps.certificates.paper import is_printed_here
from apps.notices import queries
from apps.pages.fields import Field
from apps.pages.keyset import keyset_page
from apps.pages.tables import Column
from apps.pages.templatetags.portal import day, name, zh
from apps.public.forms import RegisterSearchForm
from apps.public.limits import limited
from apps.rules.clock import legal_now

COLUMNS = (
    Column(_("Registration number")),
    Column(_("Name and holder")),
    Column(_("Registered on"), kind="day"),
    Column(_("Valid until"), kind="day"),
    Column(_("State")),
)


@login_not_required
@require_safe
@limited("search", 120, 60)
def register(request: HttpRequest) -> HttpResponse:
    """The register, newest first; ``?q=`` searches, ``?valid=on`` leaves out what has ended."""
    form = RegisterSearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "valid": False}
    rows = lookup.search_register(asked["q"]) if asked["q"] else lookup.registrations()
    rows = lookup.in_force_only(rows) if asked["valid"] else rows
    page = keyset_page(rows, request.GET, order=("-registered_on",))
    context = {"page": page, "columns": COLUMNS, "form": form, "query": asked["q"]}
    return render(request, "public/register.html", context)


@login_not_required
@require_safe
def registration(request: HttpRequest, number: str) -> HttpResponse:
    """One registration by its number: state now, certificates old and new, claims as this portal sees them."""
    row = get_object_or_404(lookup.registrations(), number=number)
    return render(request, "public/registration.html", {
        "row": row, "state": row.case.state_, "fields": fields(row), "claims": lookup.claims_on(row),
        "now": legal_now(), "certificates": certificates(row), "notices": queries.standing().filter(case=row.origin_id),
        "mirrored": row.track == "provincial",
    })  # fmt: skip


def certificates(row: Registration) -> list[Certificate]:
    """The certificates of a registration, the standing one first, each with whether its paper is ours to give."""
    found = list(row.certificates.order_by("-issued_on", "-pk"))
    for certificate in found:
        certificate.printed_here, certificate.words = is_printed_here(certificate), lookup.paper_words(certificate)
    return found


def fields(row: Registration) -> list[Field]:
    """The face of the register, item by item, in the reader's language."""
    sources = "; ".join(label_of(SourceKind, code) for code in row.source_kinds)
    ended = (Field(_("Ends with the source contract"), zh(row.ended_by_contract)),) if row.ended_by_contract else ()
    return [
        Field(_("Registration number"), name(row.number)),
        Field(_("Holder"), zh(row.holder.name)),
        Field(_("Registered on"), day(row.registered_on)),
        Field(_("Valid until"), day(row.valid_until)),
        *ended,
        Field(_("Industry"), industry_name(row.industry)),
        Field(_("Marine category"), label_of(MarineCategory, row.marine_category)),
        Field(_("Data source"), sources),
        Field(_("Application scenario"), zh(row.scenario)),
        Field(_("Structure"), zh(", ".join(row.structure.splitlines()))),
        Field(_("Scale"), _("%(records)s records, %(bytes)s bytes") % {"records": f"{row.record_count:,}", "bytes": f"{row.volume_bytes:,}"}),
        Field(_("Update frequency"), label_of(UpdateFrequency, row.update_frequency)),
        Field(_("Evidence"), zh(row.evidence)),
    ]  # fmt: skip
