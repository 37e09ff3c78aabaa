"""The appraiser of a pledge as a party: it says whether the valuation that is stated is its own.

Only an appraiser that is a verified organisation here can be asked; whoever files the pledge names it. What it has said
holds for the valuation as filed: an answer to a correction is asked about anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from apps.pledges.releasing import BOTH
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.models import Event
from apps.workflow.people import parties
from apps.workflow.states import STAYS, Move, Refusal, letter, states

ROLE = "appraiser"
APPRAISER = parties(ROLE)
CONFIRMED, DISOWNED = "confirm_appraisal", "disown_appraisal"
STATING = ("file", "answer")
"""The acts by which a valuation is stated."""
TOLD = (*BOTH, "office")


def word_of(acts: Sequence[Event]) -> str:
    """What the appraiser said last of the valuation that stands by a case's acts: CONFIRMED, DISOWNED, or ""."""
    last = next((event.move for event in reversed(acts) if event.move in (*STATING, CONFIRMED, DISOWNED)), "")
    return "" if last in STATING else last


def name_appraiser(act: Act) -> None:
    """Effect of stating a valuation: the appraiser known here is a party, one named before is no more."""
    named = act.row.appraised_by
    act.case.parties.filter(role=ROLE).exclude(organisation=named).delete()
    if named is not None:
        act.case.parties.get_or_create(role=ROLE, organisation=named)


def asking(move: Move) -> Move:
    """The row of the shared table, with the letter that asks the appraiser where a valuation is stated by it."""
    if move.name not in STATING:
        return move
    return replace(move, letters=(*move.letters, *letter("pledge.appraisal_stated", ROLE)))


def not_confirmed_yet(act: Act) -> Refusal | None:
    if word_of(act.standing.history.acts) != CONFIRMED:
        return None
    return Refusal("appraisal_confirmed", _("The valuation is confirmed already."))


def not_disowned_yet(act: Act) -> Refusal | None:
    if word_of(act.standing.history.acts) != DISOWNED:
        return None
    return Refusal("appraisal_disowned", _("It is said already that the valuation is not the appraiser's own."))


def appraisal_stands(act: Act) -> Refusal | None:
    """Guard: what its appraiser disowns is registered by nobody."""
    if act.case.pk is None or word_of(act.standing.history.acts) != DISOWNED:
        return None
    return Refusal(
        "appraisal_disowned",
        _("The appraiser named says that the valuation is not its own: have it corrected or taken out first."),
    )


MOVES = (
    Move(
        CONFIRMED, _("Confirm the valuation"), _("confirmed that the valuation is its own"),
        states("submitted", "correction"), STAYS, APPRAISER, form=CommentForm, guards=(not_confirmed_yet,), tone="primary",
        letters=letter("pledge.appraisal_confirmed", *TOLD),
    ),
    Move(
        DISOWNED, _("Say that the valuation is not ours"), _("said that the valuation is not its own"),
        states("submitted", "correction", "registered", "overdue"), STAYS, APPRAISER, form=ReasonForm,
        guards=(not_disowned_yet,), tone="danger", letters=letter("pledge.appraisal_disowned", *TOLD),
    ),
)  # fmt: skip
