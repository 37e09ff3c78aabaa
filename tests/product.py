"""The product kind × status × move × person: every act tried for real, then undone."""

from django.db import transaction

from apps.rules.clock import clock_reading
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case
from apps.workflow.states import kind


def outcome(case: Case, move: str, person, data: dict, comment: str = "") -> str:
    """The code of the refusal, or "done"; nothing of it stays. One look at the clock, as in a request."""
    with clock_reading(), transaction.atomic():
        try:
            perform(case.pk, move, actor=person, data=dict(data), comment=comment)
        except Refused as refused:
            code = refused.code
        else:
            code = "done"
        transaction.set_rollback(True)
    return code


def everybody(people) -> dict:
    """Every person of the tests by name, and the clock."""
    return {**vars(people), "clock": None}


def outcomes(case: Case, people, data: dict[str, dict]) -> dict[str, dict[str, str]]:
    """For each move but the opening and the shared ones: what comes of it for each person."""
    moves = [move for move in kind(case.kind).moves if not move.opens and "rectif" not in move.name]
    return {
        move.name: {
            name: outcome(case, move.name, person, data.get(move.name, {}), "Because.")
            for name, person in everybody(people).items()
        }
        for move in moves
    }


def expected(case: Case, people, allowed: dict[str, set[str]], special: dict[tuple[str, str], str] = {}) -> dict:  # noqa: B006
    """The same shape from a short table: who may do what here; everybody else is refused for person or state."""
    table = kind(case.kind)
    names = everybody(people)

    def code(move, name) -> str:
        if case.status not in move.sources:
            return "wrong_state"
        if name in allowed.get(move.name, ()):
            return special.get((move.name, name), "done")
        return "not_yours"

    return {
        move.name: {name: code(move, name) for name in names}
        for move in table.moves
        if not move.opens and "rectif" not in move.name
    }
