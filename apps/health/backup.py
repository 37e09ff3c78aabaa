"""A backup as a folder: one file of lines a table, the documents by their hash, and a manifest with counts and digests.

The form is our own and the same for both engines, so that a backup of one can be restored into the other.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.health import rows
from apps.workflow import triggers
from apps.workflow.models import Case, Document

FORMAT = 1
MANIFEST, TABLES, FILES = "manifest.json", "tables", "files"
FILE_LIST = "files.jsonl"
DIGEST = re.compile(r"[0-9a-f]{64}")
CHUNK = 1024 * 1024


class BackupError(Exception):
    """Why no backup was made or restored, in one sentence."""


def back_up(folder: Path) -> dict[str, Any]:
    """Write a backup into a folder that is not there yet or empty; the manifest. Raises BackupError.

    All tables are read in one snapshot of the database while others go on writing; files are never changed once kept,
    so copying them afterwards is safe.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty: a backup overwrites nothing.")
    (folder / TABLES).mkdir(parents=True)
    with snapshot():
        tables = {table.name: keep_lines(folder, table.name, rows.read(table)) for table in rows.tables()}
        tables[rows.SEARCH] = keep_lines(folder, rows.SEARCH, rows.read_search())
        facts = {"migrations": migrations(), "heads": heads(), "missing_files": missing_files()}
    manifest = {
        "format": FORMAT, "made_at": timezone.now().isoformat(), "engine": connection.vendor, "tables": tables,
        "files": copy_files(folder), "triggers": sorted(triggers.names()), **facts,
    }  # fmt: skip
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return manifest


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is of one moment; nobody who writes has to wait."""
    if connection.in_atomic_block:  # the caller's own transaction is the snapshot
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # Django's own would take the write lock
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def keep_lines(folder: Path, name: str, lines: Iterable[bytes]) -> dict[str, Any]:
    """Write a table's lines; their number, the file's SHA-256, and the sum that a restored table is compared by."""
    digest, total = sha256(), rows.Sum()
    with (folder / TABLES / f"{name}.jsonl").open("wb") as file:
        for line in lines:
            file.write(line)
            digest.update(line)
            total.add(line)
    return {"rows": total.rows, "sha256": digest.hexdigest(), "sum": total.digest}


def migrations() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return sorted(f"{app}.{name}" for app, name in cursor.fetchall())


def heads() -> str:
    """One digest over the heads of all chains of events."""
    digest = sha256()
    for pk, head in Case.objects.order_by("pk").values_list("pk", "head_hash").iterator(chunk_size=rows.BATCH):
        digest.update(f"{pk}:{head}\n".encode())
    return digest.hexdigest()


def missing_files() -> list[str]:
    """Digests of files that a row refers to and that are not there: said in the manifest, so that nobody blames the restore."""
    wanted = Document.objects.filter(removed_at__isnull=True).values_list("sha256", flat=True).distinct()
    return sorted(digest for digest in wanted.iterator(chunk_size=rows.BATCH) if not place(media(), digest).exists())


# ------------------------------------------------------------------------------------------------ files


def media() -> Path:
    return Path(settings.MEDIA_ROOT)


def place(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest[2:4] / digest


def kept_files(folder: Path) -> Iterator[Path]:
    """The files kept by hash under a folder, in order; half-written ones and strangers are passed over."""
    found = (path for path in sorted(folder.glob("??/??/*")) if DIGEST.fullmatch(path.name))
    return (path for path in found if path == place(folder, path.name))


def copy_files(folder: Path) -> dict[str, Any]:
    """Copy every kept file; its number, size, and the digest of the list."""
    listed, count, size = sha256(), 0, 0
    with (folder / FILE_LIST).open("wb") as index:
        for path in kept_files(media()):
            target = place(folder / FILES, path.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            line = rows.line_of([path.name, target.stat().st_size])
            index.write(line)
            listed.update(line)
            count, size = count + 1, size + target.stat().st_size
    return {"count": count, "bytes": size, "sha256": listed.hexdigest()}


def digest_of(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()
