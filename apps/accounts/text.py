"""What people type, made fit to be kept: codes are normalised, names are kept as typed but for what nobody sees."""

import re
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Unicode's bidirectional embeddings, overrides and isolates: they make a name read as another one.
BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def refuse_nul(text: str) -> str:
    """``text`` itself. Raises ValidationError where it holds U+0000, which PostgreSQL cannot keep."""
    if "\0" in text:
        raise ValidationError(_("The text holds a null character. Please type it again."), code="nul")
    return text


def no_nul(text: str) -> None:
    """Validator of model and form fields: no U+0000."""
    refuse_nul(text)


def clean_code(text: str) -> str:
    """A number or code as it is compared: NFKC (full-width to half-width), outer blanks off. Case is kept."""
    return normalize("NFKC", refuse_nul(text)).strip()


def turns_nothing(value: object) -> None:
    """Validator of every form's text: no character that turns the direction of writing. What is no text passes."""
    if isinstance(value, str) and BIDI_CONTROLS.search(value):
        raise ValidationError(
            _("The text holds invisible characters that turn the direction of writing. Please type it again."),
            code="bidi",
        )


def clean_name(text: str) -> str:
    """A name on one line as it is shown: runs of blanks made one. Raises ValidationError on NUL and bidi controls."""
    turns_nothing(refuse_nul(text))
    return " ".join(text.split())


def one_line(text: str) -> None:
    """Validator of names: no U+0000 and no character that turns the direction of writing."""
    clean_name(text)


def without_nul(value):
    """Plain JSON as PostgreSQL can keep it: U+0000, which it cannot, shown as U+FFFD."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [without_nul(item) for item in value]
    return {key: without_nul(item) for key, item in value.items()} if isinstance(value, dict) else value
