"""What a result table of the province means for our cases: which move each row calls for, and what stands in its way."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from json import dumps
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from apps.applications.guards import PROVINCIAL
from apps.applications.province_table import STATUS, Row
from apps.applications.workflow import KIND
from apps.workflow.clocks import legal_day
from apps.workflow.models import Case
from apps.workflow.states import Move

GOAL = {
    "1": "examining", "2": "correction", "3": "in_notice", "5": "withdrawn", "6": "refused", "7": "registered",
    "11": "deemed_withdrawn",
}  # fmt: skip
SAME = {"3": ("in_notice", "notice_closed")}
"""States that a code leaves as they are, where they are more than its goal: a notice's end is known here by the clock."""
VERDICTS = ("change", "by_hand", "unknown_code", "unknown_number", "fault", "unchanged")


@dataclass
class Line:
    """One row with its case, if there is one, and what is to be done: ``steps`` are moves with their cleaned forms."""

    row: Row
    verdict: str
    case: Case | None = None
    steps: list[tuple[Move, dict[str, Any]]] = field(default_factory=list)
    effective: date | None = None
    reason: str = ""
    hand: str = ""
    """The move that somebody has to complete by hand."""

    @property
    def target(self):
        goal = GOAL.get(self.row.code)
        return KIND.state(goal) if goal else None

    @property
    def said(self):
        """The province's status in words; an unknown code as it stands."""
        return STATUS.get(self.row.code) or _("code %(code)s, meaning unknown") % {"code": self.row.code}


def plan(rows: list[Row], as_of: date, visible) -> list[Line]:
    """A line for each row. ``visible`` are the cases that the reader may see; others are unknown numbers to him."""
    numbers = [row.number for row in rows if row.number]
    found = visible.filter(kind=KIND.name, track=PROVINCIAL, application__province_number__in=numbers)
    found = found.select_related("organisation", "application").annotate(last_at=Max("events__effective_at"))
    cases = {case.application.province_number: case for case in found}
    lines = [line_of(row, cases.get(row.number), as_of) for row in rows]
    return sorted(lines, key=lambda line: (VERDICTS.index(line.verdict), line.row.line))


def line_of(row: Row, case: Case | None, as_of: date) -> Line:
    if row.faults:
        return Line(row, "fault", case, reason=" ".join(row.faults))
    if case is None:
        return Line(row, "unknown_number", reason=_("No application on record has this number."))
    if row.code not in GOAL:
        return Line(row, "unknown_code", case, reason=_("Nobody knows yet what this code means: nothing is changed."))
    state, goal = case.status_at(), GOAL[row.code]
    if state in SAME.get(row.code, (goal,)):
        return Line(row, "unchanged", case)
    day = date.fromisoformat(row.effective) if row.effective else as_of
    if day > as_of:
        return Line(row, "fault", case, reason=_("The status is dated after the day of the table."))
    if case.last_at is not None and day < legal_day(case.last_at):
        sentence = _("The status is dated before what is on record already (%(day)s).")
        return Line(row, "fault", case, reason=sentence % {"day": legal_day(case.last_at).isoformat()})
    return with_steps(Line(row, "change", case, effective=day), state, goal)


def with_steps(line: Line, state: str, goal: str) -> Line:
    """The moves that lead to the province's status, each with the form filled from the row; or who must do it by hand."""
    moves = way(state, goal)
    if not moves:
        line.verdict, line.reason = "by_hand", _("The record has gone another way than the province: look at the case.")
        return line
    for move in moves:
        form = move.form(given(line))
        if not form.is_valid():
            names = ", ".join(str(form.fields[name].label) for name in form.errors if name in form.fields)
            line.verdict, line.steps, line.hand = "by_hand", [], move.name
            line.reason = _("To be completed by hand: %(names)s") % {"names": names}
            return line
        line.steps.append((move, form.cleaned_data))
    return line


def given(line: Line) -> dict[str, str]:
    row = line.row
    return {
        "effective_on": line.effective.isoformat(), "comment": row.comment, "due_on": row.due,
        "registration_number": row.registration_number, "certificate_number": row.certificate_number,
        "valid_until": row.valid_until,
    }  # fmt: skip


def way(state: str, goal: str) -> list[Move]:
    """The shortest chain of mirroring moves from one state to another; empty where there is none."""
    seen, waiting = {state}, deque([(state, [])])
    while waiting:
        at, moves = waiting.popleft()
        for move in KIND.moves_from(at):
            if not move.name.startswith("mirror_") or move.target in seen:
                continue
            if move.target == goal:
                return [*moves, move]
            seen.add(move.target)
            waiting.append((move.target, [*moves, move]))
    return []


def fingerprint(lines: list[Line]) -> str:
    """What a preview showed, so that nothing else is applied than what was looked at."""
    shown = [
        [line.row.line, line.verdict, line.case.version if line.case else 0, [move.name for move, _data in line.steps]]
        for line in lines
    ]
    return sha256(dumps(shown).encode()).hexdigest()
