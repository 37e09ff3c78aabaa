"""The hash chain of a case's events: stored canonical bytes, each hash over the one before."""

import json
from datetime import UTC
from hashlib import sha256

from django.core.serializers.json import DjangoJSONEncoder

from apps.workflow.models import Case, Event

FIELDS = (
    "case_id", "seq", "move", "actor_id", "actor_name", "acting_for_id", "tag", "from_status", "to_status",
    "effective_at", "recorded_at", "comment", "data", "rectifies_id", "key",
)  # fmt: skip


def canonical(event: Event) -> bytes:
    """The bytes that are hashed: JSON with sorted keys, no spaces, UTF-8, times in UTC with microseconds."""
    record = {name: getattr(event, name) for name in FIELDS}
    for name in ("effective_at", "recorded_at"):
        record[name] = record[name].astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(record, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def link(event: Event, head: str) -> None:
    """Give an unsaved event its canonical bytes and its hash after ``head`` (hex, or empty for the first)."""
    event.canonical = canonical(event)
    event.prev_hash = head
    event.hash = digest(head, event.canonical)


def digest(head: str, record: bytes) -> str:
    return sha256(bytes.fromhex(head) + record).hexdigest()


def broken_link(case: Case) -> int | None:
    """The seq of the first event of a case whose stored bytes, fields or hashes disagree; None when all agree."""
    head = ""
    events = list(case.events.order_by("seq"))
    for event in events:
        record = bytes(event.canonical)
        if event.prev_hash != head or event.hash != digest(head, record) or record != canonical(event):
            return event.seq
        head = event.hash
    if head != case.head_hash or len(events) != case.event_count:
        return len(events) + 1
    return None
