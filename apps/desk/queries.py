"""Which cases wait for whom: sets of states, read from the tables of moves, as conditions over the state true now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, reduce
from operator import or_

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, Count, DateField, Exists, F, Func, OuterRef, Q, QuerySet, Value, When
from django.db.models import Case as Either

from apps.accounts.models import OFFICIAL_ROLES, Role, User
from apps.pages.limits import nearest_clocks
from apps.rules.clock import legal_now, legal_today
from apps.workflow.duty import TRACKS, belongs
from apps.workflow.models import Case, Clock
from apps.workflow.people import absences_on, may_stand_in
from apps.workflow.states import Kind, State, all_kinds

CAP = 999


@dataclass(frozen=True)
class Group:
    """States of a kind, on one track or on any."""

    kind: str
    states: tuple[str, ...]
    track: str | None = None

    def meets(self, other: Group) -> bool:
        """Whether some case may be of both."""
        tracks = None in (self.track, other.track) or self.track == other.track
        return tracks and self.kind == other.kind and not set(self.states).isdisjoint(other.states)

    def single(self) -> Iterator[Group]:
        """The states of the group, each by itself."""
        return (Group(self.kind, (state,), self.track) for state in self.states)


class OfGroups(Func):
    """Whether a case is of one of the groups, by the status in ``column``.

    One expression however many groups: as a ``Q`` of several hundred parts it cost more than the query it is for.
    """

    output_field = BooleanField()

    def __init__(self, groups: Iterable[Group], column: str) -> None:
        super().__init__(F("kind"), F(column), F("track"))
        self.groups = tuple(groups)

    def as_sql(self, compiler, connection, **_context) -> tuple[str, list[str]]:
        kind, status, track = (compiler.compile(source)[0] for source in self.get_source_expressions())
        parts: list[str] = []
        params: list[str] = []
        for group in self.groups:
            of_track = "" if group.track is None else f" AND {track} = %s"
            parts.append(f"({kind} = %s AND {status} IN ({', '.join(['%s'] * len(group.states))}){of_track})")
            params += [group.kind, *group.states, *(() if group.track is None else (group.track,))]
        if not parts:
            raise EmptyResultSet
        return f"({' OR '.join(parts)})", params


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


@cache
def idle_posts(group: Group) -> frozenset[str]:
    """The posts that have no step in a state: on their desks a case holds up nobody whose step comes next."""
    return frozenset(role.value for role in OFFICIAL_ROLES if not any(group.meets(own) for own in waiting_for(role)))


@cache
def with_applicants() -> list[Group]:
    """The open states in which somebody outside is to act."""
    return groups(lambda kind, state, track: state.open and state.tone == "attention")


@cache
def office_to_act() -> tuple[Group, ...]:
    """The states in which the office, whoever of it, takes the next step."""
    return tuple(groups(lambda kind, state, track: state.open and state.tone == "waiting"))


def capped(cases: QuerySet) -> str:
    """How many, counted to the cap and no further."""
    return up_to_cap(cases.order_by()[: CAP + 1].count())


def up_to_cap(count: int) -> str:
    return str(count) if count <= CAP else f"{CAP}+"


class Reading:
    """What all lists of one page read once: the cases that the sweep has not reached (mostly none), with what is due in
    them now, and the officials, with those among them for whom this one acts."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def late(self) -> dict[int, Clock | None]:
        """What is due next in the cases that a clock has moved and no sweep has written down yet."""
        return nearest_clocks(list(Case.objects.unswept()[:LATE_SHOWN]))

    @cached_property
    def officials(self) -> list[User]:
        """Everybody in a post; ``is_mine`` where this official stands in for him today."""
        mine = absences_on(legal_today()).filter(user=OuterRef("pk"), substitute=self.user)
        found = User.objects.filter(role__in=OFFICIAL_ROLES).annotate(is_mine=Exists(mine))
        return list(found.only("role", "district", "full_name", "is_active").order_by("pk"))

    @cached_property
    def absent(self) -> list[User]:
        """The absent colleagues for whom this official acts today."""
        return [person for person in self.officials if person.is_mine and may_stand_in(self.user, person)]

    @property
    def team(self) -> list[User]:
        """The active officials of the same district, or of the bureau, in the order of their posts."""
        mine = self.user.district_id
        near = (person for person in self.officials if person.is_active and person.district_id == mine)
        return sorted(near, key=lambda person: (person.role, person.pk))

    @property
    def due_column(self) -> str:
        """The column to order by: the stored day, unless it is not true of every case."""
        return "due_now" if self.late else "due_on"

    def dated(self, cases: QuerySet) -> QuerySet:
        """The cases with the day that is true now in ``due_column``."""
        if not self.late:
            return cases
        true = [
            When(pk=pk, then=Value(clock.due_on if clock else None, DateField())) for pk, clock in self.late.items()
        ]
        return cases.annotate(due_now=Either(*true, default=F("due_on"), output_field=DateField()))

    def in_states(self, cases: QuerySet, wanted: Iterable[Group]) -> QuerySet:
        """The cases whose state now, swept or not, is of one of the groups."""
        return cases.filter(self.waiting([(Q(), wanted)]))

    def to_do(self, cases: QuerySet) -> QuerySet:
        """Of the cases those that wait for this official."""
        return cases.filter(self.mine, closed_at__isnull=True)

    @cached_property
    def mine(self) -> Q:
        """In a state of the role, on the own desk, on nobody's, or on that of somebody whose post has no step in it.

        Those of the absent colleagues for whom he acts wait for him too. Whatever the office must do next and lies on
        a deputy director's desk waits there, whosever step it is: it came because nobody else could take it.
        """
        own = (self.user, *self.absent)
        mine = frozenset(person.pk for person in own)
        lying: dict[frozenset[int], list[Group]] = defaultdict(list)
        for group in dict.fromkeys(group for person in own for group in waiting_for(person.role)):
            for state in group.single():
                lying[mine | {person.pk for person in self.officials if person.role in idle_posts(state)}].append(state)
        wanted = [(Q(assigned_to__in=desks) | Q(assigned_to__isnull=True), states) for desks, states in lying.items()]
        if self.user.role == Role.DEPUTY:
            wanted.append((Q(assigned_to=self.user), office_to_act()))
        return self.waiting(wanted)

    def waiting(self, wanted: Iterable[tuple[Q, Iterable[Group]]]) -> Q:
        """Whether the state of a case now is of one of the groups that stand beside a condition it meets."""

        def at(column: str) -> Q:
            return reduce(or_, (condition & Q(OfGroups(groups, column)) for condition, groups in wanted), Q(pk__in=[]))

        if not self.late:  # as nearly always: then an index can give the rows in order
            return at("status")
        now = legal_now()
        not_due = Q(next_due_at__isnull=True) | Q(next_due_at__gt=now)
        return (at("status") & not_due) | (at("due_status") & Q(next_due_at__lte=now))

    def overdue(self, cases: QuerySet) -> QuerySet:
        """Those with a day that passed; a day on which the clock itself acted is kept, swept or not."""
        return self.dated(cases).filter(**{f"{self.due_column}__lt": legal_today()})

    def due_between(self, cases: QuerySet, first: date, last: date) -> QuerySet:
        return self.dated(cases).filter(**{f"{self.due_column}__range": (first, last)})

    def days_of(self, cases: QuerySet) -> tuple[str, str, str]:
        """How many there are, fall due today, are overdue: one query over the nearest ones, to the cap."""
        today, column = legal_today(), self.due_column
        nearest = self.dated(cases).order_by(F(column).asc(nulls_last=True)).values(column)[: CAP + 1]
        found = nearest.aggregate(
            every=Count("*"),
            today=Count(column, filter=Q(**{column: today})),
            overdue=Count(column, filter=Q(**{f"{column}__lt": today})),
        )
        return up_to_cap(found["every"]), up_to_cap(found["today"]), up_to_cap(found["overdue"])


LATE_SHOWN = 500  # cases whose day is computed for a page; a sweep that is further behind is an incident
