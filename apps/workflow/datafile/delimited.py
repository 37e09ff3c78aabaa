"""CSV and its sisters, with commas, semicolons, tabs or bars between the cells."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from apps.workflow.datafile.limits import MOST_COLUMNS, MOST_LINE, MOST_RECORD_LINES
from apps.workflow.datafile.lines import Text, lines
from apps.workflow.datafile.table import BadFile, Table, name_headings

DELIMITERS = ",;\t|"
VALUE = re.compile(r"[+-]?[\d.,/:T -]*\d[\d.,/:TZ -]*%?$")
FORMULA = re.compile(r"[=@]|[+-](?![\d.,]+(?:[eE][+-]?\d+)?%?$)(?!$)")


class Meter:
    """Hands out lines and refuses a record that goes on without end, as a quotation mark never closed makes it."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source, self.count, self.characters = source, 0, 0

    def __iter__(self) -> Iterator[str]:
        for line in self._source:
            self.count += 1
            self.characters += len(line)
            if self.count > MOST_RECORD_LINES or self.characters > 2 * MOST_LINE:
                raise csv.Error("endless record")
            yield line

    def start_record(self) -> None:
        self.count = self.characters = 0


def open_delimited(stream: BinaryIO, name: str) -> Table:
    """The table of a CSV or TSV file; a first row that holds values is no heading, and columns are numbered."""
    text = Text(stream)
    source = lines(text)
    head = list(islice(source, 20))
    delimiter = find_delimiter(head, name)
    records = read_records(chain(head, source), delimiter)
    first = next(records, None)
    if first is None:
        raise BadFile(_("The file holds no table: its first row is empty."), code="no_table")
    titled = is_heading(first)
    headings = name_headings(first if titled else [f"column_{n}" for n, _cell in enumerate(first, 1)])
    table = Table("csv", headings, iter(()), len(first), text)
    table.facts["no_heading"] = not titled
    table.rows = measured(records if titled else chain([first], records), len(first), table.counts)
    return table


def find_delimiter(head: list[str], name: str) -> str:
    """The sign that divides the first lines most evenly; the ending ``.tsv`` decides for the tabulator."""
    if name.lower().endswith((".tsv", ".tab")):
        return "\t"
    written = [line for line in head if line.strip()]
    fewest = {sign: min((line.count(sign) for line in written), default=0) for sign in DELIMITERS}
    return max(DELIMITERS, key=lambda sign: fewest[sign])


def read_records(source: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """The records that hold anything; a fault of the file is told by the line on which it stands."""
    meter = Meter(source)
    reader = csv.reader(meter, delimiter=delimiter)
    try:
        for record in reader:
            meter.start_record()
            if record:
                yield record
    except csv.Error as fault:
        raise BadFile(
            _("Row %(row)d cannot be read: a cell is too long, or a quotation mark is not closed.")
            % {"row": reader.line_num},
            code="cell",
        ) from fault


def is_heading(record: list[str]) -> bool:
    """Whether a first row names columns: no cell in it is a number or a date, and not all are empty."""
    cells = [cell.strip() for cell in record]
    return any(cells) and not any(cell and VALUE.match(cell) for cell in cells)


def measured(records: Iterator[list[str]], width: int, counts: Counter) -> Iterator[list[str]]:
    """The records, with those of another length counted, and cells that a spreadsheet would execute."""
    for number, record in enumerate(records, 1):
        if len(record) != width:
            counts["ragged"] += 1
            if counts["ragged"] == 1:
                counts["first_ragged"] = number
        for cell in record[:MOST_COLUMNS]:
            if cell and cell[0] in "=+-@" and FORMULA.match(cell):
                counts["formulas"] += 1
        yield record
