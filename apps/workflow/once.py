"""A row of which the database allows one at a time: a second one is refused in words."""

from __future__ import annotations

from django.db import IntegrityError, models, transaction

from apps.workflow.machine import Refused
from apps.workflow.states import Refusal


def save_once(row: models.Model, twice: Refusal) -> None:
    """Save a row; where one of its model's conditional unique keys has another already, Refused with ``twice``.

    PostgreSQL names the key, SQLite its columns.
    """
    columns = {field.name: f"{row._meta.db_table}.{field.column}" for field in row._meta.concrete_fields}
    found: list[str] = []
    for key in row._meta.constraints:
        if isinstance(key, models.UniqueConstraint) and key.condition is not None:
            found += [key.name, ", ".join(columns[name] for name in key.fields)]
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as fault:
        if any(name in str(fault) for name in found):
            raise Refused(twice.code, twice.sentence) from fault
        raise
