"""The province's result table as it is pasted or uploaded: headings of its interface or of its pages, any of them Chinese.

Nothing is guessed: a cell that cannot be read is a fault of its row, an unknown code stays as it stands.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.text import clean_code
from apps.workflow import smallsheet
from apps.workflow.datafile.table import BadFile

MOST_ROWS = 5_000

STATUS = {
    "1": gettext_lazy("To be examined"),
    "2": gettext_lazy("Correction asked"),
    "3": gettext_lazy("In public notice"),
    "5": gettext_lazy("Withdrawn"),
    "6": gettext_lazy("Registration refused"),
    "7": gettext_lazy("Registered"),
    "11": gettext_lazy("Deemed withdrawn"),
}
"""The codes of ``dataRegAuditStatus`` whose meaning is known."""
WORDS = {
    "待审核": "1", "待补正": "2", "公示中": "3", "主动撤回": "5", "不予登记": "6", "登记成功": "7", "视为撤回": "11",
}  # fmt: skip
HEADINGS = {
    "number": ("dataRegNo", "登记编号", "登记申请号", "申请号", "编号"),
    "name": ("dataRegName", "数据知识产权名称", "名称"),
    "industry": ("dataRegIndustry", "所属行业"),
    "data_type": ("dataRegDataType", "数据类型"),
    "applied": ("dataRegApplyTime", "申请时间"),
    "code": ("dataRegAuditStatus", "审核状态", "状态"),
    "effective": ("statusTime", "状态时间", "状态日期"),
    "comment": ("opinion", "补正意见", "审核意见"),
    "due": ("dueTime", "补正期限"),
    "registration_number": ("registrationNo", "登记号"),
    "certificate_number": ("certificateNo", "证书编号", "证书号"),
    "valid_until": ("validUntil", "有效期至"),
}
DAYS = ("applied", "effective", "due", "valid_until")
NEEDED = ("number", "code")


class Unreadable(Exception):
    """The whole table cannot be read; the message is one sentence for the reader."""


@dataclass
class Row:
    """One line of the table. Days are ISO dates or empty; ``faults`` are sentences."""

    line: int
    number: str = ""
    name: str = ""
    industry: str = ""
    data_type: str = ""
    applied: str = ""
    code: str = ""
    effective: str = ""
    comment: str = ""
    due: str = ""
    registration_number: str = ""
    certificate_number: str = ""
    valid_until: str = ""
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read_text(text: str) -> list[Row]:
    """Rows of a pasted table: cells parted by tabs, else by commas. Raises Unreadable."""
    try:
        return read_cells(smallsheet.lines_of_text(text))
    except BadFile as fault:
        raise Unreadable(fault.sentence) from fault


def read_file(content: bytes, name: str) -> list[Row]:
    """Rows of an uploaded CSV or XLSX file. Raises Unreadable."""
    try:
        return read_cells(smallsheet.lines_of_file(content, MOST_ROWS))
    except BadFile as fault:
        raise Unreadable(fault.sentence) from fault


def read_cells(lines: list[list[str]]) -> list[Row]:
    """Rows below the line of headings; empty lines fall away."""
    filled = [(at, cells) for at, cells in enumerate(lines, 1) if any(cell.strip() for cell in cells)]
    if not filled:
        raise Unreadable(_("The table is empty: paste it with its line of headings."))
    columns = columns_of(filled[0][1])
    missing = [HEADINGS[name][0] for name in NEEDED if name not in columns]
    if missing:
        raise Unreadable(
            _("These columns are missing: %(names)s. Paste the table with its line of headings.")
            % {"names": ", ".join(missing)}
        )
    if len(filled) - 1 > MOST_ROWS:
        raise Unreadable(_("The table has more than %(most)s rows.") % {"most": MOST_ROWS})
    rows = [read_row(at, cells, columns) for at, cells in filled[1:]]
    mark_twins(rows)
    return rows


def columns_of(cells: list[str]) -> dict[str, int]:
    names = {word.casefold(): name for name, words in HEADINGS.items() for word in words}
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        name = names.get(clean_code(cell.replace("\ufeff", "")).casefold())
        if name and name not in found:
            found[name] = at
    return found


def read_row(line: int, cells: list[str], columns: dict[str, int]) -> Row:
    row = Row(line)
    for name, at in columns.items():
        text = cells[at].strip() if at < len(cells) else ""
        setattr(row, name, text[:4000] if name == "comment" else clean_code(text)[:200])
    row.code = WORDS.get(row.code, row.code.removesuffix(".0"))
    for name in DAYS:
        setattr(row, name, read_day(row, name))
    if not row.number:
        row.faults.append(_("The number is missing."))
    if not row.code:
        row.faults.append(_("The status is missing."))
    return row


def mark_twins(rows: list[Row]) -> None:
    seen: dict[str, Row] = {}
    for row in rows:
        if not row.number:
            continue
        first = seen.setdefault(row.number, row)
        if first is not row:
            row.faults.append(_("The same number stands in line %(line)s already.") % {"line": first.line})


def read_day(row: Row, name: str) -> str:
    """A day as epoch milliseconds, an Excel day number, or a written date; the law's day is Shanghai's."""
    text = getattr(row, name)
    if not text:
        return ""
    try:
        return smallsheet.day_of(text).isoformat()
    except (ValueError, OverflowError, OSError):
        heading = HEADINGS[name][0]
        row.faults.append(_("%(heading)s is no date: %(text)s") % {"heading": heading, "text": text[:40]})
        return ""
