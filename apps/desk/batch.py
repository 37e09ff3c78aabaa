"""One move for many cases, each by itself: its own transaction, its own result."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.desk.access import for_officials
from apps.desk.move import Nothing
from apps.desk.queue import Line, line, lines
from apps.pages import preview
from apps.pages.forms import PortalFormHelper
from apps.workflow.acts import perform_form
from apps.workflow.duty import standings_to
from apps.workflow.forms import CorrectionForm
from apps.workflow.machine import Offer, Refused, moves_for
from apps.workflow.models import Case
from apps.workflow.states import Move, kind

MOST = 100
UNPROCESSABLE = 422


@dataclass(frozen=True)
class Choosable:
    """A move that several of the chosen cases admit, and for how many it is possible."""

    name: str
    kind: Any
    move: Move
    possible: int


@dataclass(frozen=True)
class Result:
    """What became of one case: done, or the sentence with which it was refused."""

    line: Line
    done: bool
    sentence: Any = ""


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest) -> HttpResponse:
    """Choose a move for the cases in the address, fill its form once, read what became of each."""
    sent = request.POST if request.method == "POST" else request.GET
    cases, too_many = chosen(sent.getlist("case"), request.user)
    standings = standings_to(cases, request.user)
    offers = {case.pk: moves_for(case, request.user, standings[case.pk]) for case in cases}
    choosable = choosable_of(cases, offers)
    picked = picked_of(sent.get("move", ""), cases, choosable)
    context: dict[str, Any] = {
        "lines": lines(cases), "too_many": too_many, "most": MOST, "choosable": choosable,
        "picked": picked, "key": sent.get("key", "") if len(sent.get("key", "")) == 32 else uuid4().hex,
    }  # fmt: skip
    if picked is None:
        return render(request, "desk/batch.html", context)
    form = (picked.move.form or Nothing)(request.POST if request.method == "POST" else None)
    context.update(
        form=form,
        helper=PortalFormHelper(form),
        rows=rows_of(cases, offers, picked),
        letters=letters(request, cases, offers, picked),
    )
    if request.method != "POST" or not form.is_valid():
        return render(request, "desk/batch.html", context, status=UNPROCESSABLE if form.is_bound else 200)
    results = [make(request, case, picked, form.cleaned_data, context["key"]) for case in cases]
    results.sort(key=lambda result: result.done)  # what is left to do first
    done = sum(result.done for result in results)
    return render(request, "desk/batch_results.html", {**context, "results": results, "done": done})


def chosen(values: list[str], user: User) -> tuple[list[Case], bool]:
    """The cases that were ticked and may be seen, in their order, a hundred at the utmost."""
    wanted = list(dict.fromkeys(int(value) for value in values if value.isdecimal() and len(value) < 19))
    seen = Case.objects.visible_to(user).select_related("organisation", "assigned_to").in_bulk(wanted[:MOST])
    return [seen[pk] for pk in wanted[:MOST] if pk in seen], len(wanted) > MOST


def choosable_of(cases: list[Case], offers: dict[int, list[Offer]]) -> list[Choosable]:
    """The moves of the chosen cases that ask nothing about the single case, the most widely possible first."""
    counts: Counter[tuple[str, str]] = Counter()
    for case in cases:
        for offer in offers[case.pk]:
            if offer.refusal is None and fits(offer.move):
                counts[case.kind, offer.move.name] += 1
    return [
        Choosable(f"{kind_name}:{move}", kind(kind_name).label, kind(kind_name).move(move), count)
        for (kind_name, move), count in counts.most_common()
    ]


def picked_of(name: str, cases: list[Case], choosable: list[Choosable]) -> Choosable | None:
    """The move that was picked; one that no case admits any more is refused case by case, and a second press is the
    first."""
    found = next((each for each in choosable if each.name == name), None)
    kind_name, _colon, move_name = name.partition(":")
    if found or kind_name not in {case.kind for case in cases}:
        return found
    move = kind(kind_name).move(move_name)
    return Choosable(name, kind(kind_name).label, move, 0) if move and not move.opens and fits(move) else None


def fits(move: Move) -> bool:
    """Whether one form can serve many cases: it names no item of the case's own form and no row of its own."""
    return move.form is None or not issubclass(move.form, CorrectionForm | forms.ModelForm)


def rows_of(cases: list[Case], offers: dict[int, list[Offer]], picked: Choosable) -> list[tuple[Line, Any]]:
    """Each case with the reason why the move is not possible, empty where it is."""
    return [(row, reason(row.case, offers[row.case.pk], picked)) for row in lines(cases)]


def reason(case: Case, offers: list[Offer], picked: Choosable) -> Any:
    mine = next((offer for offer in offers if f"{case.kind}:{offer.move.name}" == picked.name), None)
    if mine is None:
        return _("This step is not possible in the case's present state, or not yours.")
    return mine.refusal.sentence if mine.refusal else ""


def letters(request: HttpRequest, cases: list[Case], offers: dict[int, list[Offer]], picked: Choosable):
    """The letters of the first case for which the move is possible, as an example of all."""
    first = next((case for case in cases if not reason(case, offers[case.pk], picked)), None)
    if first is None:
        return []
    return preview.letters_of(first, picked.move, request.user, None, preview.coming(first, picked.move))


def make(request: HttpRequest, case: Case, picked: Choosable, cleaned: dict[str, Any], key: str) -> Result:
    """Move one case in a transaction of its own, by the version that the page showed."""
    shown = request.POST.get(f"version-{case.pk}", "")
    try:
        if picked.name.partition(":")[0] != case.kind:
            raise Refused("other_kind", reason(case, [], picked))
        perform_form(
            case, picked.move.name, actor=request.user, cleaned=cleaned, key=key_of(request.user, key, case),
            version=int(shown) if shown.isdecimal() and len(shown) < 10 else None,
        )  # fmt: skip
    except Refused as refused:
        return Result(line(case), False, refused.sentence)
    case.refresh_from_db()
    return Result(line(case), True)


def key_of(user: User, key: str, case: Case) -> str:
    """The page's key for one of its cases: a second press is the first."""
    return f"batch:{user.pk}:{sha256(f'{key}:{case.pk}'.encode()).hexdigest()[:32]}"
