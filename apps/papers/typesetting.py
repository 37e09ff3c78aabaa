"""From words to a PDF: Typst with the one embedded font, the same bytes for the same words, and what the font lacks."""

from __future__ import annotations

import json
import re
import struct
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.rules.clock import read_clock

TEMPLATES = settings.BASE_DIR / "templates" / "documents"
REGISTRAR = {"zh-hans": "舟山市市场监督管理局", "en": "Zhoushan Administration for Market Regulation"}
WATERMARKS = {"zh-hans": "演示 无法律效力", "en": "Demonstration"}
LONG_WORD = re.compile(r"[0-9A-Za-z]{25,}")
BREAK = "\u200b"


class Unprintable(ValueError):
    """The papers' font lacks characters of the text; ``characters`` names them, each once."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters


def typeset(template: str, face: dict[str, Any], **inputs: str) -> bytes:
    """The PDF (PDF/A-2b) of a template of ``templates/documents``, a function of the words alone. Raises Unprintable.

    ``face`` reaches the template as JSON and never as markup; so does what ``inputs`` holds.
    """
    import typst

    words = json.dumps(face, ensure_ascii=False)
    if missing := unprintable("".join(texts_in(face))):
        raise Unprintable(missing)
    return typst.compile(
        str(TEMPLATES / template),
        font_paths=[str(font().parent)],
        ignore_system_fonts=True,
        sys_inputs={"face": words, **inputs},
        pdf_standards="a-2b",
        timestamp=0,
    )


def texts_in(value: Any) -> list[str]:
    """Every text of a face, whatever its depth."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts_in(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in texts_in(item)]
    return [value] if isinstance(value, str) else []


def watermark(language: str = "zh-hans") -> str:
    """What is said across the page of a paper that counts for nothing; empty where it counts."""
    return WATERMARKS[language] if is_demonstration() else ""


def is_demonstration() -> bool:
    """Invented cases, or a database whose legal clock was ever moved: its papers say so across the page."""
    return settings.DEMO or read_clock().offset_days > 0


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def long_day(day: date, language: str) -> str:
    """The day under a paper: 2026年9月18日, 18 September 2026."""
    if language != "en":
        return chinese_day(day)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def breakable(text: str) -> str:
    """The text with places to break in digests and other words too long for a line."""
    return LONG_WORD.sub(lambda word: BREAK.join(re.findall(".{1,8}", word[0])), text)


def qr(text: str, dark: str = "#000000") -> str:
    """A QR code as SVG, error correction M, without an edge of its own."""
    import segno

    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, dark=dark, xmldecl=False)
    return out.getvalue().decode()


# ------------------------------------------------------------------------------------------------ what can be printed


def unprintable(text: str) -> str:
    """The characters of a text that the papers' font lacks, each once, in order; blanks and line ends never lack."""
    known = code_points()
    return "".join(dict.fromkeys(c for c in text if ord(c) not in known and not c.isspace() and c != BREAK))


def printable(text: str) -> str:
    """The text with each character that the font lacks told by its number, such as [U+20BB7]: a file must not fail."""
    known = code_points()
    return "".join(c if ord(c) in known or c.isspace() or c == BREAK else f"[U+{ord(c):04X}]" for c in text)


def font() -> Path:
    import pylopdf_fonts_zh_cn

    return Path(pylopdf_fonts_zh_cn.serif_path())


@lru_cache(maxsize=1)
def code_points() -> frozenset[int]:
    """Every code point of the font, read from its ``cmap`` table, format 12 (OpenType 1.9)."""
    with font().open("rb") as file:
        head = file.read(12)
        tables = [struct.unpack(">4sIII", file.read(16)) for _ in range(struct.unpack(">H", head[4:6])[0])]
        offset, length = next((at, size) for tag, _sum, at, size in tables if tag == b"cmap")
        file.seek(offset)
        cmap = file.read(length)
    count = struct.unpack(">H", cmap[2:4])[0]
    starts = [struct.unpack(">HHI", cmap[4 + 8 * n : 12 + 8 * n])[2] for n in range(count)]
    wide = next(at for at in starts if cmap[at : at + 2] == b"\0\x0c")
    groups = struct.unpack(">I", cmap[wide + 12 : wide + 16])[0]
    ranges = struct.iter_unpack(">III", cmap[wide + 16 : wide + 16 + 12 * groups])
    return frozenset(point for first, last, _glyph in ranges for point in range(first, last + 1))
