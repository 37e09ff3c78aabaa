"""A partner's sheet on its way in: its headings are found, its cells become what a form takes, nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.text import clean_code, without_nul
from apps.workflow.datafile.table import BadFile
from apps.workflow.forms import DayField
from apps.workflow.smallsheet import day_of, lines_of_file
from apps.workflow.states import Kind

MOST_ROWS = 500
RIGHT = "right"
RIGHT_HEADINGS = ("登记号", "登记编号", "证书号", "registration number", "certificate number")
LONGEST = 400  # characters of a cell


def headings(table: Kind) -> list[tuple[str, tuple[str, ...]]]:
    """The columns of a kind's sheet with what they may be called; the right comes first."""
    return [(RIGHT, RIGHT_HEADINGS), *table.imports.columns]


def read(content: bytes, table: Kind) -> list[dict[str, Any]]:
    """The rows below the headings as plain dicts: ``line`` and a text for each column that the sheet has. Raises BadFile."""
    filled = [
        (at, cells)
        for at, cells in enumerate(lines_of_file(content, MOST_ROWS), 1)
        if any(cell.strip() for cell in cells)
    ]
    if len(filled) < 2:
        raise BadFile(_("The sheet is empty: it needs its line of headings and at least one row."), code="empty")
    columns = columns_of(filled[0][1], table)
    missing = [
        names[0] for name, names in headings(table) if name in (RIGHT, table.imports.key) and name not in columns
    ]
    if missing:
        raise BadFile(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}, code="columns")
    if len(filled) - 1 > MOST_ROWS:
        raise BadFile(_("The sheet has more than %(most)s rows: split it.") % {"most": MOST_ROWS}, code="rows")
    return [{"line": at, **row_of(cells, columns)} for at, cells in filled[1:]]


def columns_of(cells: Iterable[str], table: Kind) -> dict[str, int]:
    names = {word.casefold(): name for name, words in headings(table) for word in words}
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        heading = clean_code(without_nul(cell).replace("\ufeff", "")).casefold().removesuffix("(元)")
        if (name := names.get(heading)) and name not in found:
            found[name] = at
    return found


def row_of(cells: list[str], columns: dict[str, int]) -> dict[str, str]:
    texts = {name: without_nul(cells[at]).strip()[:LONGEST] if at < len(cells) else "" for name, at in columns.items()}
    return {name: clean_code(text) for name, text in texts.items()}


def values_of(row: dict[str, Any], form: type[forms.Form]) -> dict[str, str]:
    """The cells as the form's fields take them: days as ISO dates, choices by their label in either language."""
    found = {}
    for name, field in form.base_fields.items():
        text = row.get(name)
        if text is None:
            continue
        if isinstance(field, DayField):
            text = day_text(text)
        elif isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            text = codes_of(field).get(text.casefold(), text)
        found[name] = text
    return found


def day_text(text: str) -> str:
    try:
        return day_of(text).isoformat() if text else ""
    except (ValueError, OverflowError, OSError):
        return text


def codes_of(field: forms.ChoiceField) -> dict[str, str]:
    """Each choice's code by its label, in both languages."""
    found = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found |= {str(label).casefold(): code for code, label in field.choices}
    return found
