"""Who has a case open just now: a sign that is renewed every minute and means nothing after two."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.examination.models import Visit
from apps.workflow.models import Case

FRESH = timedelta(minutes=2)


def renew(case: Case, user: User) -> None:
    """Say that this person has the case open; a stretch that was broken off begins anew."""
    now = timezone.now()
    mine = Visit.objects.filter(case=case, user=user)
    if mine.filter(seen_at__gte=now - FRESH).update(seen_at=now) or mine.update(since=now, seen_at=now):
        return
    try:
        with transaction.atomic():
            Visit.objects.create(case=case, user=user, since=now, seen_at=now)
    except IntegrityError:  # the same page in a second tab was faster by a hair
        mine.update(seen_at=now)


def others(case: Case, user: User) -> list[Visit]:
    """Everybody else who has it open, the longest first."""
    fresh = Visit.objects.filter(case=case, seen_at__gte=timezone.now() - FRESH).exclude(user=user)
    return list(fresh.select_related("user").order_by("since", "pk"))
