"""The security audit: who signed in, revealed, exported or changed a right. Written here, sealed and dropped in `trail`."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.addresses import current_address
from apps.accounts.chain import FIRST, digest
from apps.accounts.models import AuditEntry, AuditMonth, User

log = logging.getLogger("security")
LOCK = 0x41554449_54  # "AUDIT": one writer at a time takes this number in PostgreSQL


def record(act: str, *, actor: User | None, about: str = "", success: bool = True, **detail: Any) -> None:
    """Note an act of security: ``act`` is a dotted name (``sign_in``, ``reveal``, ``export.case_file``, ``right.grant``),
    ``about`` what it was done to, in codes and numbers, never in personal data; ``detail`` plain JSON values.

    Within a caller's transaction the entry stands or falls with it, and other writers wait until it ends: call it last.
    """
    with transaction.atomic():
        take_turn()
        number, prev = _head()
        row = AuditEntry(
            number=number + 1,
            act=act[:60],
            actor=actor,
            actor_name=f"{actor} ({actor.username})"[:130] if actor else "",
            address=current_address(),
            success=success,
            about=_text(about)[:200],
            detail=_plain(detail),
            at=timezone.now(),
            prev_hash=prev,
        )
        row.hash = digest(entry_of(row))
        row.save(force_insert=True)
    log.info("%s %s by %s about %s", act, "done" if success else "refused", actor and actor.pk, about)


def take_turn() -> None:
    """Wait until no other connection writes the chain; held to the end of the transaction. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _head() -> tuple[int, str]:
    """Number and hash of the last entry; of the last month where all its entries were dropped."""
    last = AuditEntry.objects.order_by("-number").values_list("number", "hash").first()
    return last or AuditMonth.objects.order_by("-month").values_list("last_number", "head_hash").first() or (0, FIRST)


def entry_of(row: AuditEntry) -> dict[str, Any]:
    """The entry as it is hashed and exported, without its hash."""
    return {
        "number": row.number, "act": row.act, "actor": row.actor_id, "actor_name": row.actor_name,
        "address": row.address, "success": row.success, "about": row.about, "detail": row.detail,
        "at": moment_text(row.at), "prev": row.prev_hash,
    }  # fmt: skip


def moment_text(moment: datetime) -> str:
    """UTC with six decimals and Z: the same text whatever database gave the moment back."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _text(text: str) -> str:
    return str(text).replace("\0", "")


def _plain(value: Any) -> Any:
    """JSON that every database gives back as it was: no floats, no NUL, keys as text."""
    if isinstance(value, dict):
        return {_text(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | int):
        return value
    return _text(value)


def line_of(row: AuditEntry) -> str:
    """The entry as a line of an export."""
    return json.dumps({**entry_of(row), "hash": row.hash}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
