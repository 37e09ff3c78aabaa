"""A data file read once, from front to back, to what may be said of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import islice
from pathlib import PurePath
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from apps.workflow.datafile.columns import Column
from apps.workflow.datafile.delimited import open_delimited
from apps.workflow.datafile.jsonfile import open_json
from apps.workflow.datafile.limits import (
    BATCH_CHARACTERS,
    BATCH_ROWS,
    MOST_BYTES,
    SAMPLE_CELL,
    SAMPLE_ROWS,
)
from apps.workflow.datafile.parquetfile import MAGIC, open_parquet
from apps.workflow.datafile.personal import Finding, Watch
from apps.workflow.datafile.table import BadFile, Table
from apps.workflow.datafile.workbook import open_workbook

READERS: dict[str, Callable[[BinaryIO, str], Table]] = {
    ".csv": open_delimited, ".tsv": open_delimited, ".tab": open_delimited, ".txt": open_delimited,
    ".json": open_json, ".jsonl": open_json, ".ndjson": open_json, ".geojson": open_json,
    ".xlsx": open_workbook, ".xlsm": open_workbook, ".parquet": open_parquet,
}  # fmt: skip
ENDINGS = tuple(READERS)
PACKED = {b"PK\x03\x04": open_workbook, MAGIC: open_parquet}
PACKED_ENDINGS = tuple(ending for ending, reader in READERS.items() if reader in PACKED.values())
FOREIGN = (
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"MZ",
    b"\x7fELF",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
)


@dataclass(frozen=True)
class FieldFound:
    """One column: its name, type (number, integer, date, time, text, boolean), and how many of its cells are empty."""

    name: str
    type: str
    empty: int


@dataclass(frozen=True)
class Profile:
    """What a data file is. ``samples`` hold its values and are only shown, never stored; ``plain`` leaves them out.

    ``records`` counts the rows read, of all where ``complete``. ``columns`` counts those of the file, of which at most
    300 are described. ``first`` and ``last`` are the earliest and latest day of its date columns.
    """

    format: str
    encoding: str
    size: int
    columns: int
    records: int
    complete: bool
    fields: list[FieldFound]
    findings: list[Finding]
    first: date | None
    last: date | None
    ragged: int = 0
    first_ragged: int = 0
    formulas: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    samples: list[list[str]] = field(default_factory=list)

    @property
    def null_share(self) -> float:
        """Empty cells among all, 0 to 1."""
        cells = self.records * len(self.fields)
        return sum(found.empty for found in self.fields) / cells if cells else 0.0

    def plain(self) -> dict[str, Any]:
        """The profile as JSON, without a value of the file."""
        found = asdict(self)
        del found["samples"]
        return found | {name: found[name].isoformat() if found[name] else "" for name in ("first", "last")}


def open_table(stream: BinaryIO, name: str) -> Table:
    """The table of a data file by its ending and its first bytes; BadFile where they contradict each other."""
    size = stream.seek(0, 2)
    if not size:
        raise BadFile(_("The file is empty: choose another."), code="empty")
    if size > MOST_BYTES:
        raise BadFile(_("The file is larger than 2 GiB."), code="size")
    stream.seek(0)
    head = stream.read(8)
    stream.seek(0)
    ending = PurePath(name.lower()).suffix
    if ending not in READERS:
        raise BadFile(_("Only CSV, TSV, XLSX, JSON and Parquet files can be read here."), code="type")
    if PACKED.get(head[:4]) != (READERS[ending] if READERS[ending] in PACKED.values() else None) or head.startswith(
        FOREIGN
    ):
        raise BadFile(
            _("The file is named %(ending)s, but what is in it is something else. Save it again in that format.")
            % {"ending": ending},
            code="type",
        )
    return READERS[ending](stream, name)


def profile(stream: BinaryIO, name: str, *, seconds: float | None = None) -> Profile:
    """Read a data file from a seekable binary stream and describe it; ``name`` gives the ending.

    With ``seconds`` reading ends after that time, and the profile says that it is not complete. BadFile (a
    ValidationError) names in one sentence what is wrong with a file that cannot be read.
    """
    table = open_table(stream, name)
    columns = [Column(heading) for heading in table.headings]
    watch = Watch(table.headings)
    until = None if seconds is None else time.monotonic() + seconds
    records, complete = 0, True
    samples: list[list[str]] = []
    for batch in batches(table.rows, len(columns)):
        records += len(batch)
        samples += [shorten(row) for row in batch[: SAMPLE_ROWS - len(samples)]]
        for number, cells in enumerate(zip(*batch, strict=True)):
            watch.take(number, columns[number].take(cells))
        if until is not None and time.monotonic() > until:
            complete = next(iter(table.rows), None) is None
            break
    days = [day for column in columns for day in (column.first, column.last) if day]
    return Profile(
        table.format, table.encoding, stream.seek(0, 2), table.columns, records, complete,
        [FieldFound(column.name, column.type or "text", column.empty) for column in columns],
        watch.findings(records), min(days, default=None), max(days, default=None),
        table.counts["ragged"], table.counts["first_ragged"], table.counts["formulas"], table.facts, samples,
    )  # fmt: skip


def batches(rows: Iterator[list[str]], width: int) -> Iterator[list[list[str]]]:
    """Rows made as long as the heading, in batches bounded by rows and by characters."""
    batch: list[list[str]] = []
    characters = 0
    for row in rows:
        cut = [cell.strip() for cell in row[:width]]
        batch.append(cut + [""] * (width - len(cut)))
        characters += sum(map(len, cut))
        if len(batch) >= BATCH_ROWS or characters > BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def shorten(row: list[str]) -> list[str]:
    return [cell if len(cell) <= SAMPLE_CELL else cell[: SAMPLE_CELL - 1] + "…" for cell in row]


def first_rows(stream: BinaryIO, name: str, count: int) -> tuple[list[str], list[list[str]]]:
    """The headings of a data file and its first rows, each cell cut to what a page can show."""
    table = open_table(stream, name)
    width = len(table.headings)
    return table.headings, [shorten(row[:width]) for row in islice(table.rows, count)]


def count_rows(stream: BinaryIO, name: str, *, most: int = 1_000_000) -> int:
    """The data rows of a file that hold anything, its heading not among them; counting ends at ``most``."""
    filled = (row for row in open_table(stream, name).rows if any(row))
    return sum(1 for _row in islice(filled, most))
