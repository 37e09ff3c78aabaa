"""The answer to a correction notice: mended item by item, read once more as a difference, sent once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.pages.forms import FormError
from apps.portal import attachments, corrections
from apps.portal.access import Viewer, for_filers, get_standing
from apps.portal.base import face_of_viewer
from apps.workflow.machine import Offer, Refused, moves_for
from apps.workflow.people import History, Standing


@require_http_methods(["GET", "HEAD", "POST"])
@for_filers
def answer(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The open items, each with the official's note; the rest closed."""
    standing = answering(viewer, pk)
    case = standing.case
    offers = moves_for(case, request.user, standing)
    move = corrections.answering(offers)
    if move is None:
        return nothing_to_answer(request, pk)
    found = corrections.answer_of(move, standing)
    faults: dict = {}
    if request.method == "POST":
        found.keep(request.POST, request.FILES)
        faults = attachments.take_in(request, found.draft, found.file_paths())
        if stays(request) and not faults:
            return redirect("portal:answer", pk)
        if not faults and not found.errors():
            return redirect("portal:answer_review", pk)
    checked = request.method == "POST" or "check" in request.GET
    errors = found.errors() if checked else []
    errors = [FormError(f"id_file_{path}", "", fault) for path, fault in faults.items()] + errors
    context = {
        "case": case, "items": found.opened(checked=checked, faults=faults), "closed": found.closed(), "errors": errors,
        "draft": found.draft, "unlock": unlock_offer(offers), "asked_for": found.asked_for,
    }  # fmt: skip
    return render(request, "portal/answer.html", {**face_of_viewer(viewer), **context})


def answering(viewer: Viewer, pk: int) -> Standing:
    """Where this person stands to the case, with the words of all that happened to it."""
    standing = get_standing(viewer, pk)
    standing.history = History.whole(standing.case)
    return standing


def unlock_offer(offers: list[Offer]) -> Offer | None:
    """The request to change one more item, where this kind and this person have it and none waits."""
    return next((offer for offer in offers if offer.move.name == "ask_unlock" and not offer.refusal), None)


def stays(request: HttpRequest) -> bool:
    return any(name in request.POST for name in ("upload", "remove", "add_row", "row"))


def nothing_to_answer(request: HttpRequest, pk: int) -> HttpResponse:
    messages.info(request, _("There is no correction notice to answer here now."))
    return redirect("portal:case", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_filers
def review(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The answer as a difference; sent from here."""
    standing = answering(viewer, pk)
    case = standing.case
    move = corrections.answering(moves_for(case, request.user, standing))
    if move is None:
        return nothing_to_answer(request, pk)
    found = corrections.answer_of(move, standing)
    if found.errors():
        return redirect("portal:answer", pk)
    refused = ""
    if request.method == "POST":
        try:
            found.send()
        except Refused as fault:
            refused = str(fault)
        else:
            messages.success(request, _("The answer was sent. The office goes on with the examination."))
            return redirect("portal:case", pk)
    context = {"case": case, "changes": found.changes(), "refused": refused, "verb": move.verb}
    return render(request, "portal/answer_review.html", {**face_of_viewer(viewer), **context})
