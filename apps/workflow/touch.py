"""Who is touched (连带影响): the cases that rest on a case, and what an act on it makes of each.

The rule is a row: kind × act, in the table of the kind that rests (``Kind.consequences``). The page that asks before the
act and the machine that performs it read the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.enterprises.queries import organisations_filed_for
from apps.rules.clock import legal_now
from apps.workflow.models import Basis, Case
from apps.workflow.states import Consequence, Kind, Move, Refusal, all_kinds, kind

if TYPE_CHECKING:
    from apps.workflow.machine import Act


@dataclass(frozen=True)
class Edge:
    """One case that rests on another, the outcome an act has for it (None: nobody has said), and what stands against."""

    case: Case
    consequence: Consequence | None
    refusal: Refusal | None

    @property
    def move(self) -> Move | None:
        """The move that writes the outcome down and tells the parties; None where nothing changes."""
        return self.case.kind_.move(self.consequence.move) if self.consequence else None

    @property
    def told(self) -> tuple[str, ...]:
        """The roles whose people get a letter."""
        roles = (role for spec in (self.move.letters if self.move else ()) for role in spec.to)
        return tuple(dict.fromkeys(roles))


def resting_on(*cases: Case) -> list[Case]:
    """The running cases that rest on any of some cases, by their root or as one of several, oldest first."""
    keys = [case.pk for case in cases]
    further = Basis.objects.filter(on__in=keys).order_by().values("case")
    near = Case.objects.filter(root__in=keys).values("pk").union(further)  # an OR has no index
    return running(Case.objects.filter(pk__in=near).order_by("pk"))


def running(cases: QuerySet[Case]) -> list[Case]:
    """Those that are open now. All that rests on a right is a few rows: each says so itself, and the query stays small."""
    rows, now = cases.filter(closed_at__isnull=True).select_related("organisation"), legal_now()
    return [row for row in rows if row.kind_.state(row.status_at(now)).open]


def resting_on_each(cases: Sequence[Case]) -> dict[int, list[Case]]:
    """The same of many cases at once, by what they rest on: two queries however many."""
    keys = [case.pk for case in cases]
    by_root = Case.objects.filter(root__in=keys, closed_at__isnull=True).values_list("root", "pk")
    pairs = set(by_root.union(Basis.objects.filter(on__in=keys).order_by().values_list("on", "case")))
    rows = {row.pk: row for row in running(Case.objects.filter(pk__in={pk for _base, pk in pairs}))}
    found: dict[int, list[Case]] = {key: [] for key in keys}
    for base, pk in sorted(pairs):
        if pk in rows:
            found[base].append(rows[pk])
    return found


def edges(on: Case | Sequence[Case], act: str, cause: Case | None = None) -> list[Edge]:
    """What an act (the name of a touching move) on a case, or on each of several, does to each case that rests on it,
    the cause left out."""
    bases = [on] if isinstance(on, Case) else on
    rows = [row for row in resting_on(*bases) if cause is None or row.pk != cause.pk]
    with_rows([row for row in rows if may_stand_against(row, act)])
    return [edge(row, act, cause) for row in rows]


def may_stand_against(case: Case, act: str) -> bool:
    """Whether the outcome asks the case's own row if the act is to wait."""
    consequence = outcome(case.kind_, case.status_at(), act)
    return consequence is not None and consequence.blocks is not None


def with_rows(cases: list[Case]) -> list[Case]:
    """The cases with their kinds' own rows and what those point to read beforehand: one query a kind."""
    by_kind: dict[str, list[Case]] = {}
    for case in cases:
        by_kind.setdefault(case.kind, []).append(case)
    for name, group in by_kind.items():
        model = kind(name).model
        rows = model.objects.select_related(*paths_from(model)).in_bulk([case.pk for case in group])
        for case in group:
            if case.pk in rows:
                setattr(case, model.case.field.related_query_name(), rows[case.pk])
    return cases


@cache
def paths_from(model: type[Model]) -> tuple[str, ...]:
    """The relations of a kind's row, the case itself left out, and those of the rows of other kinds they lead to."""
    first = [field for field in model._meta.fields if field.is_relation and field.name != "case"]
    second = [
        f"{field.name}__{further.name}"
        for field in first
        if hasattr(field.related_model, "snapshot") and field.related_model is not model
        for further in field.related_model._meta.fields
        if further.is_relation
    ]
    return (*(field.name for field in first), *second)


def edge(case: Case, act: str, cause: Case | None) -> Edge:
    consequence = outcome(case.kind_, case.status_at(), act)
    if consequence is None:
        return Edge(case, None, undecided(case))
    return Edge(case, consequence, consequence.blocks(case, cause) if consequence.blocks else None)


def outcome(table: Kind, status: str, act: str) -> Consequence | None:
    """The row of a kind's table for an act, in a state; None where it has none."""
    rows = table.consequences.get(act, ())
    return next((row for row in rows if not row.sources or status in row.sources), None)


def undecided(case: Case) -> Refusal:
    words = _("It is not laid down what becomes of %(kind)s %(number)s; the act waits until it is.")
    return Refusal("no_outcome", words % {"kind": case.kind_.label, "number": case.number or case.title})


def edges_of(act: Act) -> list[Edge]:
    """The edges of a touching act, read once: what was asked before the act is what it then carries out."""
    if act.touched is None:
        act.touched = edges(act.case, act.move.name, act.standing.cause)
    return act.touched


def standing_against(act: Act) -> Refusal | None:
    """The first reason why a touching act cannot be done yet; None where every edge has its outcome."""
    return next((edge.refusal for edge in edges_of(act) if edge.refusal is not None), None)


def notes_on(root: Case, user: User) -> list[str]:
    """What cases that hang on a case tell whoever asks on it: a sentence each."""
    tables = [table for table in all_kinds() if table.rests_on == root.kind and table.notes]
    return [sentence for table in tables if table.notes for sentence in table.notes(root, user)]


def offered_on(root: Case, user: User) -> list[Kind]:
    """The kinds that this person may open on a case, where the kind itself says to whom it is offered."""
    if not user.is_authenticated or user.is_official or user.is_administrator:
        return []
    own = organisations_filed_for(user)
    tables = [table for table in all_kinds() if table.rests_on == root.kind and table.offered]
    return [table for table in tables if table.offered and table.offered(root, own)]
