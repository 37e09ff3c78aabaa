"""The case file as a ZIP, made while it is sent: PDF, papers, documents, events with their hashes, digests, recipe."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from hashlib import sha256

from apps.pages import casefile
from apps.pages.papers import Outlet, entry_name, opened
from apps.papers import hashes
from apps.papers.models import Printing
from apps.workflow.documents import CHUNK, path_of
from apps.workflow.models import Case, Document


class Sealed:
    """A ZIP that grows piece by piece and remembers the SHA-256 of each file in it."""

    def __init__(self) -> None:
        self.outlet = Outlet()
        self.archive = zipfile.ZipFile(self.outlet, "w", zipfile.ZIP_STORED)
        self.digests: dict[str, str] = {}

    def add(self, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Write a file and hand on what the ZIP has grown by, at most a piece at a time."""
        digest = sha256()
        with self.archive.open(name, "w", force_zip64=True) as target:
            for piece in pieces:
                digest.update(piece)
                target.write(piece)
                yield self.outlet.take()
        self.digests[name] = digest.hexdigest()
        yield self.outlet.take()

    def close(self) -> bytes:
        self.archive.close()
        return self.outlet.take()


def zipped(case: Case, *, redacted: bool, language: str) -> Iterator[bytes]:
    """The whole ZIP in pieces; no more than the PDF and one chunk of a file is in memory at once."""
    secrecy = casefile.secrecy_of(case, redacted=redacted)
    rows = casefile.documents_of(case)
    numbered = list(enumerate(rows, 1))
    given = [(number, row) for number, row in numbered if is_given(row, secrecy)]
    held = [(number, row) for number, row in numbered if not is_given(row, secrecy)]
    box = Sealed()
    yield from box.add("case-file.pdf", [casefile.render(case, redacted=redacted, language=language)])
    for number, row in given:
        yield from box.add(f"documents/{entry_name(number, row)}", chunks(row))
    if not redacted:
        yield from add_papers(box, case)
    yield from box.add(hashes.EVENTS, hashes.event_lines(case, redacted=redacted))
    yield from box.add(hashes.README, [hashes.readme(case, redacted=redacted).encode()])
    yield from box.add(hashes.SM3_HASHES, (f"{row.sm3}  documents/{entry_name(n, row)}\n".encode() for n, row in given))
    if held:
        yield from box.add(hashes.WITHHELD, (withheld_line(n, row, redacted).encode() for n, row in held))
    listed = "".join(f"{digest}  {name}\n" for name, digest in box.digests.items())
    yield from box.add(hashes.HASHES, [listed.encode()])
    yield box.close()


def is_given(row: Document, secrecy: casefile.Secrecy) -> bool:
    """Whether the file itself goes into the ZIP: not one that is withheld, nor one whose bytes are gone."""
    return not casefile.is_withheld(row, secrecy) and path_of(row.sha256).exists()


def add_papers(box: Sealed, case: Case) -> Iterator[bytes]:
    """The papers as they were printed, where their bytes still stand."""
    for row in Printing.objects.filter(paper__case=case).select_related("paper").order_by("paper", "language"):
        kept = path_of(row.sha256)
        if kept.exists():
            yield from box.add(f"papers/{row.paper.number}.{row.language}.pdf", [kept.read_bytes()])


def withheld_line(number: int, row: Document, redacted: bool) -> str:
    """A file that is not in the ZIP: its digests, its name only in the complete file."""
    name = f"document-{number:02}" if redacted else entry_name(number, row)
    return f"SHA-256 {row.sha256}  SM3 {row.sm3}  {name}\n"


def chunks(row: Document) -> Iterator[bytes]:
    with opened(row) as source:
        while piece := source.read(CHUNK):
            yield piece
