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
    """Topic to way, as chosen for all kinds of cases; the digest stands there only where it is wanted."""
    usual = {Topic.DEADLINES: Way.EMAIL, Topic.MOVES: Way.EMAIL, Topic.TASKS: Way.EMAIL}
    chosen = Preference.objects.filter(user=user, kind="").values_list("topic", "way")
    return {str(topic): str(way) for topic, way in (usual | dict(chosen)).items()}


def ways_by_kind(user: User) -> dict[tuple[str, str], str]:
    """(Topic, kind) to the way chosen for cases of that kind alone."""
    rows = Preference.objects.filter(user=user).exclude(kind="")
    return {(topic, kind): way for topic, kind, way in rows.values_list("topic", "kind", "way")}


def choose(user: User, ways: dict[str, str], by_kind: dict[tuple[str, str], str] | None = None) -> None:
    """Keep the ways for the topics named, and for (topic, kind) pairs; an empty way takes the choice back."""
    chosen = {(topic, ""): way for topic, way in ways.items()} | (by_kind or {})
    with transaction.atomic():
        for topic in {topic for topic, _kind in chosen}:
            kinds = [kind for other, kind in chosen if other == topic]
            Preference.objects.filter(user=user, topic=topic, kind__in=kinds).delete()
        Preference.objects.bulk_create(
            Preference(user=user, topic=topic, kind=kind, way=way) for (topic, kind), way in chosen.items() if way
        )


def apply_to(letters: Iterable[Letter]) -> None:
    """Take the e-mail address off unsaved letters whose reader wants them in another way; one query, or none.

    What is chosen for the kind of the letter's case goes before what is chosen for its topic in all kinds.
    """
    asked = [letter for letter in letters if letter.topic and letter.user_id and letter.email]
    if not asked:
        return
    rows = Preference.objects.filter(user__in={letter.user_id for letter in asked})
    chosen = {(user, topic, kind): way for user, topic, kind, way in rows.values_list("user", "topic", "kind", "way")}
    for letter in asked:
        general = chosen.get((letter.user_id, letter.topic, ""), Way.EMAIL)
        if chosen.get((letter.user_id, letter.topic, letter.kind), general) != Way.EMAIL:
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
