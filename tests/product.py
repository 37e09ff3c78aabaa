"""The product kind × status × move × person: every act tried for real, then undone."""

from itertools import cycle

from django.db import transaction

from apps.rules.clock import clock_reading
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case
from apps.workflow.states import Move, kind


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
    """For each move but the opening and the shared ones: what comes of it for each person.

    Where the move does not start here, one tries for all, each of them in turn: who it is is asked after the state, as
    tests/workflow/test_product.py asks of every kind, state, move and person.
    """
    everyone, turn = everybody(people), cycle(everybody(people))

    def tried(move: Move, name: str) -> str:
        return outcome(case, move.name, everyone[name], data.get(move.name, {}), "Because.")

    return {
        move.name: {name: tried(move, name) for name in everyone}
        if case.status in move.sources
        else dict.fromkeys(everyone, tried(move, next(turn)))
        for move in kind(case.kind).moves
        if not move.opens and "rectif" not in move.name
    }


def asked_nothing(*names: str) -> dict[tuple[str, str], str]:
    """What the examiners hear who answer a request for one more item that nobody made."""
    return {(move, name): "nothing_to_unlock" for move in ("grant_unlock", "refuse_unlock") for name in names}


def expected(case: Case, people, allowed: dict[str, set[str]], special: dict[tuple[str, str], str] = {}) -> dict:  # noqa: B006
    """The same shape from a short table: who may do what here; everybody else is refused for person or state. A move that
    belongs to some cases of the kind alone, and that the table does not name, does not belong to this one."""
    table = kind(case.kind)
    names = everybody(people)

    def code(move, name) -> str:
        if case.status not in move.sources:
            return "wrong_state"
        if name in allowed.get(move.name, ()):
            return special.get((move.name, name), "done")
        return "not_this_case" if move.when and move.name not in allowed else "not_yours"

    return {
        move.name: {name: code(move, name) for name in names}
        for move in table.moves
        if not move.opens and "rectif" not in move.name
    }
