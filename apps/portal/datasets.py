"""The data sets of an organisation with their way: evidence, registration, and what rests on the right."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.applications.models import Application
from apps.certificates.models import Registration
from apps.evidence.models import Deposit
from apps.pages.fields import Step
from apps.portal.access import Viewer
from apps.rules.clock import legal_today
from apps.workflow.models import Case
from apps.workflow.states import Kind, all_kinds

IN_NOTICE = "in_notice"
STEP_OF_TONE = {"good": "done", "bad": "wrong", "waiting": "current", "attention": "current"}


@dataclass
class DataSet:
    """One data set: its evidence, the newest application on it, the right, and what rests on the right."""

    deposit: Deposit
    application: Application | None = None
    registration: Registration | None = None
    branches: dict[str, Case] = field(default_factory=dict)
    may_file: bool = False
    is_held: bool = False
    """Whether the right is still the organisation's own."""

    @property
    def name(self) -> str:
        return self.application.name if self.application else self.deposit.data_name

    @property
    def number(self) -> str:
        """The number of the right; before there is one, of the evidence."""
        return self.registration.number if self.registration else self.deposit.certificate_number

    @property
    def case(self) -> Case:
        """The case that says most about it."""
        found = self.registration or self.application or self.deposit
        return found.case

    @property
    def steps(self) -> list[Step]:
        right = self.registration or self.application
        rest = [step(table.way[0], self.branches.get(table.name)) for table in branches()]
        return [step(_("Evidence deposit"), self.deposit.case), step(_("Registration"), right and right.case), *rest]

    @property
    def actions(self) -> list[tuple[Any, str]]:
        """The next steps that are this person's, each with its address."""
        if not self.may_file:
            return []
        if self.registration is not None:
            return self.beginnings()
        if self.application is not None and self.application.case.state_.open:
            return []
        if self.deposit.founds_on(legal_today()):
            return [(_("Apply for registration"), f"{reverse('portal:draft_new')}?deposit={self.deposit.pk}")]
        return []

    def beginnings(self) -> list[tuple[Any, str]]:
        if not self.is_held or not self.registration.case.state_.open:
            return []
        return [
            (table.way[1], f"{reverse('portal:file', args=[table.name])}?root={self.registration.pk}")
            for table in branches()
            if table.filing and not self.has_open(table.name)
        ]

    def has_open(self, name: str) -> bool:
        return name in self.branches and self.branches[name].state_.open


def branches() -> list[Kind]:
    """The kinds that are a step on the way of a data set, in its order."""
    return [table for table in all_kinds() if table.way]


def step(label: Any, case: Case | None) -> Step:
    """A step of the way as its case stands."""
    if case is None:
        return Step(label)
    state = case.state_
    mark = "current" if state.name == IN_NOTICE else STEP_OF_TONE.get(state.tone, "todo")
    return Step(label, reverse("portal:case", args=[case.pk]), mark, state.public_label)


def deposits_of(viewer: Viewer):
    """The deposits of the chosen organisation, for a keyset page."""
    rows = Deposit.objects.filter(case__organisation=viewer.chosen) if viewer.chosen else Deposit.objects.none()
    if viewer.acting is not None:  # of a principal only what was filed for it by the agent
        rows = rows.filter(case__in=Case.objects.visible_to(viewer.user).values("pk"))
    return rows.select_related("case", "platform")


def with_their_way(deposits: list[Deposit], viewer: Viewer) -> list[DataSet]:
    """Each deposit with what came of it, as far as the viewer may read it; three more queries however many."""
    found = {row.pk: DataSet(row, may_file=viewer.may_file) for row in deposits}
    applications = Application.objects.filter(deposit__in=deposits).select_related("case").order_by("pk")
    for row in applications:
        found[row.deposit_id].application = row
    by_origin = {each.application.pk: each for each in found.values() if each.application}
    for right in Registration.objects.filter(origin__in=by_origin).select_related("case"):
        by_origin[right.origin_id].registration = right
        by_origin[right.origin_id].is_held = viewer.chosen is not None and right.holder_id == viewer.chosen.pk
    hang_branches([each for each in found.values() if each.registration], viewer)
    return list(found.values())


def hang_branches(sets: list[DataSet], viewer: Viewer) -> None:
    """What rests on the rights; what a new holder does with one is nobody else's business."""
    names = [table.name for table in branches()]
    by_root: dict[int, dict[str, Case]] = defaultdict(dict)
    seen = Case.objects.visible_to(viewer.user).filter(root__in=[each.registration.pk for each in sets])
    for case in seen.filter(kind__in=names).order_by("pk"):
        by_root[case.root_id][case.kind] = case
    for each in sets:
        each.branches = by_root[each.registration.pk]
