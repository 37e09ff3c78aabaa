"""The time limits of a case as they stand now, each with its working, whether or not a sweep has come by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.pages.due import Due, due_of
from apps.pages.facts import foreign
from apps.rules.clock import legal_now
from apps.rules.lookup import rules_on
from apps.workflow import clocks
from apps.workflow.models import Case, Clock, Event


@dataclass(frozen=True)
class Limit:
    """An open time limit with its working, for ``components/deadline.html``; ``held`` says why it does not run."""

    clock: Clock
    label: Any
    rule: Any
    deadline: Any
    held: str


def limits(case: Case) -> list[Limit]:
    """The open time limits, the nearest first, those that do not run yet last."""
    rows = list(case.clocks.filter(ended_at__isnull=True).select_related("rule"))
    standing = after_expiry(case, rows)
    return [
        limit(case, clock)
        for clock in sorted(standing, key=lambda clock: (clock.due_on is None, clock.due_on or case.rules_on))
    ]


def after_expiry(case: Case, rows: list[Clock]) -> list[Clock]:
    """The clocks as the sweep will leave them: those that have acted are gone, those that follow run from that day."""
    if case.next_due_at is None or case.next_due_at > legal_now():
        return rows
    acted = next(clock for clock in rows if clock.on_expiry and clock.due_at == case.next_due_at)
    move = case.kind_.move(acted.on_expiry)
    if not case.state_.open:
        return []
    left = [clock for clock in rows if clock is not acted and clock.name not in move.stops]
    return [*left, *started(case, [case.kind_.clock(name) for name in move.starts])]


def started(case: Case, specs: list) -> list[Clock]:
    """Unsaved clocks begun by the act that the clock itself did."""
    keys = {key for spec in specs for key in (spec.rule, spec.remind_before, spec.remind_after) if key}
    rules = rules_on(keys, case.rules_on) if keys else {}
    event = Event(case_id=case.pk, effective_at=case.next_due_at)
    return [clocks.make(spec, event, rules, None) for spec in specs if spec.rule]


def limit(case: Case, clock: Clock) -> Limit:
    rule = f"{clock.rule.name}: {clock.rule.value_text}. {clock.rule.basis}" if clock.rule_id else ""
    waits = clock.outcome == Clock.Outcome.WAITING
    held = _("Begins when the letter is served.") if waits else ""
    if clock.outcome == Clock.Outcome.PAUSED:
        held = _("Paused since %(day)s.") % {"day": clock.pauses[-1]["from"]}
    working = None if waits else clocks.working(clock)
    return Limit(clock, case.kind_.clock(clock.name).label, foreign(rule), working, held)


@dataclass(frozen=True)
class Nearest:
    """The nearest day of a case and the name of its time limit."""

    due: Due
    why: Any


def nearest(case: Case) -> Nearest | None:
    """What is due next, from the case alone; only a case that the sweep has not reached yet costs a query."""
    if case.next_due_at is not None and case.next_due_at <= legal_now():
        return next((_of_clock(case, limit.clock) for limit in limits(case) if limit.clock.due_on), None)
    found = due_of(case.due_on)
    if found is None:
        return None
    due = Due(found.on, case.due_provisional, found.today, found.calendar)
    return Nearest(due, case.kind_.clock(case.due_clock).label)


def _of_clock(case: Case, clock: Clock) -> Nearest:
    return Nearest(due_of(clock), case.kind_.clock(clock.name).label)
