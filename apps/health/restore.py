"""A backup put beside what runs, and compared: counts, digests, chains, triggers, files. Nothing is ever overwritten."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

from apps.health import backup, rows
from apps.health.backup import FILE_LIST, FILES, MANIFEST, TABLES, BackupError, digest_of, kept_files, media, place
from apps.workflow import triggers
from apps.workflow.chain import broken_link
from apps.workflow.models import Case


def read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise BackupError(
            f"{folder} holds no manifest that can be read: it is no backup, or one that was cut off."
        ) from fault
    if manifest.get("format") != backup.FORMAT:
        raise BackupError(f"The backup has format {manifest.get('format')}; this software reads {backup.FORMAT}.")
    return manifest


# ------------------------------------------------------------------------------------------------ the folder itself


def damages(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """What in a backup is not as its manifest says, each by name; nothing where it is whole."""
    for name, facts in manifest["tables"].items():
        path = folder / TABLES / f"{name}.jsonl"
        if not path.exists():
            yield f"{TABLES}/{name}.jsonl is missing"
        elif digest_of(path) != facts["sha256"]:
            yield f"{TABLES}/{name}.jsonl was altered"
    listed = folder / FILE_LIST
    if not listed.exists() or digest_of(listed) != manifest["files"]["sha256"]:
        yield f"{FILE_LIST} is missing or was altered"
        return
    with listed.open("rb") as lines:
        for line in lines:
            digest, _size = json.loads(line)
            path = place(folder / FILES, digest)
            if not path.exists():
                yield f"{FILES}/{digest} is missing"
            elif digest_of(path) != digest:
                yield f"{FILES}/{digest} was altered"


# ------------------------------------------------------------------------------------------------ beside


def restore_beside(folder: Path, into: Path, database: str) -> list[str]:
    """Restore into a new data folder (and the empty database of an address), compare, and say what differs.

    It runs in a process of its own, whose settings are the new place's. Raises BackupError; then nothing was restored.
    """
    manifest = read_manifest(folder)
    if found := list(damages(folder, manifest)):
        raise BackupError("The backup is damaged: " + "; ".join(found))
    if into.exists() and any(into.iterdir()):
        raise BackupError(f"{into} is not empty: a restore overwrites nothing.")
    into.mkdir(parents=True, exist_ok=True)
    surroundings = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | {"DATA_DIR": str(into)}
    if not surroundings.get("SECRET_KEY"):  # what is sealed by it could not be opened beside
        surroundings["SECRET_KEY"] = settings.SECRET_KEY
    if database:
        surroundings["DATABASE_URL"] = database
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "restore", str(folder.resolve()), "--here"]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True)  # noqa: S603 - our own command
    if done.returncode:
        raise BackupError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "The restore failed.")
    return json.loads(done.stdout.strip().splitlines()[-1])


def restore_here(folder: Path) -> list[str]:
    """In the new place: make the tables, fill them in one transaction, copy the files, compare."""
    manifest = read_manifest(folder)
    if connection.introspection.table_names():
        raise BackupError("The database is not empty: a restore overwrites nothing.")
    call_command("migrate", interactive=False, verbosity=0)
    if differing := set(manifest["migrations"]) ^ set(backup.migrations()):
        raise BackupError(
            f"The backup is of another version of the software ({', '.join(sorted(differing)[:5])}): restore it with that version."
        )
    with transaction.atomic():
        fill(folder)
    with connection.cursor() as cursor:
        models = list(connection.introspection.installed_models(connection.introspection.table_names()))
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    triggers.install()
    if (folder / FILES).exists():
        shutil.copytree(folder / FILES, media(), dirs_exist_ok=True)
    return list(differences(folder, manifest))


def fill(folder: Path) -> None:
    """Every table from its lines; what the migrations brought gives way first. Foreign keys are asked at the commit."""
    with connection.cursor() as cursor:
        for table in rows.tables():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table.name)}")  # noqa: S608 - a name of our own
    for table in rows.tables():
        with (folder / TABLES / f"{table.name}.jsonl").open("rb") as lines:
            rows.write(table, lines)
    with (folder / TABLES / f"{rows.SEARCH}.jsonl").open("rb") as lines:
        rows.write_search(lines)


def differences(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """What this place has otherwise than the backup; nothing where they are equal."""
    for table in rows.tables():
        yield from table_differs(table.name, manifest["tables"][table.name], rows.sum_of(rows.read(table)))
    yield from table_differs(rows.SEARCH, manifest["tables"][rows.SEARCH], rows.sum_of(rows.read_search()))
    if backup.heads() != manifest["heads"]:
        yield "the heads of the chains of events differ"
    for case in Case.objects.order_by("pk").iterator(chunk_size=500):
        if (seq := broken_link(case)) is not None:
            yield f"case {case.number or case.pk}: the chain of events breaks at {seq}"
    yield from (
        f"the trigger {name} is missing"
        for name in sorted({*triggers.missing(), *set(manifest["triggers"]) - set(triggers.names())})
    )
    names = {path.name for path in kept_files(media())}
    with (folder / FILE_LIST).open("rb") as lines:
        wanted = {json.loads(line)[0] for line in lines}
    yield from (f"the file {digest} is missing" for digest in sorted(wanted - names))
    yield from (f"the file {digest} is not of the backup" for digest in sorted(names - wanted))


def table_differs(name: str, facts: dict[str, Any], found: rows.Sum) -> Iterator[str]:
    if found.rows != facts["rows"]:
        yield f"{name}: {found.rows} rows instead of {facts['rows']}"
    elif found.digest != facts["sum"]:
        yield f"{name}: rows differ"
