"""A row of which the database allows one at a time: a second one is refused in words."""

from __future__ import annotations

from django.db import IntegrityError, models, transaction

from apps.workflow.machine import Refused
from apps.workflow.states import Refusal


def save_once(row: models.Model, twice: Refusal, *keys: str) -> None:
    """Save a row; where a unique key of its model has another already, Refused with ``twice``: one of ``keys`` (names of
    constraints), or of the conditional ones where none is named. Whatever else the database has against it is raised.

    PostgreSQL names the key, SQLite its columns.
    """
    columns = {field.name: f"{row._meta.db_table}.{field.column}" for field in row._meta.concrete_fields}
    found: list[str] = []
    for key in row._meta.constraints:
        if isinstance(key, models.UniqueConstraint) and (key.name in keys if keys else key.condition is not None):
            found += [key.name, ", ".join(columns[name] for name in key.fields)]
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as fault:
        if any(name in str(fault) for name in found):
            raise Refused(twice.code, twice.sentence) from fault
        raise
