"""Letters to those whom a change of rights concerns."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import override

from apps.accounts.models import User
from apps.enterprises.membership import Change, managers_of, on_change
from apps.enterprises.models import Membership, Organisation
from apps.outbox.letters import Recipient, post
from apps.workflow.letters import recipient

TEXTS = {"joined": "people.joined", "role": "people.role", "left": "people.left"}


def in_both(label: Any) -> dict[str, str]:
    """A translatable word in both languages of the letters."""
    found = {}
    for language in ("zh-hans", "en"):
        with override(language):
            found[language] = str(label)
    return found


def role_words(role: str) -> dict[str, str]:
    return in_both(Membership.Role(role).label)


def readers(organisation: Organisation, *people: User) -> list[Recipient]:
    """The people named, and the managers of the organisation, each once."""
    found = {user.pk: user for user in people}
    found |= {row.user_id: row.user for row in managers_of(organisation.pk).select_related("user")}
    return [recipient(user, organisation) for user in found.values()]


@on_change
def write_of_change(change: Change) -> None:
    """Tell the person and the managers; what the office's own programs enter (no ``by``) is told nobody."""
    if change.by is None:
        return
    row = change.membership
    context = {
        "person": row.user.full_name or row.user.username,
        "organisation": row.organisation.name,
        "role": role_words(row.role),
        "by": change.by.full_name or change.by.username,
        "url": f"{settings.SITE_URL}/portal/organisation/",
    }
    key = f"right:{change.what}:{row.pk}"
    post(TEXTS[change.what], key, readers(row.organisation, row.user), context)
