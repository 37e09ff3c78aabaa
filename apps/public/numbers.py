"""The public figures as numbers, as tiles, and as drawings whose every length is computed here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.statistics.indicators import figures
from apps.statistics.series import registered_by_year

LABELS = {
    "deposits": _("Deposits verified"),
    "notices": _("In public notice"),
    "registrations": _("Data sets registered"),
    "policies": _("Policies bound"),
    "insured_yuan": _("Sum insured, 10,000 yuan"),
    "credit_yuan": _("Credit lines of pledges, 10,000 yuan"),
    "pledged_yuan": _("Secured by pledges, 10,000 yuan"),
    "drawn_yuan": _("Drawn under pledges, 10,000 yuan"),
    "listed": _("Listed on an exchange"),
}
MEANINGS = (
    (LABELS["registrations"], _("Data IPs ever entered in the register, whatever became of them.")),
    (LABELS["policies"], _("Policies ever bound; the sum insured is theirs together.")),
    (LABELS["credit_yuan"], _("What the banks are ready to lend under the pledges in force on that day.")),
    (
        LABELS["pledged_yuan"],
        _("What these pledges answer for by their contracts. A pledge counts until its release has cooled."),
    ),
    (LABELS["drawn_yuan"], _("What was paid out under these pledges, less what was paid back, as last reported.")),
    (LABELS["listed"], _("Data IPs ever listed, each once however often it was listed.")),
)
"""What counts in the figures that are easily mixed."""
WAY = ("deposits", "notices", "registrations", "policies", "listed")
TEN_THOUSAND = Decimal(10_000)


@dataclass(frozen=True)
class Tile:
    """One figure as it is shown: its value as text, and its name with the unit of an amount."""

    value: str
    label: Any


@dataclass(frozen=True)
class Bar:
    """A bar of the funnel: ``width`` in hundredths of the longest."""

    label: Any
    count: int
    width: float


@dataclass(frozen=True)
class Year:
    """A column and its point on the line of totals; lengths in hundredths of the highest total, places in units of the drawing."""

    year: int
    fresh: int
    total: int
    left: int
    top: float
    height: float
    point: str


def all_figures(on: date) -> dict[str, int | float]:
    """The figures at the end of a day as plain numbers; keys of kinds that are not built are absent."""
    return {key: plain(value) for key, value in figures(on).items()}


def plain(value: Any) -> int | float:
    number = Decimal(str(value))
    return int(number) if number == int(number) else float(number)


def tiles(found: dict[str, int | float]) -> list[Tile]:
    """The figures in the order of the way; amounts in units of 10,000 yuan."""
    return [tile(key, found[key]) for key in LABELS if key in found]


def tile(key: str, value: int | float) -> Tile:
    if not key.endswith("_yuan"):
        return Tile(f"{value:,}", LABELS[key])
    return Tile(f"{Decimal(str(value)) / TEN_THOUSAND:,.2f}".removesuffix(".00"), LABELS[key])


def funnel(found: dict[str, int | float]) -> list[Bar]:
    """The counts along the way as bars."""
    longest = max((found[key] for key in WAY if key in found), default=0) or 1
    return [Bar(LABELS[key], found[key], round(100 * found[key] / longest, 2)) for key in WAY if key in found]


def years(on: date) -> list[Year]:
    """Registrations a year as columns, with the total as a line."""
    rows = registered_by_year(on)
    highest = max((total for _year, _fresh, total in rows), default=0) or 1
    return [year_column(place, row, highest) for place, row in enumerate(rows)]


def year_column(place: int, row: tuple[int, int, int], highest: int) -> Year:
    year, fresh, total = row
    height = round(100 * fresh / highest, 2)
    point = f"{place * 100 + 50},{round(100 - 100 * total / highest, 2)}"
    return Year(year, fresh, total, place * 100 + 30, round(100 - height, 2), height, point)
