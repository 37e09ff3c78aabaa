"""One case as its parties see it: where it stands, what is next, the moves that are theirs, letters and files."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.applications import province_import
from apps.applications.filing import files_of_case
from apps.certificates.models import Registration
from apps.outbox.models import Letter
from apps.outbox.texts import show
from apps.pages import preview, touched
from apps.pages.following import asks_on
from apps.pages.forms import FormError, list_errors
from apps.pages.limits import limits
from apps.pages.papers import send, send_all
from apps.pages.province import province_fields
from apps.portal import openings, shown
from apps.portal.access import Viewer, for_filers, for_parties, get_case, get_document, get_standing
from apps.portal.waiting import move_url
from apps.workflow.acts import perform_form
from apps.workflow.documents import of_parties
from apps.workflow.forms import CommentForm, CorrectionForm, bind
from apps.workflow.machine import Offer, Refused, moves_for
from apps.workflow.models import Basis, Case
from apps.workflow.people import History, Standing

ENTER_NUMBER = "enter_number"


@require_safe
@for_filers
def case(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A case; an official who followed a letter's link is led to the desk's page of it."""
    if viewer.user.is_official:
        return to_the_desk(viewer, pk)
    standing = get_standing(viewer, pk)
    found = standing.case
    events = shown.events_of(found, viewer)
    standing.history = History(found, events)
    offers, roles = moves_for(found, viewer.user, standing), standing.party_roles
    letters = show(Letter.objects.for_user(viewer.user).filter(case_pk=pk)[:20])
    context = {
        "viewer": viewer, "case": found, "state": found.state_, "limits": limits(found),
        "hung": openings.hung_on(found, roles) if viewer.may_file else [], "offers": [linked(found, offer) for offer in offers], "letters": letters,
        "fields": shown.filed_form(found, roles), "documents": shown.papers(found),
        "province_note": province_import.notes([found]).get(pk, ""),
        "entries": shown.story(found, events), "family": family(viewer, found),
        "touched": touched.of_case(found, viewer.user),
        "asks": asks_on(found, viewer.user, viewer.chosen if viewer.may_file else None),
    }  # fmt: skip
    return render(request, "portal/case.html", context)


def to_the_desk(viewer: Viewer, pk: int) -> HttpResponse:
    get_case(viewer, pk)
    try:
        return redirect("desk:case", pk)
    except NoReverseMatch as fault:
        raise Http404 from fault


def linked(case: Case, offer: Offer) -> dict:
    return {"move": offer.move, "refusal": offer.refusal, "url": move_url(case, offer.move.name)}


def family(viewer: Viewer, case: Case) -> list[Case]:
    """The case this one hangs on, those that hang on it, and the registration it became."""
    cases, bases, rights = Case.objects.order_by(), Basis.objects.order_by(), Registration.objects.order_by()
    near = cases.filter(pk=case.root_id).values("pk").union(
        cases.filter(root=case).values("pk"), bases.filter(case=case).values("on"), bases.filter(on=case).values("case"),
        rights.filter(origin=case).values("case"), rights.filter(case=case).values("origin"),
    )  # fmt: skip
    own = Case.objects.visible_to(viewer.user).filter(pk__in=near)
    return list(own.order_by("filed_at", "pk")[:50])


@require_safe
@for_filers
def receipt(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """What was filed, under which number, what happens next and by when."""
    found = get_case(viewer, pk)
    first = next((limit for limit in limits(found) if limit.clock.due_on), None)
    face = "desk" if viewer.user.is_official else "portal"
    context = {
        "viewer": viewer, "case": found, "state": found.state_, "due_on": first and first.clock.due_on, "frame": f"{face}/base.html",
        "case_url": "" if viewer.user.is_official else reverse("portal:case", args=[pk]),
    }  # fmt: skip
    return render(request, "portal/receipt.html", context)


# ------------------------------------------------------------------------------------------------ moves


@require_http_methods(["GET", "HEAD", "POST"])
@for_parties
def move(request: HttpRequest, viewer: Viewer, pk: int, move: str) -> HttpResponse:
    """One move: what it does, its form, and its button. Refused in a sentence, nothing typed is lost."""
    standing = get_standing(viewer, pk)
    found = standing.case
    row = found.kind_.move(move)
    if row is None or row.opens:
        raise Http404
    if request.method == "POST":
        return make_move(request, viewer, standing, row)
    offer = offered(standing, move)
    if offer is None:
        messages.info(request, _("This step is not possible now: the case has moved on, or it is not yours to take."))
        return redirect("portal:case", pk)
    refused = offer.refusal and offer.refusal.sentence
    return show_move(request, viewer, standing, row, form_of(row, found), refused=refused)


def offered(standing: Standing, move: str) -> Offer | None:
    offers = moves_for(standing.case, standing.actor, standing)
    return next((offer for offer in offers if offer.move.name == move), None)


def form_of(move, case: Case, data=None, files=None) -> forms.Form:
    """The move's form; a correction that a party asks for, as an exchange does, names the items of the answer's form."""
    form = move.form or CommentForm
    if issubclass(form, CorrectionForm):
        return form(data, items=case.kind_.correction_items(case.row))
    return bind(form, case, data, files)


def make_move(request: HttpRequest, viewer: Viewer, standing: Standing, move) -> HttpResponse:
    case = standing.case
    form = form_of(move, case, request.POST, request.FILES)
    if not form.is_valid():
        return show_move(request, viewer, standing, move, form)
    version = request.POST.get("version", "")
    try:
        perform_form(
            case, move.name, actor=request.user, cleaned=form.cleaned_data, key=f"portal:{request.POST.get('key', '')[:40]}",
            version=int(version) if version.isdecimal() else None,
        )  # fmt: skip
    except Refused as refused:
        return show_move(request, viewer, standing, move, form, refused=refused.sentence)
    messages.success(request, _("Done: %(verb)s.") % {"verb": move.verb})
    return redirect("portal:case", case.pk)


def show_move(request, viewer, standing: Standing, move, form, *, refused="") -> HttpResponse:
    case = standing.case
    errors = list_errors(form) if form.is_bound else []
    errors += [FormError("", "", str(refused))] if refused else []
    context = {
        "viewer": viewer, "case": case, "move": move, "form": form, "errors": errors, "refused": refused,
        "target": case.kind_.state(move.target) if move.target else None, "key": request.POST.get("key") or uuid4().hex,
        "letters": [] if refused else own_letters(request, standing, move, form),
    }  # fmt: skip
    return render(request, "portal/move.html", context)


def own_letters(request: HttpRequest, standing: Standing, move, form: forms.Form) -> list[preview.Letter]:
    """The letters of the move that come to this person's own side, as they will be sent, in the own language."""
    case, roles = standing.case, standing.party_roles
    cleaned = form.cleaned_data if form.is_bound and form.is_valid() else None
    letters = preview.letters_of(case, move, request.user, cleaned, preview.coming(case, move))
    own = [letter for letter in letters if not roles.isdisjoint(letter.roles)]
    return [letter for letter in own if letter.language == request.user.language] or own


# ------------------------------------------------------------------------------------------------ province, files


@require_safe
@for_parties
def province(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Every item as the province's form asks for it, the files as one ZIP, and the number to paste back."""
    standing = province_case(viewer, pk)
    found = standing.case
    row = found.kind_.move(ENTER_NUMBER)
    offer = offered(standing, ENTER_NUMBER)
    context = {
        "viewer": viewer, "case": found, "fields": province_fields(found.row), "documents": shown.papers(found),
        "form": row.form() if offer else None, "refused": offer.refusal if offer else None, "key": uuid4().hex,
    }  # fmt: skip
    return render(request, "portal/province.html", context)


@require_safe
@for_parties
def province_files(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """All files of the application in one ZIP."""
    found = province_case(viewer, pk).case
    return send_all(of_parties(files_of_case(found)), f"{found.number or found.pk}.zip")


def province_case(viewer: Viewer, pk: int) -> Standing:
    """Where this person stands to a case of the provincial track; Http404 for one that is never filed with the province."""
    standing = get_standing(viewer, pk)
    if standing.case.track != "provincial" or standing.case.kind_.move(ENTER_NUMBER) is None:
        raise Http404
    return standing


@require_safe
@for_filers
def document(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A file for those who may read its case or its draft."""
    return send(get_document(viewer, pk))
