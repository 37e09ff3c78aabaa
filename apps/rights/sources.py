"""The source contracts of a right as a table in a form: a firm enters what reads differently from the register."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.applications.codes import SourceKind
from apps.certificates.contracts import ContractEnd, contracts_of
from apps.certificates.models import Registration
from apps.certificates.register import parse_day
from apps.rights.shared import RightForm
from apps.workflow.forms import DayField, LineField
from apps.workflow.machine import Act
from apps.workflow.rows import Column, RowsField

MOST_CONTRACTS = 30


def contracts_field() -> RowsField:
    return RowsField(
        [
            Column("name", _("Contract with"), LineField(max_length=200)),
            Column("kind", _("Kind of data"), forms.ChoiceField(choices=[("", "—"), *SourceKind.choices], required=False)),
            Column("ends_on", _("Ends on"), DayField()),
        ],
        most=MOST_CONTRACTS, label=_("Source contracts as they stand now"),
        help_text=_("The contracts on record stand in the table: give a renewed one its new last day, and add those that are new. What reads as before changes nothing."),
    )  # fmt: skip


class SourcedForm(RightForm):
    """A filing with the table of source contracts, which begins with those on record."""

    @classmethod
    def known_of(cls, organisation, root=None) -> dict[str, Any]:
        if root is None or not hasattr(root, "registration"):
            return {}
        return {"contracts": [as_row(contract) for contract in contracts_of(root.registration)]}


def as_row(contract: ContractEnd) -> dict[str, str]:
    return {"name": contract.name, "kind": contract.kind, "ends_on": contract.ends_on.isoformat()}


def as_contracts(rows: Iterable[dict[str, Any]]) -> list[ContractEnd]:
    """Rows of the table as contracts; a day is one, or its ISO text as a column keeps it."""
    return [ContractEnd(parse_day(row["ends_on"]), row["name"], row.get("kind", "")) for row in rows]


def news(registration: Registration, rows: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """The rows that read differently from the register, as a column keeps them. One contract is named once."""
    known = set(contracts_of(registration))
    named = {(row.name, row.kind): row for row in as_contracts(rows)}
    return [as_row(contract) for contract in named.values() if contract not in known]


def read(form: forms.Form) -> list[dict[str, str]]:
    """What a form's table says that the register does not."""
    rows = told_once(form.cleaned_data["contracts"])
    return (
        news(form.registration, rows) if form.registration is not None else [as_row(row) for row in as_contracts(rows)]
    )


def standing(registration: Registration, named: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """Of the contracts named those on record, as they stand there."""
    keys = {(row.name, row.kind) for row in as_contracts(named)}
    return [as_row(row) for row in contracts_of(registration) if (row.name, row.kind) in keys]


def lines(now: Iterable[dict[str, Any]], before: Iterable[dict[str, Any]] = ()) -> list[dict[str, str]]:
    """The contracts as lines of a letter: what stood, and what stands now."""
    stood = {(row.name, row.kind): row.ends_on.isoformat() for row in as_contracts(before)}
    found = []
    for row in as_contracts(now):
        old = stood.get((row.name, row.kind))
        day = row.ends_on.isoformat()
        label = str(_("source contract with %(name)s") % {"name": row.name})
        found.append({"label": label, "value": f"{old} → {day}" if old else day})
    return found


def new_contracts(act: Act) -> list[dict[str, str]]:
    """What an act's table says that the register does not."""
    return news(act.case.root.registration, act.data.get("contracts", ()))


def told_once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Raises ValidationError where two rows name one contract: which of the two days is meant, nobody could say."""
    seen: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows, 1):
        other = seen.setdefault((row["name"], row["kind"]), number)
        if other != number:
            raise ValidationError(
                _("Rows %(one)d and %(two)d name the same contract: tell two of one licensor apart by a number behind the name."),
                params={"one": other, "two": number},
            )  # fmt: skip
    return rows
