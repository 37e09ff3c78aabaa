"""The checklist on the case page: what the machine remarks, what was found, by whom, since when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.text import no_nul
from apps.desk.access import case_or_404, for_officials
from apps.examination import findings
from apps.examination.models import Finding
from apps.pages.changes import item_label
from apps.workflow.machine import Refused
from apps.workflow.models import Case
from apps.workflow.people import Standing

UNPROCESSABLE = 422


class FindingForm(forms.Form):
    """One criterion: what was found, and a note. The prefix is the criterion's name."""

    outcome = forms.ChoiceField(choices=Finding.Outcome.choices, required=False, widget=forms.RadioSelect)
    note = forms.CharField(
        required=False, max_length=findings.LONGEST, validators=[no_nul], widget=forms.Textarea(attrs={"rows": 1})
    )


class Row:
    """A criterion as the page shows it: the item, its form, and the names of the form items it is about."""

    def __init__(self, case: Case, item: findings.Item, mine: Finding | None, data=None) -> None:
        self.item = item
        start = {"outcome": mine.outcome, "note": mine.note} if mine else {}
        self.form = FindingForm(data, prefix=item.criterion.name, initial=start)
        self.about = [item_label(case, path) for path in item.criterion.paths]

    @property
    def given(self) -> tuple[str, str]:
        cleaned = self.form.cleaned_data
        return cleaned["outcome"], cleaned["note"].replace("\r\n", "\n").strip()


def checklist_tab(case: Case, standing: Standing, data=None) -> dict[str, Any]:
    """The rows, what this person may do with them, and how far the list is gone through."""
    part, user = findings.part_of(case, standing), standing.actor
    rows = [
        Row(case, item, findings.own(item, user) if part == findings.DISSENTS else item.finding, data)
        for item in findings.items_of(case)
    ]
    return {
        "rows": rows, "part": part, "may_write": part != findings.READS, "dissenting": part == findings.DISSENTS,
        **progress([row.item for row in rows]),
    }  # fmt: skip


@for_officials
@require_POST
def note_findings(request: HttpRequest, pk: int) -> HttpResponse:
    """Write findings down: all of the form, or the one item that htmx sends when it was changed."""
    case = case_or_404(request, pk)
    context = checklist_tab(case, Standing(case, request.user), request.POST)
    sent = [row for row in context["rows"] if row.form.prefix + "-note" in request.POST]
    if not all(row.form.is_valid() for row in sent):
        return refused(request, case, context, _("Look at the items marked as wrong: nothing is lost."))
    try:
        made = findings.note(case, request.user, {row.item.criterion.name: row.given for row in sent})
    except Refused as fault:
        return refused(request, case, context, str(fault))
    if request.htmx:
        return saved(request, case, sent)
    messages.success(request, _("%(count)s findings are written down.") % {"count": len(made)})
    return redirect(f"{reverse('desk:case', args=[pk])}?tab=checklist")


def saved(request: HttpRequest, case: Case, sent: list[Row]) -> HttpResponse:
    """The line under the one item that was sent: who found what, and when; and how far the list is by now."""
    names = {row.item.criterion.name for row in sent}
    items = findings.items_of(case)
    item = next(item for item in items if item.criterion.name in names)
    return render(request, "desk/finding_state.html", {"item": item, "saved": True, **progress(items)})


def progress(items: list[findings.Item]) -> dict[str, int]:
    found = [item.finding for item in items if item.finding]
    return {"total": len(items), "looked": len(found), "wanting": sum(finding.is_wanting for finding in found)}


def refused(request: HttpRequest, case: Case, context: dict[str, Any], sentence: str) -> HttpResponse:
    if request.htmx:
        return render(request, "desk/finding_state.html", {"item": None, "fault": sentence}, status=UNPROCESSABLE)
    from apps.desk.case import frame

    messages.error(request, sentence)
    return render(request, "desk/case.html", {**frame(request, case, "checklist"), **context}, status=UNPROCESSABLE)
