"""From a move's form to ``perform``: the one way that browser, admin and batch go."""

from __future__ import annotations

import json
from datetime import datetime, time
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.rules.clock import SHANGHAI, legal_now
from apps.workflow import documents
from apps.workflow.machine import Refused, lock, perform
from apps.workflow.models import Case, Event

NOON = time(12, 0)


def perform_form(
    case: Case, move: str, *, actor: User, cleaned: dict[str, Any], version: int | None = None, key: str | None = None
) -> Event:
    """Perform a move with what its form gave. Raises Refused.

    A repeated call with the same ``key`` and the same values gives the first call's event; the same key with other values
    is refused, so that nobody takes the first act for the second.

    ``comment`` goes into the event's own field, ``letter`` says how its letters are worded. ``effective_on`` is the day
    the act took effect elsewhere (a mirrored act); without a time of day it counts as noon, today as now. A file that the
    form brought is kept with the case under the field's name; the event says its name and digest.
    """
    if any(isinstance(value, UploadedFile) for value in cleaned.values()):
        with transaction.atomic():
            kept = with_files_kept(case, cleaned, actor)
            if done := done_before(case, key, move, kept):
                transaction.set_rollback(True)  # the first press kept the files
                return done
            return perform_form(case, move, actor=actor, cleaned=kept, version=version, key=key)
    key = unreplayed(case, key, move, cleaned) if key else None
    data = dict(cleaned)
    comment = data.pop("comment", "") or ""
    letter = data.pop("letter", None) or None
    day = data.pop("effective_on", None)
    moment = None
    if day is not None:
        moment = min(datetime.combine(day, NOON, SHANGHAI), legal_now())
    return perform(
        case.pk, move, actor=actor, data=data, comment=comment, expected_version=version, effective_at=moment, key=key,
        letter=letter,
    )  # fmt: skip


def done_before(case: Case, key: str | None, move: str, cleaned: dict[str, Any]) -> Event | None:
    """The event of an earlier call with this key and these values; two at once stand in line here."""
    if not key:
        return None
    lock(case.pk)
    return Event.objects.filter(case=case, key=unreplayed(case, key, move, cleaned)).first()


def with_files_kept(case: Case, cleaned: dict[str, Any], by: User) -> dict[str, Any]:
    """The values with each file kept as a document of the case, and its name and digest in its place."""
    found = dict(cleaned)
    for name, value in cleaned.items():
        if not isinstance(value, UploadedFile):
            continue
        try:
            kept = documents.keep(value.chunks(), value.name, path=name, by=by, case=case)
        except ValidationError as fault:
            raise Refused("file", fault.messages[0]) from fault
        found[name] = f"{kept.name} {kept.sha256}"
    return found


def unreplayed(case: Case, key: str, move: str, cleaned: dict[str, Any]) -> str:
    """The key with a digest of what is sent under it. Raises Refused where it was used for something else."""
    words = json.dumps([move, cleaned], sort_keys=True, default=str)
    stem = f"{key[:47]}:"
    whole = stem + sha256(words.encode()).hexdigest()[:16]
    if Event.objects.filter(case=case, key__startswith=stem).exclude(key=whole).exists():
        raise Refused(
            "replayed",
            _("This page was sent already with other words, and that stands. Open the case again to see it; nothing new was written."),
        )  # fmt: skip
    return whole
