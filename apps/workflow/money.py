"""Money: integer fen in the database, Decimal yuan in Python, and the one place where a written amount is read."""

from __future__ import annotations

import re
from decimal import Decimal, getcontext
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import clean_code

FEN = Decimal("0.01")
MOST_DIGITS = 13  # before the point: below ten trillion yuan
UNITS = {"亿": 8, "万": 4, "": 0}
AMOUNT = re.compile(
    r"[¥￥]?(?P<number>[+-]?(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+)?(?:\.\d*)?(?:[eE][+-]?\d{1,2})?)"
    r"(?P<unit>亿|万)?(?:元|yuan)?",
    re.IGNORECASE | re.ASCII,
)
FAULTS: dict[str, Any] = {
    "invalid": _("Give the amount in yuan as a number, for example 105000000.00."),
    "max_decimal_places": _("Give the amount to the fen: at most two decimal places."),
    "max_digits": _("The amount is too large."),
}


def fen(yuan: Decimal) -> int:
    """Fen of an amount of yuan with at most two places."""
    return int(yuan.scaleb(2))


def yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def spoken(fen: int | None) -> str:
    """An amount as a letter says it, in yuan: ``1,234.50``; empty when there is none."""
    return "" if fen is None else f"{yuan(fen):,.2f}"


def read(text: str) -> Decimal:
    """The yuan of an amount as people and spreadsheets write it: ``1,050``, ``1.05e8``, ``1.05 亿元``, ``１２万``.

    Raises ValidationError, by its code one of FAULTS. What is less than a fen is refused, never rounded.
    """
    found = AMOUNT.fullmatch("".join(clean_code(text).split()))
    digits = found and found["number"].replace(",", "")
    if not digits or not any(letter.isdecimal() for letter in re.split("[eE]", digits)[0]):
        raise ValidationError(FAULTS["invalid"], code="invalid")
    if len(digits) > getcontext().prec:  # more than Decimal would keep: nothing is rounded unseen
        code = "max_decimal_places" if "." in digits else "max_digits"
        raise ValidationError(FAULTS[code], code=code)
    value = Decimal(digits).scaleb(UNITS[found["unit"] or ""])
    if value.adjusted() >= MOST_DIGITS:
        raise ValidationError(FAULTS["max_digits"], code="max_digits")
    exact = value.quantize(FEN)
    if exact != value:
        raise ValidationError(FAULTS["max_decimal_places"], code="max_decimal_places")
    return exact
