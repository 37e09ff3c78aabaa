"""An account that a person opens for himself: the address is proved first, by a signed link that serves once."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import audit
from apps.accounts.models import User
from apps.accounts.text import clean_code, clean_name
from apps.outbox.letters import Recipient, post

SALT = "open-account"
HOURS = 24
PAUSE_MINUTES = 10
"""One letter to one address within so long, however often it is asked for."""
LONGEST = User._meta.get_field("username").max_length


def send_link(email: str, language: str) -> None:
    """Write the letter with the link; to an address that has an account the letter says so instead.

    Both ways are the same to whoever asks: nobody learns from the page which addresses are known.
    """
    known = accounts_of(email).order_by("pk").first()
    token = signing.dumps(email, salt=SALT)
    slot = int(timezone.now().timestamp()) // (PAUSE_MINUTES * 60)
    key = f"account:{sha256(email.casefold().encode()).hexdigest()[:32]}:{slot}"
    reader = Recipient(user_id=None, organisation_id=None, email=email, language=language)
    if known is None:
        post("account.confirm", key, [reader], {"url": f"{settings.SITE_URL}/join/account/{token}/", "hours": HOURS})
    else:
        url = f"{settings.SITE_URL}/accounts/login/"
        post("account.known", key, [reader], {"username": known.username, "url": url})


def address_of(token: str) -> str | None:
    """The address a link proves; None for a link that is forged, too old, or has served already."""
    try:
        email = signing.loads(token, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature:
        return None
    return None if accounts_of(email).exists() else email


def accounts_of(email: str):
    """The accounts of an address; whoever only acted once without signing in (``accounts.people``) has none."""
    return User.objects.filter(email__iexact=email).exclude(username__startswith="person-")


def open_account(email: str, *, full_name: str, password: str, language: str) -> User:
    """A person without a post, who signs in with the address. ValidationError where the address has one already."""
    if accounts_of(email).exists():
        raise ValidationError(_("This address has an account already: sign in with it."), code="known")
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                clean_code(email).lower(), password, full_name=clean_name(full_name), email=email,
                language=language if language in User.Language.values else User.Language.CHINESE,
            )  # fmt: skip
    except IntegrityError:
        raise ValidationError(_("This address has an account already: sign in with it."), code="known") from None
    audit.record("account.open", actor=user, about=f"person {user.pk}")
    return user
