"""The register for everybody: search, and one registration with its certificates and what rests on it."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from apps.applications.codes import MarineCategory, SourceKind, UpdateFrequency
from apps.applications.industries import industry_name
from apps.certificates import lookup, statements
from apps.certificates.codes import label_of
from apps.certificates.journal import AsOf, journal_of
from apps.certificates.models import Certificate, Claim
from apps.certificates.paper import is_printed_here
from apps.notices import queries
from apps.pages.fields import Field
from apps.pages.keyset import keyset_page
from apps.pages.rate import limited
from apps.pages.tables import Column
from apps.pages.templatetags.portal import day, name, zh
from apps.papers.typesetting import Unprintable
from apps.public.forms import MomentForm, RegisterSearchForm
from apps.rules.clock import SHANGHAI, legal_now
from apps.workflow.touch import notes_on, offered_on

COLUMNS = (
    Column(_("Registration number")),
    Column(_("Name and holder")),
    Column(_("Registered on"), kind="day"),
    Column(_("Valid until"), kind="day"),
    Column(_("State")),
)


MOST_EXACT = 10


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
    if asked["q"]:
        exact = lookup.exact_matches(asked["q"])
        context["exact"] = list((lookup.in_force_only(exact) if asked["valid"] else exact)[:MOST_EXACT])
        former = lookup.former_names(page.rows)
        for row in page.rows:
            row.former = former[row.pk]
    return render(request, "public/register.html", context)


@login_not_required
@require_safe
@limited("registration", 120, 60)
def registration(request: HttpRequest, number: str) -> HttpResponse:
    """One registration by its number as of ``?on=`` (now): state, entry, certificates old and new, claims as this portal
    sees them, and what is otherwise today. A moment that is none gets today's page with a sentence, as 400."""
    row = get_object_or_404(lookup.registrations(), number=number)
    form = MomentForm({"on": request.GET.get("on", "")})
    good = form.is_valid()
    journal, now = journal_of(row), legal_now()
    moment = form.cleaned_data["on"] if good else now
    shown, today = journal.at(moment), journal.at(now)
    past = good and bool(request.GET.get("on", "").strip())
    return render(request, "public/registration.html", {
        "row": row, "shown": shown, "state": shown.state, "form": form, "past": past, "today": today,
        "day": moment.astimezone(SHANGHAI).date(), "latest": now.astimezone(SHANGHAI).date(), "said": lookup.words_of_state(shown),
        "fields": fields(shown) if shown.is_entered else [], "claims": shown.claims, "ended_claims": shown.ended_claims,
        "claims_words": lookup.words_of_claims(shown), "now": moment, "certificates": certificates(shown),
        "notices": queries.standing().filter(case=row.origin_id), "mirrored": lookup.is_provincial(row),
        "law": lookup.law_of(row), "void": lookup.words_of_revocation(shown),
        "difference": lookup.difference(shown, today) if past else [], "announcement": lookup.announcement_of(row),
        "clash": lookup.clash(shown.claims), "notes": notes_on(row.case, request.user),
        "offered": offered_on(row.case, request.user),
    }, status=200 if good else 400)  # fmt: skip


@login_not_required
@require_safe
@limited("registration", 120, 60)
@cache_control(no_cache=True)
@conditional_page
def registration_json(request: HttpRequest, number: str) -> JsonResponse:
    """The register as of ``?on=`` (now) for programs; an unknown number is 404, nonsense 400, each with one sentence."""
    form = MomentForm({"on": request.GET.get("on", "")})
    if not form.is_valid():
        return json_of({"error": str(form.errors["on"][0])}, 400)
    row = lookup.registrations().filter(number=number).first()
    if row is None:
        return json_of({"error": gettext("No registration with this number is in the register.")}, 404)
    return json_of(statement(journal_of(row).at(form.cleaned_data["on"])), 200)


def json_of(data: dict, status: int) -> JsonResponse:
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})


def statement(shown: AsOf) -> dict:
    """What the register says of a right as of a moment, with its source; before the entry, and after a revocation, in
    words that cannot be taken for more."""
    row, entered = shown.registration, shown.is_entered
    return {
        "number": row.number,
        "as_of": timezone.localtime(shown.moment).isoformat(timespec="seconds"),
        "state": shown.status or "not_entered",
        "says": lookup.words_of_state(shown),
        "revoked_on": day_of(shown.voided_at),
        "name": shown.name if entered else None,
        "holder": shown.holder if entered else None,
        "registered_on": row.registered_on.isoformat() if entered else None,
        "valid_until": shown.valid_until.isoformat() if entered else None,
        "certificates": [
            {
                "number": each.number, "form": each.form, "issued_on": each.issued_on.isoformat(),
                "valid_until": each.valid_until.isoformat(), "superseded": each.is_superseded,
            }
            for each in shown.certificates
        ],
        "claims": [claim_row(claim, shown.moment) for claim in shown.claims],
        "ended_claims": [claim_row(claim, shown.moment) for claim in shown.ended_claims],
        "claims_say": lookup.words_of_claims(shown) if entered else None,
        "source": lookup.source_of(row),
        "law": lookup.law_of(row),
    }  # fmt: skip


def claim_row(claim: Claim, moment: datetime) -> dict:
    """A claim as it was known at a moment: an end that came later is not told."""
    ended = claim.ended_at if claim.ended_at and claim.ended_at <= moment else None
    return {
        "kind": claim.kind, "says": str(claim.get_kind_display()), "since": timezone.localtime(claim.began_at).isoformat(),
        "until": timezone.localtime(ended).isoformat() if ended else None, "own_procedure": claim.own,
        "place": claim.place, "place_number": claim.place_number,
    }  # fmt: skip


def day_of(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).date().isoformat() if moment else None


@login_not_required
@require_safe
@limited("paper", 30, 60)
@cache_control(no_cache=True)
@conditional_page
def statement_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The register statement as of ``?on=`` (now) on paper, with what is otherwise today."""
    row = get_object_or_404(lookup.registrations(), number=number)
    form = MomentForm({"on": request.GET.get("on", "")})
    if not form.is_valid():
        return HttpResponse(str(form.errors["on"][0]), status=400, content_type="text/plain; charset=utf-8")
    language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
    try:
        pdf = statements.render(journal_of(row), form.cleaned_data["on"], legal_now(), language)
    except Unprintable as fault:
        context = {"characters": fault.characters, "back": reverse("public:registration", args=[number])}
        return render(request, "public/unprintable.html", context, status=503)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(
        False, f"{row.number} {form.cleaned_data['on']:%Y-%m-%d}.pdf"
    )
    return response


def certificates(shown: AsOf) -> list[Certificate]:
    """The certificates issued by a moment, the standing one first, each with whether its paper is ours to give."""
    for certificate in shown.certificates:
        certificate.printed_here, certificate.words = is_printed_here(certificate), lookup.paper_words(certificate)
    return shown.certificates


def fields(shown: AsOf) -> list[Field]:
    """The face of the register as of a moment, item by item, in the reader's language."""
    row, face = shown.registration, shown.values
    sources = "; ".join(label_of(SourceKind, code) for code in face["source_kinds"])
    ended = (
        (Field(_("Ends with the source contract"), zh(face["ended_by_contract"])),) if face["ended_by_contract"] else ()
    )
    return [
        Field(_("Registration number"), name(row.number)),
        Field(_("Holder"), zh(shown.holder)),
        Field(_("Registered on"), day(row.registered_on)),
        Field(_("Valid until"), day(shown.valid_until)),
        *ended,
        Field(_("Industry"), industry_name(face["industry"])),
        Field(_("Marine category"), label_of(MarineCategory, face["marine_category"])),
        Field(_("Data source"), sources),
        Field(_("Application scenario"), zh(face["scenario"])),
        Field(_("Structure"), zh(", ".join(face["structure"].splitlines()))),
        Field(_("Scale"), _("%(records)s records, %(bytes)s bytes") % {"records": f"{face['record_count']:,}", "bytes": f"{face['volume_bytes']:,}"}),
        Field(_("Update frequency"), label_of(UpdateFrequency, face["update_frequency"])),
        Field(_("Evidence"), zh(face["evidence"])),
    ]  # fmt: skip
