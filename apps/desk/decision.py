"""The decision sheet: one screen with the request, the findings, the changes, the proposal, the letter, two buttons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.desk.access import case_or_404, for_officials, standing_of
from apps.desk.case import form_tab
from apps.desk.filed import changed_items
from apps.desk.move import form_of
from apps.examination import findings
from apps.pages import preview, touched
from apps.pages.due import due_of
from apps.pages.facts import foreign
from apps.pages.limits import limits
from apps.pages.story import details, sentence
from apps.workflow.machine import WEIGHTY, Offer, moves_for
from apps.workflow.models import Case, Event, Interest
from apps.workflow.people import History
from apps.workflow.states import Move
from apps.workflow.touch import with_rows

BECAUSE = {
    "file": gettext_lazy("filed it"),
    "enter": gettext_lazy("entered it for the applicant"),
    "examine": gettext_lazy("examined it"),
    "review": gettext_lazy("reviewed it"),
    "decide": gettext_lazy("decided it before"),
}
HEAD = 8
"""Items of the form that the sheet shows; the rest is behind a disclosure."""


@dataclass(frozen=True)
class Choice:
    """A decision as the sheet offers it: its own questions besides the remark, and the letters as they will go out."""

    offer: Offer
    form: forms.Form
    letters: list[preview.Letter]

    @property
    def questions(self) -> list[forms.BoundField]:
        return [field for field in self.form if field.name != "comment"]

    @property
    def needs_reason(self) -> bool:
        return "comment" in self.form.fields and self.form.fields["comment"].required


@dataclass(frozen=True)
class Proposal:
    """What the examiner proposed: by whom, in which words, with what besides the remark."""

    event: Event
    sentence: Any
    words: Any
    details: list[Any]


@for_officials
@require_safe
def decision_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is needed to decide a case; the buttons make the moves that are made everywhere else."""
    case = case_or_404(request, pk)
    with_rows([case])
    history = History.whole(case)
    standing = standing_of(case, request.user, history)
    offers = [offer for offer in moves_for(case, request.user, standing) if offer.move.tag == "decide"]
    readers: preview.Readers = {}
    choices = [choice(request, case, offer, readers) for offer in offers]
    events = history.events
    form = form_tab(case)
    open_limits = limits(case)
    context = {
        "case": case, "state": case.state_, "choices": choices,
        "possible": [each for each in choices if each.offer.refusal is None], "key": uuid4().hex,
        "reason_for": [each.offer.move.verb for each in choices if each.needs_reason],
        "due": next((due_of(row.clock) for row in open_limits if row.clock.due_on), None),
        "items": findings.items_of(case), "changes": changed_items(case, events), "proposal": proposal(case, events),
        "barred": barred(case, [offer.move for offer in offers], events), "fields": form["fields"][:HEAD],
        "rest": form["fields"][HEAD:], "parties": form["parties"], "version": case.version,
        "touched": touched.of_case(case, request.user),
    }  # fmt: skip
    return render(request, "desk/decision.html", context)


def choice(request: HttpRequest, case: Case, offer: Offer, readers: preview.Readers) -> Choice:
    form = form_of(case, offer.move)
    form.auto_id = f"id_{offer.move.name}_%s"
    coming = preview.coming(case, offer.move)
    return Choice(offer, form, preview.letters_of(case, offer.move, request.user, None, coming, known=readers))


def proposal(case: Case, events: Iterable[Event]) -> Proposal | None:
    """The last standing act of the examination."""
    events = list(events)
    struck = {event.rectifies_id for event in events}
    last = next((e for e in reversed(events) if e.tag in findings.EXAMINING and e.pk not in struck), None)
    if last is None:
        return None
    return Proposal(last, sentence(case, last), proposed(case, last), details(case, last))


def proposed(case: Case, event: Event) -> Any:
    """The choices of the move's form as words, such as the decision proposed."""
    move = case.kind_.move(event.move)
    fields = move.form.base_fields if move and move.form else {}
    chosen = [
        str(dict(field.choices).get(event.data[name], event.data[name]))
        for name, field in fields.items()
        if isinstance(field, forms.ChoiceField) and isinstance(event.data.get(name), str)
    ]
    return ", ".join(chosen)


def barred(case: Case, moves: list[Move], events: Iterable[Event]) -> list[str]:
    """Who may not decide this case, and why: four eyes, who filed or entered it, declared interests."""
    events = list(events)
    struck = {event.rectifies_id for event in events}
    tags = {tag for move in moves for tag in (*move.barred, *(("file", "enter") if move.tag in WEIGHTY else ()))}
    found: dict[str, Any] = {}
    for event in events:
        if event.tag in tags and event.actor_name and event.pk not in struck:
            found.setdefault(event.actor_name, BECAUSE.get(event.tag, event.tag))
    if case.entered_by and "enter" in tags:
        found.setdefault(case.entered_by.full_name, BECAUSE["enter"])
    interests = Interest.objects.filter(organisation=case.organisation_id, ended_at__isnull=True) if moves else ()
    for interest in interests.select_related("user") if moves else ():
        found.setdefault(interest.user.full_name, _("declared an interest"))
    return [foreign(f"{name}: {why}") for name, why in found.items()]
