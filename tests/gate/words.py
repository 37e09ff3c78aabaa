"""Words of the other language on a page, outside elements that are marked with ``lang`` or ``translate="no"``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
LATIN = re.compile(r"[A-Za-z]{3,}")
NO_WORDS = re.compile(
    r"\S+@\S+|\{\w+\}|sha256sum|openssl dgst -sm3|https?://\S+|\b[0-9a-f]{16,}\b|\b[\w-]+\.(?:csv|zip|pdf|json|txt|docx|xlsx|xml|eml)\b|\b[A-Z0-9]{18}\b",
    re.IGNORECASE,
)
"""Addresses, digests, commands, names of files and organisation codes belong to no language."""
PROPER = frozenset({
    "CSV", "TSV", "SHA", "PDF", "Excel", "JSON", "XML", "ZIP", "DOCX", "XLSX", "TXT", "PNG", "JPEG", "NetCDF", "HDF", "GRIB",
    "GeoTIFF", "Parquet", "GeoJSON", "HTTP", "API", "URL", "YYYY", "KiB", "MiB", "GiB", "WCAG", "Cookie", "JavaScript", "USB", "ZIPS",
})  # fmt: skip
"""Names of formats, units and standards that Chinese writes in Latin letters too."""

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SILENT = frozenset({"script", "style", "svg", "textarea", "template", "math"})
"""What is not read out, and what people typed themselves."""
SPOKEN = frozenset({"title", "aria-label", "alt", "placeholder", "label", "aria-description", "summary"})


class Page(HTMLParser):
    """Reads a page into ``spoken``: (path of tags, text) of all that is said in the page's own language."""

    def __init__(self, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.language = language
        self.stack: list[tuple[str, bool]] = []
        self.spoken: list[tuple[str, str]] = []
        self.headings: list[str] = []

    @property
    def quiet(self) -> bool:
        return bool(self.stack) and self.stack[-1][1]

    def path(self, *more: str) -> str:
        return " ".join([tag for tag, _quiet in self.stack[-4:]] + list(more))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        quiet = self.quiet or tag in SILENT or self.is_marked(tag, given)
        if not (self.quiet or self.is_marked(tag, given)):
            self.hear_attributes(tag, given)
        if tag in ("h1", "h2", "h3", "title"):
            self.headings.append("")
        if tag not in VOID:
            self.stack.append((tag, quiet))

    def is_marked(self, tag: str, given: dict[str, str | None]) -> bool:
        """A mark on ``html`` is the page's own language, not an exception from it."""
        return tag != "html" and ("lang" in given or given.get("translate") == "no")

    def hear_attributes(self, tag: str, given: dict[str, str | None]) -> None:
        button = tag == "input" and given.get("type") in ("submit", "button", "reset")
        for name, text in given.items():
            told = name in SPOKEN or (name == "value" and button)
            if text and (told or (name.startswith("data-") and " " in text)):
                self.spoken.append((self.path(tag, f"@{name}"), text))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and any(name == tag for name, _quiet in self.stack):
            if self.stack.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if any(tag in ("h1", "h2", "h3", "title") for tag, _quiet in self.stack) and self.headings:
            self.headings[-1] += data
        if data.strip() and not self.quiet:
            self.spoken.append((self.path(), data.strip()))

    def foreign(self) -> Iterator[str]:
        """What is said in the other language, with the place where it stands."""
        for place, text in self.spoken:
            if other := words_of_other(text, self.language):
                yield f"<{place}> {' '.join(other)}  in: {' '.join(text.split())[:120]}"


def words_of_other(text: str, language: str) -> list[str]:
    """The words of ``text`` that do not belong to the language of the page (``zh-hans`` or ``en``)."""
    if language == "en":
        return HAN.findall(text)
    return [word for word in LATIN.findall(NO_WORDS.sub(" ", text)) if word not in PROPER]


def read(html: str, language: str) -> Page:
    page = Page(language)
    page.feed(html)
    page.close()
    return page
