"""Small sheets that people paste or upload, CSV or XLSX: read whole into lines of cells, their days and codes told apart.

Data files of any size are read as a stream (``datafile``); a table of acts is small, or it is refused.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from itertools import islice

from django.utils.translation import gettext as _

from apps.rules.clock import SHANGHAI
from apps.workflow.datafile.table import BadFile
from apps.workflow.datafile.workbook import open_workbook

MOST_BYTES = 5 * 1024 * 1024


def lines_of_text(text: str) -> list[list[str]]:
    """The cells of a pasted table: parted by tabs, else by commas. Raises BadFile."""
    text = text.replace("\0", "").strip("\n\r ")
    tabs = "\t" in text.split("\n", 1)[0]
    try:
        return [list(cells) for cells in csv.reader(io.StringIO(text), delimiter="\t" if tabs else ",", strict=False)]
    except csv.Error as fault:
        raise BadFile(_("The table cannot be read: %(fault)s") % {"fault": fault}, code="csv") from fault


def lines_of_file(content: bytes, most_rows: int) -> list[list[str]]:
    """The cells of an uploaded CSV file, in the encodings that spreadsheets write, or of a workbook's first sheet; formulas
    count by their last value. Raises BadFile."""
    if len(content) > MOST_BYTES:
        raise BadFile(_("The file is larger than 5 MB."), code="size")
    if content[:2] == b"PK":
        table = open_workbook(io.BytesIO(content), "")
        return [table.headings, *islice(table.rows, most_rows + 1)]
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        if encoding == "utf-8-sig" and content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            return lines_of_text(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise BadFile(_("The file is neither a CSV text nor an XLSX workbook."), code="type")


def day_of(text: str) -> date:
    """A day as epoch milliseconds, an Excel day number, or a written date; the law's day is Shanghai's. Raises ValueError."""
    number = text.removesuffix(".0")
    if number.isdecimal() and 11 <= len(number) <= 13:
        return datetime.fromtimestamp(int(number) / 1000, SHANGHAI).date()
    if re.fullmatch(r"[2-6]\d{4}(\.\d+)?", text):
        return date.fromordinal(date(1899, 12, 30).toordinal() + int(float(text)))
    parts = re.match(r"(\d{4})\D(\d{1,2})\D(\d{1,2})(\D|$)", text)
    if parts is None:
        raise ValueError(text)
    return date(*(int(part) for part in parts.groups()[:3]))
