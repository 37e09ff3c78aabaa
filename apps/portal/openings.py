"""Opening a case of any kind from the portal: its form, its papers, filed once from a draft that loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.applications.filing import raw
from apps.enterprises.models import Organisation
from apps.evidence.forms import DepositForm, OwnDepositForm
from apps.portal.access import Viewer, drafts_seen_by
from apps.portal.attachments import files_of
from apps.workflow import drafts
from apps.workflow.forms import FilingForm
from apps.workflow.machine import open_case
from apps.workflow.models import Case, Draft
from apps.workflow.states import Kind, Move, all_kinds, kind

FORM = "form"
Words = Callable[[str, Organisation, "Case | None", dict], dict[str, Any]]


@dataclass(frozen=True)
class Opening:
    """How a case is opened here: the move, its form, the papers it asks for, and the words for ``open_case``."""

    table: Kind
    move: Move
    form: type[forms.Form]
    papers: tuple[tuple[str, Any, bool], ...]
    words: Words
    for_anybody: bool = False
    """Whether a person may open it who files for no organisation yet."""

    @property
    def draft_kind(self) -> str:
        return f"{self.table.name}:{self.move.name}"[:32]

    def bind(self, draft: Draft | None, organisation: Organisation, root: Case | None, **kwargs) -> forms.Form:
        """The form with what it wants to know of its surroundings."""
        if issubclass(self.form, FilingForm):
            kwargs.update(organisation=organisation, root=root)
        if issubclass(self.form, OwnDepositForm):
            kwargs["kept"] = files_of(draft).filter(path="data").last() if draft is not None else None
        return self.form(**kwargs)


def opening_of(table: Kind, name: str = "") -> Opening | None:
    """The opening move of a kind that has a form and a way to be filed; the first unless it is named."""
    if table.filing is None:
        return None
    moves = [move for move in table.moves if move.opens and move.form is not None and name in ("", move.name)]
    if not moves:
        return None
    needed = getattr(moves[0].form, "needed_files", ())
    papers = tuple((path, label, path in needed) for path, label in getattr(moves[0].form, "files", ()))
    return Opening(table, moves[0], moves[0].form, papers, table.filing)


@dataclass(frozen=True)
class Offered:
    """An opening as a link: its verb and address."""

    verb: Any
    url: str


def begun_by(organisation: Organisation | None) -> list[Offered]:
    """What the first page offers an organisation for its capacity, such as recording what was concluded elsewhere."""
    if organisation is None:
        return []
    return [
        Offered(move.verb, f"{reverse('portal:file', args=[table.name])}?move={move.name}")
        for table, move in fillable()
        if getattr(move.form, "begun_by", "") in organisation.capacities
    ]


def hung_on(case: Case, roles: frozenset[str]) -> list[Offered]:
    """What may be filed on a case by one who stands to it in these roles, such as a claim on a policy."""
    return [
        Offered(move.verb, f"{reverse('portal:file', args=[table.name])}?move={move.name}&root={case.pk}")
        for table, move in fillable()
        if getattr(move.form, "hangs_on", "") == case.kind and not roles.isdisjoint(move.who.roles)
    ]


def fillable() -> list[tuple[Kind, Move]]:
    """The opening moves that the portal can file by a form."""
    return [(table, move) for table in all_kinds() if table.filing for move in table.moves if move.opens and move.form]


def deposit_words(move: str, organisation: Organisation, root: Case | None, data: dict) -> dict[str, Any]:
    return {
        "organisation": organisation, "title": data["data_name"], "parties": [("applicant", organisation)], "data": data,
    }  # fmt: skip


def outside_deposit() -> Opening:
    """An outside certificate or a notarial deed, with its scan."""
    table = kind("deposit")
    papers = (("paper", _("Certificate or deed"), False),)
    return Opening(table, table.move("record"), DepositForm, papers, deposit_words)


def own_deposit() -> Opening:
    """A receipt of this portal: the file itself, or its digests alone."""
    table = kind("deposit")
    papers = (("data", _("Data file"), False),)
    return Opening(table, table.move("receive"), OwnDepositForm, papers, deposit_words)


def go_on(opening: Opening, viewer: Viewer, root: Case | None) -> Draft | None:
    """What this person began and did not file."""
    rows = drafts_seen_by(viewer).filter(
        kind=opening.draft_kind, organisation=viewer.chosen, root=root, created_by=viewer.user, case__isnull=True,
        discarded_at__isnull=True,
    )  # fmt: skip
    return rows.order_by("-updated_at").first()


def draft_of(request: HttpRequest, opening: Opening, viewer: Viewer, root: Case | None) -> Draft:
    """The draft of a sent form by the key that stood in its page, so that a page sent twice is filed once."""
    now, key = timezone.now(), key_of(request)
    own = {"created_by": request.user, "kind": opening.draft_kind, "organisation": viewer.chosen, "root": root}
    if Draft.objects.filter(key=key).exclude(**own).exists():  # the key of another page: it is not this one's
        key = uuid4()
    draft, _made = Draft.objects.select_related("case").get_or_create(
        key=key, **own, defaults={"created_at": now, "updated_at": now}
    )
    return draft


def key_of(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def keep_form(draft: Draft, form: forms.Form) -> Draft:
    return drafts.save(draft, {FORM: raw(form)})


def file_draft(opening: Opening, draft: Draft, cleaned: dict[str, Any], *, actor: User) -> Case:
    """Open the case of a checked form, once. Raises Refused."""

    def open_(row: Draft) -> Case:
        words = opening.words(opening.move.name, row.organisation, row.root, dict(cleaned))
        if actor.is_official:
            words["entered_by"] = actor
        return open_case(opening.table.name, actor=actor, move=opening.move.name, key=f"draft:{row.key}", **words)

    return drafts.file(draft, open_)
