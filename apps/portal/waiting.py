"""What waits for a person: of many cases the next move of each, found with as many queries as there are kinds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html

from apps.pages.due import Due
from apps.pages.limits import nearest
from apps.portal.access import Viewer
from apps.rules.clock import legal_now
from apps.workflow.acting import AGENT
from apps.workflow.machine import Act
from apps.workflow.models import Case, Party
from apps.workflow.people import Standing
from apps.workflow.states import ANSWERS, Move, State, kind


class KnownStanding(Standing):
    """A standing whose party roles were read for many cases at once."""

    def __init__(self, case: Case, viewer: Viewer, roles: frozenset[str]) -> None:
        super().__init__(case, viewer.user)
        self.__dict__.update(party_roles=roles, organisations=viewer.filing)


@dataclass(frozen=True)
class Matter:
    """One thing to do: a card with its button."""

    title: str
    url: str
    label: Any
    state: State | None = None
    text: Any = ""
    meta: Any = ""
    due: Due | None = None


def roles_in(viewer: Viewer, cases: list[Case]) -> dict[int, frozenset[str]]:
    """As what the person, or an organisation the person may file for, is party to each case; one query."""
    mine = Q(person=viewer.user) | Q(organisation__in=viewer.filing)
    found: dict[int, set[str]] = defaultdict(set)
    for case_id, role in Party.objects.filter(mine, case__in=cases).values_list("case_id", "role"):
        found[case_id].add(role)
    for case in cases:
        if AGENT in found[case.pk] and not viewer.acts_in(case):
            found[case.pk].discard(AGENT)
    return {case.pk: frozenset(found[case.pk]) for case in cases}


def rows_of(cases: list[Case]) -> dict[int, Any]:
    """The kinds' own rows of cases; one query a kind."""
    by_kind = defaultdict(list)
    for case in cases:
        by_kind[case.kind].append(case.pk)
    found: dict[int, Any] = {}
    for name, pks in by_kind.items():
        found.update(kind(name).model.objects.in_bulk(pks))
    return found


def next_moves(viewer: Viewer, cases: list[Case]) -> dict[int, Move]:
    """The first primary move that is this person's in each case that has one; guards are asked on its own page."""
    roles = roles_in(viewer, cases)
    asked = [case for case in cases if roles[case.pk]]
    rows = rows_of(asked)
    found = {}
    for case in asked:
        standing = KnownStanding(case, viewer, roles[case.pk])
        move = next((move for move in primary_moves(case) if is_mine(move, case, standing, rows[case.pk])), None)
        if move is not None:
            found[case.pk] = move
    return found


def primary_moves(case: Case) -> list[Move]:
    return [move for move in case.kind_.moves_from(case.status_at()) if move.tone == "primary"]


def is_mine(move: Move, case: Case, standing: Standing, row: Any) -> bool:
    act = Act(case, case.kind_, move, standing, legal_now(), _row=row)
    return (move.when is None or move.when(act)) and move.who(standing)


def move_url(case: Case, move: str) -> str:
    """The page on which a move is made."""
    if move in ANSWERS:
        return reverse("portal:answer", args=[case.pk])
    if move == "enter_number":
        return reverse("portal:province", args=[case.pk])
    return reverse("portal:move", args=[case.pk, move])


def matter_of(case: Case, move: Move) -> Matter:
    meta = format_html('{} <span class="nowrap" translate="no">{}</span>', case.kind_.label, case.number or "")
    found = nearest(case)
    return Matter(case.title, move_url(case, move.name), move.verb, case.state_, meta=meta, due=found and found.due)
