"""A list of rows in a form: a table of inputs that works without JavaScript, kept in a draft as a list of dicts.

Rows are moved, inserted and deleted by buttons that send the form (``row=<name>:<act>:<index>``), and added from a block
of text as it is copied from a spreadsheet (``<name>-paste``); rows.js does the same in place.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_ROWS = 300
BLANK_ROWS = 2
TOLD_FAULTS = 8
KEY = "key"
PROOF = "file_"


@dataclass(frozen=True)
class Column:
    """One column: its key, heading, and the form field that reads a cell."""

    name: str
    label: Any
    field: forms.Field


@dataclass(frozen=True)
class Proofs:
    """What hangs at the rows of a table: papers and faults by the row's key; ``taken`` are keys that a file holds."""

    papers: Mapping[str, Sequence[Any]]
    faults: Mapping[str, Any]
    needed: frozenset[str] = frozenset()

    @property
    def taken(self) -> Iterable[str]:
        return self.papers


def is_blank(row: Mapping[str, Any] | str) -> bool:
    """Whether nothing stands in a row; one that is a single word, as a copy keeps it, is blank without it."""
    if isinstance(row, str):
        return not row
    return not any(value for name, value in row.items() if name != KEY)


def row_key(row: Mapping[str, Any], index: int) -> str:
    """The row's identity: the key it was given, else its place from 1 (rows older than keys)."""
    return str(row.get(KEY) or index + 1)


def next_key(taken: Iterable[str]) -> int:
    return max((int(key) for key in taken if key.isdecimal()), default=0) + 1


def with_keys(rows: Sequence[dict], taken: Iterable[str] = ()) -> list[dict]:
    """The rows, each with a key of its own that it keeps wherever it moves; a key that a file holds is not given to a
    blank one."""
    given = ["" if is_blank(row) and not row.get(KEY) else row_key(row, at) for at, row in enumerate(rows)]
    found, seen, fresh = [], set(), next_key([*taken, *given])
    for row, key in zip(rows, given, strict=True):
        if not key.isdecimal() or len(key) > 6 or key in seen:
            key, fresh = str(fresh), fresh + 1
        seen.add(key)
        found.append({**row, KEY: key})
    return found


class RowsWidget(forms.Widget):
    """The table; cells are named ``<name>-<row>-<column>``. A stored list of dicts is taken as it is.

    ``proofs`` (set by the page) shows a place for a file at each row of a keyed table.
    """

    template_name = "components/rows.html"

    def __init__(self, columns: Sequence[Column], attrs=None, *, keyed: bool = False, most: int = MOST_ROWS) -> None:
        super().__init__(attrs)
        self.columns = columns
        self.keyed = keyed
        self.most = most
        self.proofs: Proofs | None = None

    def value_from_datadict(self, data, files, name) -> list[dict[str, str]]:
        if isinstance(stored := data.get(name), list):
            return with_keys(stored) if self.keyed else stored
        rows = self._typed(data, name)
        rows = trimmed(acted(rows, name, data.get("row", "")))
        rows += islice(pasted(self.columns, data.get(f"{name}-paste", "")), self.most + 1 - len(rows))
        taken = self.proofs.taken if self.proofs else ()
        return with_keys(rows, taken) if self.keyed else rows

    def _typed(self, data, name) -> list[dict[str, str]]:
        rows = []
        for index in range(self.most + BLANK_ROWS):
            keys = {column.name: f"{name}-{index}-{column.name}" for column in self.columns}
            if not any(key in data for key in keys.values()):
                break
            row = {column: data.get(key, "").strip() for column, key in keys.items()}
            rows.append({**row, KEY: data.get(f"{name}-{index}-{KEY}", "")} if self.keyed else row)
        return rows

    def value_omitted_from_data(self, data, files, name) -> bool:
        return name not in data and f"{name}-0-{self.columns[0].name}" not in data

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        rows = trimmed(value or [])
        blank = min(BLANK_ROWS, self.most - len(rows))
        rows += [{} for _blank in range(blank)]
        if self.keyed:
            rows = with_keys(rows, self.proofs.taken if self.proofs else ())
        context["widget"].update(
            columns=self.columns, most=self.most, keyed=self.keyed, proofs=self.proofs,
            rows=[self._row(name, index, row) for index, row in enumerate(rows)],
            next_key=next_key([*(row.get(KEY, "") for row in rows), *(self.proofs.taken if self.proofs else ())]),
        )  # fmt: skip
        return context

    def _row(self, name, index, row) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "cells": [
                (column.label, self._cell(name, index, column, row.get(column.name, ""))) for column in self.columns
            ]
        }
        if self.keyed:
            key = row[KEY]
            shown |= {"key": key, "key_name": f"{name}-{index}-{KEY}"}
            if self.proofs:
                shown |= {
                    "place": f"{PROOF}{name}.{key}", "papers": self.proofs.papers.get(key, ()),
                    "fault": self.proofs.faults.get(key, ""),
                }  # fmt: skip
        return shown

    def _cell(self, name, index, column, value) -> str:
        css = (
            "form-select form-select-sm"
            if isinstance(column.field, forms.ChoiceField)
            else "form-control form-control-sm"
        )
        attrs = {"id": f"id_{name}-{index}-{column.name}", "aria-label": f"{column.label} {index + 1}", "class": css}
        return column.field.widget.render(f"{name}-{index}-{column.name}", value, attrs)

    def id_for_label(self, id_):
        return f"{id_}-0-{self.columns[0].name}"


def trimmed(rows: Sequence[dict]) -> list[dict]:
    """The rows without blank ones at the end."""
    found = list(rows)
    while found and is_blank(found[-1]):
        found.pop()
    return found


def acted(rows: list[dict], name: str, act: str) -> list[dict]:
    """The rows after the button that was pressed: ``<name>:up|down|insert|delete:<index>``; anything else changes nothing."""
    table, _colon, rest = act.partition(":")
    verb, _colon, at = rest.partition(":")
    if table != name or not at.isdecimal() or int(at[:4]) >= len(rows):
        return rows
    index, moved = int(at[:4]), list(rows)
    if verb == "delete":
        del moved[index]
    elif verb == "insert":
        moved.insert(index, {})
    elif verb in ("up", "down") and 0 <= (other := index + (1 if verb == "down" else -1)) < len(rows):
        moved[index], moved[other] = moved[other], moved[index]
    return moved


def pasted(columns: Sequence[Column], text: str) -> Iterable[dict[str, str]]:
    """The rows of a block copied from a spreadsheet, cells parted by tabs, or by commas where there is no tab.

    A first line that repeats the headings is left out; a choice may be given by its words.
    """
    lines = text.replace("\0", "").splitlines()
    delimiter = "\t" if "\t" in text else ","
    for number, cells in enumerate(csv.reader(lines, delimiter=delimiter)):
        words = [cell.strip() for cell in cells[: len(columns)]]
        heads = [str(column.label).casefold() for column in columns]
        if not any(words) or (number == 0 and [word.casefold() for word in words] == heads[: len(words)]):
            continue
        words += [""] * (len(columns) - len(words))
        yield {column.name: code_of(column.field, word) for column, word in zip(columns, words, strict=True)}


def code_of(field: forms.Field, word: str) -> str:
    """The code of a choice given by its words; any other cell as it stands."""
    if not isinstance(field, forms.ChoiceField):
        return word
    choices = list(field.widget.choices) if word else []
    return next((str(code) for code, label in choices if word == str(label)), word)


class RowsField(forms.Field):
    """A list of rows; empty rows fall away, faulty cells are named by row and column, a sentence each.

    ``keyed`` rows carry ``key``, which stays with a row when it moves, so that files, changes and corrections name it.
    """

    widget: RowsWidget

    def __init__(
        self, columns: Sequence[Column], *, least: int = 0, most: int = 50, keyed: bool = False, **kwargs
    ) -> None:
        super().__init__(widget=RowsWidget(columns, keyed=keyed, most=most), required=least > 0, **kwargs)
        self.columns = columns
        self.least, self.most = least, most
        self.keyed = keyed

    def clean(self, value) -> list[dict[str, Any]]:
        if self.disabled:
            return value  # what stands in the record, in whatever shape it is kept there
        rows = [row for row in value or [] if not is_blank(row)]
        if len(rows) < self.least:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(rows) > self.most:
            raise ValidationError(
                _("At most %(most)d rows are possible here.") % {"most": self.most}, code="too_many_rows"
            )
        faults: list[ValidationError] = []
        cleaned = [self._clean_row(number, row, faults) for number, row in enumerate(rows, 1)]
        if faults:
            raise ValidationError(faults[:TOLD_FAULTS])
        return cleaned

    def _clean_row(self, number: int, row: dict, faults: list) -> dict[str, Any]:
        cleaned = {KEY: row_key(row, number - 1)} if self.keyed else {}
        for column in self.columns:
            try:
                cleaned[column.name] = column.field.clean(row.get(column.name, ""))
            except ValidationError as fault:
                faults.append(
                    ValidationError(
                        _("Row %(row)d, %(column)s: %(fault)s")
                        % {"row": number, "column": column.label, "fault": " ".join(fault.messages)},
                        code="row",
                    )
                )
        return cleaned
