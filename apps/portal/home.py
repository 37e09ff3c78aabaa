"""The first page: what waits, what is under way, what falls due."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.applications.filing import KIND as APPLICATION
from apps.pages.limits import Nearest, nearest
from apps.portal.access import Viewer, cases_of, drafts_seen_by
from apps.portal.datasets import IN_NOTICE
from apps.portal.waiting import Matter, matter_of, next_moves
from apps.rules.clock import legal_today
from apps.workflow import drafts
from apps.workflow.models import Case
from apps.workflow.states import all_kinds

MOST = 60
DUE_DAYS = 90


@dataclass
class Home:
    """What the first page shows."""

    waiting: list[Matter] = field(default_factory=list)
    under_way: list[Case] = field(default_factory=list)
    due: list[tuple[Case, Nearest]] = field(default_factory=list)


def build(viewer: Viewer) -> Home:
    """The first page of a viewer; the number of queries does not grow with the number of cases."""
    cases = list(under_way(viewer))
    moves = next_moves(viewer, cases)
    waiting = [matter_of(case, moves[case.pk]) for case in cases if case.pk in moves]
    return Home(
        waiting=[*verification(viewer), *sorted(waiting, key=by_due), *begun(viewer)],
        under_way=[case for case in cases if case.pk not in moves],
        due=deadlines(viewer),
    )


def by_due(matter: Matter):
    """The nearest day first, those without one last."""
    return (matter.due is None, matter.due and matter.due.on)


def under_way(viewer: Viewer):
    """Open cases that are not at rest: a verified deposit or a right in force waits for nobody."""
    cases = cases_of(viewer).running().exclude(at_rest()).select_related("organisation")
    return cases.order_by("-changed_at", "-pk")[:MOST]


def at_rest() -> Q:
    resting = Q(pk__in=[])
    for table in all_kinds():
        names = [
            state.name for state in table.states if state.open and state.tone == "good" and state.name != IN_NOTICE
        ]
        resting |= Q(kind=table.name, status__in=names)
    return resting


def verification(viewer: Viewer) -> list[Matter]:
    """Filing waits for the verification of the organisation: its manager files it."""
    firm = viewer.chosen
    if not viewer.is_manager or firm.verified_at:
        return []
    if cases_of(viewer).running().filter(verification__isnull=False).exists():
        return []
    text = _("Drafts and deposits work already; only filing waits for it.")
    url = reverse("portal:file", args=["organisation"])
    return [Matter(firm.name, url, _("Have the organisation verified"), text=text)]


def begun(viewer: Viewer) -> list[Matter]:
    """Applications that were begun and not filed."""
    if not viewer.may_file:
        return []
    rows = drafts_seen_by(viewer).filter(drafts.lying(), kind=APPLICATION, organisation=viewer.chosen)
    return [
        Matter(
            row.data.get("basics", {}).get("name") or _("Application without a name yet"),
            reverse("portal:draft", args=[row.pk]), _("Go on with the draft"), meta=_("Draft"),
        )
        for row in rows.order_by("-updated_at")[:5]
    ]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A case in a list, with what is due next."""

    case: Case
    nearest: Nearest | None


def deadlines(viewer: Viewer) -> list[tuple[Case, Nearest]]:
    """The next days on which something ends, with the name of the time limit."""
    last = legal_today() + timedelta(days=DUE_DAYS)
    cases = cases_of(viewer).running().filter(due_on__lte=last).order_by("due_on", "pk")[:8]
    found = [(case, nearest(case)) for case in cases]
    return [(case, limit) for case, limit in found if limit is not None]
