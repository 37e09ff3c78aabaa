"""Send what is waiting: claim in a short transaction, render and send outside any, mark in a short one.

A claim is a lease: it moves ``next_attempt_at`` to its end, so that two senders never hold one letter and a killed
one's letters come free by themselves. A crash between the server's yes and the mark repeats the message, under the
same Message-ID.
"""

import logging
from datetime import datetime
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.outbox import services, texts
from apps.outbox.failpoints import reach
from apps.outbox.models import Letter, ServiceRecord
from apps.outbox.schedule import BATCH, LEASE, SENDING, pause_after
from apps.rules.clock import legal_now

logger = logging.getLogger(__name__)


def deliver_all(letters=None) -> int:
    """Send what is due of a query set of letters (all by default), batch by batch; says how many were sent.

    Stops when its time is over or the mail server is away; the next sweep goes on. Calls side by side share the work.
    """
    until = timezone.now() + SENDING
    sent, going = 0, True
    while going and (claimed := claim(Letter.objects.all() if letters is None else letters)):
        done, going = deliver_batch(claimed, until)
        sent += done
    return sent


def claim(letters) -> list[Letter]:
    """Take up to a batch of what is due, in one transaction of two statements; what another holds is passed over."""
    now = timezone.now()
    with transaction.atomic():
        due = letters.due(now).order_by("next_attempt_at", "pk").select_for_update(skip_locked=True)
        claimed = list(due[:BATCH])
        Letter.objects.filter(pk__in=[letter.pk for letter in claimed]).update(
            claimed_at=now, next_attempt_at=now + LEASE, attempts=F("attempts") + 1
        )
    for letter in claimed:
        letter.attempts += 1
        letter.claimed_at = now
    return claimed


def deliver_batch(letters: list[Letter], until: datetime) -> tuple[int, bool]:
    """Send claimed letters over one connection: how many were sent, and whether to go on to the next batch."""
    connection = get_connection()
    sent = 0
    try:
        for number, letter in enumerate(letters):
            if timezone.now() > until:
                give_back(letters[number:])
                return sent, False
            try:
                if letter.email:
                    connection.open()
            except OSError as error:
                for waiting in letters[number:]:
                    fail(waiting, error)
                return sent, False
            sent += deliver_one(letter, connection)
    finally:
        connection.close()
    return sent, True


def deliver_one(letter: Letter, connection) -> bool:
    """Render and send one claimed letter and write down how it went."""
    try:
        services.give_words(letter)
        if not letter.email:
            Letter.objects.filter(pk=letter.pk).update(next_attempt_at=None)
            return False
        connection.send_messages([compose(letter)])
    except Exception as error:  # rendering, an address, the server: each is this letter's failure and no other's
        connection.close()
        fail(letter, error)
        return False
    reach("outbox.sent")
    mark_sent(letter)
    return True


def compose(letter: Letter) -> EmailMultiAlternatives:
    """The message: text and HTML, an id that stays, and the sign (RFC 3834) that no machine need answer."""
    text, html = texts.parts(letter.subject, letter.body, letter.language)
    message = EmailMultiAlternatives(
        letter.subject,
        text,
        to=[letter.email],
        reply_to=[settings.REPLY_TO_EMAIL],
        headers={
            "Message-ID": letter.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": texts.tag(letter.language),
        },
    )
    message.attach_alternative(html, "text/html")
    return message


def mark_sent(letter: Letter) -> None:
    """The server said yes: note it and the service, once."""
    with transaction.atomic():
        fresh = Letter.objects.filter(pk=letter.pk, sent_at=None)
        if fresh.update(sent_at=timezone.now(), next_attempt_at=None, error=""):
            services.log_service(letter, ServiceRecord.Channel.EMAIL, legal_now())


def give_back(letters: list[Letter]) -> None:
    """End the leases of letters not tried."""
    Letter.objects.filter(pk__in=[letter.pk for letter in letters], sent_at=None).update(
        next_attempt_at=timezone.now(), attempts=F("attempts") - 1
    )


def fail(letter: Letter, error: Exception) -> None:
    """Note why, and when to try again; an address refused for good, or the last attempt, ends in a bounce."""
    pause = None if refused_for_good(error) else pause_after(letter.attempts)
    reason = f"{type(error).__name__}: {error}"[:500]
    logger.warning("Letter %s not sent, attempt %s: %s", letter.pk, letter.attempts, reason)
    Letter.objects.filter(pk=letter.pk, sent_at=None, claimed_at=letter.claimed_at).update(
        error=reason, next_attempt_at=timezone.now() + pause if pause else None
    )
    if pause is None and letter.email:
        bounce(letter, reason)


def refused_for_good(error: Exception) -> bool:
    """The server knows no such reader: a 5xx answer to the address itself."""
    return isinstance(error, SMTPRecipientsRefused) and all(code >= 500 for code, _ in error.recipients.values())


def bounce(letter: Letter, reason: str) -> None:
    """Have the office told; what fails here the next sweep does."""
    try:
        services.mark_bounced(letter, legal_now(), reason)
    except Exception:
        logger.exception("Letter %s was given up, and nobody is told yet", letter.pk)


def sweep() -> int:
    """Everything a lost message to the broker, a crash or a failure left undone; says how many letters were sent."""
    sent = deliver_all()
    for letter in Letter.objects.abandoned(timezone.now()).order_by("pk")[:500]:
        bounce(letter, letter.error or "No attempt ended")
    services.announce_waiting()
    return sent
