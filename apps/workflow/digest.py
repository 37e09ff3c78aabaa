"""The daily digest: what is due, what came, what is unread; one letter a person and day, however often it is asked for."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.outbox import texts
from apps.outbox.letters import letters_of, post_all
from apps.outbox.models import Letter
from apps.outbox.preferences import digest_readers
from apps.rules.clock import SHANGHAI, legal_now
from apps.workflow.agenda import clocks_of, label_of
from apps.workflow.letters import recipient
from apps.workflow.models import Clock

AT = time(7, 30)
TEXT = "digest.daily"
SHOWN = 20  # lines of each part


@shared_task(name="workflow.digest", ignore_result=True, acks_late=True)
def write_digests() -> int:
    """Write the digests of the day from 7:30 in Shanghai on, to whoever has none of today yet; how many were written."""
    moment = legal_now().astimezone(SHANGHAI)
    if moment.time() < AT:
        return 0
    day = moment.date()
    keys = {f"{key_of(day)}:{user.pk}": user for user in digest_readers().order_by("pk")}
    written = set(Letter.objects.filter(key__in=keys).values_list("key", flat=True))
    letters = [letter for key, user in keys.items() if key not in written for letter in letter_to(user, day)]
    post_all(letters)
    return len(letters)


def key_of(day: date) -> str:
    return f"digest:{day.isoformat()}"


def letter_to(user: User, day: date) -> list[Letter]:
    """The unsaved digest of a person; none on a day that has nothing to tell."""
    with translation.override(user.language):
        facts = facts_for(user, day)
    if not any(facts[part] for part in ("overdue", "today", "week", "news")):
        return []
    return letters_of(TEXT, key_of(day), [recipient(user, None)], facts)


def facts_for(user: User, day: date) -> dict[str, Any]:
    """The parts of the digest as plain facts, in the language that is active."""
    due = [clock for clock in clocks_of(user) if clock.due_on <= day + timedelta(days=7)]
    news = Letter.objects.for_user(user).filter(queued_at__gt=last_one(user)).exclude(text=TEXT)
    return {
        "day": day.isoformat(),
        "overdue": lines([clock for clock in due if clock.due_on < day]),
        "today": lines([clock for clock in due if clock.due_on == day]),
        "week": lines([clock for clock in due if clock.due_on > day]),
        "news": [letter.subject for letter in texts.show(news[:SHOWN])],
        "unread": Letter.objects.unread(user).exclude(text=TEXT).count(),
        "face": "desk" if user.is_official else "portal",
    }


def lines(clocks: list[Clock]) -> list[dict[str, Any]]:
    return [
        {"clock": label_of(clock), "number": clock.case.number or "", "title": clock.case.title,
         "due_on": clock.due_on.isoformat(), "provisional": clock.provisional}
        for clock in clocks[:SHOWN]
    ]  # fmt: skip


def last_one(user: User):
    """When the digest before was written; a day ago for the first."""
    before = Letter.objects.filter(user=user, text=TEXT).order_by("-queued_at").values_list("queued_at", flat=True)
    return before.first() or timezone.now() - timedelta(days=1)
