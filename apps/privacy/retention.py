"""Erasing what was kept long enough: listed with reasons, confirmed by a second official, then carried out once.

Off until an official confirms the rule ``retention_on``. What is erased is told by ``Sort``s: those of this app are in
``sorts``, an app above adds its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts import audit
from apps.accounts.models import User
from apps.privacy.models import RetentionPlan
from apps.rules.clock import legal_now, legal_today
from apps.rules.deadlines import add_months
from apps.rules.lookup import rule_on, rules_on, switch_is_on

MOST = 5_000
SWITCH = "retention_on"
MONTHS = {"month": 1, "year": 12}

Found = tuple[Any, str, datetime]
"""A row's key or a file's digest, what to call it, since when it lies."""


@dataclass(frozen=True)
class Sort:
    """One sort of thing that is erased: its name and reason, what of it is due today, oldest first, how it goes, and the
    rule that says how long it is kept."""

    what: str
    label: Any
    reason: Any
    due: Callable[[], Iterable[Found]]
    erase: Callable[[str], None]
    rule: str


SORTS: dict[str, Sort] = {}


def add(*sorts: Sort) -> None:
    SORTS.update({sort.what: sort for sort in sorts})


@dataclass(frozen=True)
class Item:
    """One thing to erase: what it is, which row or digest, what to call it, since when it lies."""

    what: str
    ref: str
    name: str
    since: str

    @property
    def label(self) -> Any:
        return SORTS[self.what].label

    @property
    def reason(self) -> Any:
        return SORTS[self.what].reason


def is_on() -> bool:
    return switch_is_on(SWITCH, legal_today())


def preview() -> list[Item]:
    """What is due today, at most 5,000 things at a time: the oldest of each sort first."""
    return list(islice(due(), MOST))


def due() -> Iterator[Item]:
    rules_on({SWITCH, *(sort.rule for sort in SORTS.values())}, legal_today())  # a page reads them all at once
    for sort in SORTS.values():
        for ref, name, since in sort.due():
            yield Item(sort.what, str(ref), name, timezone.localtime(since).date().isoformat())


def before(key: str) -> datetime:
    """The moment before which something is older than the rule of this key has it kept."""
    rule, today = rule_on(key, legal_today()), legal_today()
    if rule.unit == "day":
        return legal_now() - timedelta(days=rule.value)
    return legal_now() - (today - add_months(today, -rule.value * MONTHS[rule.unit]))


# ------------------------------------------------------------------------------------------------ two persons


def propose(by: User) -> RetentionPlan:
    """Keep today's preview as a list for a second official. Raises ValidationError: nothing due, or one waits already."""
    items = preview()
    if not items:
        raise ValidationError(_("Nothing is due to be erased."), code="nothing")
    with transaction.atomic():
        if RetentionPlan.objects.filter(carried_out_at__isnull=True).exists():
            raise ValidationError(_("A list waits to be confirmed already."), code="open")
        plan = RetentionPlan.objects.create(
            items=[asdict(item) for item in items], proposed_by=by, proposed_at=timezone.now()
        )
    audit.record("retention.propose", actor=by, about=str(plan.pk), items=len(items))
    return plan


def drop(plan_pk: int, by: User) -> None:
    """Give up a list that was not confirmed."""
    RetentionPlan.objects.filter(pk=plan_pk, confirmed_at__isnull=True).delete()
    audit.record("retention.drop", actor=by, about=str(plan_pk))


def confirm(plan_pk: int, by: User) -> RetentionPlan:
    """Confirm a list as a second official and carry it out. Raises ValidationError in one sentence; then nothing is erased."""
    if not is_on():
        raise ValidationError(_("Erasing is switched off: the rule for it must be confirmed first."), code="off")
    with transaction.atomic():
        plan = RetentionPlan.objects.select_for_update(of=("self",)).filter(pk=plan_pk).first()
        if plan is None or plan.carried_out_at is not None:
            raise ValidationError(_("This list was carried out or given up already."), code="done")
        if plan.proposed_by_id == by.pk:
            raise ValidationError(_("Whoever drew up the list does not confirm it."), code="same")
        plan.confirmed_by, plan.confirmed_at = by, timezone.now()
        plan.result = carry_out([Item(**item) for item in plan.items])
        plan.carried_out_at = timezone.now()
        plan.save()
    audit.record("retention.carry_out", actor=by, about=str(plan.pk), **plan.result)
    return plan


def carry_out(items: list[Item]) -> dict[str, int]:
    """Erase what is still due; what has changed since the list was drawn up is left alone and counted so."""
    still = {(item.what, item.ref) for item in due()}
    done = dict.fromkeys((*SORTS, "left"), 0)
    for item in items:
        if (item.what, item.ref) not in still:
            done["left"] += 1
            continue
        SORTS[item.what].erase(item.ref)
        done[item.what] += 1
    return done
