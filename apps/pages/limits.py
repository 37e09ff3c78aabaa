"""The time limits of a case as they stand now, each with its working, whether or not a sweep has come by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from apps.pages.due import Due, due_of
from apps.pages.facts import foreign
from apps.rules.catalogue import unit_of
from apps.rules.clock import legal_now
from apps.rules.lookup import rules_by_day, rules_on
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
    rows = list(
        case.clocks.filter(ended_at__isnull=True)
        .select_related("rule", "begins")
        .defer("begins__canonical", "begins__data")
    )
    standing = after_expiry(case, rows)
    return [
        limit(case, clock)
        for clock in sorted(standing, key=lambda clock: (clock.due_on is None, clock.due_on or case.rules_on))
    ]


def after_expiry(case: Case, rows: list[Clock], rules: dict | None = None) -> list[Clock]:
    """The clocks as the sweep will leave them: those that have acted are gone, those that follow run from that day.

    ``rules``: those of the case's day, where they were read for many cases at once.
    """
    if case.next_due_at is None or case.next_due_at > legal_now():
        return rows
    acted = next(clock for clock in rows if clock.on_expiry and clock.due_at == case.next_due_at)
    move = case.kind_.move(acted.on_expiry)
    if not case.state_.open:
        return []
    left = [clock for clock in rows if clock is not acted and clock.name not in move.stops]
    return [*left, *started(case, [case.kind_.clock(name) for name in move.starts], rules)]


def started(case: Case, specs: list, rules: dict | None = None) -> list[Clock]:
    """Unsaved clocks begun by the act that the clock itself did."""
    keys = keys_of(specs)
    if rules is None:
        rules = rules_on(keys, case.rules_on) if keys else {}
    event = Event(case_id=case.pk, effective_at=case.next_due_at)
    return [clocks.make(spec, event, rules, None) for spec in specs if spec.rule]


def keys_of(specs: list) -> set[str]:
    """The rules that clocks of these specifications need."""
    return {key for spec in specs for key in (spec.rule, spec.remind_before, spec.remind_after) if key}


def nearest_clocks(late: list[Case]) -> dict[int, Clock | None]:
    """What is due next in each of many cases that the sweep has not reached: two queries, however many."""
    if not late:
        return {}
    rows: dict[int, list[Clock]] = {case.pk: [] for case in late}
    for clock in Clock.objects.filter(case__in=late, ended_at__isnull=True).select_related("rule"):
        rows[clock.case_id].append(clock)
    specs = [
        case.kind_.clock(name)
        for case in late
        for clock in rows[case.pk]
        if clock.on_expiry and clock.due_at == case.next_due_at
        for name in case.kind_.move(clock.on_expiry).starts
    ]
    rules = rules_by_day(keys_of(specs), {case.rules_on for case in late}) if specs else {}
    return {
        case.pk: min(
            (clock for clock in after_expiry(case, rows[case.pk], rules.get(case.rules_on)) if clock.due_on),
            key=lambda clock: clock.due_on,
            default=None,
        )
        for case in late
    }


def limit(case: Case, clock: Clock) -> Limit:
    rule = f"{clock.rule.name}: {clock.rule.value_text}. {clock.rule.basis}" if clock.rule_id else ""
    waits = clock.outcome == Clock.Outcome.WAITING
    held = _("Begins when the letter is served.") if waits else after_hours(clock)
    if clock.outcome == Clock.Outcome.PAUSED:
        held = _("Paused since %(day)s.") % {"day": clock.pauses[-1]["from"]}
    working = None if waits else clocks.working(clock)
    return Limit(clock, case.kind_.clock(clock.name).label, foreign(rule), working, held)


def after_hours(clock: Clock) -> str:
    """Said where a filing came in after the office's hours and so counts as come in on a later day."""
    if clock.audience != "office" or not clock.started_on or clock.begins.tag != "file":
        return ""
    if clock.pauses or clocks.legal_day(clock.begins.effective_at) >= clock.started_on:
        return ""
    words = _("Came in after office hours (rule office_hours_end): it counts as come in on %(day)s.")
    return words % {"day": clock.started_on.isoformat()}


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
    spec = case.kind_.clock(case.due_clock)
    due = replace(found, provisional=case.due_provisional, unit=unit_of(spec.rule))
    return Nearest(due, spec.label)


def nearest_of(case: Case, late: dict[int, Clock | None]) -> Nearest | None:
    """``nearest`` where the cases that the sweep has not reached were read before (``nearest_clocks``)."""
    if case.pk not in late:
        return nearest(case)
    clock = late[case.pk]
    return _of_clock(case, clock) if clock else None


def _of_clock(case: Case, clock: Clock) -> Nearest:
    return Nearest(due_of(clock), case.kind_.clock(clock.name).label)
