"""Whose desk a case lies on, and an official's word of an interest. Neither moves the case."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.enterprises.models import Organisation
from apps.workflow.machine import Refused
from apps.workflow.models import Case, Interest


def take(case: Case, user: User) -> None:
    """Put a case on the own desk. Refused when a colleague took it first; a second time changes nothing."""
    taken = Case.objects.filter(pk=case.pk, assigned_to__isnull=True).update(assigned_to=user)
    if not taken and not Case.objects.filter(pk=case.pk, assigned_to=user).exists():
        raise Refused("taken", _("A colleague has taken this case already."))


def release(case: Case, user: User) -> None:
    """Put a case back where anybody may take it. Refused when it lies on somebody else's desk."""
    if not Case.objects.filter(pk=case.pk, assigned_to=user).update(assigned_to=None):
        raise Refused("not_yours", _("This case does not lie on your desk."))


def declare_interest(user: User, organisation: Organisation, reason: str) -> None:
    """Keep an interest in an organisation: its cases are examined and decided by others from now on."""
    try:
        with transaction.atomic():
            Interest.objects.create(user=user, organisation=organisation, reason=reason, declared_at=timezone.now())
    except IntegrityError as fault:
        raise Refused("declared", _("You declared an interest in this organisation already.")) from fault
