"""Drafts: found again instead of made again, saved whatever they lack, filed once."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.text import without_nul
from apps.enterprises.models import Organisation
from apps.enterprises.queries import organisations_of
from apps.workflow.machine import Refused
from apps.workflow.models import Case, Document, Draft
from apps.workflow.states import ANSWERS, Kind, all_kinds, kind

ANSWER = "answer"
"""What the kind of a draft begins with that answers a correction notice; such a one is never filed, it is sent."""


def kind_of(draft: Draft) -> Kind:
    """The kind that a draft opens, or that of the case that it answers in."""
    return draft.root.kind_ if is_answer(draft) and draft.root else kind(draft.kind.partition(":")[0])


def is_answer(draft: Draft) -> bool:
    """An answer belongs to its case: it is given or not given, never thrown away."""
    return draft.kind.startswith(ANSWER)


def lying() -> Q:
    """Drafts that somebody can go on with: neither filed nor deleted; of answers those to a notice that still stands."""
    asked = Q(pk__in=[])
    for table in all_kinds():
        states = {state for move in table.moves if move.name in ANSWERS for state in move.sources}
        if states:
            asked |= Q(root__kind=table.name, root__status__in=states)
    return Q(case__isnull=True, discarded_at__isnull=True) & (~Q(kind__startswith=ANSWER) | asked)


def drafts_of(user: User):
    """The unfiled drafts a person may go on with: those of the own organisations, and an official's own entries."""
    unfiled = Draft.objects.filter(lying())
    if user.is_official:
        return unfiled.filter(created_by=user)
    own = unfiled.filter(organisation__in=organisations_of(user).values("pk"), created_by__role="")
    return own | unfiled.filter(created_by=user, organisation__isnull=True)


def begin(kind: str, *, by: User, organisation: Organisation | None, root: Case | None = None, data=None) -> Draft:
    """The draft to go on with: the person's newest of this kind and organisation, else a new one."""
    unfiled = Draft.objects.filter(case__isnull=True, discarded_at__isnull=True)
    found = unfiled.filter(kind=kind, organisation=organisation, root=root, created_by=by)
    draft = found.order_by("-updated_at").first()
    if draft is not None:
        return draft
    now = timezone.now()
    return Draft.objects.create(
        kind=kind, organisation=organisation, root=root, created_by=by, data=data or {}, created_at=now, updated_at=now
    )


def save(draft: Draft, values: dict, *, guard: Callable[[Draft], None] | None = None) -> Draft:
    """Keep what was typed, right or wrong, over what was there; a draft that was filed meanwhile is left alone.

    ``guard`` looks at the locked draft first, and raises Refused.
    """
    with transaction.atomic():
        row = Draft.objects.select_for_update().get(pk=draft.pk)
        if row.case_id is not None:
            raise Refused("filed", _("This was filed already; what you typed since is not part of it."))
        if row.discarded_at is not None:
            raise Refused(
                "discarded", _("This draft was deleted. Bring it back from the list of drafts to go on with it.")
            )
        if guard:
            guard(row)
        row.data = {**row.data, **without_nul(values)}
        row.updated_at = timezone.now()
        row.save(update_fields=["data", "updated_at"])
    return row


def discard(draft: Draft) -> None:
    """Put a draft out of sight; ``bring_back`` undoes it. One that was filed is left alone."""
    Draft.objects.filter(pk=draft.pk, case__isnull=True).update(discarded_at=timezone.now())


def bring_back(draft: Draft) -> None:
    """Bring a discarded draft back, as the newest of its kind."""
    Draft.objects.filter(pk=draft.pk, case__isnull=True).update(discarded_at=None, updated_at=timezone.now())


def file(draft: Draft, open_: Callable[[Draft], Case]) -> Case:
    """File a draft once, however often pressed: the second press gets the first one's case."""
    with transaction.atomic():
        row = Draft.objects.select_for_update().get(pk=draft.pk)
        if row.case_id is not None:
            return row.case
        if row.discarded_at is not None:
            raise Refused(
                "discarded", _("This draft was deleted. Bring it back from the list of drafts to go on with it.")
            )
        case = open_(row)
        Document.objects.filter(draft=row, removed_at__isnull=True).update(case=case)
        row.case = case
        row.updated_at = timezone.now()
        row.save(update_fields=["case", "updated_at"])
    return case
