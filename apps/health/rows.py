"""Rows of any table as lines of JSON, the same on SQLite and PostgreSQL: read as a stream, written back, summed up.

Values travel as the database holds them: what is sealed stays sealed, and no key is needed for a backup.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

SKIPPED = frozenset({"sessions", "usersessions"})
"""Who is signed in at the moment is no part of a backup: after a restore everybody signs in anew."""
SEARCH = "workflow_search"
BATCH = 1_000


@dataclass(frozen=True)
class Table:
    """A table with its columns (name, kind of value); ``key`` is what its rows are ordered by."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: str


def tables() -> list[Table]:
    """Every table of a model, those between many and many included, by name."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy and meta.app_label not in SKIPPED:
            columns = tuple((field.column, type_of(field)) for field in meta.concrete_fields)
            found[meta.db_table] = Table(meta.db_table, columns, meta.pk.column)
    return [found[name] for name in sorted(found)]


def type_of(field: models.Field) -> str:
    while field.is_relation:
        field = field.target_field
    return field.get_internal_type()


# ------------------------------------------------------------------------------------------------ reading


def read(table: Table) -> Iterator[bytes]:
    """The rows of a table in the order of its key, each as a line of JSON."""
    encoders = [ENCODERS.get(kind, plain) for _name, kind in table.columns]
    for row in stream(select(table)):
        values = [None if value is None else encode(value) for encode, value in zip(encoders, row, strict=True)]
        yield line_of(values)


def read_search() -> Iterator[bytes]:
    """The search index in a form of neither engine: the case and its words, sorted."""
    if connection.vendor == "postgresql":
        query = f"SELECT case_id, array_to_string(tsvector_to_array(words), ' ') FROM {SEARCH} ORDER BY case_id"  # noqa: S608
    else:
        query = f"SELECT rowid, words FROM {SEARCH} ORDER BY rowid"  # noqa: S608
    for pk, words in stream(query):
        yield line_of([pk, " ".join(sorted(set(words.split())))])


def select(table: Table) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name, _kind in table.columns)
    return f"SELECT {columns} FROM {quote(table.name)} ORDER BY {quote(table.key)}"  # noqa: S608


def stream(query: str) -> Iterator[tuple]:
    """Rows as they come; on PostgreSQL by a cursor of the server's, so that memory stays flat."""
    cursor = connection.chunked_cursor() if connection.in_atomic_block else connection.cursor()
    with cursor:
        cursor.execute(query)
        while batch := cursor.fetchmany(BATCH):
            yield from batch


def line_of(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def moment(value: Any) -> str:
    """A moment in UTC with microseconds, whatever the engine gave."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="microseconds")


def plain(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    return value if isinstance(value, bool | int | float | str) else str(value)


ENCODERS: dict[str, Callable[[Any], Any]] = {
    "BooleanField": bool,
    "DateTimeField": moment,
    "DecimalField": lambda value: f"{Decimal(str(value)).normalize():f}",
    "JSONField": lambda value: json.dumps(
        json.loads(value) if isinstance(value, str) else value,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    ),
    "BinaryField": lambda value: b64encode(bytes(value)).decode(),
    "UUIDField": lambda value: value.hex if isinstance(value, UUID) else UUID(str(value)).hex,
    "GenericIPAddressField": lambda value: str(value).split("/")[0],
}


class Sum:
    """How many rows there are, and a sum of their digests that does not ask in which order they came."""

    def __init__(self) -> None:
        self.rows, self._total = 0, 0

    def add(self, line: bytes) -> None:
        self.rows += 1
        self._total = (self._total + int.from_bytes(sha256(line).digest())) % 2**256

    @property
    def digest(self) -> str:
        return f"{self._total:064x}"


def sum_of(lines: Iterable[bytes]) -> Sum:
    found = Sum()
    for line in lines:
        found.add(line)
    return found


# ------------------------------------------------------------------------------------------------ writing back


def write(table: Table, lines: Iterable[bytes]) -> int:
    """Put lines into an empty table; how many there were."""
    quote = connection.ops.quote_name
    decoders = [decoder(kind) for _name, kind in table.columns]
    columns = ", ".join(quote(name) for name, _kind in table.columns)
    marks = ", ".join(["%s"] * len(table.columns))
    statement = f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({marks})"  # noqa: S608
    count, batch = 0, []

    def send() -> None:
        if batch:
            with connection.cursor() as cursor:
                cursor.executemany(statement, batch)
            batch.clear()

    for line in lines:
        values = json.loads(line)
        batch.append([None if v is None else decode(v) for decode, v in zip(decoders, values, strict=True)])
        count += 1
        if len(batch) == BATCH:
            send()
    send()
    return count


def write_search(lines: Iterable[bytes]) -> None:
    postgres = connection.vendor == "postgresql"
    statement = (
        f"INSERT INTO {SEARCH} (case_id, words) VALUES (%s, array_to_tsvector(%s))"  # noqa: S608
        if postgres
        else f"INSERT INTO {SEARCH} (rowid, words) VALUES (%s, %s)"  # noqa: S608
    )
    with connection.cursor() as cursor:
        for line in lines:
            pk, words = json.loads(line)
            cursor.execute(statement, [pk, words.split() if postgres else words])


def decoder(kind: str) -> Callable[[Any], Any]:
    ops = connection.ops
    decoders: dict[str, Callable[[Any], Any]] = {
        "DateTimeField": lambda value: ops.adapt_datetimefield_value(datetime.fromisoformat(value)),
        "BinaryField": b64decode,
        "UUIDField": (lambda value: UUID(value))
        if connection.features.has_native_uuid_field
        else (lambda value: value),
    }
    return decoders.get(kind, lambda value: value)
