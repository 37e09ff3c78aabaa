"""Which cases wait for whom: sets of states, read from the tables of moves, as conditions over the state true now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.rules.clock import legal_now
from apps.workflow.states import Kind, State, all_kinds

CAP = 999
States = Mapping[str, list[str]]


def states_where(test: Callable[[Kind, State], bool]) -> dict[str, list[str]]:
    """Kind name to the names of its states that pass."""
    found = {kind.name: [state.name for state in kind.states if test(kind, state)] for kind in all_kinds()}
    return {name: names for name, names in found.items() if names}


def waiting_for(role: str) -> dict[str, list[str]]:
    """The states in which the office is to act and this role has a move that is no last resort."""

    def waits(kind: Kind, state: State) -> bool:
        moves = [move for move in kind.moves_from(state.name) if move.tone != "danger"]
        return state.tone == "waiting" and any(role in move.who.roles for move in moves)

    return states_where(waits)


def with_applicants() -> dict[str, list[str]]:
    """The open states in which somebody outside is to act."""
    return states_where(lambda kind, state: state.open and state.tone == "attention")


def in_states(cases: QuerySet, states: States) -> QuerySet:
    """The cases whose state now, swept or not, is one of the kind's named ones."""
    now = legal_now()
    lasting, due = Q(pk__in=[]), Q(pk__in=[])
    for kind, names in states.items():
        lasting |= Q(kind=kind, status__in=names)
        due |= Q(kind=kind, due_status__in=names)
    not_due = Q(next_due_at__isnull=True) | Q(next_due_at__gt=now)
    return cases.filter((lasting & not_due) | (due & Q(next_due_at__lte=now)))


def to_do(cases: QuerySet, user: User) -> QuerySet:
    """Of the cases those that wait for this official: in a state of the role, on the own desk or on nobody's."""
    mine = Q(assigned_to=user) | Q(assigned_to__isnull=True)
    return in_states(cases.filter(mine), waiting_for(user.role))


def capped(cases: QuerySet) -> str:
    """How many, counted to the cap and no further."""
    count = cases.order_by()[: CAP + 1].count()
    return str(count) if count <= CAP else f"{CAP}+"
