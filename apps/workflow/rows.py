"""A list of rows in a form: a table of inputs that works without JavaScript, kept in a draft as a list of dicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_ROWS = 300
BLANK_ROWS = 2


@dataclass(frozen=True)
class Column:
    """One column: its key, heading, and the form field that reads a cell."""

    name: str
    label: Any
    field: forms.Field


class RowsWidget(forms.Widget):
    """The table; cells are named ``<name>-<row>-<column>``. A stored list of dicts is taken as it is."""

    template_name = "components/rows.html"

    def __init__(self, columns: Sequence[Column], attrs=None) -> None:
        super().__init__(attrs)
        self.columns = columns

    def value_from_datadict(self, data, files, name) -> list[dict[str, str]]:
        if isinstance(stored := data.get(name), list):
            return stored
        rows = []
        for row in range(MOST_ROWS):
            keys = {column.name: f"{name}-{row}-{column.name}" for column in self.columns}
            if not any(key in data for key in keys.values()):
                break
            rows.append({column: data.get(key, "").strip() for column, key in keys.items()})
        return rows

    def value_omitted_from_data(self, data, files, name) -> bool:
        return name not in data and f"{name}-0-{self.columns[0].name}" not in data

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        rows = [row for row in value or [] if any(row.values())] + [{}] * BLANK_ROWS
        context["widget"]["columns"] = self.columns
        context["widget"]["rows"] = [
            [self._cell(name, index, column, row.get(column.name, "")) for column in self.columns]
            for index, row in enumerate(rows)
        ]
        return context

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


class RowsField(forms.Field):
    """A list of rows; empty rows fall away, a faulty cell is named by row and column in one sentence."""

    def __init__(self, columns: Sequence[Column], *, least: int = 0, **kwargs) -> None:
        super().__init__(widget=RowsWidget(columns), required=least > 0, **kwargs)
        self.columns = columns
        self.least = least

    def clean(self, value) -> list[dict[str, Any]]:
        rows = [row for row in value or [] if any(row.values())]
        if len(rows) < self.least:
            raise ValidationError(self.error_messages["required"], code="required")
        return [self._clean_row(number, row) for number, row in enumerate(rows, 1)]

    def _clean_row(self, number: int, row: dict) -> dict[str, Any]:
        cleaned = {}
        for column in self.columns:
            try:
                cleaned[column.name] = column.field.clean(row.get(column.name, ""))
            except ValidationError as fault:
                raise ValidationError(
                    _("Row %(row)d, %(column)s: %(fault)s")
                    % {"row": number, "column": column.label, "fault": " ".join(fault.messages)},
                    code="row",
                ) from fault
        return cleaned
