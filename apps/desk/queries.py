"""Which cases wait for whom: sets of states, read from the tables of moves, as conditions over the state true now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace

from django.db.models import Count, F, Q, QuerySet

from apps.accounts.models import User
from apps.rules.clock import legal_now, legal_today
from apps.workflow.models import Case
from apps.workflow.states import Kind, Move, State, all_kinds

CAP = 999
TRACKS = ("", "local", "provincial")


@dataclass(frozen=True)
class Group:
    """States of a kind, on one track or on any."""

    kind: str
    states: tuple[str, ...]
    track: str | None = None

    def condition(self, column: str) -> Q:
        """The cases of the group by the status in ``column``."""
        found = Q(kind=self.kind, **{f"{column}__in": self.states})
        return found if self.track is None else found & Q(track=self.track)


def groups(test: Callable[[Kind, State, str], bool]) -> list[Group]:
    """The states that pass, kind by kind and track by track; one group where the tracks agree."""
    found = []
    for kind in all_kinds():
        by_track = {track: tuple(state.name for state in kind.states if test(kind, state, track)) for track in TRACKS}
        if len(set(by_track.values())) == 1:
            by_track = {None: by_track[""]}
        found += [Group(kind.name, states, track) for track, states in by_track.items() if states]
    return found


@cache
def waiting_for(role: str) -> list[Group]:
    """The states in which the office is to act and this role has the move that leads on."""

    def waits(kind: Kind, state: State, track: str) -> bool:
        if state.tone != "waiting":
            return False
        leading = (move for move in kind.moves_from(state.name) if move.tone == "primary" and belongs(move, track))
        return any(role in move.who.roles for move in leading)

    return groups(waits)


def belongs(move: Move, track: str) -> bool:
    """Whether a move is of a track; one that asks for more than the track is taken to be."""
    try:
        return move.when is None or move.when(SimpleNamespace(case=SimpleNamespace(track=track)))
    except AttributeError:
        return True


@cache
def with_applicants() -> list[Group]:
    """The open states in which somebody outside is to act."""
    return groups(lambda kind, state, track: state.open and state.tone == "attention")


def in_states(cases: QuerySet, wanted: Iterable[Group]) -> QuerySet:
    """The cases whose state now, swept or not, is of one of the groups."""
    now = legal_now()
    lasting, due = Q(pk__in=[]), Q(pk__in=[])
    for group in wanted:
        lasting |= group.condition("status")
        due |= group.condition("due_status")
    if not Case.objects.unswept(now).exists():  # as nearly always: then an index can give the rows in order
        return cases.filter(lasting)
    not_due = Q(next_due_at__isnull=True) | Q(next_due_at__gt=now)
    return cases.filter((lasting & not_due) | (due & Q(next_due_at__lte=now)))


def to_do(cases: QuerySet, user: User) -> QuerySet:
    """Of the cases those that wait for this official: in a state of the role, on the own desk or on nobody's."""
    mine = Q(assigned_to=user) | Q(assigned_to__isnull=True)
    return in_states(cases.filter(mine, closed_at__isnull=True), waiting_for(user.role))


def overdue(cases: QuerySet) -> QuerySet:
    """Those with a day that passed; a day on which the clock itself acted is kept, swept or not."""
    return cases.filter(due_on__lt=legal_today()).filter(Q(next_due_at__isnull=True) | Q(next_due_at__gt=legal_now()))


def capped(cases: QuerySet) -> str:
    """How many, counted to the cap and no further."""
    return up_to_cap(cases.order_by()[: CAP + 1].count())


def up_to_cap(count: int) -> str:
    return str(count) if count <= CAP else f"{CAP}+"


def days_of(cases: QuerySet) -> tuple[str, str, str]:
    """How many there are, fall due today, are overdue: one query over the nearest ones, to the cap."""
    today = legal_today()
    nearest = cases.order_by(F("due_on").asc(nulls_last=True)).values("due_on", "next_due_at")[: CAP + 1]
    lasting = Q(next_due_at__isnull=True) | Q(next_due_at__gt=legal_now())
    found = nearest.aggregate(
        every=Count("*"),
        today=Count("due_on", filter=Q(due_on=today)),
        overdue=Count("due_on", filter=Q(due_on__lt=today) & lasting),
    )
    return up_to_cap(found["every"]), up_to_cap(found["today"]), up_to_cap(found["overdue"])
