"""Who is touched, for the page that asks before an act: the right, its certificate, and each case that rests on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.certificates.models import Certificate
from apps.workflow import touch
from apps.workflow.letters import OFFICE
from apps.workflow.models import Case
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
class Right:
    """A case that the act is done on, its certificates that hold, and whether the reader may open it."""

    case: Case
    certificates: tuple[str, ...]
    may_read: bool


@dataclass(frozen=True)
class Touched:
    """What an act on one case, or on each of several, does to all that rests on them."""

    on: tuple[Right, ...]
    act: Move
    rows: tuple[Row, ...]

    @property
    def stopped(self) -> bool:
        """Whether something that the reader may know of stands against the act."""
        return any(row.against for row in self.rows)


def of_case(case: Case, reader: User) -> Touched | None:
    """What a case leads to on what it rests on, while it is open; None where it leads to nothing."""
    if case.root is None or not case.state_.open or not (act := act_ahead(case)):
        return None
    # a procedure is about one right; only a move on the way, as a sale, is over all of them
    further = () if case.kind_.leads_to else Case.objects.filter(resting__case=case).order_by("pk")
    return of_acts([case.root, *further], act, reader, case)


def act_ahead(case: Case) -> str:
    """The touching act of the root that a case leads to from where it stands: by its decision, or by a move after it."""
    status, table = case.status_at(), case.kind_
    if table.leads_to:
        return "" if status in settled(table) else table.leads_to
    return next((act for move in table.moves_from(status) if move.leads_to and (act := move.leads_to(case))), "")


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
    return of_acts([case], act, reader, cause)


def of_acts(cases: Sequence[Case], act: str, reader: User, cause: Case | None) -> Touched | None:
    """What one act, done on each of some cases of a kind, makes of each that rests on them: as many queries however
    many."""
    move = cases[0].kind_.move(act)
    if move is None:
        return None
    edges = touch.edges(cases, act, cause)
    seen = sides_seen(reader, [case.pk for case in (*cases, *(edge.case for edge in edges))])
    current: dict[int, list[str]] = defaultdict(list)
    held = Certificate.objects.filter(
        registration__in=[case.pk for case in cases], superseded_at__isnull=True
    ).order_by("pk")
    for pk, number in held.values_list("registration", "number"):
        current[pk].append(number)
    on = tuple(Right(case, tuple(current[case.pk]), case.pk in seen) for case in cases)
    return Touched(on, move, tuple(row_of(edge, seen.get(edge.case.pk)) for edge in edges))


def sides_seen(reader: User, keys: list[int]) -> dict[int, list[tuple[str, str]]]:
    """Those of the cases that the reader may read, each with its parties as role and name: one query."""
    name = Coalesce("parties__organisation__name", "parties__person__full_name")
    rows = Case.objects.visible_to(reader).filter(pk__in=keys).order_by("parties__pk")
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pk, role, said in rows.values_list("pk", "parties__role", name):
        found[pk] += [(role, said)] if role else []  # a case without parties is seen all the same
    return found


def row_of(edge: touch.Edge, sides: list[tuple[str, str]] | None) -> Row:
    """``sides``: None where the reader may not read the case."""
    case = edge.case
    if sides is None:
        return Row(case.kind_.label, case.state_)
    told: list[Any] = [name for role, name in sides if role in edge.told and name]
    return Row(
        case.kind_.label, case.state_, case, tuple(dict.fromkeys(name for _role, name in sides)),
        edge.consequence.says if edge.consequence else "",
        (*dict.fromkeys(told), *([_("the office")] if OFFICE in edge.told else [])),
        edge.refusal.sentence if edge.refusal else "",
    )  # fmt: skip
