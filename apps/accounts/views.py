"""The own account beyond what allauth has: how long the session lasts, where else one is signed in, a form that was kept."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import kept
from apps.accounts.audit import record
from apps.accounts.doors import note_activity
from apps.accounts.models import Session


@never_cache
@login_not_required
def session(request: HttpRequest) -> JsonResponse:
    """How long this session lasts: GET asks, POST says that somebody is there.

    JSON: ``signed_in``, ``seconds`` left, and for somebody signed in ``user`` and ``token``, the form token that holds
    since the last sign-in. A script sends ``X-Background: 1`` with GET.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False, "seconds": 0})
    seconds = request.door.seconds
    if request.method == "POST":
        note_activity(request)
        seconds = max(seconds, min(request.session["door"]["idle"], seconds_of_age(request)))
    return JsonResponse({"signed_in": True, "seconds": seconds, "user": request.user.pk, "token": get_token(request)})


def seconds_of_age(request: HttpRequest) -> int:
    """What is left of the longest time that a session may last."""
    door = request.session["door"]
    return door["began"] + door["longest"] - int(timezone.now().timestamp())


@require_safe
def kept_page(request: HttpRequest) -> HttpResponse:
    """The form that was sent into the ended session, to be sent again with one button."""
    return render(request, "account/kept.html", {"kept": kept.kept_form(request)})


def public_id(key: str) -> str:
    """A name for a session in a page; the key itself opens it and is never shown."""
    return salted_hmac("apps.accounts.views.sessions", key).hexdigest()[:16]


BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari"))
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")


def browser_name(agent: str) -> str:
    """What a person calls the browser: "Chrome 126, Windows"; what is unknown stays as it came."""
    for mark, name in BROWSERS:
        if found := re.search(re.escape(mark) + r"(\d+)", agent):
            system = next((each for each in SYSTEMS if each in agent), "")
            return f"{name} {found[1]}" + (f", {system}" if system else "")
    return agent[:60]


@never_cache
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """The browsers in which one is signed in, this one first."""
    mine = Session.objects.filter(user=request.user, expire_date__gt=timezone.now()).order_by("-seen_at")
    rows = [
        {
            "id": public_id(row.session_key), "address": row.address, "agent": browser_name(row.agent), "began_at": row.began_at,
            "seen_at": row.seen_at, "here": row.session_key == request.session.session_key,
        }
        for row in mine.defer("session_data")[:50]
    ]  # fmt: skip
    rows.sort(key=lambda row: not row["here"])
    return render(request, "account/sessions.html", {"rows": rows, "others": sum(not row["here"] for row in rows)})


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out elsewhere: one browser by its ``id``, or all but this one."""
    chosen = request.POST.get("id", "")
    others = Session.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    keys = [key for key in others.values_list("session_key", flat=True) if not chosen or public_id(key) == chosen]
    ended, _tables = Session.objects.filter(session_key__in=keys).delete()
    if ended:
        record("session.end", actor=request.user, count=ended)
        messages.success(request, _("Signed out there. If it was not you, change your password now."))
    return redirect("account_sessions")
