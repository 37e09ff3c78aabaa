"""From a move's form to ``perform``: the one way that browser, admin and batch go."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from apps.accounts.models import User
from apps.rules.clock import SHANGHAI, legal_now
from apps.workflow.machine import perform
from apps.workflow.models import Case, Event

NOON = time(12, 0)


def perform_form(
    case: Case, move: str, *, actor: User, cleaned: dict[str, Any], version: int | None = None, key: str | None = None
) -> Event:
    """Perform a move with what its form gave.

    ``comment`` goes into the event's own field. ``effective_on`` is the day the act took effect elsewhere (a mirrored
    act); without a time of day it counts as noon, today as now.
    """
    data = dict(cleaned)
    comment = data.pop("comment", "") or ""
    day = data.pop("effective_on", None)
    moment = None
    if day is not None:
        moment = min(datetime.combine(day, NOON, SHANGHAI), legal_now())
    return perform(
        case.pk, move, actor=actor, data=data, comment=comment, expected_version=version, effective_at=moment, key=key
    )
