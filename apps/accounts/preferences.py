"""What a person's account decides about pages: the language, and where they begin."""

from django.conf import settings

from apps.accounts.models import User


def home_of(user: User) -> str:
    """Path of the face the user works on: the admin site, the desk or the portal."""
    if user.is_administrator:
        return "/admin/"
    return "/desk/" if user.is_official else "/portal/"


def set_language(user: User, code: str) -> None:
    """Keeps the language for pages and letters. Raises ValueError for a code that settings.LANGUAGES lacks."""
    if code not in dict(settings.LANGUAGES):
        raise ValueError(f"unknown language: {code}")
    User.objects.filter(pk=user.pk).update(language=code)
    user.language = code
