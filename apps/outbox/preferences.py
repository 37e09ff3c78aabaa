"""Read and apply what people want of letters. What the law serves has no topic and asks nobody."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.outbox.models import Letter
from apps.outbox.reader import Feed, Preference, Topic, Way


def ways_of(user: User) -> dict[str, str]:
    """Topic to way, as chosen; the digest stands there only where it is wanted."""
    usual = {Topic.DEADLINES: Way.EMAIL, Topic.MOVES: Way.EMAIL, Topic.TASKS: Way.EMAIL}
    chosen = Preference.objects.filter(user=user).values_list("topic", "way")
    return {str(topic): str(way) for topic, way in (usual | dict(chosen)).items()}


def choose(user: User, ways: dict[str, str]) -> None:
    """Keep the ways for the topics named; an empty way takes the choice back."""
    with transaction.atomic():
        Preference.objects.filter(user=user, topic__in=ways).delete()
        Preference.objects.bulk_create(
            Preference(user=user, topic=topic, way=way) for topic, way in ways.items() if way
        )


def apply_to(letters: Iterable[Letter]) -> None:
    """Take the e-mail address off unsaved letters whose reader wants their topic in another way; one query, or none."""
    asked = [letter for letter in letters if letter.topic and letter.user_id and letter.email]
    if not asked:
        return
    rows = Preference.objects.filter(user__in={letter.user_id for letter in asked}).exclude(way=Way.EMAIL)
    elsewhere = set(rows.values_list("user", "topic"))
    for letter in asked:
        if (letter.user_id, letter.topic) in elsewhere:
            letter.email = ""


def digest_readers() -> QuerySet[User]:
    """Who wants a daily digest: for itself, or because a topic comes in it."""
    wanted = Preference.objects.filter(topic=Topic.DIGEST) | Preference.objects.filter(way=Way.DIGEST)
    return User.objects.filter(is_active=True, pk__in=wanted.values("user"))


# ------------------------------------------------------------------------------------------------ the calendar's address


def make_feed(user: User) -> str:
    """A new secret for the person's calendar, told this once; the one before opens nothing any more."""
    token = token_urlsafe(32)
    Feed.objects.update_or_create(user=user, defaults={"token_hash": digest(token), "made_at": timezone.now()})
    return token


def revoke_feed(user: User) -> None:
    Feed.objects.filter(user=user).delete()


def reader_of_feed(token: str) -> User | None:
    """Whose calendar a secret opens; nobody's when it was revoked or its owner may not sign in."""
    feed = Feed.objects.filter(token_hash=digest(token), user__is_active=True).select_related("user").first()
    return feed.user if feed else None


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
