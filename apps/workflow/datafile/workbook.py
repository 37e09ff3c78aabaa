"""XLSX: the first sheet of a workbook, unpacked and parsed as a stream. Formulas are counted, never computed.

A workbook is a ZIP file of XML. Its directory is measured before it is read, every part is counted while it is
unpacked, and XML that declares a document type (the way to entities) is refused.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO
from xml.parsers import expat

from django.utils.translation import gettext as _

from apps.workflow.datafile.limits import (
    BLOCK,
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_DIRECTORY,
    MOST_PARTS,
    MOST_RATIO,
    MOST_STRINGS,
    MOST_UNPACKED,
    RATIO_FROM,
)
from apps.workflow.datafile.table import BadFile, Table, name_headings

DAY_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""The built-in number formats that show a day or a time (ECMA-376 part 1, 18.8.30)."""
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
LETTERS = re.compile(r"[A-Z]+")


def open_workbook(stream: BinaryIO, name: str) -> Table:
    measure_directory(stream)
    try:
        packed = zipfile.ZipFile(stream)
        parts = {part.filename: part for part in packed.infolist()}
        sheets, epoch = read_sheets(packed, parts)
        strings = read_strings(packed, parts)
        days = read_day_styles(packed, parts)
    except KeyError as fault:
        raise no_workbook() from fault
    except (zipfile.BadZipFile, expat.ExpatError, zlib.error, NotImplementedError, RuntimeError, EOFError) as fault:
        raise BadFile(_("The workbook is damaged or locked with a password."), code="workbook") from fault
    counts: Counter = Counter()
    rows = Sheet(strings, days, epoch, counts).rows(packed, parts[sheets[0]])
    first = next(rows, None)
    if first is None:
        raise BadFile(_("The first sheet of the workbook is empty."), code="no_table")
    table = Table("excel", name_headings(first), iter(()), len(first), counts=counts)
    table.facts["sheets"] = len(sheets)
    table.rows = measured(rows, len(first), counts)
    return table


def measured(rows: Iterator[list[str]], width: int, counts: Counter) -> Iterator[list[str]]:
    """A row shorter than the heading ends in empty cells; only a longer one is irregular."""
    for number, row in enumerate(rows, 1):
        if len(row) > width:
            counts["ragged"] += 1
            if counts["ragged"] == 1:
                counts["first_ragged"] = number
        yield row


def no_workbook() -> BadFile:
    return BadFile(_("This is no XLSX workbook: save it as XLSX, or as CSV."), code="type")


def bomb() -> BadFile:
    return BadFile(_("The workbook unpacks to far more than it holds and is not read."), code="bomb")


def measure_directory(stream: BinaryIO) -> None:
    """Refuse a packed file whose list of parts is itself too large to be read, before anything reads it."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise no_workbook()
    entries, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries > MOST_PARTS or directory > MOST_DIRECTORY:
        raise bomb()
    stream.seek(0)


def unpack(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a part, block by block; refused where it swells beyond any honest sheet."""
    done = 0
    with packed.open(part) as source:
        while block := source.read(BLOCK):
            done += len(block)
            if done > MOST_UNPACKED or done > max(RATIO_FROM, MOST_RATIO * part.compress_size):
                raise bomb()
            yield block


def parse(packed: zipfile.ZipFile, part: zipfile.ZipInfo, start: Callable, end=None, text=None) -> Iterator[None]:
    """Feed a part to the handlers, one block a step. No document type, hence no entity, is let in."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition("}")[2], attributes)
    if end:
        parser.EndElementHandler = lambda tag: end(tag.rpartition("}")[2])
    if text:
        parser.CharacterDataHandler = text
    for block in unpack(packed, part):
        parser.Parse(block)
        yield
    parser.Parse(b"", True)
    yield


def refuse_doctype(*_args) -> None:
    raise BadFile(
        _("The workbook declares a document type inside, as none of a spreadsheet does; it is not read."), code="xml"
    )


def read_sheets(packed: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> tuple[list[str], date]:
    """The parts of the sheets in their order, and the day that the workbook counts from."""
    targets: dict[str, str] = {}
    order: list[str] = []
    epoch = [date(1899, 12, 30)]

    def relation(tag: str, attributes: dict) -> None:
        if tag == "Relationship" and attributes["Type"].rpartition("/")[2] == "worksheet":
            targets[attributes["Id"]] = "xl/" + attributes["Target"].removeprefix("/xl/").removeprefix("/")

    def book(tag: str, attributes: dict) -> None:
        if tag == "sheet":
            order.append(next((value for key, value in attributes.items() if key.endswith("}id")), ""))
        elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            epoch[0] = date(1904, 1, 1)

    exhaust(parse(packed, parts["xl/_rels/workbook.xml.rels"], relation))
    exhaust(parse(packed, parts["xl/workbook.xml"], book))
    sheets = [targets[key] for key in order if targets.get(key) in parts]
    if not sheets:
        raise no_workbook()
    return sheets, epoch[0]


def exhaust(steps: Iterator[None]) -> None:
    for _step in steps:
        pass


def read_strings(packed: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> list[str]:
    """The table of strings that cells point into, as far as it is kept."""
    found: list[str] = []
    held: list[str] = []
    inside = [False]

    def start(tag: str, _attributes: dict) -> None:
        inside[0] = tag == "t" or (inside[0] and tag != "rPh")

    def end(tag: str) -> None:
        inside[0] = inside[0] and tag != "t"
        if tag == "si":
            if len(found) < MOST_STRINGS:
                found.append("".join(held)[:LONGEST_CELL].strip())
            held.clear()

    def text(data: str) -> None:
        if inside[0] and len(held) < 100:
            held.append(data[:LONGEST_CELL])

    if part := parts.get("xl/sharedStrings.xml"):
        exhaust(parse(packed, part, start, end, text))
    return found


def read_day_styles(packed: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> frozenset[str]:
    """The cell styles that show their number as a day or a time, by their index."""
    own: dict[str, bool] = {}
    styles: list[str] = []
    inside = [False]

    def start(tag: str, attributes: dict) -> None:
        if tag == "numFmt":
            own[attributes["numFmtId"]] = bool(
                re.search("[ymdhs年月日]", QUOTED.sub("", attributes["formatCode"]).lower())
            )
        elif tag == "cellXfs":
            inside[0] = True
        elif tag == "xf" and inside[0] and len(styles) < MOST_STRINGS:
            styles.append(attributes.get("numFmtId", "0"))

    def end(tag: str) -> None:
        inside[0] = inside[0] and tag != "cellXfs"

    if part := parts.get("xl/styles.xml"):
        exhaust(parse(packed, part, start, end))
    return frozenset(
        str(index)
        for index, number in enumerate(styles)
        if own.get(number) or (number.isdigit() and int(number) in DAY_FORMATS)
    )


class Sheet:
    """The rows of one sheet. Cells left out are empty ones; a cell beyond the columns that are read is only counted."""

    def __init__(self, strings: list[str], days: frozenset[str], epoch: date, counts: Counter) -> None:
        self._strings, self._days, self._epoch, self._counts = strings, days, epoch, counts
        self._done: list[list[str]] = []
        self._row: list[str] = []
        self._width = 0
        self._cell: dict[str, Any] = {}
        self._held: list[str] = []
        self._reading = False

    def rows(self, packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[list[str]]:
        steps = parse(packed, part, self._start, self._end, self._text)
        while True:
            try:
                going = next(steps, "over")
            except (zipfile.BadZipFile, expat.ExpatError, zlib.error, EOFError, ValueError) as fault:
                raise BadFile(_("The workbook is damaged or locked with a password."), code="workbook") from fault
            yield from self._done
            self._done.clear()
            if going == "over":
                return

    def _start(self, tag: str, attributes: dict) -> None:
        if tag == "row":
            self._row, self._width = [], 0
        elif tag == "c":
            self._cell = attributes
            self._held.clear()
        elif tag == "f":
            self._counts["formulas"] += 1
        self._reading = tag in ("v", "t")

    def _text(self, data: str) -> None:
        if self._reading and len(self._held) < 100:
            self._held.append(data[:LONGEST_CELL])

    def _end(self, tag: str) -> None:
        self._reading = False
        if tag == "c":
            self._take("".join(self._held)[:LONGEST_CELL].strip())
        elif tag == "row" and any(self._row):
            self._done.append(
                self._row + [""] * (self._width - len(self._row)) if self._width > len(self._row) else self._row
            )

    def _take(self, raw: str) -> None:
        at = column_of(self._cell.get("r", ""), self._width)
        self._width = at + 1
        if raw and at < MOST_COLUMNS:
            self._row += [""] * (at - len(self._row))
            self._row.append(self._value(raw))

    def _value(self, raw: str) -> str:
        kind = self._cell.get("t", "n")
        if kind == "s":
            index = int(raw) if raw.isdigit() else -1
            return self._strings[index] if 0 <= index < len(self._strings) else "…"
        if kind == "b":
            return "true" if raw == "1" else "false"
        if kind == "n" and self._cell.get("s") in self._days:
            return day_shown(raw, self._epoch)
        return raw


def column_of(reference: str, default: int) -> int:
    """The column of a cell like ``AB12``, from 0; a cell without its place follows the one before."""
    found = LETTERS.match(reference)
    if not found or len(found[0]) > 3:
        return default
    number = 0
    for letter in found[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def day_shown(raw: str, epoch: date) -> str:
    """The day, moment or time of a serial number, as ISO 8601."""
    try:
        serial = float(raw)
        moment = datetime.combine(epoch, datetime.min.time()) + timedelta(seconds=round(serial * 86_400))
    except (ValueError, OverflowError):
        return raw
    if serial < 1:
        return moment.time().isoformat()
    return moment.isoformat(" ") if moment.time() != datetime.min.time() else moment.date().isoformat()
