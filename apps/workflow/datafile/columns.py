"""What a column holds, found batch by batch: its type, how much of it is empty, and the days it spans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

NULLS = frozenset({"", "NA", "N/A", "n/a", "na", "null", "NULL", "None", "NaN", "nan", "-", "--", "—", "无", "空"})

DAY = r"(?:1[89]|20|21)\d\d(?:-(?:0?[1-9]|1[0-2])-|/(?:0?[1-9]|1[0-2])/|年(?:0?[1-9]|1[0-2])月)(?:3[01]|[12]\d|0?[1-9])日?"
CLOCK = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-6]\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
TYPES: dict[str, re.Pattern] = {
    "boolean": re.compile(r"(?:true|false|yes|no|是|否)", re.IGNORECASE),
    "integer": re.compile(r"[+-]?(?:0|[1-9]\d{0,17})"),
    "number": re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"),
    "date": re.compile(DAY),
    "time": re.compile(f"{DAY}(?:[T ]{CLOCK})?|{CLOCK}"),
}
"""Types in the order in which they are tried. A number that begins with 0 is a code, hence text."""
WIDER = {"integer": "number", "date": "time"}
PARTS = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})")
ISO = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass
class Column:
    """One column as far as it was read."""

    name: str
    type: str = ""
    empty: int = 0
    filled: int = 0
    first: date | None = None
    last: date | None = None

    def take(self, cells: tuple[str, ...]) -> list[str]:
        """Take in a batch; the cells that hold something."""
        values = [cell for cell in cells if cell not in NULLS]
        self.empty += len(cells) - len(values)
        self.filled += len(values)
        if values and self.type != "text":
            self.type = fit(self.type, values)
        if self.type in ("date", "time"):
            self._span(values)
        return values

    def _span(self, values: list[str]) -> None:
        """Days written as ISO 8601 sort as text, so that only two of a batch are read; others one by one."""
        shortened = {value[:11] for value in values}
        if all(map(ISO.match, shortened)):
            shortened = {min(shortened), max(shortened)}
        days = [day for value in shortened if (day := day_of(value))]
        if days:
            self.first = min(days if self.first is None else [self.first, *days])
            self.last = max(days if self.last is None else [self.last, *days])


def fit(known: str, values: list[str]) -> str:
    """The narrowest type that holds what was known and these values; ``text`` holds everything."""
    if not known:
        return next((name for name, pattern in TYPES.items() if all(map(pattern.fullmatch, values))), "text")
    while known and not all(map(TYPES[known].fullmatch, values)):
        known = WIDER.get(known, "")
    return known or "text"


def day_of(text: str) -> date | None:
    found = PARTS.match(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
