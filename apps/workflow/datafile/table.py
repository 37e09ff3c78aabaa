"""What every reader gives: headings and a stream of rows of text, whatever the file is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.accounts.text import clean_name
from apps.workflow.datafile.limits import LONGEST_CELL, MOST_COLUMNS

if TYPE_CHECKING:
    from apps.workflow.datafile.lines import Text

LONGEST_NAME = 80


class BadFile(ValidationError):
    """A file that cannot be read as a table: one sentence that says where and why."""

    @property
    def sentence(self) -> str:
        return " ".join(self.messages)


@dataclass
class Table:
    """An open data file. ``rows`` are lists of text cells, "" for nothing; a reader may give a row of any length.

    ``columns`` counts those of the file, of which at most MOST_COLUMNS are read. ``counts`` grows while rows are read:
    ``ragged``, ``formulas``. ``facts`` are marks of the file itself: its sheets, that headings were missing.
    """

    format: str
    headings: list[str]
    rows: Iterator[list[str]]
    columns: int
    text: Text | None = None
    counts: Counter = field(default_factory=Counter)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def encoding(self) -> str:
        """How its text is written, known for certain when all was read; "" for packed files."""
        return self.text.encoding if self.text else ""


def name_headings(raw: list[Any]) -> list[str]:
    """Headings fit to be shown: one line each, an empty or repeated one told apart by its number."""
    found: list[str] = []
    for number, heading in enumerate(raw[:MOST_COLUMNS], 1):
        name = clean_heading(number, text_of(heading))[:LONGEST_NAME]
        if not name or name in found:
            name = f"{name or 'column'}_{number}"[-LONGEST_NAME:]
        found.append(name)
    if not found:
        raise BadFile(_("The file holds no table: its first row is empty."), code="no_table")
    return found


def clean_heading(number: int, heading: str) -> str:
    try:
        return clean_name(heading)
    except ValidationError as fault:
        raise BadFile(
            _(
                "The heading of column %(number)d holds characters that nobody sees, or that turn the direction of writing."
            )
            % {"number": number},
            code="heading",
        ) from fault


def text_of(value: Any) -> str:
    """A value as a cell of text: days and moments as ISO 8601, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:LONGEST_CELL].strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value[:32].hex()
    return str(value)[:LONGEST_CELL]
