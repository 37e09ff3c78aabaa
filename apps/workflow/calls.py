"""What the office says to an enterprise and leaves to a successor: both only ever grow."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.enterprises.models import Organisation
from apps.workflow.machine import Refused
from apps.workflow.models import Contact, Handover


def log_contact(
    organisation: Organisation,
    by: User,
    *,
    channel: str,
    note: str,
    next_step: str = "",
    next_on: dt.date | None = None,
) -> Contact:
    """Keep a call, visit or message."""
    return Contact.objects.create(
        organisation=organisation, by=by, at=timezone.now(), channel=channel, note=note, next_step=next_step,
        next_on=next_on,
    )  # fmt: skip


def write_handover(organisation: Organisation, author: User, text: str, *, after: int) -> Handover:
    """Write the next version of a handover note. Refused where somebody wrote one since version ``after`` (0: none)."""
    stale = Refused("stale", _("Somebody has written a newer version meanwhile; read it, then save yours."))
    newest = Handover.objects.filter(organisation=organisation).order_by("-version").first()
    if (newest.version if newest else 0) != after:
        raise stale
    try:
        with transaction.atomic():
            return Handover.objects.create(
                organisation=organisation, author=author, text=text, version=after + 1, written_at=timezone.now()
            )
    except IntegrityError as fault:
        raise stale from fault
