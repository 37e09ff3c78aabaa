"""The case file in one act: whole for the archive or a court, redacted for publication; as PDF or ZIP."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from apps.accounts import audit
from apps.desk.access import case_or_404, for_officials
from apps.pages import archive, casefile
from apps.pages.forms import PortalFormMixin, list_errors
from apps.privacy.disclosures import disclose
from apps.privacy.models import DataKind
from apps.workflow.forms import LineField
from apps.workflow.models import Case

FULL, REDACTED = "full", "redacted"


class CaseFileForm(PortalFormMixin, forms.Form):
    """What is made, and for whom: a whole file that leaves the office stands in the register of disclosures."""

    twin = forms.ChoiceField(
        label=_("Which file"), widget=forms.RadioSelect, initial=FULL,
        choices=((FULL, _("Complete: for the archive or a court")), (REDACTED, _("Redacted: personal and secret values left out"))),
    )  # fmt: skip
    form = forms.ChoiceField(
        label=_("As"), widget=forms.RadioSelect, initial="zip",
        choices=(("zip", _("ZIP with every document, the events and their hashes")), ("pdf", _("PDF alone"))),
    )  # fmt: skip
    recipient = LineField(
        label=_("Given to"), required=False, max_length=200,
        help_text=_("Leave empty if the file stays in the office. A name here puts it into the register of disclosures."),
    )  # fmt: skip
    basis = LineField(
        label=_("Legal basis"),
        required=False,
        max_length=300,
        help_text=_("For example the court's letter and its number."),
    )

    def clean(self):
        data = super().clean()
        if data.get("recipient") and not data.get("basis") and data.get("twin") == FULL:
            self.add_error("basis", _("Say on which legal basis the complete file is given away."))
        return data


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def case_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose, then get the file; every export is in the security audit."""
    case = case_or_404(request, pk)
    form = CaseFileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return export(request, case, form.cleaned_data)
    context = {"case": case, "form": form, "errors": list_errors(form) if form.is_bound else []}
    return render(request, "desk/case_file.html", context, status=422 if form.is_bound else 200)


def export(request: HttpRequest, case: Case, asked: dict) -> HttpResponse:
    redacted, language = asked["twin"] == REDACTED, "en" if get_language() == "en" else "zh-hans"
    if asked["recipient"] and not redacted:
        kinds = (DataKind.CASE_FILE, DataKind.NAME, DataKind.CONTACT)
        disclose(case, to=asked["recipient"], kinds=kinds, basis=asked["basis"], by=request.user)
    audit.record(
        "export.case_file", actor=request.user, about=case.number or str(case.pk), redacted=redacted, form=asked["form"]
    )
    stem = f"{case.number or case.pk}{'-redacted' if redacted else ''}"
    if asked["form"] == "pdf":
        response = HttpResponse(
            casefile.render(case, redacted=redacted, language=language), content_type="application/pdf"
        )
    else:
        pieces = archive.zipped(case, redacted=redacted, language=language)
        response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"{stem}.{asked['form']}")
    response["Cache-Control"] = "private, no-store"
    return response
