"""Who may perform a move: predicates over where a person stands to a case, asked by machine and button alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from apps.accounts.models import Role, User
from apps.enterprises.models import Membership
from apps.workflow.models import Case, Event, Interest, Party


class Standing:
    """Where one person stands to one case: party roles, what he has already done to it, a declared interest.

    Each answer costs one query, asked only when a predicate needs it.
    """

    def __init__(self, case: Case, actor: User | None, parties: tuple[Party, ...] = ()) -> None:
        self.case = case
        self.actor = actor
        self._coming = parties  # the parties of a case that is being opened

    @property
    def is_clock(self) -> bool:
        return self.actor is None

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
        mine = Q(person=self.actor) | Q(organisation__in=self.organisations)
        if self.case.pk is None:
            return frozenset(
                party.role
                for party in self._coming
                if party.person_id == self.actor.pk or party.organisation_id in self.organisations
            )
        return frozenset(Party.objects.filter(mine, case=self.case).values_list("role", flat=True))

    @cached_property
    def done(self) -> frozenset[str]:
        """The tags of what this person has done to the case, struck events left out."""
        if self.actor is None or self.case.pk is None:
            return frozenset()
        mine = Event.objects.standing().filter(case=self.case, actor=self.actor).exclude(tag="")
        tags = set(mine.values_list("tag", flat=True))
        if self.case.entered_by_id == self.actor.pk:
            tags.add("enter")
        return frozenset(tags)

    @cached_property
    def interested(self) -> bool:
        """An interest in the case's organisation was declared and still stands."""
        if self.actor is None or not self.actor.is_official or self.case.organisation_id is None:
            return False
        return Interest.objects.filter(
            user=self.actor, organisation=self.case.organisation_id, ended_at__isnull=True
        ).exists()


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
CLERKS = officials(Role.CLERK, Role.DISTRICT_CLERK)
REVIEWERS = officials(Role.CLERK, Role.CHIEF, Role.DISTRICT_CLERK, Role.DISTRICT_REVIEWER)
CITY_CLERK = officials(Role.CLERK)
CHIEF = officials(Role.CHIEF)
DEPUTY = officials(Role.DEPUTY)
DECIDERS = officials(Role.CHIEF, Role.DEPUTY)
CITY = officials(Role.CLERK, Role.CHIEF, Role.DEPUTY)
APPLICANT = parties("applicant", "agent")
ENTERING = entering(Role.CLERK, Role.DISTRICT_CLERK)
