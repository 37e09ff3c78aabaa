"""Internal notes on a case."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.examination.models import Note
from apps.workflow.machine import Refused
from apps.workflow.models import Case


def write(case: Case, by: User, text: str) -> Note:
    """Add a note to a case that this official may see. Raises Refused."""
    if not by.is_official:
        raise Refused("not_yours", _("Internal notes are written by officials."))
    return Note.objects.create(case=case, text=text, by=by, by_name=by.full_name)
