"""The structure of an application proposed from the data file itself."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.applications import filing
from apps.applications.forms import STEP_FORMS, StepForm
from apps.pages.forms import list_errors
from apps.portal import proposals
from apps.portal.access import Viewer, for_filers, get_draft
from apps.portal.base import face_of_viewer
from apps.portal.views.drafts import over_meanwhile, refused_step, window_of
from apps.workflow import datafile, documents
from apps.workflow.machine import Refused
from apps.workflow.models import Draft


@require_http_methods(["GET", "HEAD", "POST"])
@for_filers
def propose(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Read a data file and show what it proposes; what is ticked there is taken over. What came typed is kept first."""
    draft = get_draft(viewer, pk)
    if draft.case_id or draft.discarded_at:
        return over_meanwhile(request, draft)
    form = proposals.DataFileForm()
    samples: list[list[str]] = []
    try:
        if request.method == "POST":
            draft = keep_typed(request, draft)
            if "take" in request.POST and proposals.KEPT_AS in draft.data:
                proposals.take_over(draft, request.POST.getlist("part"))
                return redirect(reverse("portal:draft", args=[pk, proposals.STEP]))
            form = proposals.DataFileForm(request.POST, request.FILES)
            if form.is_valid():
                draft, samples = read(request, draft, form)
    except Refused as refused:
        return refused_step(request, viewer, pk, proposals.STEP, typed_step(request, draft), refused)
    return show(request, viewer, draft, form, samples)


def keep_typed(request: HttpRequest, draft: Draft) -> Draft:
    """The page of the step sends its own fields along, so that nothing typed there is lost."""
    if "record_count" not in request.POST:
        return draft
    return filing.save_step(draft, proposals.STEP, typed_step(request, draft), **window_of(request))


def typed_step(request: HttpRequest, draft: Draft) -> StepForm:
    return STEP_FORMS[proposals.STEP](request.POST, organisation=draft.organisation)


def read(request: HttpRequest, draft: Draft, form: proposals.DataFileForm) -> tuple[Draft, list[list[str]]]:
    """The draft with the proposal, and the first rows, which are shown this once; a bad file is the form's fault."""
    file = form.cleaned_data["datafile"]
    try:
        found = datafile.profile(file.file, file.name, seconds=proposals.SECONDS)
        draft = proposals.remember(draft, file.name, found)
        if form.cleaned_data["keep_sample"]:
            file.seek(0)
            documents.keep(file.chunks(), file.name, path="sample", by=request.user, draft=draft)
    except ValidationError as fault:
        form.add_error("datafile", fault)
        return draft, []
    return draft, found.samples


def show(request, viewer, draft, form, samples) -> HttpResponse:
    context: dict = {
        "draft": draft,
        "form": form,
        "errors": list_errors(form),
        "step_url": reverse("portal:draft", args=[draft.pk, proposals.STEP]),
    }
    if proposals.KEPT_AS in draft.data and not form.errors:
        step = STEP_FORMS[proposals.STEP](organisation=draft.organisation)
        context |= {
            "found": draft.data[proposals.KEPT_AS], "shape": proposals.shape(draft), "columns": proposals.fields(draft), "parts": proposals.parts(draft, step),
            "warnings": proposals.warnings(draft), "notes": proposals.notes(draft), "samples": proposals.headed(draft, samples),
        }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "portal/datafile.html", {**face_of_viewer(viewer), **context}, status=status)
