"""Who is touched, for the page that asks before an act: the right, its certificate, and each case that rests on it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.certificates.models import Certificate
from apps.workflow import touch
from apps.workflow.letters import OFFICE
from apps.workflow.models import Case, Party
from apps.workflow.states import Kind, Move, State


@dataclass(frozen=True)
class Row:
    """One case that rests on the right. Whoever may not read it sees its kind and state alone."""

    kind: Any
    state: State
    case: Case | None = None
    parties: tuple[str, ...] = ()
    says: Any = ""
    told: tuple[Any, ...] = ()
    against: Any = ""


@dataclass(frozen=True)
class Touched:
    """What an act does to all that rests on a case."""

    case: Case
    act: Move
    certificates: tuple[str, ...]
    rows: tuple[Row, ...]
    may_read: bool

    @property
    def stopped(self) -> bool:
        """Whether something that the reader may know of stands against the act."""
        return any(row.against for row in self.rows)


def of_case(case: Case, reader: User) -> Touched | None:
    """What a case leads to on its root, while it is open; None where it leads to nothing."""
    if not case.kind_.leads_to or case.root is None or not case.state_.open:
        return None
    return None if case.status_at() in settled(case.kind_) else of_act(case.root, case.kind_.leads_to, reader, case)


def settled(kind: Kind) -> set[str]:
    """The open states in which the act was done already: those that a decision has led to."""
    return {move.target for move in kind.moves if move.tag == "decide" and move.target} - {
        status for move in kind.moves if move.tag == "decide" for status in move.sources
    }


def of_filing(table: Kind, root: Case | None, reader: User) -> Touched | None:
    """The same before there is a case."""
    return of_act(root, table.leads_to, reader, None) if table.leads_to and root is not None else None


def acts_on(case: Case) -> list[Move]:
    """The acts on a case that touch what rests on it."""
    return [move for move in case.kind_.moves if move.touches]


def of_act(case: Case, act: str, reader: User, cause: Case | None) -> Touched | None:
    """What one act on a case makes of each that rests on it: as many queries however many."""
    move = case.kind_.move(act)
    if move is None:
        return None
    edges = touch.edges(case, act, cause)
    keys = [edge.case.pk for edge in edges]
    seen = set(Case.objects.visible_to(reader).filter(pk__in=[case.pk, *keys]).values_list("pk", flat=True))
    sides: dict[int, list[Party]] = defaultdict(list)
    for party in Party.objects.filter(case__in=seen.intersection(keys)).select_related("organisation", "person"):
        sides[party.case_id].append(party)
    current = Certificate.objects.filter(registration=case.pk, superseded_at__isnull=True)
    rows = tuple(row_of(edge, sides[edge.case.pk], edge.case.pk in seen) for edge in edges)
    return Touched(case, move, tuple(current.values_list("number", flat=True)), rows, case.pk in seen)


def row_of(edge: touch.Edge, sides: list[Party], may_read: bool) -> Row:
    case = edge.case
    if not may_read:
        return Row(case.kind_.label, case.state_)
    told: list[Any] = [name for party in sides if party.role in edge.told and (name := name_of(party))]
    return Row(
        case.kind_.label, case.state_, case, tuple(dict.fromkeys(name_of(party) for party in sides)),
        edge.consequence.says if edge.consequence else "",
        (*dict.fromkeys(told), *([_("the office")] if OFFICE in edge.told else [])),
        edge.refusal.sentence if edge.refusal else "",
    )  # fmt: skip


def name_of(party: Party) -> str:
    return party.organisation.name if party.organisation_id else party.person.full_name
