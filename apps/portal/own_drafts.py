"""The drafts that an organisation has lying: whose, how old, where to go on; those deleted lately can come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.applications import filing
from apps.portal.access import Viewer, drafts_seen_by, may_write
from apps.portal.openings import FORM
from apps.rules.clock import legal_today
from apps.rules.lookup import rule_value
from apps.workflow import drafts
from apps.workflow.models import Case, Draft

MOST = 100


@dataclass(frozen=True)
class Lying:
    """A draft as a line of the list; ``url`` leads to where it is gone on with, "" where one only reads."""

    pk: int
    title: str
    kind: Any
    by: str
    begun_at: datetime
    saved_at: datetime
    url: str
    may_delete: bool


def lying(viewer: Viewer, *, deleted_within: int = 0) -> list[Lying]:
    """The unfiled drafts of the chosen organisation, newest first; or those deleted within so many days."""
    rows = drafts_seen_by(viewer).filter(organisation=viewer.chosen)
    if deleted_within:
        since = timezone.now() - timedelta(days=deleted_within)
        rows = rows.filter(case__isnull=True, discarded_at__gte=since)
    else:
        rows = rows.filter(drafts.lying())
    found = rows.select_related("created_by", "root").order_by("-updated_at", "-pk")[:MOST]
    return [line(viewer, draft) for draft in found]


def back_days() -> int:
    """Days for which a deleted draft can be brought back."""
    return rule_value("deleted_draft_days", legal_today())


def line(viewer: Viewer, draft: Draft) -> Lying:
    return Lying(
        draft.pk, title_of(draft), kind_of(draft), draft.created_by.full_name, draft.created_at, draft.updated_at,
        url_of(viewer, draft), may_write(viewer, draft) and not drafts.is_answer(draft),
    )  # fmt: skip


def title_of(draft: Draft) -> str:
    basics, form = draft.data.get("basics", {}), draft.data.get(FORM, {})
    begun = draft.data.get("begun_from", {})
    named = basics.get("name") or form.get("data_name") or form.get("name") or begun.get("name")
    return named or (draft.root.title if draft.root else "")


def kind_of(draft: Draft) -> Any:
    label = drafts.kind_of(draft).label
    return _("Answer: %(kind)s") % {"kind": label} if drafts.is_answer(draft) else label


def url_of(viewer: Viewer, draft: Draft) -> str:
    """Where it is gone on with: the steps of an application, the answer of a case, the page of another filing."""
    if draft.kind == filing.KIND:
        return reverse("portal:draft", args=[draft.pk])
    if not may_write(viewer, draft):
        return ""
    if drafts.is_answer(draft):
        return reverse("portal:answer", args=[draft.root_id])
    if draft.created_by_id != viewer.user.pk:
        return ""
    kind, _colon, move = draft.kind.partition(":")
    if kind == "deposit":
        return reverse("portal:deposit_own" if move == "receive" else "portal:deposit_new")
    root = f"&root={draft.root_id}" if draft.root_id else ""
    return f"{reverse('portal:file', args=[kind])}?move={move}{root}"


def copyable(viewer: Viewer) -> list[Case]:
    """The organisation's own applications, whose values a new one may begin with; newest first."""
    own = Case.objects.visible_to(viewer.user).filter(kind=filing.KIND, organisation=viewer.chosen)
    return list(own.order_by("-filed_at", "-pk")[:20])
