"""Parquet, read batch by batch through arro3 (Rust). The footer is measured before the library sees the file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from apps.workflow.datafile.limits import BATCH_ROWS, MOST_COLUMNS, MOST_FOOTER
from apps.workflow.datafile.table import BadFile, Table, name_headings, text_of

MAGIC = b"PAR1"


def open_parquet(stream: BinaryIO, name: str) -> Table:
    reader = open_reader(stream)
    names = [field.name for field in reader.schema]
    table = Table("parquet", name_headings(names), iter(()), len(names))
    table.rows = rows_of(reader)
    return table


def open_reader(stream: BinaryIO):
    """The library's reader; whatever it throws at a broken file, a panic included, becomes one sentence."""
    from arro3.io import read_parquet  # loaded where a Parquet file is read, and nowhere else

    size = stream.seek(0, 2)
    stream.seek(max(0, size - 8))
    tail = stream.read(8)
    footer = struct.unpack("<I", tail[:4])[0] if len(tail) == 8 else 0
    if tail[4:] != MAGIC or footer + 12 > size:
        raise damaged()
    if footer > MOST_FOOTER:
        raise BadFile(
            _("The directory of this Parquet file is larger than any honest one and is not read."), code="bomb"
        )
    stream.seek(0)
    return guarded(read_parquet, stream, batch_size=BATCH_ROWS)


def guarded(act, *args, **words) -> Any:
    try:
        return act(*args, **words)
    except StopIteration:
        raise
    except BaseException as fault:
        if isinstance(fault, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise damaged() from fault


def damaged() -> BadFile:
    return BadFile(_("The Parquet file is damaged, or packed in a way that is not read here."), code="parquet")


def rows_of(reader) -> Iterator[list[str]]:
    batches = iter(reader)
    while True:
        try:
            batch = guarded(next, batches)
        except StopIteration:
            return
        shown = range(min(batch.num_columns, MOST_COLUMNS))
        columns = [[text_of(value) for value in guarded(batch.column(n).to_pylist)] for n in shown]
        yield from map(list, zip(*columns, strict=True))
