"""The province's result table: pasted or uploaded, looked at, applied once; and who was not looked up for too long."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import User
from apps.applications import province_import as importing
from apps.applications.models import ProvinceTable
from apps.applications.province_plan import VERDICTS, fingerprint
from apps.applications.province_table import Row, Unreadable, read_file, read_text
from apps.desk.access import case_or_404, for_officials, may_mirror
from apps.pages.forms import PortalFormMixin
from apps.pages.keyset import keyset_page
from apps.pages.tables import Column
from apps.rules.clock import legal_today
from apps.workflow.forms import DayField
from apps.workflow.machine import Refused
from apps.workflow.models import Case
from apps.workflow.smallsheet import MOST_BYTES

UNPROCESSABLE, CONFLICT = 422, 409
VERDICT = {
    "change": (gettext_lazy("Changes"), "waiting"),
    "by_hand": (gettext_lazy("To be completed by hand"), "attention"),
    "unknown_code": (gettext_lazy("Unknown codes"), "attention"),
    "unknown_number": (gettext_lazy("Unknown numbers"), "neutral"),
    "fault": (gettext_lazy("Rows with faults"), "bad"),
    "unchanged": (gettext_lazy("Unchanged"), "ended"),
    "done": (gettext_lazy("Written down"), "good"),
    "refused": (gettext_lazy("Refused"), "bad"),
}
COLUMNS = (
    Column(gettext_lazy("Number")), Column(gettext_lazy("Name and organisation")), Column(gettext_lazy("State")),
    Column(gettext_lazy("Looked up"), kind="day"), Column(gettext_lazy("Looked up and unchanged"), kind="actions"),
)  # fmt: skip


class TableForm(PortalFormMixin, forms.Form):
    """The table as text, or as a file, and the day it was taken from the province's platform."""

    as_of = DayField(label=gettext_lazy("Taken from the platform on"), initial=legal_today)
    text = forms.CharField(
        label=gettext_lazy("The table, pasted with its line of headings"), required=False, strip=False, max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )  # fmt: skip
    file = forms.FileField(label=gettext_lazy("Or a file: CSV or XLSX"), required=False)

    def clean_as_of(self):
        day = self.cleaned_data["as_of"]
        if day > legal_today():
            raise forms.ValidationError(_("This date lies in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        try:
            data["rows"] = self.rows(data)
        except Unreadable as fault:
            self.add_error("file" if data.get("file") else "text", str(fault))
        return data

    def rows(self, data: dict[str, Any]) -> list[Row]:
        if file := data.get("file"):
            return read_file(file.read(MOST_BYTES + 1), file.name)
        return read_text(data.get("text", ""))


def must_mirror(user: User) -> None:
    if not may_mirror(user):
        raise Http404


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def province_tables(request: HttpRequest) -> HttpResponse:
    """Paste a table; below it the cases that nobody has looked up at the province for too long."""
    must_mirror(request.user)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        table = importing.keep_table(data["rows"], data["as_of"], by=request.user)
        return redirect("desk:province_table", table.pk)
    late = importing.unchecked(Case.objects.visible_to(request.user)).select_related("organisation", "application")
    context = {
        "form": form, "page": keyset_page(late, request.GET, order=("filed_at",)), "columns": COLUMNS,
        "days": importing.check_days(),
    }  # fmt: skip
    return render(request, "desk/province_tables.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def province_table(request: HttpRequest, pk: int) -> HttpResponse:
    """What the table would change, line by line; the button writes it down, once."""
    must_mirror(request.user)
    table = get_object_or_404(ProvinceTable.objects.select_related("applied_by", "pasted_by"), pk=pk)
    if not sees(request.user, table):
        raise Http404
    status = 200
    if request.method == "POST":
        try:
            applied_before = table.applied_at is not None
            table = importing.apply_table(table, by=request.user, seen=request.POST.get("seen", ""))
        except Refused as refused:
            messages.error(request, str(refused))
            status = CONFLICT
        else:
            said = _("This table was applied already.") if applied_before else _("The table is applied.")
            messages.success(request, said)
            return redirect("desk:province_table", pk)
    return render(request, "desk/province_table.html", shown(table, request.user), status=status)


def sees(user: User, table: ProvinceTable) -> bool:
    """A district's official sees the tables of the district's own people; the bureau's sees all."""
    return user.district_id is None or table.pasted_by.district_id == user.district_id


def shown(table: ProvinceTable, user: User) -> dict[str, Any]:
    if table.applied_at is not None:
        return {
            "table": table, "results": [{**row, **word(row["verdict"])} for row in table.result],
            "counts": counts(row["verdict"] for row in table.result),
        }  # fmt: skip
    lines = importing.plan_of(table, user)
    groups = [(name, *VERDICT[name], [line for line in lines if line.verdict == name]) for name in VERDICTS]
    return {
        "table": table, "groups": [group for group in groups if group[3]], "counts": counts(line.verdict for line in lines),
        "seen": fingerprint(lines), "changes": any(line.verdict == "change" for line in lines),
    }  # fmt: skip


def word(verdict: str) -> dict[str, Any]:
    label, tone = VERDICT[verdict]
    return {"label": label, "tone": tone}


def counts(verdicts) -> list[tuple[Any, str, int]]:
    found = Counter(verdicts)
    return [(label, tone, found[name]) for name, (label, tone) in VERDICT.items() if found[name]]


@for_officials
@require_POST
def looked_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody looked at the platform and found nothing new."""
    must_mirror(request.user)
    case = case_or_404(request, pk)
    if not importing.watched(Case.objects.filter(pk=pk)).exists():
        raise Http404
    importing.note_looked(case)
    messages.success(request, _("Noted: looked up at the province today, nothing new."))
    return redirect("desk:case", pk) if request.POST.get("back") == "case" else redirect("desk:province_tables")
