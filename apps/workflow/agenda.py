"""What is due for a person, and what ends for an organisation (时间轴): its rights, contracts, loans, covers, listings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.workflow.models import Basis, Case, Clock, Party
from apps.workflow.states import kind

MOST = 200


def clocks_of(user: User) -> QuerySet[Clock]:
    """The running clocks of an official's assigned cases; of anybody else those of their cases that are not the
    office's own. In the order in which they end, MOST at the utmost, each with its case."""
    running = Clock.objects.filter(outcome=Clock.Outcome.RUNNING, ended_at__isnull=True)
    if user.is_official:  # the cases whose nearest days these are; an index gives them, however full the desk
        desk = Case.objects.filter(assigned_to=user, closed_at__isnull=True, due_on__isnull=False)
        mine = running.filter(case__in=desk.order_by("due_on", "filed_at", "pk").values("pk")[:MOST])
    else:
        mine = running.filter(case__in=Case.objects.visible_to(user).values("pk")).exclude(audience="office")
    return mine.select_related("case").order_by("due_on", "pk")[:MOST]


def label_of(clock: Clock) -> str:
    """The clock's name in the reader's language."""
    return str(kind(clock.case.kind).clock(clock.name).label)


# ------------------------------------------------------------------------------------------------ what ends for an organisation


@dataclass(frozen=True)
class Ending:
    """One thing that ends on a day, by its name, and the case that it belongs to."""

    day: date
    label: Any
    case: Case


class Source(Protocol):
    """Rows with a day on which something ends (``path``), found by the cases they belong to: those the organisation is a
    party of, and all that concern it."""

    path: str

    def of(self, own: QuerySet, concerning: QuerySet) -> QuerySet: ...

    def ending(self, row: Any) -> Ending: ...


LASTING = ("date", "month", "year")
"""The units of what lasts; the limits of a procedure are counted in days."""


class RunningClocks:
    """The running clocks of what lasts, past its day or not."""

    path = "due_on"

    def of(self, own: QuerySet, concerning: QuerySet) -> QuerySet[Clock]:
        running = Clock.objects.filter(outcome=Clock.Outcome.RUNNING, ended_at__isnull=True, unit__in=LASTING)
        return running.exclude(audience="office").filter(case__in=concerning).select_related("case__organisation")

    def ending(self, row: Clock) -> Ending:
        return Ending(row.due_on, label_of(row), row.case)


sources: list[Source] = [RunningClocks()]


def add_source(source: Source) -> None:
    """Make further rows known that end; called once, when their app is loaded."""
    sources.append(source)


def endings(organisations: Iterable[int], among: QuerySet[Case]) -> list[tuple[Source, QuerySet]]:
    """What ends for organisations, by source: of the cases (``among`` those the reader may see) that they are party of
    now, and of what their running cases rest on."""
    parties = Party.objects.filter(organisation__in=list(organisations)).exclude(role__startswith="former_")
    own = among.filter(pk__in=parties.values("case"))
    running = own.filter(closed_at__isnull=True)
    roots = running.filter(root__isnull=False).values("root")
    bases = Basis.objects.filter(case__in=running.values("pk")).values("on")
    concerning = own.values("pk").union(roots, bases)
    return [(source, source.of(own.values("pk"), concerning)) for source in sources]
