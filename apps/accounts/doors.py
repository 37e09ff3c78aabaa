"""What a session knows about its own end and what its person still owes, decided once when somebody signs in.

``request.session["door"]``: ``began`` and ``seen`` (Unix seconds), ``idle`` and ``longest`` (seconds, by the rules
`idle_minutes` and `session_hours`), ``factor`` (a second factor is set up), ``renew`` (the password must be changed),
``address`` and ``agent``. So no page asks the database for any of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.addresses import client_address
from apps.accounts.limits import limits

DOOR = "door"
KEPT = "kept_post"
NOTED_EVERY = 60
"""Seconds between two notes of activity in the database."""
WARN_BEFORE = 120
"""Seconds before the end at which a page asks whether somebody is still there; a quarter of a very short idle time."""


def seconds_now() -> int:
    return int(timezone.now().timestamp())


@dataclass(frozen=True)
class Door:
    """A session as one request finds it. ``seconds``: left until its end, 0 when it is over."""

    seconds: int
    owes: str
    """The name of the page on which the person must first do something; empty where nothing is owed."""
    warn_before: int


def open_door(request: HttpRequest, user) -> None:
    """Write into the session when it ends and what its person owes; two queries."""
    found = limits("idle_minutes", "session_hours", "password_days")
    now = seconds_now()
    request.session[DOOR] = {
        "began": now,
        "seen": now,
        "idle": found["idle_minutes"] * 60,
        "longest": found["session_hours"] * 3600,
        "factor": has_factor(user),
        "renew": must_renew(user, found["password_days"]),
        "address": client_address(request),
        "agent": request.META.get("HTTP_USER_AGENT", "")[:200],
    }


def has_factor(user) -> bool:
    """Whether a code of an app or a passkey is asked for when this person signs in."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user=user, type__in=kinds).exists()


def must_renew(user, days: int) -> bool:
    """A password that somebody else set, or that is older than the rule allows."""
    if not user.has_usable_password():
        return False
    changed = user.password_changed_at
    return user.password_is_temporary or (changed is not None and timezone.now() - changed > timedelta(days=days))


def amend(request: HttpRequest, **facts: bool) -> None:
    """The person has done what was owed, or has undone it."""
    door = request.session.get(DOOR)
    if door and door != door | facts:
        door.update(facts)
        request.session.modified = True


def look(request: HttpRequest) -> Door:
    """How the session stands. A session older than this software begins now; a factor that is owed is looked for again."""
    if DOOR not in request.session:
        open_door(request, request.user)
    kept = request.session[DOOR]
    now = seconds_now()
    left = min(kept["seen"] + kept["idle"], kept["began"] + kept["longest"]) - now
    user = request.user
    owes = "account_change_password" if kept["renew"] else ""
    if user.role and not kept["factor"]:
        amend(request, factor=has_factor(user))
        owes = owes or ("" if kept["factor"] else "mfa_activate_totp")
    return Door(max(left, 0), owes, min(WARN_BEFORE, kept["idle"] // 4))


def note_activity(request: HttpRequest) -> None:
    """Somebody is there: written at most once a minute, with the session's own row."""
    kept = request.session[DOOR]
    if seconds_now() - kept["seen"] >= NOTED_EVERY:
        kept["seen"] = seconds_now()
        request.session.modified = True


def is_background(request: HttpRequest) -> bool:
    """A request that no hand made: autosave, presence, a question how long the session lasts."""
    headers = request.headers
    return headers.get("X-Background") == "1" or headers.get("X-Requested-With") == "autosave"
