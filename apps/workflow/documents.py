"""Files of cases and drafts: kept by content hash outside the web root, streamed, sniffed, limited, scanned by a hook."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from hashlib import new, sha256
from pathlib import Path

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.text import one_line
from apps.workflow.models import Case, Document, Draft

CHUNK = 1024 * 1024
LIMIT = 2 * 1024**3
BARRED = ("application/x-dosexec", "application/x-executable", "text/html", "application/x-sh")
TEXTUAL = {".csv": "text/csv", ".json": "application/json", ".txt": "text/plain", ".xml": "application/xml"}

SERVICE = "service:"
"""What the path of a file begins with that shows how a letter was served."""

_scanners: list[Callable[[Path], None]] = []


def on_upload(scan: Callable[[Path], None]) -> None:
    """Add a scanner: called with the file before it is kept, raises ValidationError to refuse it."""
    _scanners.append(scan)


def keep(
    chunks: Iterable[bytes], name: str, *, path: str, by: User | None, draft: Draft | None = None,
    case: Case | None = None, secret: bool = True,
) -> Document:  # fmt: skip
    """Keep a file and make its row. ValidationError in one sentence: empty, too large, or of a kind nobody may open."""
    one_line(name)
    found, size, digests = _spool(chunks)
    try:
        mime = sniff(found, name)
        for scan in _scanners:
            scan(found)
        target = path_of(digests["sha256"])
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(found, target)
    finally:
        found.unlink(missing_ok=True)
    return Document.objects.create(
        case=case, draft=draft, path=path, name=name[-255:], mime=mime, size=size, secret=secret, uploaded_by=by,
        uploaded_at=timezone.now(), **digests,
    )  # fmt: skip


def _spool(chunks: Iterable[bytes]) -> tuple[Path, int, dict[str, str]]:
    """Write the bytes beside their later place, hashing on the way; memory stays flat."""
    folder = Path(settings.MEDIA_ROOT) / "coming"
    folder.mkdir(parents=True, exist_ok=True)
    first, second, size = sha256(), sm3(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as spool:
        for chunk in chunks:
            size += len(chunk)
            if size > LIMIT:
                break
            spool.write(chunk)
            first.update(chunk)
            second.update(chunk)
    if not 0 < size <= LIMIT:
        Path(spool.name).unlink()
        raise ValidationError(
            _("The file is empty: choose another.") if not size else _("The file is larger than 2 GiB."), code="size"
        )
    return Path(spool.name), size, {"sha256": first.hexdigest(), "sm3": second.hexdigest()}


def sm3():
    """SM3 (GB/T 32905-2016) from OpenSSL; from ``cryptography`` where the system's build leaves it out."""
    try:
        return new("sm3")
    except ValueError:
        return _Sm3()


class _Sm3:
    def __init__(self) -> None:
        from cryptography.hazmat.primitives import hashes

        self._hash = hashes.Hash(hashes.SM3())

    def update(self, chunk: bytes) -> None:
        self._hash.update(chunk)

    def hexdigest(self) -> str:
        return self._hash.finalize().hex()


def path_of(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest[2:4] / digest


def sniff(file: Path, name: str) -> str:
    """The media type from the bytes; plain text by its ending. Programs and web pages are refused."""
    with file.open("rb") as stream:
        head = stream.read(4096)
    try:
        mime = puremagic.from_string(head, mime=True, filename=name) or ""
    except puremagic.PureError:
        mime = ""
    if b"\0" not in head:
        mime = TEXTUAL.get(Path(name).suffix.lower(), mime if mime.startswith("image/") else mime or "text/plain")
    if (
        mime in BARRED
        or head[:2] == b"MZ"
        or head[:4] == b"\x7fELF"
        or head.lstrip()[:5].lower() in (b"<html", b"<!doc")
    ):
        raise ValidationError(_("Programs and web pages cannot be attached."), code="type")
    return mime or "application/octet-stream"


def of_parties(rows: QuerySet[Document]) -> QuerySet[Document]:
    """Of these files those that the parties of their cases read: how a letter was served is between its reader and the office."""
    return rows.filter(removed_at__isnull=True).exclude(path__startswith=SERVICE)


def remove(document: Document) -> None:
    """Take a file off a draft; what was filed is never removed."""
    if document.case_id is not None:
        raise ValidationError(_("A file that was filed stays with the case."), code="filed")
    Document.objects.filter(pk=document.pk).update(removed_at=timezone.now())
