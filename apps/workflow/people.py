"""Who may perform a move: predicates over where a person stands to a case, asked by machine and button alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from apps.accounts.models import Role, User
from apps.enterprises.models import Membership
from apps.rules.clock import legal_today
from apps.workflow import acting
from apps.workflow.models import Absence, Case, Event, Interest, Party
from apps.workflow.querysets import kinds_seen_by


class History:
    """What happened to a case, without its words: read once for all who are asked about and for the guards."""

    TOLD = ("seq", "move", "tag", "actor", "acting_for", "from_status", "rectifies")

    def __init__(self, case: Case, events: list[Event] | None = None) -> None:
        self.case = case
        self.known: dict[str, Any] = {}  # what a kind's guards found out about the case, so that they ask once
        if events is not None:
            self.events = events

    @classmethod
    def whole(cls, case: Case) -> History:
        """The same with the events' words, for a page that tells them."""
        return cls(case, list(case.events.order_by("seq").defer("canonical")))

    @cached_property
    def events(self) -> list[Event]:
        """All events, in their order."""
        if self.case.pk is None:
            return []
        return list(Event.objects.filter(case=self.case).only(*self.TOLD).order_by("seq"))

    @cached_property
    def acts(self) -> list[Event]:
        """Those that were not struck by a rectification, nor are one."""
        struck = {event.rectifies_id for event in self.events}
        return [event for event in self.events if event.rectifies_id is None and event.pk not in struck]

    def done_by(self, person: User) -> frozenset[str]:
        """The tags of what a person, or a substitute for him, has done."""
        own = (event.tag for event in self.acts if event.tag and person.pk in (event.actor_id, event.acting_for_id))
        return frozenset(own) | ({"enter"} if self.case.entered_by_id == person.pk else frozenset())


class Standing:
    """Where one person stands to one case: party roles, what he has already done to it, a declared interest.

    Each answer costs one query, asked only when a predicate needs it.
    """

    def __init__(
        self,
        case: Case,
        actor: User | None,
        parties: tuple[Party, ...] = (),
        history: History | None = None,
        cause: Case | None = None,
    ) -> None:
        self.case = case
        self.actor = actor
        self.history = history or History(case)
        self.cause = cause  # the case whose act this one follows from
        self._coming = parties  # the parties of a case that is being opened

    @property
    def is_clock(self) -> bool:
        return self.actor is None and self.cause is None

    def holds(self, *roles: str) -> bool:
        """An official in one of the roles; a district's official only for that district's cases."""
        actor = self.actor
        if actor is None or actor.role not in roles:
            return False
        return actor.district_id is None or actor.district_id == self.case.district_id

    @cached_property
    def organisations(self) -> frozenset[int]:
        """The organisations this person may file for."""
        if self.actor is None or self.actor.is_official or self.actor.is_administrator:
            return frozenset()
        filing = (Membership.Role.MANAGER, Membership.Role.FILER)
        rows = Membership.objects.filter(user=self.actor, ended_at__isnull=True, role__in=filing)
        return frozenset(rows.values_list("organisation_id", flat=True))

    @cached_property
    def party_roles(self) -> frozenset[str]:
        """As what this person, or an organisation he may file for, is party to the case."""
        if self.actor is None or self.actor.is_official or self.actor.is_administrator:
            return frozenset()
        if self.case.pk is None:  # an agent of a case that is being opened was found by his power
            return frozenset(
                party.role
                for party in self._coming
                if party.person_id == self.actor.pk or party.organisation_id in self.organisations
            )
        if acting.AGENT in self.named_as and not self.agents:
            return self.named_as - {acting.AGENT}
        return self.named_as

    @cached_property
    def named_as(self) -> frozenset[str]:
        """The roles in which the case names them, also those of an agent whose power has ended."""
        mine = Q(person=self.actor) | Q(organisation__in=self.organisations)
        return frozenset(Party.objects.filter(mine, case=self.case).values_list("role", flat=True))

    @cached_property
    def agents(self) -> dict[int, str]:
        """The organisations of this person that are agents in the case by a power that stands: key to name."""
        return acting.agents_that_may(self.case, self.organisations)

    @property
    def by_agent(self) -> str:
        """The agent for whom this person acts, where he acts as nothing else; asks nothing that was not asked before."""
        if self.__dict__.get("party_roles") != {acting.AGENT}:
            return ""
        if self.case.event_count == 0:
            return next((p.organisation.name for p in self._coming if p.role == acting.AGENT), "")
        return next(iter(self.agents.values()), "")

    @cached_property
    def done(self) -> frozenset[str]:
        """The tags of what this person, or a substitute for him, has done to the case, struck events left out."""
        if self.actor is None or self.case.pk is None:
            return frozenset()
        return self.history.done_by(self.actor)

    @property
    def happened(self) -> tuple[str, ...]:
        """The names of the moves that anybody has made in the case, struck ones left out: guards count rounds by it."""
        return tuple(event.move for event in self.history.acts)

    @cached_property
    def interested(self) -> bool:
        """An interest in the case's organisation was declared and still stands."""
        if self.actor is None or not self.actor.is_official or self.case.organisation_id is None:
            return False
        return Interest.objects.filter(
            user=self.actor, organisation=self.case.organisation_id, ended_at__isnull=True
        ).exists()

    @cached_property
    def principals(self) -> tuple[Standing, ...]:
        """Where the absent colleagues stand for whom this official acts today; their own substitutions do not count."""
        if self.actor is None or not self.actor.is_official:
            return ()
        rows = absences_on(legal_today()).filter(substitute=self.actor).select_related("user").order_by("pk")
        return tuple(
            Standing(self.case, row.user, history=self.history) for row in rows if may_stand_in(self.actor, row.user)
        )


def absences_on(day: date) -> QuerySet[Absence]:
    """The absences that cover a day and were not ended."""
    return Absence.objects.filter(first_day__lte=day, last_day__gte=day, ended_at__isnull=True)


def may_stand_in(substitute: User, absent: User) -> bool:
    """Whether one official may act for another: both in office, and the substitute sees all that the other sees."""
    if substitute.pk == absent.pk or not (substitute.is_active and absent.is_active):
        return False
    if not (substitute.is_official and absent.is_official):
        return False
    reaches = substitute.district_id in (None, absent.district_id)
    return reaches and set(kinds_seen_by(absent.role)) <= set(kinds_seen_by(substitute.role))


@dataclass(frozen=True)
class Who:
    """A predicate over a Standing, with ``|`` and ``&``; ``roles`` lists the names it speaks of, for the docs."""

    test: Callable[[Standing], bool]
    roles: tuple[str, ...]

    def __call__(self, standing: Standing) -> bool:
        return self.test(standing)

    def __or__(self, other: Who) -> Who:
        return Who(lambda standing: self(standing) or other(standing), self.roles + other.roles)

    def __and__(self, other: Who) -> Who:
        return Who(lambda standing: self(standing) and other(standing), self.roles + other.roles)


def officials(*roles: Role) -> Who:
    return Who(lambda standing: standing.holds(*roles), tuple(role.value for role in roles))


def parties(*roles: str) -> Who:
    return Who(lambda standing: not standing.party_roles.isdisjoint(roles), roles)


def entering(*roles: Role) -> Who:
    """An official in one of the roles, in a case that an official entered for somebody without an account."""
    named = tuple(f"entering_{role.value}" for role in roles)
    return Who(lambda standing: bool(standing.case.entered_by_id) and standing.holds(*roles), named)


def anyone_signed_in() -> Who:
    """Any person with an account who is not an administrator: for moves that open a case against the world."""
    return Who(lambda standing: standing.actor is not None and not standing.actor.is_administrator, ("person",))


CLOCK = Who(lambda standing: standing.is_clock, ("clock",))
FOLLOWING = Who(lambda standing: standing.cause is not None, ("consequence",))
"""Nobody by himself: the act follows from an act on another case (``machine.follow``)."""
CLERKS = officials(Role.CLERK, Role.DISTRICT_CLERK)
REVIEWERS = officials(Role.CLERK, Role.CHIEF, Role.DISTRICT_CLERK, Role.DISTRICT_REVIEWER)
CITY_CLERK = officials(Role.CLERK)
CHIEF = officials(Role.CHIEF)
DEPUTY = officials(Role.DEPUTY)
DECIDERS = officials(Role.CHIEF, Role.DEPUTY)
CITY = officials(Role.CLERK, Role.CHIEF, Role.DEPUTY)
APPLICANT = parties("applicant", "agent")
ENTERING = entering(Role.CLERK, Role.DISTRICT_CLERK)
