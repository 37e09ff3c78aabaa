"""Persons who act once without signing in, kept as people so that letters and events know them."""

from secrets import token_hex

from apps.accounts.models import User
from apps.accounts.text import clean_name

LONGEST_NAME = 60


def make_person(name: str, email: str, language: str) -> User:
    """A person of that name without a password and without a post: letters reach him, nobody can sign in as him."""
    known = language if language in User.Language.values else User.Language.CHINESE
    return User.objects.create_user(
        f"person-{token_hex(8)}", full_name=clean_name(name)[:LONGEST_NAME], email=email, language=known
    )
