"""The private page of an objector without an account: an unguessable address where letters are read and answered."""

from __future__ import annotations

import re
from secrets import token_urlsafe

from django.conf import settings

from apps.accounts.models import User
from apps.notices.models import PrivatePage
from apps.outbox.letters import Recipient
from apps.workflow.models import Case

TOKEN_BYTES = 24


def open_page(case: Case, person: User) -> PrivatePage:
    """Give the person an address for this case; 192 random bits, for ever the same."""
    return PrivatePage.objects.create(case=case, person=person, token=token_urlsafe(TOKEN_BYTES))


def url_of(page: PrivatePage) -> str:
    return f"{settings.SITE_URL}/objections/{page.token}/"


def address_of(case: Case, reader: Recipient) -> str:
    """Where this reader of a letter reads the case: the private page for whom it was opened, else "" (the portal)."""
    if reader.user_id is None or reader.organisation_id is not None:
        return ""
    page = PrivatePage.objects.filter(case=case, person=reader.user_id).first()
    return url_of(page) if page else ""


ADDRESS = re.compile(r"/objections/[\w-]{20,}/")


def without_address(text: str) -> str:
    """A letter's words as officials read them: the address at which only the objector acts is blacked out."""
    return ADDRESS.sub("/objections/…/", text)
