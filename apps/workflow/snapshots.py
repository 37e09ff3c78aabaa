"""Copies of a filed form inside events, with personal and secret values sealed under the case's own key."""

from functools import cache
from typing import Any

from django.db.backends.utils import format_number
from django.db.models import DecimalField, Field

from apps.accounts import vault
from apps.workflow.models import Case, CaseKey
from apps.workflow.money import yuan

SEALED = "sealed:"
FEN = "_fen"


def case_key(case: Case) -> bytes | None:
    """The case's key, made at first use; None when it was destroyed."""
    row, made = CaseKey.objects.get_or_create(case=case, defaults={"wrapped": ""})
    if row.destroyed_at:
        return None
    if made:
        key = vault.new_key()
        CaseKey.objects.filter(pk=row.pk).update(wrapped=vault.wrap(key))
        return key
    return vault.unwrap(row.wrapped)


def seal_paths(case: Case, form: dict, secret: frozenset[str]) -> dict:
    """The form with the values at secret paths (``contact_phone``, ``applicants.contact_phone``) as ciphertext."""
    if not secret:
        return form
    key = cache(lambda: case_key(case))  # made only if there is something to seal, and read once
    return _walk(form, "", secret, lambda text: SEALED + vault.seal_with(key(), text))


def unseal_paths(case: Case, form: dict) -> dict:
    """The form readable again; values whose key was destroyed come back as None."""
    key = case_key(case)

    def open_(value):
        if isinstance(value, dict):
            return {name: open_(item) for name, item in value.items()}
        if isinstance(value, list):
            return [open_(item) for item in value]
        if isinstance(value, str) and value.startswith(SEALED):
            return vault.unseal_with(key, value[len(SEALED) :]) if key else None
        return value

    return open_(form)


def _walk(value, path, secret, seal):
    if isinstance(value, dict):
        return {name: _walk(item, f"{path}.{name}" if path else name, secret, seal) for name, item in value.items()}
    if isinstance(value, list):
        return [_walk(item, path, secret, seal) for item in value]
    return seal(str(value)) if path in secret and value not in (None, "") else value


def columns_of(row: Any) -> dict[str, Any]:
    """A row's own columns as codes, by name, the case left out: what most kinds copy into an event."""
    return {field.name: code_of(row, field) for field in row._meta.concrete_fields if field.name != "case"}


def typed(row: Any) -> dict[str, Any]:
    """What a row says, by the names and in the units of its form: an amount in yuan where the column holds fen."""
    return {item_of(name): yuan(value) if in_fen(name, value) else value for name, value in row.snapshot().items()}


def in_fen(name: str, value: Any) -> bool:
    return name.endswith(FEN) and isinstance(value, int)


def item_of(column: str) -> str:
    """The item of the form that a column keeps: ``credit`` for ``credit_fen``."""
    return column.removesuffix(FEN)


def code_of(row: Any, field: Field) -> Any:
    """A number with the places of its column, so that what was typed as 3.65 is what the column says as 3.650."""
    value = getattr(row, field.attname)
    return format_number(value, field.max_digits, field.decimal_places) if isinstance(field, DecimalField) else value
