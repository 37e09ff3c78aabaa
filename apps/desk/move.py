"""A move: what will happen, the letter, the form, and the button again with its verb."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import conditional_escape
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.desk.access import case_or_404, for_officials, standing_of
from apps.desk.reveal import masked
from apps.desk.wording import WordingForm
from apps.examination import findings
from apps.examination.findings import Composed
from apps.pages import preview, story
from apps.pages.changes import item_label
from apps.pages.facts import foreign, plain_facts
from apps.pages.fields import Field
from apps.pages.forms import PortalFormHelper
from apps.pages.templatetags.portal import long_day
from apps.workflow.acts import perform_form
from apps.workflow.forms import CorrectionForm, bind
from apps.workflow.machine import Offer, Refused, moves_for
from apps.workflow.models import Case, Event
from apps.workflow.people import History
from apps.workflow.snapshots import item_of
from apps.workflow.states import ANSWERS, Move, Refusal
from apps.workflow.touch import with_rows

CONFLICT, UNPROCESSABLE = 409, 422
SHOWN = 120  # characters of the record beside an item


class Nothing(forms.Form):
    """The form of a move that asks for nothing."""


def form_of(case: Case, move: Move, data=None, files=None) -> forms.Form:
    form_class = move.form or Nothing
    if issubclass(form_class, CorrectionForm):
        return correction(case, form_class, data)
    return bind(form_class, case, data, files)


def correction(case: Case, form_class: type[CorrectionForm], data=None) -> CorrectionForm:
    """The correction form with what stands in the record under each item, begun from the examiner's findings."""
    items = case.kind_.correction_items(case.row)
    notice = None if data else composed(case, items)
    form = form_class(data, items=items, initial=initial_of(notice))
    form.notice = notice
    shown = masked([Field(label, text) for label, text in plain_facts(case.row)], case.row)
    values = {str(field.label).lower(): field.value for field in shown}
    stands = {item_of(column): values.get(item_label(case, column).lower(), "") for column in case.row.snapshot()}
    for path, _label in form.items:
        field = form.fields[f"note_{path}"]
        field.widget.attrs["placeholder"] = " "
        field.help_text = conditional_escape(foreign(Truncator(stands.get(path, "")).chars(SHOWN)))
    return form


def composed(case: Case, items: list[tuple[str, Any]]) -> Composed | None:
    """The notice that the findings make, where the kind has a checklist."""
    return findings.compose(case, [path for path, _label in items]) if case.kind_.checklist else None


def initial_of(notice: Composed | None) -> dict[str, str]:
    if notice is None:
        return {}
    return {"comment": notice.comment, **{f"note_{path}": text for path, text in notice.notes.items()}}


def begun(form: CorrectionForm, notice: Composed) -> dict[str, Any]:
    """The notice as the form begins with it, as if it had been sent: for its letter."""
    items = [
        {"path": path, "label": str(label), "note": notice.notes[path]}
        for path, label in form.items
        if path in notice.notes
    ]
    return {"items": items, "comment": notice.comment}


def offered(case: Case, request: HttpRequest, slug: str, history: History) -> Offer:
    """The move as it is offered to this person now; one of the table that is not is shown as blocked."""
    move = case.kind_.move(slug)
    if move is None or move.opens:
        raise Http404
    offers = moves_for(case, request.user, standing_of(case, request.user, history))
    found = next((offer for offer in offers if offer.move.name == slug), None)
    return found or Offer(
        move, Refusal("not_offered", _("This step is not possible in the case's present state, or not yours."))
    )


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def move_page(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Show a move before it is made; make it. Whatever is refused keeps what was typed and says why."""
    case = case_or_404(request, pk)
    with_rows([case])
    history = History.whole(case)
    offer = offered(case, request, slug, history)
    if slug in ANSWERS and offer.refusal is None:
        return redirect("portal:answer", pk)
    if request.method != "POST":
        return page(request, case, offer, history, form_of(case, offer.move))
    form, wording = form_of(case, offer.move, request.POST, request.FILES), wording_of(request, case, offer.move)
    if not (form.is_valid() and wording.is_valid()):
        return page(request, case, offer, history, form, wording, status=UNPROCESSABLE)
    if "preview" in request.POST:
        return page(request, case, offer, history, form, wording)
    return make(request, case, offer, form, wording)


def wording_of(request: HttpRequest, case: Case, move: Move) -> WordingForm:
    """The passages of the move's letters, bound to what was typed."""
    letters = preview.letters_of(case, move, request.user, None, preview.coming(case, move))
    return WordingForm(request.POST if request.method == "POST" else None, letters=letters)


def make(request: HttpRequest, case: Case, offer: Offer, form: forms.Form, wording: WordingForm) -> HttpResponse:
    cleaned = {**form.cleaned_data, "letter": wording.wording}
    try:
        event = perform_form(
            case, offer.move.name, actor=request.user, cleaned=cleaned, version=version_of(request),
            key=key_of(request),
        )  # fmt: skip
    except Refused as refused:
        case = case_or_404(request, case.pk)
        history = History.whole(case)
        now = offered(case, request, offer.move.name, history)
        return page(request, case, now, history, form, wording, refused=refused, status=CONFLICT)
    messages.success(request, what_next(event))
    return redirect("desk:case", case.pk)


def version_of(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def key_of(request: HttpRequest) -> str | None:
    """The page's own key, which makes a second press of the button the first one."""
    text = request.POST.get("key", "")
    return f"desk:{request.user.pk}:{text}" if text.isalnum() and len(text) == 32 else None


def what_next(event: Event) -> str:
    """What was done, what happens next, and by when."""
    case = Case.objects.get(pk=event.case_id)
    state = case.state_
    said = _("%(done)s. The case is now: %(state)s.") % {"done": case.kind_.move(event.move).verb, "state": state.label}
    if state.next:
        said += " " + _("Next: %(who)s.") % {"who": state.next}
    if case.due_on:
        said += " " + _("Last day: %(day)s.") % {"day": long_day(case.due_on)}
    return said


def page(
    request: HttpRequest,
    case: Case,
    offer: Offer,
    history: History,
    form: forms.Form,
    wording: WordingForm | None = None,
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    move = offer.move
    limits = preview.coming(case, move)
    cleaned = form.cleaned_data if form.is_bound and form.is_valid() else None
    has_items = isinstance(form, CorrectionForm)
    notice = form.notice or composed(case, form.items) if has_items else None
    if notice and notice.notes and not form.is_bound:
        cleaned = begun(form, notice)
    words = wording.wording if wording and wording.is_valid() else None
    possible = refused is None or offer.refusal is None
    letters = preview.letters_of(case, move, request.user, cleaned, limits, words) if possible else []
    context = {
        "case": case,
        "state": case.state_,
        "target": case.kind_.state(move.target) if move.target else None,
        "move": move,
        "refusal": refused or offer.refusal,
        "blocked": offer.refusal is not None,
        "form": form,
        "helper": PortalFormHelper(form),
        "has_items": has_items,
        "notice": notice,
        "limits": limits,
        "letters": letters,
        "readers": sum(len(letter.recipients) for letter in letters),
        "wording": wording or WordingForm(letters=letters),
        "face": preview.face_of(case, move),
        "entries": story.last_act(case, history.acts),
        "version": case.version,
        "key": request.POST.get("key") or uuid4().hex,
    }
    return render(request, "desk/move.html", context, status=status)
