"""Filing of any kind that can be opened from the portal by one form."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.applications.filing import raw
from apps.pages import touched
from apps.pages.following import opens_to
from apps.pages.forms import FormError, list_errors
from apps.portal import attachments, openings
from apps.portal.access import Viewer, for_filers, get_case
from apps.portal.base import face_of_viewer
from apps.portal.forms import mark_names
from apps.portal.openings import FORM, Opening
from apps.workflow.forms import FilingForm
from apps.workflow.machine import Refused
from apps.workflow.models import Case, Draft
from apps.workflow.states import all_kinds
from apps.workflow.touch import notes_on


@require_http_methods(["GET", "HEAD", "POST"])
@for_filers
def file(request: HttpRequest, viewer: Viewer, name: str) -> HttpResponse:
    """File a case of a kind: insurance, pledge, membership, verification of the organisation. An official enters one for
    the holder of a right, or one of the office's own, on the right that is the root."""
    table = next((table for table in all_kinds() if table.name == name), None)
    opening = table and openings.opening_of(table, request.GET.get("move", ""))
    if opening is None:
        raise Http404
    root = root_of(request, viewer)
    if viewer.user.is_official:
        viewer = entering(viewer, opening, root)
    return filing_page(request, viewer, opening, root=root)


def entering(viewer: Viewer, opening: Opening, root: Case | None) -> Viewer:
    """An official at a right that he may read, with a filing that is open to his role; anything else is 404."""
    if root is None or not opens_to(opening.move, viewer.user, root, None) or not opening.table.rests_on:
        raise Http404
    get_case(viewer, root.pk)
    return replace(viewer, chosen=root.organisation)


def root_of(request: HttpRequest, viewer: Viewer) -> Case | None:
    """The case that the new one hangs on: one's own, or a registration, which is public."""
    pk = request.GET.get("root", "")
    if not pk:
        return None
    if not pk.isdecimal():
        raise Http404
    public = {table.rests_on for table in all_kinds()} - {""}
    found = Case.objects.visible_to(viewer.user) | Case.objects.filter(kind__in=public)
    root = found.filter(pk=int(pk[:18])).first()
    if root is None:
        raise Http404
    return root


def filing_page(
    request: HttpRequest, viewer: Viewer, opening: Opening, *, root: Case | None = None,
    template: str = "portal/file.html", extra: dict | None = None,
) -> HttpResponse:  # fmt: skip
    """Form and papers of an opening; what was typed and handed in stays, whatever was wrong."""
    if not (viewer.may_file or viewer.user.is_official or opening.for_anybody):
        raise Http404
    viewer.must_cover(opening.table.name)
    if request.method != "POST":
        draft = openings.go_on(opening, viewer, root)
        initial = draft.data.get(FORM, {}) if draft else known(opening, viewer, root)
        form = opening.bind(draft, viewer.chosen, root, initial=initial)
        return show(request, viewer, opening, form, draft, root, template, extra)
    if for_another(request, viewer):
        return opened_for_another(request, viewer, opening, root, template, extra)
    draft = openings.draft_of(request, opening, viewer, root)
    if draft.case_id:
        return sent_again(request, viewer, opening, draft, root, template, extra)
    faults = attachments.take_in(request, draft, [path for path, _label, _required in opening.papers])
    if not stays(request):
        faults = {**missing(opening, draft), **faults}
    form = opening.bind(draft, viewer.chosen, root, data=request.POST)
    try:
        draft = openings.keep_form(draft, form)
    except Refused as fault:  # filed or deleted meanwhile, in another window
        draft.refresh_from_db()
        if draft.case_id:
            return sent_again(request, viewer, opening, draft, root, template, extra)
        return unkept(request, viewer, opening, form, root, template, extra, fault.sentence)
    refused = ""
    if stays(request) or faults or not form.is_valid():
        if stays(request) and not faults:
            form = opening.bind(draft, viewer.chosen, root, initial=draft.data[FORM])
    else:
        try:
            case = openings.file_draft(opening, draft, form.cleaned_data, actor=request.user)
            return redirect("portal:receipt", case.pk)
        except Refused as fault:
            refused = fault.sentence
    return show(request, viewer, opening, form, draft, root, template, extra, faults, refused)


def missing(opening: Opening, draft: Draft) -> dict[str, str]:
    """A sentence for each paper that must be attached and is not."""
    needed = [path for path, _label, required in opening.papers if required]
    if not needed:
        return {}
    present = set(attachments.files_of(draft).values_list("path", flat=True))
    return {path: _("Attach this file.") for path in needed if path not in present}


def sent_again(request, viewer: Viewer, opening: Opening, draft: Draft, root, template, extra) -> HttpResponse:
    """A page sent again after it was filed: the same words lead to the same receipt; other words are told that they were
    not filed, and stay in the page, under a key of their own."""
    form = opening.bind(None, viewer.chosen, root, data=request.POST)
    if raw(form) == draft.data.get(FORM) and not request.FILES:
        messages.info(
            request, _("This was filed already as %(number)s, once.") % {"number": draft.case.number or draft.case_id}
        )
        return redirect("portal:receipt", draft.case_id)
    told = _(
        "This page was filed already as %(number)s, with other words. What stands here now is not filed; send it again if you want it as a matter of its own."
    )
    refused = told % {"number": draft.case.number or draft.case_id}
    return unkept(request, viewer, opening, form, root, template, extra, refused)


def for_another(request: HttpRequest, viewer: Viewer) -> bool:
    """The page was opened for one organisation, and in another window another one was chosen since."""
    firm = request.POST.get("firm")
    return firm is not None and firm != (str(viewer.chosen.pk) if viewer.chosen else "")


def opened_for_another(request, viewer: Viewer, opening: Opening, root, template, extra) -> HttpResponse:
    """Nothing is filed for the one that was not meant; what was typed stays, and the next press is for the chosen one."""
    firm = next((each for each in viewer.choices if str(each.pk) == request.POST["firm"]), None)
    told = _(
        "This page was opened for %(before)s, and you have chosen %(now)s since. Nothing was filed: choose again, or send it for the one chosen now."
    )
    names = {"before": firm or "—", "now": viewer.chosen or "—"}
    form = opening.bind(None, viewer.chosen, root, data=request.POST)
    return unkept(request, viewer, opening, form, root, template, extra, told % names)


def unkept(request, viewer: Viewer, opening: Opening, form, root, template, extra, refused) -> HttpResponse:
    """The page again with what was typed, under a key of its own, and why nothing was kept."""
    response = show(request, viewer, opening, form, None, root, template, extra, None, refused)
    response.status_code = 409
    return response


def stays(request: HttpRequest) -> bool:
    """A file was handed in or taken off: the page is shown again, and nothing is filed."""
    return any(name in request.POST for name in ("upload", "remove", "add_row", "row"))


def known(opening: Opening, viewer: Viewer, root: Case | None) -> dict:
    """What the organisation's own row says already about the form's fields."""
    if viewer.chosen is None or not issubclass(opening.form, FilingForm):
        return {}
    return opening.form.known_of(viewer.chosen, root)


def show(
    request, viewer, opening, form, draft: Draft | None, root, template, extra, faults=None, refused=""
) -> HttpResponse:
    rows = attachments.files_of(draft) if draft is not None and opening.papers else ()
    places = attachments.places(rows, opening.papers, faults)
    errors = list_errors(form) if form.is_bound else []
    errors += [FormError(f"id_{place.field}", str(place.label), str(place.fault)) for place in places if place.fault]
    errors += [FormError("", "", str(refused))] if refused else []
    context = {
        "viewer": viewer, "opening": opening, "form": mark_names(form), "places": places, "errors": errors, "root": root,
        "key": draft.key if draft else uuid4(), "saved": draft is not None,
        "touched": touched.of_filing(opening.table, root, request.user), "notes": notes_on(root, request.user) if root else [], **(extra or {}),
    }  # fmt: skip
    return render(request, template, {**face_of_viewer(viewer), **context})
