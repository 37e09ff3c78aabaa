"""The unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, the last one a check character."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import clean_code

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18


def check_character(body: str) -> str:
    """The 18th character for the first 17: weights are powers of 3 modulo 31; remainder 0 gives "0"."""
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return ALPHABET[-total % 31]


def check_uscc(text: str) -> str:
    """The code in half-width capitals. Raises ValidationError with one sentence where it cannot be one.

    The check proves that the code was typed right, never that the organisation exists.
    """
    code = clean_code(text).upper()
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise ValidationError(
            _("A unified social credit code has 18 characters: digits and capitals without I, O, S, V and Z."),
            code="uscc_form",
        )
    if check_character(code[:-1]) != code[-1]:
        raise ValidationError(
            _("The last character of this unified social credit code does not fit the others: one is mistyped."),
            code="uscc_check",
        )
    return code


def is_uscc(text: str) -> None:
    """Validator of model and form fields."""
    check_uscc(text)
