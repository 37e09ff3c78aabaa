"""Absences with a substitute: entered by oneself, or by those of the section who may; everybody concerned is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import OFFICIAL_ROLES, Role, User
from apps.outbox.letters import post
from apps.rules.clock import legal_today
from apps.workflow import assignment, letters, machine
from apps.workflow.machine import Refused
from apps.workflow.models import Absence
from apps.workflow.people import may_stand_in

LONGEST = 366  # days
ENTERS: dict[str, frozenset[str]] = {
    Role.CHIEF: OFFICIAL_ROLES,
    Role.DEPUTY: OFFICIAL_ROLES,
    Role.CLERK: frozenset({Role.CHIEF, Role.DEPUTY}),
    Role.DISTRICT_REVIEWER: frozenset({Role.DISTRICT_CLERK}),
    Role.DISTRICT_CLERK: frozenset({Role.DISTRICT_REVIEWER}),
}
"""Whose absence a post may enter besides the own: heads for their people, clerks for their heads, who open no settings."""


def may_enter(user: User, absent: User) -> bool:
    if user.pk == absent.pk:
        return True
    near = user.district_id is None or user.district_id == absent.district_id
    return near and absent.role in ENTERS.get(user.role, frozenset())


def enterable(user: User) -> QuerySet[User]:
    """The active officials whose absence this person may enter."""
    theirs = Q(role__in=ENTERS.get(user.role, frozenset()))
    if user.district_id is not None:
        theirs &= Q(district=user.district_id)
    return User.objects.filter(theirs | Q(pk=user.pk), is_active=True, role__in=OFFICIAL_ROLES).order_by("role", "pk")


def enter_absence(
    absent: User, first: dt.date, last: dt.date, *, substitute: User | None, reason: str, by: User
) -> Absence:
    """Keep an absence and tell who is away and who acts. Refused with a sentence when it cannot be so.

    A substitute who is away himself in that time is refused: an absence is never passed on to a third person.
    """

    def act() -> Absence:
        list(User.objects.select_for_update().filter(pk=absent.pk))  # two entries of one person stand in line
        refuse_wrong(absent, first, last, substitute, by)
        row = Absence.objects.create(
            user=absent, first_day=first, last_day=last, substitute=substitute, reason=reason, entered_by=by,
            entered_at=timezone.now(),
        )  # fmt: skip
        tell("desk.absence", row, by)
        return row

    row = machine.in_one_transaction(act)
    if row.first_day <= legal_today():
        assignment.escalate_stuck()
    return row


def refuse_wrong(absent: User, first: dt.date, last: dt.date, substitute: User | None, by: User) -> None:
    if not may_enter(by, absent):
        raise Refused("not_yours", _("The absence of this colleague is not yours to enter."))
    if last < first:
        raise Refused("order", _("The last day lies before the first."))
    if last < legal_today():
        raise Refused("past", _("These days are over."))
    if (last - first).days >= LONGEST:
        raise Refused("long", _("An absence is entered for a year at most."))
    if overlapping(absent, first, last).exists():
        raise Refused("twice", _("An absence on some of these days is entered already; end that one first."))
    if substitute is None:
        return
    if not may_stand_in(substitute, absent):
        raise Refused("unfit", _("The substitute must be another official who sees all that the absent one sees."))
    if overlapping(substitute, first, last).exists():
        raise Refused("chain", _("The substitute is away himself on some of these days; name somebody else."))


def overlapping(user: User, first: dt.date, last: dt.date) -> QuerySet[Absence]:
    return Absence.objects.filter(user=user, ended_at__isnull=True, first_day__lte=last, last_day__gte=first)


def end_absence(absence: Absence, by: User) -> None:
    """End an absence now: from this moment the substitute acts no more. A second time changes nothing."""
    if not may_enter(by, absence.user):
        raise Refused("not_yours", _("The absence of this colleague is not yours to enter."))

    def act() -> None:
        ended = Absence.objects.filter(pk=absence.pk, ended_at__isnull=True)
        if ended.update(ended_at=timezone.now(), ended_by=by):
            tell("desk.absence_ended", absence, by)

    machine.in_one_transaction(act)


def tell(text: str, row: Absence, by: User) -> None:
    """The absent one and the substitute hear of it, whoever did it himself excepted."""
    words = {
        "name": row.user.full_name, "first": row.first_day.isoformat(), "last": row.last_day.isoformat(),
        "substitute": row.substitute.full_name if row.substitute_id else "", "by": by.full_name,
    }  # fmt: skip
    readers: Iterable[User] = [user for user in (row.user, row.substitute) if user is not None and user != by]
    post(text, f"{text}:{row.pk}", [letters.recipient(user, None) for user in readers], words)
