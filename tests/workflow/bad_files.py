"""Data files for tests, good and bad, made here: none is kept in the project."""

from __future__ import annotations

import io
import zipfile

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def element(tag: str, attributes: str, inside: str) -> str:
    return f"<{tag} {attributes}>{inside}</{tag}>"


WORKBOOK = HEAD + element(
    "workbook", f'xmlns="{SPACE}" xmlns:r="{OFFICE}"', '<sheets><sheet name="海况" sheetId="1" r:id="rId1"/></sheets>'
)
RELATIONS = HEAD + element(
    "Relationships",
    f'xmlns="{PACKAGE}"',
    f'<Relationship Id="rId1" Type="{"/".join((OFFICE, "worksheet"))}" Target="worksheets/sheet1.xml"/>',
)
STYLES = element(
    "styleSheet",
    f'xmlns="{SPACE}"',
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/></numFmts>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>',
)
SHEET = element("worksheet", f'xmlns="{SPACE}"', "<sheetData>{}</sheetData>")


def workbook(rows: str, *, before: str = "", strings: tuple[str, ...] = ()) -> bytes:
    """A workbook of one sheet from the XML of its rows."""
    table = "".join(f"<si><t>{text}</t></si>" for text in strings)
    parts = {
        "xl/workbook.xml": WORKBOOK, "xl/_rels/workbook.xml.rels": RELATIONS, "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": before + SHEET.format(rows),
        "xl/sharedStrings.xml": f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{table}</sst>',
    }  # fmt: skip
    return packed(parts)


def packed(parts: dict[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in parts.items():
            folder.writestr(name, content)
    return held.getvalue()


def row(*cells: str) -> str:
    return f"<row>{''.join(cells)}</row>"


def text(words: str) -> str:
    return f'<c t="inlineStr"><is><t>{words}</t></is></c>'


def number(value, style: int = 0) -> str:
    return f'<c s="{style}"><v>{value}</v></c>'


def bomb(megabytes: int = 64) -> bytes:
    """A workbook of a few kilobytes whose sheet unpacks to so many megabytes of nothing."""
    return workbook(row(text("a")) + " " * (megabytes * 1024 * 1024))


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
