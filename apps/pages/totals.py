"""Totals of a whole filtered list, and the same rows as a file: one sum in the database, equal to that of the file."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from django.db.models import Count, F, QuerySet
from django.db.models import Sum as Added
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from apps.accounts.audit import record
from apps.accounts.models import User
from apps.pages.papers import Outlet
from apps.workflow.clocks import legal_day
from apps.workflow.datafile import safe_cell
from apps.workflow.models import Case
from apps.workflow.money import yuan
from apps.workflow.states import Kind, all_kinds

Cell = str | Decimal
BATCH = 500


@dataclass(frozen=True)
class Totals:
    """How many rows a filtered list has, and the sum of each amount of its kind, in fen."""

    table: Kind
    rows: int
    sums: list[tuple[Any, int]]


def table_named(name: str) -> Kind | None:
    """The kind that a filter names, where it has amounts to add up; ``pledge.registered`` names its kind too."""
    return next((table for table in all_kinds() if table.name == name.partition(".")[0] and table.sums), None)


def column(table: Kind, field: str) -> str:
    return f"{table.model.case.field.related_query_name()}__{field}"


def totals_of(cases: QuerySet[Case], table: Kind | None) -> Totals | None:
    """Of the whole list, whatever page is shown; one query."""
    if table is None:
        return None
    asked = {f"sum_{at}": Added(column(table, one.field)) for at, one in enumerate(table.sums)}
    found = cases.filter(kind=table.name).order_by().aggregate(rows=Count("pk"), **asked)
    return Totals(table, found["rows"], [(one.label, found[f"sum_{at}"] or 0) for at, one in enumerate(table.sums)])


# ------------------------------------------------------------------------------------------------ as a file


def lines(cases: QuerySet[Case], table: Kind | None) -> Iterator[list[Cell]]:
    """A line of headings, then a line a case; amounts in yuan, exact. Rows come as they are read."""
    sums = table.sums if table else ()
    heads = [_("Number"), _("Name"), _("Organisation"), _("Procedure"), _("State"), _("Filed"), _("Due")]
    yield [*(str(head) for head in heads), *(_("%(amount)s (yuan)") % {"amount": one.label} for one in sums)]
    rows = cases.select_related("organisation")
    if table is not None:
        rows = rows.filter(kind=table.name).annotate(
            **{f"sum_{at}": F(column(table, one.field)) for at, one in enumerate(sums)}
        )
    for case in rows.iterator(chunk_size=BATCH):
        amounts = [getattr(case, f"sum_{at}") for at, _one in enumerate(sums)]
        yield [
            case.number or "", case.title, case.organisation.name if case.organisation_id else "", str(case.kind_.label),
            str(case.state_.label), legal_day(case.filed_at).isoformat(), case.due_on.isoformat() if case.due_on else "",
            *("" if fen is None else yuan(fen) for fen in amounts),
        ]  # fmt: skip


class Echo:
    """A file that gives back what is written, so that CSV can be sent row by row."""

    def write(self, text: str) -> str:
        return text


def as_csv(rows: Iterable[list[Cell]]) -> Iterator[str]:
    """With a byte order mark, so that spreadsheets read the Chinese; no cell begins a formula."""
    writer = csv.writer(Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([cell if isinstance(cell, Decimal) else safe_cell(cell) for cell in row])


def as_xlsx(rows: Iterable[list[Cell]]) -> Iterator[bytes]:
    """A workbook of one sheet, written while it is sent. Texts are texts and amounts numbers: there is no formula in it."""
    outlet = Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in PARTS.items():
            archive.writestr(name, part)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{HEAD}<{LEAF} xmlns="{MAIN}"><sheetData>'.encode())
            for row in rows:
                sheet.write(f"<row>{''.join(map(cell_of, row))}</row>".encode())
                if piece := outlet.take():
                    yield piece
            sheet.write(f"</sheetData></{LEAF}>".encode())
    yield outlet.take()


def cell_of(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f'<c s="1"><v>{cell:f}</v></c>'
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(plain(cell))}</t></is></c>'


def plain(text: str) -> str:
    """Without the control characters that XML cannot carry."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")


HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
BOOK, LEAF = "workbook", "worksheet"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{SHEET}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEET}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="{SHEET}.styles+xml"/></Types>',
    "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{HEAD}<{BOOK} xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></{BOOK}>',
    "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/{LEAF}" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="4" applyNumberFormat="1"/></cellXfs></styleSheet>',
}


def export(
    cases: QuerySet[Case], table: Kind | None, form: str, name: str, *, by: User, narrowed: Iterable[str]
) -> StreamingHttpResponse:
    """The list as a file that is sent while it is read: ``form`` is csv or xlsx. The security audit keeps who took it,
    and by which filters it was ``narrowed``: their names, since what was typed may be a person's."""
    record(f"export.{name}", actor=by, about=table.name if table else "", form=form, narrowed=sorted(narrowed))
    rows = lines(cases, table)
    if form == "csv":
        response = StreamingHttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    else:
        response = StreamingHttpResponse(as_xlsx(rows), content_type=f"{SHEET}.sheet")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{form}")
    response["Cache-Control"] = "private, no-store"
    return response
