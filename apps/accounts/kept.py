"""A form sent into an ended session: kept sealed in that session, and shown again to the same person after signing in."""

import json

from django.http import HttpRequest

from apps.accounts.doors import KEPT
from apps.accounts.vault import BrokenSeal, seal, unseal

NEVER = ("password", "csrfmiddlewaretoken", "code", "credential")
LARGEST = 1_000_000
"""Characters of a form that are kept; a longer one is still in the browser."""


def keep(request: HttpRequest) -> bool:
    """Keep what was typed, without passwords and codes; whether files came along, which are not kept."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if not any(word in name for word in NEVER[:2]) and name not in NEVER
        for value in values
    ]
    text = json.dumps({"path": request.get_full_path(), "fields": fields})
    if fields and len(text) <= LARGEST:
        request.session[KEPT] = seal(text.replace("\\u0000", ""))
    return bool(request.FILES)


def kept_form(request: HttpRequest) -> dict | None:
    """``path`` and ``fields`` (pairs) of the form that was kept; None where there is none.

    Another person who signs in at this browser gets a session of their own, so there is nothing to find in it.
    """
    try:
        return json.loads(unseal(request.session[KEPT])) if KEPT in request.session else None
    except (BrokenSeal, ValueError):
        return None


def forget(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)
