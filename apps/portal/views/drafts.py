"""The application as a draft: one step a page, saved by itself, reviewed, filed once."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.applications import filing
from apps.applications.forms import STEP_FORMS, STEPS
from apps.evidence.models import Deposit
from apps.pages.forms import list_errors
from apps.portal import attachments, steps
from apps.portal.access import Viewer, drafts_seen_by, for_filers, get_draft, may_write
from apps.portal.base import face_of_viewer
from apps.portal.forms import mark_names
from apps.workflow import drafts
from apps.workflow.machine import Refused
from apps.workflow.models import Draft

NAMES = [name for name, _label, _form in STEPS]


@require_http_methods(["GET", "HEAD", "POST"])
@for_filers
def new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Begin an application, or go on with the one that was begun; an official begins at the desk."""
    if viewer.user.is_official:
        return redirect("desk:enter")
    if not viewer.may_file:
        raise Http404
    if request.method == "POST":
        draft = drafts.begin(filing.KIND, by=request.user, organisation=viewer.chosen)
        start_with(draft, request.POST.get("deposit", ""))
        return redirect("portal:draft", draft.pk, NAMES[0])
    context = {"viewer": viewer, "found": found_draft(viewer), "deposit": request.GET.get("deposit", "")}
    return render(request, "portal/draft_new.html", context)


def found_draft(viewer: Viewer) -> Draft | None:
    rows = drafts_seen_by(viewer).filter(kind=filing.KIND, organisation=viewer.chosen, created_by=viewer.user)
    return rows.filter(case__isnull=True).order_by("-updated_at").first()


def start_with(draft: Draft, deposit: str) -> None:
    """A new draft takes over what is known of the deposit it was begun from."""
    if draft.data or not deposit.isdecimal():
        return
    row = Deposit.objects.filter(pk=int(deposit[:18]), case__organisation=draft.organisation).first()
    if row is not None:
        drafts.save(draft, {"begun_from": {"deposit": row.pk, "name": row.data_name}})


@require_safe
@for_filers
def go_on(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Where a draft is gone on with: the first step that nobody has touched, else the review."""
    draft = get_draft(viewer, pk, to_write=False)
    untouched = next((name for name in NAMES if name not in draft.data), None)
    if untouched is None or not may_write(viewer, draft):
        return redirect("portal:draft_review", pk)
    return redirect("portal:draft", pk, untouched)


# ------------------------------------------------------------------------------------------------ one step


@require_http_methods(["GET", "HEAD", "POST"])
@for_filers
def step(request: HttpRequest, viewer: Viewer, pk: int, step: str) -> HttpResponse:
    """One step: shown as it was typed; sent, it is kept whether right or wrong, and the next one follows when right."""
    draft = get_draft(viewer, pk)
    form_class = form_of(step)
    if draft.case_id:
        return filed_meanwhile(request, draft)
    if request.method != "POST":
        form = steps.shown_form(draft, step, checked="check" in request.GET)
        return show_step(request, viewer, draft, step, form)
    form = form_class(request.POST, organisation=draft.organisation)
    try:
        draft = filing.save_step(draft, step, form)
    except Refused:
        return filed_meanwhile(request, get_draft(viewer, pk))
    faults = attachments.take_in(request, draft, steps.paths(draft, step))
    if "add_row" in request.POST and not faults:
        return redirect(f"{request.path}#id_{request.POST['add_row']}")
    if faults or not form.is_valid():
        return show_step(request, viewer, draft, step, form, faults, saved=True)
    return redirect(steps.after(draft, step, request.POST.get("then", "")))


@require_POST
@for_filers
def save(request: HttpRequest, viewer: Viewer, pk: int, step: str) -> HttpResponse:
    """The form saves itself: 204 when kept, 409 with a sentence when it was filed meanwhile."""
    draft = get_draft(viewer, pk)
    try:
        filing.save_step(draft, step, form_of(step)(request.POST, organisation=draft.organisation))
    except Refused as refused:
        return HttpResponse(str(refused), status=409, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@require_POST
@for_filers
def files(request: HttpRequest, viewer: Viewer, pk: int, step: str) -> HttpResponse:
    """A file handed in or taken off: what is typed on the page is kept with it."""
    draft = get_draft(viewer, pk)
    form = form_of(step)(request.POST, organisation=draft.organisation)
    try:
        draft = filing.save_step(draft, step, form)
    except Refused:
        return filed_meanwhile(request, get_draft(viewer, pk))
    faults = attachments.take_in(request, draft, steps.paths(draft, step))
    if faults:
        return show_step(request, viewer, draft, step, steps.shown_form(draft, step), faults)
    return redirect(f"{reverse('portal:draft', args=[pk, step])}#files")


def form_of(step: str):
    if step not in STEP_FORMS:
        raise Http404
    return STEP_FORMS[step]


def show_step(request, viewer, draft, step, form, faults=None, *, saved=False) -> HttpResponse:
    places = attachments.places(draft, steps.places(draft, step), faults)
    errors = list_errors(form) if form.is_bound else []
    errors += [steps.file_error(place) for place in places if place.fault]
    at = NAMES.index(step)
    context = {
        "draft": draft, "step": step, "label": STEPS[at][1], "number": at + 1, "count": len(STEPS), "form": mark_names(form),
        "places": places, "errors": errors, "saved": saved, "steps": steps.rail(draft, step), "next_url": steps.after(draft, step),
        "back_url": reverse("portal:draft", args=[draft.pk, NAMES[at - 1]]) if at else "",
    }  # fmt: skip
    return render(request, "portal/draft.html", {**face_of_viewer(viewer), **context})


def filed_meanwhile(request: HttpRequest, draft: Draft) -> HttpResponse:
    messages.warning(request, _("This was filed already; what you typed since is not part of it."))
    return redirect("portal:case", draft.case_id)


# ------------------------------------------------------------------------------------------------ review and filing


@require_http_methods(["GET", "HEAD", "POST"])
@for_filers
def review(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Check your answers; filed from here, once however often it is pressed."""
    draft = get_draft(viewer, pk, to_write=request.method == "POST")
    if draft.case_id:
        return redirect("portal:receipt", draft.case_id)
    refused = ""
    if request.method == "POST":
        try:
            case = filing.file_application(draft, actor=request.user)
            return redirect("portal:receipt", case.pk)
        except Refused as fault:
            refused = str(fault)
    problems = sorted(filing.check(draft), key=lambda problem: NAMES.index(problem.step))
    context = {
        "draft": draft, "problems": [steps.problem_error(draft, problem) for problem in problems], "refused": refused,
        "sections": steps.sections(draft, problems, to_write=may_write(viewer, draft)),
        "steps": steps.rail(draft, ""), "may_write": may_write(viewer, draft),
    }  # fmt: skip
    return render(request, "portal/draft_review.html", {**face_of_viewer(viewer), **context})
