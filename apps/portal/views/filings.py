"""Filing of any kind that can be opened from the portal by one form."""

from __future__ import annotations

from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.pages.forms import FormError, list_errors
from apps.portal import attachments, openings
from apps.portal.access import Viewer, for_parties
from apps.portal.forms import mark_names
from apps.portal.openings import FORM, Opening
from apps.workflow.machine import Refused
from apps.workflow.models import Case, Draft
from apps.workflow.states import all_kinds


@require_http_methods(["GET", "HEAD", "POST"])
@for_parties
def file(request: HttpRequest, viewer: Viewer, name: str) -> HttpResponse:
    """File a case of a kind: insurance, pledge, membership, verification of the organisation."""
    table = next((table for table in all_kinds() if table.name == name), None)
    opening = table and openings.opening_of(table, request.GET.get("move", ""))
    if opening is None:
        raise Http404
    return filing_page(request, viewer, opening, root=root_of(request, viewer))


def root_of(request: HttpRequest, viewer: Viewer) -> Case | None:
    """The case that the new one hangs on: one's own, or a registration, which is public."""
    pk = request.GET.get("root", "")
    if not pk:
        return None
    if not pk.isdecimal():
        raise Http404
    found = Case.objects.visible_to(viewer.user) | Case.objects.filter(kind="registration")
    root = found.filter(pk=int(pk[:18])).first()
    if root is None:
        raise Http404
    return root


def filing_page(
    request: HttpRequest, viewer: Viewer, opening: Opening, *, root: Case | None = None,
    template: str = "portal/file.html", extra: dict | None = None,
) -> HttpResponse:  # fmt: skip
    """Form and papers of an opening; what was typed and handed in stays, whatever was wrong."""
    if not viewer.may_file:
        raise Http404
    if request.method != "POST":
        draft = openings.go_on(opening, viewer, root)
        initial = draft.data.get(FORM, {}) if draft else known(opening, viewer)
        form = opening.bind(draft, viewer.chosen, root, initial=initial)
        return show(request, viewer, opening, form, draft, root, template, extra)
    draft = openings.draft_of(request, opening, viewer, root)
    if draft.case_id:
        return redirect("portal:receipt", draft.case_id)
    faults = attachments.take_in(request, draft, [path for path, _label, _required in opening.papers])
    form = opening.bind(draft, viewer.chosen, root, data=request.POST)
    draft = openings.keep_form(draft, form)
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


def stays(request: HttpRequest) -> bool:
    """A file was handed in or taken off: the page is shown again, and nothing is filed."""
    return "upload" in request.POST or "remove" in request.POST


def known(opening: Opening, viewer: Viewer) -> dict:
    """What the organisation's own row says already about the form's fields."""
    firm = viewer.chosen
    if opening.table.name != "organisation":
        return {}
    known_fields = {field.name: field.value_from_object(firm) for field in firm._meta.concrete_fields}
    return {**known_fields, "e_service": firm.e_service_consent_at is not None}


def show(
    request, viewer, opening, form, draft: Draft | None, root, template, extra, faults=None, refused=""
) -> HttpResponse:
    places = attachments.places(draft, opening.papers, faults)
    errors = list_errors(form) if form.is_bound else []
    errors += [FormError(f"id_{place.field}", str(place.label), str(place.fault)) for place in places if place.fault]
    errors += [FormError("", "", str(refused))] if refused else []
    context = {
        "viewer": viewer, "opening": opening, "form": mark_names(form), "places": places, "errors": errors, "root": root,
        "key": draft.key if draft else uuid4(), "saved": draft is not None, **(extra or {}),
    }  # fmt: skip
    return render(request, template, context)
