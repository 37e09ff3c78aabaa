"""A file looked at inside the case page: a picture, a paper, the first rows of a table, the beginning of a text."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from apps.desk.access import for_officials
from apps.desk.papers import document_or_404, papers_of
from apps.pages import changes
from apps.pages.papers import framed, opened
from apps.workflow.datafile import PACKED_ENDINGS, BadFile, first_rows
from apps.workflow.models import Case, Document

HEAD = 64 * 1024  # bytes that are read of a table or a text
ROWS, COLUMNS = 20, 30
UNPACKED = 20 * 1024 * 1024  # bytes of a packed table up to which a page looks into it
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
TABLES = frozenset({".csv", ".tsv", ".tab", *PACKED_ENDINGS})
TEXTS = frozenset({"text/plain", "text/csv", "application/json", "application/xml"})


@dataclass(frozen=True)
class Paper:
    """A file for ``components/doc_list.html``."""

    name: str
    size: int
    sha256: str
    uploaded_at: Any
    url: str
    purpose: Any
    secret: bool
    remove_url: str = ""
    look_url: str = ""


@dataclass(frozen=True)
class Look:
    """A file as the page shows it: ``way`` is picture, paper, table, text or none."""

    paper: Paper
    way: str
    url: str = ""
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    text: str = ""
    fault: str = ""


def documents_tab(case: Case, request: HttpRequest) -> dict[str, Any]:
    """The files, and the one that is looked at."""
    found = list(papers_of(case))
    wanted = request.GET.get("look", "")
    chosen = next((document for document in found if str(document.pk) == wanted), None)
    return {"documents": [paper(case, document) for document in found], "look": chosen and look_at(case, chosen)}


def paper(case: Case, document: Document) -> Paper:
    look_url = f"{reverse('desk:case', args=[case.pk])}?tab=documents&look={document.pk}#look"
    return Paper(
        document.name, document.size, document.sha256, document.uploaded_at, reverse("desk:document", args=[document.pk]),
        changes.label_of(case, document.path), document.secret, look_url="" if way_of(document) == "none" else look_url,
    )  # fmt: skip


def way_of(document: Document) -> str:
    if ending_of(document) in TABLES:
        is_far = ending_of(document) in PACKED_ENDINGS and document.size > UNPACKED
        return "none" if is_far else "table"
    ways = {"picture": PICTURES, "text": TEXTS, "paper": {"application/pdf"}}
    return next((way for way, mimes in ways.items() if document.mime in mimes), "none")


def ending_of(document: Document) -> str:
    return PurePath(document.name.lower()).suffix


def look_at(case: Case, document: Document) -> Look:
    """What is shown of a file; of a text only the beginning is read, however long the file."""
    way, shown = way_of(document), paper(case, document)
    if way == "paper":
        return Look(shown, way, reverse("desk:framed", args=[document.pk]))
    if way == "table":
        return table_of(document, shown)
    if way == "text":
        return Look(shown, way, text=beginning(document))
    return Look(shown, way, shown.url)


def table_of(document: Document, shown: Paper) -> Look:
    """The first rows of a data file by the reader that profiles them; one that cannot be read says why, and what is text
    in it is shown as that."""
    with opened(document) as stream:
        try:
            head, rows = first_rows(stream, document.name, ROWS)
        except BadFile as fault:
            text = "" if ending_of(document) in PACKED_ENDINGS else beginning(document)
            return Look(shown, "table", fault=fault.sentence, text=text)
    return Look(shown, "table", head=head[:COLUMNS], rows=[row[:COLUMNS] for row in rows])


def beginning(document: Document) -> str:
    """The first 64 KiB as text: UTF-8 and UTF-16 by their mark, else UTF-8 where it reads as such, else GB 18030."""
    with opened(document) as stream:
        head = stream.read(HEAD)
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    decoder = codecs.getincrementaldecoder("utf-8-sig")()  # a character cut in two at the end is no fault
    try:
        return decoder.decode(head)
    except UnicodeDecodeError:
        return head.decode("gb18030", errors="replace")


@for_officials
@require_safe
@xframe_options_sameorigin
def framed_document(request: HttpRequest, pk: int) -> HttpResponse:
    """A PDF for the frame on the case page; beside it stands the link that opens it alone."""
    return framed(document_or_404(request, pk))
