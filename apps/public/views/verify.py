"""Is this certificate real, and does it still hold? By its number and holder, by its QR code, and the paper itself."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.certificates import lookup, paper
from apps.certificates.lookup import Answer
from apps.pages.fields import Field
from apps.pages.rate import limited
from apps.pages.templatetags.portal import day, name, zh
from apps.papers.typesetting import Unprintable
from apps.public.forms import VerifyForm
from apps.workflow.documents import path_of


@login_not_required
@require_safe
@limited("verify", 60, 60)
def verify(request: HttpRequest) -> HttpResponse:
    """Look a certificate up by number and holder."""
    form = VerifyForm(request.GET if "number" in request.GET else None)
    answer = lookup.look_up(**form.cleaned_data) if form.is_valid() else None
    return render(request, "public/verify.html", {"form": form, **result(answer)})


@login_not_required
@require_safe
@limited("verify", 60, 60)
def verify_token(request: HttpRequest, token: str) -> HttpResponse:
    """Where a certificate's QR code leads."""
    answer = lookup.by_token(token)
    context = {"form": VerifyForm(), "by_code": True, **result(answer)}
    return render(request, "public/verify.html", context, status=200 if answer.registration else 404)


def result(answer: Answer | None) -> dict:
    """What the page shows of an answer: the rows, the claims, the paper."""
    if answer is None or answer.registration is None:
        return {"answer": answer, "sentence": answer and marked(answer)}
    certificate = answer.certificate
    return {
        "answer": answer, "sentence": marked(answer), "fields": fields(answer), "claims": (claims := lookup.claims_on(answer.registration)),
        "clash": lookup.clash(claims),
        "row": answer.registration, "now": answer.at, "mirrored": answer.registration.track == "provincial",
        "paper_words": lookup.paper_words(certificate) if certificate else "",
        "paper_token": certificate.token if certificate and paper.is_printed_here(certificate) else "",
    }  # fmt: skip


def marked(answer: Answer) -> SafeString:
    """The sentence with every Chinese name in it marked as such on an English page."""
    values = {name: marked_value(name, value) for name, value in answer.values.items()}
    return mark_safe(escape(answer.pattern) % values)  # noqa: S308 - the pattern and every value are escaped


def marked_value(key: str, value: str) -> str:
    shown = conditional_escape(value if value.isascii() else zh(value))
    return format_html('<span class="nowrap">{}</span>', shown) if key in ("number", "until") else shown


def fields(answer: Answer) -> list[Field]:
    row, certificate = answer.registration, answer.certificate
    return [
        *([Field(_("Certificate number"), name(certificate.number))] if certificate else []),
        Field(_("Registration number"), name(row.number)),
        Field(_("Name of the data IP"), zh(row.name)),
        Field(_("Holder"), zh(row.holder.name)),
        Field(_("State"), row.case.state_.public_label),
        Field(_("Registered on"), day(row.registered_on)),
        Field(_("Valid until"), day(row.valid_until)),
    ]


@login_not_required
@require_safe
@limited("paper", 30, 60)
def certificate_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The certificate as PDF, made now where it is not kept yet; 503 in one sentence where the font lacks a character."""
    certificate = get_object_or_404(lookup.certificates(), token=token)
    if not paper.is_printed_here(certificate):
        raise Http404
    try:
        document = paper.ensure(certificate)
    except Unprintable as fault:
        context = {"characters": fault.characters, "back": reverse("public:verify_token", args=[token])}
        return render(request, "public/unprintable.html", context, status=503)
    response = HttpResponse(path_of(document.sha256).read_bytes(), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, document.name)
    return response
