"""The application as a draft: one step a page, saved by itself, reviewed, filed once."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.applications import filing
from apps.applications.forms import STEP_FORMS, STEPS
from apps.applications.reasons import reasons_of_year
from apps.evidence.models import Deposit
from apps.pages.forms import list_errors
from apps.portal import attachments, own_drafts, steps
from apps.portal.access import Viewer, drafts_seen_by, for_filers, for_parties, get_case, get_draft, may_write
from apps.portal.base import face_of_viewer
from apps.portal.forms import mark_names
from apps.rules.clock import legal_today
from apps.verifications.helping import helpers
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
    viewer.must_cover(filing.KIND)
    if request.method == "POST":
        found = found_draft(viewer)
        draft = drafts.begin(filing.KIND, by=request.user, organisation=viewer.chosen)
        if found is not None and (request.POST.get("copy") or request.POST.get("deposit")):
            messages.info(request, _("You have a draft already, and here it is. File or delete it to begin another."))
        elif found is None:
            start_with(draft, request.POST.get("deposit", ""))
            copy_from(viewer, draft, request.POST.get("copy", ""))
        return redirect("portal:draft", draft.pk, NAMES[0])
    context = {
        "viewer": viewer, "found": found_draft(viewer), "deposit": request.GET.get("deposit", ""),
        "copyable": own_drafts.copyable(viewer),
    }  # fmt: skip
    return render(request, "portal/draft_new.html", context)


def found_draft(viewer: Viewer) -> Draft | None:
    rows = drafts_seen_by(viewer).filter(kind=filing.KIND, organisation=viewer.chosen, created_by=viewer.user)
    return rows.filter(case__isnull=True, discarded_at__isnull=True).order_by("-updated_at").first()


def copy_from(viewer: Viewer, draft: Draft, pk: str) -> None:
    """A new draft takes over the values of an application of one's own; Http404 for any other."""
    if not pk:
        return
    case = get_case(viewer, int(pk[:18])) if pk.isdecimal() else None
    if case is None or case.kind != filing.KIND or case.organisation_id != draft.organisation_id:
        raise Http404
    drafts.save(draft, {**filing.copied(case), "copied_from": {"number": case.number}})


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
    if draft.discarded_at:
        return over_meanwhile(request, draft)
    untouched = next((name for name in NAMES if name not in draft.data), None)
    if untouched is None or not may_write(viewer, draft):
        return redirect("portal:draft_review", pk)
    return redirect("portal:draft", pk, untouched)


@require_safe
@for_parties
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What lies unfiled, with its age, and what was deleted lately."""
    days = own_drafts.back_days()
    context = {
        "viewer": viewer, "drafts": own_drafts.lying(viewer),
        "discarded": own_drafts.lying(viewer, deleted_within=days), "days": days,
    }  # fmt: skip
    return render(request, "portal/drafts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_filers
def discard(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Asks before a draft is deleted, and offers to bring it back."""
    draft = get_draft(viewer, pk)
    if draft.case_id or drafts.is_answer(draft):
        raise Http404
    if request.method == "POST":
        drafts.discard(draft)
        messages.success(request, _("The draft was deleted. It can be brought back from the list of drafts."))
        return redirect("desk:enter" if viewer.user.is_official else "portal:drafts")
    files = attachments.files_of(draft).count()
    context = {"draft": draft, "title": own_drafts.title_of(draft), "files": files, "days": own_drafts.back_days()}
    return render(request, "portal/draft_discard.html", {**face_of_viewer(viewer), **context})


@require_POST
@for_filers
def bring_back(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A deleted draft is there again."""
    draft = get_draft(viewer, pk)
    if draft.case_id:
        raise Http404
    drafts.bring_back(draft)
    messages.success(request, _("The draft is back."))
    return redirect("desk:enter" if viewer.user.is_official else "portal:drafts")


# ------------------------------------------------------------------------------------------------ one step


STAYING = ("add_row", "row", "remove", "upload")
"""Buttons that change rows and files: the step is kept and shown again."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_filers
def step(request: HttpRequest, viewer: Viewer, pk: int, step: str) -> HttpResponse:
    """One step: shown as it was typed; sent, it is kept whether right or wrong, and the next one follows when right."""
    draft = get_draft(viewer, pk)
    form_class = form_of(step)
    if draft.case_id or draft.discarded_at:
        return over_meanwhile(request, draft)
    if request.method != "POST":
        form = steps.shown_form(draft, step, checked="check" in request.GET)
        missing = missing_here(draft, step) if "check" in request.GET else None
        return show_step(request, viewer, draft, step, form, missing)
    form = form_class(request.POST, organisation=draft.organisation)
    attachments.hang_proofs(form, attachments.files_of(draft))
    try:
        draft = filing.save_step(draft, step, form, **window_of(request))
    except Refused as refused:
        return refused_step(request, viewer, pk, step, form, refused)
    faults = attachments.take_in(request, draft, steps.paths(draft, step))
    if any(name in request.POST for name in STAYING) and not faults:
        return redirect(f"{request.path}{anchor(request)}")
    faults = {**unproven(draft, step), **faults}
    if faults or not form.is_valid():
        return show_step(request, viewer, draft, step, form, faults, saved=True)
    return redirect(steps.after(draft, step, request.POST.get("then", "")))


def anchor(request: HttpRequest) -> str:
    """Back to the table or the files that the button belongs to."""
    table = request.POST.get("add_row") or request.POST.get("row", "").partition(":")[0]
    return f"#id_{table}" if table else "#files"


def missing_here(draft: Draft, step: str) -> dict:
    return {
        problem.field: problem.sentence for problem in filing.missing_files(draft) if problem.step == step
    }  # fmt: skip


def unproven(draft: Draft, step: str) -> dict:
    """A source without its proof is told at once: its place stands in its row."""
    return missing_here(draft, step) if step == attachments.ROWS else {}


@require_POST
@for_filers
def save(request: HttpRequest, viewer: Viewer, pk: int, step: str) -> HttpResponse:
    """The form saves itself: 204 when kept, for the sources 200 with a note on the term; 409 with a sentence when it was
    filed or deleted meanwhile."""
    draft = get_draft(viewer, pk)
    form = form_of(step)(request.POST, organisation=draft.organisation)
    attachments.hang_proofs(form, attachments.files_of(draft))
    try:
        draft = filing.save_step(draft, step, form, **window_of(request))
    except Refused as refused:
        return HttpResponse(str(refused), status=409, content_type="text/plain; charset=utf-8")
    if step == attachments.ROWS:
        return JsonResponse({"note": filing.term_note(draft)})
    return HttpResponse(status=204)


@require_POST
@for_filers
def files(request: HttpRequest, viewer: Viewer, pk: int, step: str) -> HttpResponse:
    """A file handed in or taken off: what is typed on the page is kept with it."""
    draft = get_draft(viewer, pk)
    form = form_of(step)(request.POST, organisation=draft.organisation)
    attachments.hang_proofs(form, attachments.files_of(draft))
    try:
        draft = filing.save_step(draft, step, form, **window_of(request))
    except Refused as refused:
        return refused_step(request, viewer, pk, step, form, refused)
    faults = attachments.take_in(request, draft, steps.paths(draft, step))
    if faults:
        return show_step(request, viewer, draft, step, steps.shown_form(draft, step), faults)
    return redirect(f"{reverse('portal:draft', args=[pk, step])}#files")


def window_of(request: HttpRequest) -> dict[str, str]:
    """Which page sends, and what it showed before anybody typed."""
    return {name: request.POST.get(name, "") for name in ("seen", "window")}


def refused_step(request: HttpRequest, viewer: Viewer, pk: int, step: str, form, refused: Refused) -> HttpResponse:
    """A step that could not be kept. Where another window was faster, its words stand above those typed here, files are
    taken in, and the next press saves."""
    draft = get_draft(viewer, pk)
    if refused.code != filing.CHANGED:
        return over_meanwhile(request, draft)
    faults = attachments.take_in(request, draft, steps.paths(draft, step))
    attachments.hang_proofs(form, attachments.files_of(draft))
    response = show_step(request, viewer, draft, step, form, faults, changed=refused.sentence)
    response.status_code = 409
    return response


def form_of(step: str):
    if step not in STEP_FORMS:
        raise Http404
    return STEP_FORMS[step]


def show_step(request, viewer, draft, step, form, faults=None, *, saved=False, changed="") -> HttpResponse:
    rows = list(attachments.files_of(draft))
    attachments.hang_proofs(form, rows, faults)
    places = attachments.places(rows, steps.places(draft, step), faults)
    errors = list_errors(form) if form.is_bound else []
    errors += steps.file_errors(draft, step, faults or {})
    at = NAMES.index(step)
    context = {
        "draft": draft, "step": step, "label": STEPS[at][1], "number": at + 1, "count": len(STEPS), "form": mark_names(form),
        "places": places, "errors": errors, "saved": saved, "steps": steps.rail(draft, step), "next_url": steps.after(draft, step),
        "back_url": reverse("portal:draft", args=[draft.pk, NAMES[at - 1]]) if at else "",
        "helpers": None if viewer.user.is_official else helpers(draft, viewer.user),
        "may_invite": draft.organisation_id in viewer.filing,
        "term_note": filing.term_note(draft) if step == attachments.ROWS else "",
        "seen": filing.mark_of(draft, step), "window": uuid4(), "changed": changed,
        "others": steps.kept_otherwise(draft, form, step) if changed else [],
    }  # fmt: skip
    return render(request, "portal/draft.html", {**face_of_viewer(viewer), **context})


def over_meanwhile(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What is typed into a draft that was filed or deleted meanwhile, in another window or by a colleague."""
    if draft.case_id:
        messages.warning(request, _("This was filed already; what you typed since is not part of it."))
        return redirect("portal:case", draft.case_id)
    messages.warning(request, _("This draft was deleted. Bring it back from the list of drafts to go on with it."))
    return redirect("portal:drafts")


# ------------------------------------------------------------------------------------------------ review and filing


@require_http_methods(["GET", "HEAD", "POST"])
@for_filers
def review(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Check your answers; filed from here, once however often it is pressed."""
    draft = get_draft(viewer, pk, to_write=request.method == "POST")
    if draft.case_id:
        return filed_already(request, draft)
    if draft.discarded_at:
        return over_meanwhile(request, draft)
    refused = ""
    if request.method == "POST":
        try:
            case = filing.file_application(draft, actor=request.user, seen=request.POST.get("seen", ""))
            return redirect("portal:receipt", case.pk)
        except Refused as fault:
            refused = str(fault)
            draft = get_draft(viewer, pk)
    return show_review(request, viewer, draft, refused)


def filed_already(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Pressed again after it was filed: the same receipt, told clearly where the page that was read is another one."""
    seen = request.POST.get("seen", "")
    if seen and seen != filing.fingerprint(draft):
        messages.warning(
            request,
            _("This was filed already, from another window and with other words, as %(number)s. What you changed since is not part of it.")
            % {"number": draft.case.number},
        )  # fmt: skip
    elif request.method == "POST":
        messages.info(request, _("This was filed already as %(number)s, once.") % {"number": draft.case.number})
    return redirect("portal:receipt", draft.case_id)


def show_review(request: HttpRequest, viewer: Viewer, draft: Draft, refused: str) -> HttpResponse:
    found, doubts = filing.look(draft)
    problems = sorted(found, key=lambda problem: NAMES.index(problem.step))
    context = {
        "draft": draft, "problems": [steps.problem_error(draft, problem) for problem in problems], "refused": refused,
        "doubts": [steps.problem_error(draft, doubt) for doubt in doubts], "reasons": reasons_of_year(legal_today()),
        "year": legal_today().year, "seen": filing.fingerprint(draft),
        "sections": steps.sections(draft, problems, to_write=may_write(viewer, draft)),
        "steps": steps.rail(draft, ""), "may_write": may_write(viewer, draft),
    }  # fmt: skip
    return render(request, "portal/draft_review.html", {**face_of_viewer(viewer), **context})
