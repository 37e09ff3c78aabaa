"""Asking somebody to go on with a draft of an organisation. Refusals are ValidationErrors with one sentence."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.text import clean_code
from apps.enterprises.models import Membership
from apps.enterprises.queries import active_memberships
from apps.outbox.letters import post
from apps.verifications.accounts import LONGEST
from apps.verifications.invitations import invite
from apps.workflow.letters import recipient
from apps.workflow.models import Draft

PAUSE_MINUTES = 10
"""One letter about one step to one colleague within so long, however often the button is pressed."""


def helpers(draft: Draft, besides: User) -> list[User]:
    """The colleagues who may go on with the draft: managers and filers of its organisation who may sign in."""
    rows = active_memberships().filter(organisation=draft.organisation_id, user__is_active=True)
    rows = rows.exclude(role=Membership.Role.READER).exclude(user=besides)
    return [row.user for row in rows.select_related("user").order_by("user__full_name", "pk")]


def ask_colleague(draft: Draft, user_pk: int, *, path: str, by: User) -> User:
    """Write to one of the helpers, with the link to the step; gives the person back."""
    person = next((user for user in helpers(draft, by) if user.pk == user_pk), None)
    if person is None:
        raise ValidationError(_("This person cannot go on with the draft: choose a colleague from the list."))
    context = {
        "organisation": draft.organisation.name, "by": by.full_name or by.username, "title": title_of(draft),
        "url": f"{settings.SITE_URL}{path}?organisation={draft.organisation_id}",
    }  # fmt: skip
    slot = int(timezone.now().timestamp()) // (PAUSE_MINUTES * 60)
    post("people.draft", f"draft:{draft.pk}:{path}:{slot}", [recipient(person, draft.organisation)], context)
    return person


def invite_helper(draft: Draft, email: str, *, path: str, by: User) -> str:
    """Invite an address as filer; accepting leads to the step. Gives the address back."""
    email = clean_code(email)
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError(_("Choose a colleague, or enter an e-mail address.")) from None
    if len(email) > LONGEST:
        raise ValidationError(_("Addresses here have 60 characters at the utmost. Use a shorter one."))
    invite(draft.organisation, email, Membership.Role.FILER, by=by, path=path)
    return email


def title_of(draft: Draft) -> str:
    return str(draft.data.get("basics", {}).get("name") or "")
