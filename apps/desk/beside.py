"""What stands beside a case: notes among officials, and who else has it open."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from apps.accounts.text import no_nul
from apps.desk.access import case_or_404, for_officials
from apps.examination import notes, presence
from apps.examination.models import Visit
from apps.pages.forms import PortalFormMixin
from apps.pages.story import moment_text
from apps.workflow.models import Case

UNPROCESSABLE = 422


class NoteForm(PortalFormMixin, forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Note for colleagues"), max_length=2000, validators=[no_nul],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Seen by officials of this case only; it stands in no letter and cannot be taken back."),
        error_messages={"required": gettext_lazy("Write the note.")},
    )  # fmt: skip


def notes_tab(case: Case) -> dict[str, Any]:
    return {"notes": list(case.notes.order_by("-pk")[:200]), "note_form": NoteForm()}


@for_officials
@require_POST
def write_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an internal note."""
    case = case_or_404(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        from apps.desk.case import frame

        context = {**frame(request, case, "notes"), **notes_tab(case), "note_form": form}
        return render(request, "desk/case.html", context, status=UNPROCESSABLE)
    notes.write(case, request.user, form.cleaned_data["text"].strip())
    messages.success(request, _("The note is written down."))
    return redirect(f"{reverse('desk:case', args=[pk])}?tab=notes")


def words_of(visits: list[Visit]) -> list[str]:
    """A sentence for each colleague who has the case open."""
    sentence = _("%(name)s has this case open since %(time)s.")
    return [sentence % {"name": visit.user.full_name, "time": moment_text(visit.since)[-5:]} for visit in visits]


@for_officials
@require_POST
def renew_presence(request: HttpRequest, pk: int) -> HttpResponse:
    """The page's own sign of life: who else is here, and the version the case has by now."""
    case = case_or_404(request, pk)
    presence.renew(case, request.user)
    return JsonResponse({"others": words_of(presence.others(case, request.user)), "version": case.version})
