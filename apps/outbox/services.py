"""That a letter reached its reader, or did not: the ledger, and those who wait to hear of it.

A record is written first and passed on afterwards, in a transaction of its own that holds what the listeners do;
a listener that fails is asked again by the next sweep.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.outbox import texts
from apps.outbox.models import Announcement, Letter, ServiceRecord
from apps.rules.clock import legal_now

logger = logging.getLogger(__name__)
Channel = ServiceRecord.Channel

_delivered: list[Callable[[Letter, datetime, str], None]] = []
_bounced: list[Callable[[Letter, datetime], None]] = []


def on_delivered(listener: Callable[[Letter, datetime, str], None]):
    """Have ``listener(letter, at, channel)`` called once for each way a letter reached its reader; usable as decorator.

    ``at`` is legal time. The call runs in the transaction that strikes the announcement off: what raises undoes
    both and is tried again.
    """
    _delivered.append(listener)
    return listener


def on_bounced(listener: Callable[[Letter, datetime], None]):
    """Have ``listener(letter, at)`` called once when a letter came back or was given up; ``letter.error`` says why.

    It runs in the transaction that notes the bounce; ``at`` is legal time. Usable as decorator.
    """
    _bounced.append(listener)
    return listener


def log_service(letter: Letter, channel: str, at: datetime, by=None, note: str = "") -> ServiceRecord | None:
    """Write down that a letter reached its reader at a legal time, e.g. by telephone (``by`` a user) or post.

    E-mail and inbox are written once a letter: None when that stood already. Past services are logged alike.
    """
    with transaction.atomic():
        if channel in (Channel.EMAIL, Channel.PORTAL) and letter.services.filter(channel=channel).exists():
            return None
        record = letter.services.create(channel=channel, at=at, by=by, by_name=str(by) if by else "", note=note)
        Announcement.objects.create(record=record)
        transaction.on_commit(lambda: announce(record.pk))
    return record


def announce(record_pk: int) -> None:
    """Pass a record on to those who wait for it, once; a failure is logged and left to the next sweep."""
    try:
        with transaction.atomic():
            for waiting in Announcement.objects.select_for_update(skip_locked=True).filter(pk=record_pk):
                record = waiting.record
                for listener in _delivered:
                    listener(record.letter, record.at, record.channel)
                waiting.delete()
    except Exception:
        logger.exception("Service record %s is not passed on yet", record_pk)


def announce_waiting() -> None:
    """Pass on the records whose first telling failed or was cut off."""
    for pk in Announcement.objects.order_by("pk").values_list("pk", flat=True)[:500]:
        announce(pk)


def mark_read(letter: Letter, user) -> bool:
    """The reader opens the letter: keep the words they saw, note the time, once; says whether this was the first time.

    Nobody but the reader can: for others nothing happens.
    """
    fresh = Letter.objects.filter(pk=letter.pk, user=user, read_at=None).first()
    if fresh is None:
        return False
    with suppress(texts.Broken, LookupError):  # the page says so; reading it is noted all the same
        give_words(fresh)
    with transaction.atomic():
        first = Letter.objects.filter(pk=letter.pk, read_at=None).update(read_at=timezone.now())
        if first:
            log_service(letter, Channel.PORTAL, legal_now(), by=user)
    letter.refresh_from_db()
    return bool(first)


def give_words(letter: Letter) -> None:
    """Say for good what a stored letter says, the first time it is sent or read: later edits of the text pass it by."""
    if letter.subject:
        return
    row = texts.row_before(letter.text)
    letter.subject, letter.body, fault = texts.render_by(row, letter.text, letter.context, letter.language)
    Letter.objects.filter(pk=letter.pk, subject="").update(subject=letter.subject, body=letter.body)
    if fault:
        texts.note_fault(row, fault)


def mark_bounced(letter: Letter, at: datetime, reason: str) -> bool:
    """The letter came back at a legal time: note it, stop sending, tell those who listen, in one transaction and once."""
    with transaction.atomic():
        first = Letter.objects.filter(pk=letter.pk, bounced_at=None).update(
            bounced_at=at, error=reason[:500], next_attempt_at=None
        )
        if first:
            letter.refresh_from_db()
            for listener in _bounced:
                listener(letter, at)
    return bool(first)
