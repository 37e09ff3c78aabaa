"""What follows from a letter's fate: a reply's clock starts when it is served, a bounce becomes work for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.rules.lookup import rules_on
from apps.workflow import clocks, machine
from apps.workflow.models import Case, Clock, Event
from apps.workflow.people import CLOCK, Standing
from apps.workflow.states import NEW, STAYS, Move, kind


def noting(name: str, verb: Any, past: Any, silent: str) -> Move:
    """An event that only notes something: no state, no button, no letter of its own."""
    return Move(name, verb, past, sources=NEW, target=STAYS, who=CLOCK, silent=silent)


SERVED = noting("served", _("Note service"), _("the letter was served"), "a note about a letter")
BOUNCED = noting(
    "bounced", _("Note bounce"), _("the letter could not be delivered; serve it another way"), "a note about a letter"
)
REDATED = noting("redated", _("Redate"), _("a new list of working days moved a time limit"), "the case page says it")
EXCUSED = noting(
    "excused", _("Excuse"), _("the filing system had failed on the last day of a time limit"), "a letter tells of it"
)
ASSIGNED = noting(
    "assigned", _("Assign"), _("changed whose desk it lies on"), "assignment writes to the one who gets it"
)
NOTES = {move.name: move for move in (SERVED, BOUNCED, REDATED, EXCUSED, ASSIGNED)}
"""Events that are no moves of a kind, by name."""


def serve(letter, at: datetime, channel: str) -> None:
    """Start the clocks that wait for this letter; ``channel`` is email, portal, phone or post.

    E-mail counts only under stored consent and where the rule ``service_rule`` says ``delivery``.
    """
    if letter.case_pk is None or letter.event_pk is None:
        return
    waiting = Clock.objects.filter(begins=letter.event_pk, outcome=Clock.Outcome.WAITING)
    if not waiting.exists():
        return
    machine.in_one_transaction(lambda: _start_waiting(letter, at, channel))


def _start_waiting(letter, at: datetime, channel: str) -> None:
    case = machine.lock(letter.case_pk)
    rule = rules_on({"service_rule"}, case.rules_on)["service_rule"].value
    if channel == "email" and (rule != "delivery" or not consents(letter)):
        return
    waiting = list(case.clocks.filter(begins=letter.event_pk, outcome=Clock.Outcome.WAITING))
    if not waiting:
        return
    table = kind(case.kind)
    specs = [table.clock(clock.name) for clock in waiting]
    keys = {key for spec in specs for key in (spec.rule, spec.remind_before, spec.remind_after) if key}
    rules = rules_on(keys, case.rules_on)
    note(case, SERVED, at, {"letter": letter.pk, "channel": channel})
    for clock, spec in zip(waiting, specs, strict=True):
        clock.rule = rules[spec.rule]
        clocks.run(clock, clocks.legal_day(at), spec, rules)
    machine.save_clocks(waiting)
    refresh(case)


def consents(letter) -> bool:
    """An organisation agreed to electronic service; a person did by giving the address for it."""
    return letter.organisation_id is None or letter.organisation.e_service_consent_at is not None


def bounced(letter, at: datetime) -> None:
    """A letter came back: the case says so in its timeline, and a waiting clock goes on waiting."""
    if letter.case_pk is not None:
        machine.in_one_transaction(lambda: _note_bounce(letter, at))


def _note_bounce(letter, at: datetime) -> None:
    case = machine.lock(letter.case_pk)
    note(case, BOUNCED, at, {"letter": letter.pk})
    refresh(case)


def note(case: Case, move: Move, at: datetime, data: dict, actor: User | None = None) -> Event:
    """An event of a locked case that is no move of its kind; without an actor the clock wrote it."""
    return machine.append(machine.Act(case, kind(case.kind), move, Standing(case, actor), at, data))


def refresh(case: Case) -> None:
    clocks.show_on_case(case, list(case.clocks.filter(ended_at__isnull=True)), kind(case.kind))
    case.save(update_fields=machine.WRITTEN)
