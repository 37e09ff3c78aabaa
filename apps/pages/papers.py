"""Files of cases on their way to a reader. Who may have them is asked before: these functions ask nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language

from apps.papers import making
from apps.papers.kinds import PaperKind
from apps.papers.typesetting import Unprintable
from apps.workflow.documents import CHUNK, path_of
from apps.workflow.models import Document, Event

SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg", "text/plain"})
"""What a browser may show by itself; everything else is saved."""
POLICY = (
    "sandbox; default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)


def send(document: Document) -> FileResponse:
    """The file, streamed: shown in a sandbox where it is harmless to show, else saved under its own name."""
    shown = document.mime in SHOWN
    mime = "text/plain; charset=utf-8" if document.mime == "text/plain" else document.mime
    response = FileResponse(
        opened(document), as_attachment=not shown, filename=document.name,
        content_type=mime if shown else "application/octet-stream",
    )  # fmt: skip
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "private, no-store"
    return response


def framed(document: Document) -> FileResponse:
    """The same for a frame on a page of this portal. The sandbox stays: Chromium 156 draws a PDF in it."""
    response = send(document)
    response["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return response


def opened(document: Document):
    try:
        return path_of(document.sha256).open("rb")
    except FileNotFoundError as fault:
        raise Http404 from fault


def send_all(documents: Iterable[Document], name: str) -> StreamingHttpResponse:
    """All files in one ZIP that is made while it is sent: memory stays flat, nothing is written."""
    response = StreamingHttpResponse(zipped(list(documents)), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response


class Outlet:
    """A file that hands on what was written to it, so that a ZIP can be sent piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def zipped(documents: list[Document]) -> Iterator[bytes]:
    outlet = Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for number, document in enumerate(documents, 1):
            with (
                opened(document) as source,
                archive.open(entry_name(number, document), "w", force_zip64=True) as target,
            ):
                while piece := source.read(CHUNK):
                    target.write(piece)
                    yield outlet.take()
    yield outlet.take()


def entry_name(number: int, document: Document) -> str:
    """A name that no other file of the archive has and that every system can write."""
    plain = "".join("_" if letter in '/\\:*?"<>|' or ord(letter) < 32 else letter for letter in document.name)
    return f"{number:02}_{document.path or 'file'}_{plain}"


# ------------------------------------------------------------------------------------------------ printed papers


def send_paper(request: HttpRequest, kind: PaperKind, event: Event, *, back: str) -> HttpResponse:
    """The PDF of a printed paper, in ``?language=`` or the reader's own; 503 in one sentence where the font lacks a character."""
    asked = request.GET.get("language") or get_language() or ""
    language = "en" if asked == "en" else "zh-hans"
    try:
        paper, pdf = making.print_paper(kind, event, language)
    except Unprintable as fault:
        context = {"characters": fault.characters, "back": back}
        return render(request, "components/unprintable.html", context, status=503)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, making.file_name(paper, kind))
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "private, no-store"
    return response
