"""The shared table of moves: what most procedures have in common, as rows that a kind takes into its own table.

``file → submitted → (correction ⇄) → accepted | refused``, withdrawal, recall of a correction, and lapse of an
unanswered one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.rules.lookup import rules_on
from apps.workflow import clocks
from apps.workflow.forms import CommentForm, CorrectionForm, ReasonForm, SecondCorrectionForm, UnlockForm
from apps.workflow.machine import Act, save_clocks
from apps.workflow.models import Clock, Event
from apps.workflow.people import APPLICANT, CITY, CLOCK, DECIDERS, Who
from apps.workflow.rounds import (
    asked_already,
    complete_items,
    first_round,
    item_closed,
    nothing_asked,
    open_item,
    reason_given,
    second_round,
    unlock_asked,
)
from apps.workflow.service import NOTES
from apps.workflow.states import NEW, STAYS, ClockSpec, Effect, Guard, Kind, Move, Refusal, State, kind, letter, states

SUBMITTED = State("submitted", _("To be examined"), _("Under examination"), "waiting", next=_("the office examines"))
CORRECTION = State(
    "correction", _("Correction asked"), _("Correction asked"), "attention", next=_("the applicant answers")
)
REFUSED = State("refused", _("Refused"), _("Not accepted"), "bad", open=False)
WITHDRAWN = State("withdrawn", _("Withdrawn"), _("Withdrawn by the applicant"), "ended", open=False)
LAPSED = State(
    "lapsed", _("Deemed withdrawn"), _("Deemed withdrawn: the correction was not answered"), "ended", open=False
)
REVIEW_STATES = (SUBMITTED, CORRECTION, REFUSED, WITHDRAWN, LAPSED)

REPLY = ClockSpec(
    "reply",
    _("answer to the correction notice"),
    "correction_reply_days",
    audience="applicant",
    on_expiry="lapse",
    from_service=True,
    remind_before="remind_before",
)


def review_clock(rule: str, label: Any) -> ClockSpec:
    """The office's own limit to examine; it only reminds."""
    return ClockSpec(
        "review", label, rule, audience="office", remind_before="remind_before", remind_after="remind_after"
    )


def reviewed(
    *,
    examiner: Who,
    decider: Who,
    accepted: str,
    accept: Any,
    accepted_past: Any,
    texts: str,
    to: tuple[str, ...] = ("applicant",),
    filer: Who = APPLICANT,
    form=None,
    file_guards: tuple[Guard, ...] = (),
    accept_form=None,
    guards: tuple[Guard, ...] = (),
    checks: tuple[Guard, ...] = (),
    filed: tuple[Effect, ...] = (),
    answered: tuple[Effect, ...] = (),
    effects: tuple[Effect, ...] = (),
    starts: tuple[str, ...] = (),
    undo: Effect | None = None,
    ended: tuple[Effect, ...] = (),
    undo_ended: Effect | None = None,
    again: Who = DECIDERS,
    reviewer: str = "office",
) -> tuple[Move, ...]:
    """The moves of a simple review.

    ``texts`` is the prefix of its letters; ``filed`` makes the kind's row, ``form`` is what is filed and answered with.
    ``to`` are the roles told of receipt and outcome; a correction is served on the applicant alone, whose clock starts
    by it. ``again`` may ask for a second one, with a reason. ``reviewer`` is the role that reviews, where a letter is
    written to it. ``ended`` is what a refusal, withdrawal or lapse does besides, and ``undo_ended`` takes it back.

    With an examiner and a decider of the same roles one person may do both; who examined never decides where the
    kind adds a proposal of its own.
    """
    return (
        Move(
            "file", _("File"), _("filed it"), NEW, "submitted", filer, form=form, guards=file_guards, effects=filed,
            starts=("review",), tag="file", letters=letter(f"{texts}.received", *to), snapshot=True,
        ),
        Move(
            "ask_correction", _("Return for correction"), _("returned it for correction"), states("submitted"),
            "correction", examiner, form=CorrectionForm, stops=("review",), starts=("reply",), tag="examine",
            letters=letter("case.correction"), guards=(first_round,), checks=(complete_items,),
        ),
        Move(
            "ask_again", _("Return for a second correction"), _("returned it for a second correction"),
            states("submitted"), "correction", again, form=SecondCorrectionForm, stops=("review",), starts=("reply",),
            tag="examine", letters=letter("case.correction"), guards=(second_round,),
            checks=(complete_items, reason_given), when=asked_already,
        ),
        Move(
            "answer", _("Send the answer"), _("answered the correction notice"), states("correction"), "submitted",
            filer, form=form, effects=answered, stops=("reply",), starts=("review",), tag="file", tone="primary",
            letters=letter("case.answered"), snapshot=True,
        ),
        recall("submitted", examiner | again),
        *unlocking(states("correction"), filer, examiner, reviewer),
        Move(
            "lapse", _("Lapse"), _("deemed withdrawn: no answer in time"), states("correction"), "lapsed", CLOCK,
            effects=ended, undo=undo_ended, stops=("reply",), letters=letter("case.lapsed", *to),
        ),
        Move(
            "accept", accept, accepted_past, states("submitted"), accepted, decider, form=accept_form or CommentForm,
            guards=guards, checks=checks, effects=effects, stops=("review",), starts=starts, tag="decide",
            tone="primary", letters=letter(f"{texts}.accepted", *to), undo=undo, snapshot=True,
        ),
        Move(
            "refuse", _("Refuse"), _("refused it"), states("submitted"), "refused", decider, form=ReasonForm,
            effects=ended, undo=undo_ended or nothing, stops=("review",), tag="decide", tone="danger",
            letters=letter("case.refused", *to), snapshot=True,
        ),
        Move(
            "withdraw", _("Withdraw"), _("withdrew it"), states("submitted", "correction"), "withdrawn", filer,
            form=CommentForm, effects=ended, undo=undo_ended or nothing, stops=("review", "reply"), tone="danger",
            letters=letter("case.withdrawn", *to),
        ),
    )  # fmt: skip


def unlocking(
    sources: frozenset[str], filer: Who, examiner: Who, reviewer: str = "office", when=None
) -> tuple[Move, ...]:
    """The rows by which the filer asks to change one more item than the notice names, and it is opened or stays closed.
    No clock changes."""
    return (
        Move(
            "ask_unlock", _("Ask to change one more item"), _("asked to change one more item"), sources, STAYS, filer,
            form=UnlockForm, guards=(nothing_asked,), checks=(item_closed,), tag="file",
            letters=letter("case.unlock_asked", reviewer), when=when,
        ),
        Move(
            "grant_unlock", _("Open the item"), _("opened one more item"), sources, STAYS, examiner, form=CommentForm,
            guards=(unlock_asked,), effects=(open_item,), tag="unlock", tone="primary",
            letters=letter("case.unlock_granted"), undo=nothing, when=when,
        ),
        Move(
            "refuse_unlock", _("Keep the item closed"), _("kept the item closed"), sources, STAYS, examiner,
            form=ReasonForm, guards=(unlock_asked,), tag="unlock", letters=letter("case.unlock_refused"), undo=nothing,
            when=when,
        ),
    )  # fmt: skip


def recall(back_to: str, who: Who, **more) -> Move:
    """The row that calls a correction request off: no decision is possible while one is open, so that taking it back
    is an act of its own, with a reason and a letter. The office's time runs on as if nobody had been asked."""
    return Move(
        "recall_correction", _("Call the request off"), _("called the correction request off"), states("correction"),
        back_to, who, form=ReasonForm, effects=(run_on,), stops=("reply",), tag="examine",
        letters=letter("case.correction_recalled"), undo=nothing, **more,
    )  # fmt: skip


def run_on(act: Act) -> None:
    """Let the clocks run again that the request ended, from the day they had begun, and plan their reminders anew."""
    asked = act.case.events.standing().filter(to_status=act.case.status).order_by("-seq").first()
    if asked is not None:
        run_again(act, asked)


def nothing(act: Act) -> None:
    """There is nothing to undo but the status."""


# ------------------------------------------------------------------------------------------------ rectification


def rectification(kind_states: tuple[State, ...]) -> tuple[Move, ...]:
    """Two rows for every kind: an official proposes to strike the last act, another official approves.

    The struck event stays; its clocks stop, those it ended run on, and those told of it are told again.
    """
    everywhere = frozenset(state.name for state in kind_states)
    return (
        Move(
            "propose_rectification", _("Propose to rectify"), _("proposed to rectify the last act"), everywhere, STAYS,
            CITY, form=ReasonForm, guards=(something_to_rectify, not_yet_proposed), tag="propose_rectify",
            silent="nothing is decided yet", tone="danger",
        ),
        Move(
            "rectify", _("Approve the rectification"), _("rectified an earlier act"), everywhere, STAYS, DECIDERS,
            guards=(proposed,), effects=(strike,), form=CommentForm, tag="rectify", barred=("propose_rectify",),
            letters=letter("case.rectified", "applicant", "agent"),  # and to whoever was told of the struck act
            tone="danger",
        ),
    )  # fmt: skip


SMALL = ("propose_rectification", "rectify", *NOTES)


def newest_act(act: Act) -> Event | None:
    """The last event that is no note about a letter."""
    return next((event for event in reversed(act.standing.history.events) if event.move not in NOTES), None)


def last_act(act: Act) -> Event | None:
    """The last standing event that is a move of the kind proper."""
    return next((event for event in reversed(act.standing.history.acts) if event.move not in SMALL), None)


def something_to_rectify(act: Act) -> Refusal | None:
    event = last_act(act)
    move = act.kind.move(event.move) if event else None
    if move is None or move.opens or event.tag == "file":
        return Refusal("nothing_to_rectify", _("There is no official's act here that could be rectified."))
    if move.undo is None and move.target and is_outcome(act.kind, move):
        return Refusal("follows", _("This followed from an act on another case, and stands or falls with that act."))
    if move.effects and move.undo is None:
        return Refusal("has_effects", _("This act has effects of its own; end them by the procedure made for it."))
    return None


def is_outcome(table: Kind, move: Move) -> bool:
    """Whether the move writes down what an act on the case it rests on made of this one."""
    return any(row.move == move.name for rows in table.consequences.values() for row in rows)


def open_proposal(act: Act) -> Event | None:
    """The last event, when it proposes a rectification that nobody has answered by another act."""
    newest = newest_act(act)
    return newest if newest is not None and newest.move == "propose_rectification" else None


def not_yet_proposed(act: Act) -> Refusal | None:
    if open_proposal(act) is None:
        return None
    return Refusal("already_proposed", _("A rectification is proposed already; a second official must approve it."))


def proposed(act: Act) -> Refusal | None:
    if open_proposal(act) is not None:
        return None
    return Refusal("not_proposed", _("Nobody has proposed to rectify the last act."))


def strike(act: Act) -> None:
    """Strike the last act: status as before it, its clocks stopped, those it ended, paused or resumed as they were."""
    wrong = last_act(act)
    move = kind(act.case.kind).move(wrong.move)
    if move.undo is not None:
        move.undo(act)
    act.told = tuple(role for spec in move.letters for role in spec.to)
    act.facts.update(rectifies=wrong.pk, rectifies_seq=wrong.seq, to_status=wrong.from_status)
    act.case.clocks.filter(begins=wrong, ended_at__isnull=True, due_at__isnull=True).update(
        due_at=act.at, due_on=clocks.legal_day(act.at), outcome=Clock.Outcome.STOPPED, ended_at=act.at
    )
    act.case.clocks.filter(begins=wrong, ended_at__isnull=True).update(
        outcome=Clock.Outcome.STOPPED, ended_at=act.at, next_reminder_at=None
    )
    held = act.case.clocks.filter(name__in=(*move.pauses, *move.resumes), ended_at__isnull=True).select_related("rule")
    changed = [clock for clock in held if clocks.forget_hold(clock, clocks.legal_day(wrong.effective_at))]
    run_again(act, wrong, changed)


def run_again(act: Act, event: Event, also: Sequence[Clock] = ()) -> None:
    """Let the clocks run on that an event had ended, and ``also`` others, from the day they had begun: their reminders
    are planned anew, and one that stood still goes on standing still."""
    ended = list(act.case.clocks.filter(ended_by=event).select_related("rule"))
    table = kind(act.case.kind)
    specs = {clock.name: table.clock(clock.name) for clock in (*ended, *also)}
    rules = rules_on(
        {key for spec in specs.values() for key in (spec.remind_before, spec.remind_after) if key}, act.case.rules_on
    )
    for clock in ended:
        clock.ended_at, clock.ended_by = None, None
    for clock in (*ended, *also):
        clocks.go_on(clock, specs[clock.name], rules)
    save_clocks([*ended, *also])
