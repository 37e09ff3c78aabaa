"""Backup and restore: every row, file and chain comes back equal beside what runs; a damaged byte is named."""

import json
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from apps.health import backup, rows
from apps.workflow import documents
from tests import samples

WORDS = "舟山近岸浪高 Hs² 𠮷 'quoted' \\ \t"


@pytest.fixture
def populated(local_track, people, organisations, settings, tmp_path):
    """Cases of several kinds, letters, a right, two files; in a media folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    case = samples.an_objection(people, organisations)
    documents.keep([b"time,Hs\n1,2\n"], "样本.csv", path="sample", by=people.filer, case=case)
    documents.keep([b"x" * 3_000_000], "big.txt", path="sample", by=people.filer, case=case)
    organisations.enterprise.contact_phone = WORDS
    organisations.enterprise.save()
    return case


@pytest.fixture
def kept(populated, tmp_path):
    folder = tmp_path / "backup"
    call_command("backup", str(folder), stdout=StringIO())
    return folder


@contextmanager
def empty_database():
    """The address of an empty database beside the tested one; none on SQLite, where it lies in the data folder."""
    if connection.vendor != "postgresql":
        yield ""
        return
    name = f"{connection.settings_dict['NAME']}_beside"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    parts = urlsplit(os.environ["DATABASE_URL"])
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def restored(folder, into) -> str:
    out = StringIO()
    with empty_database() as database:
        call_command("restore", str(folder), into=into, database=database, verify=True, stdout=out)
    return out.getvalue()


def test_restored_beside_it_is_equal(kept, tmp_path):
    assert "equal" in restored(kept, tmp_path / "beside")
    found = sorted(path.name for path in backup.kept_files(tmp_path / "beside" / "files"))
    assert found == sorted(path.name for path in backup.kept_files(settings.MEDIA_ROOT))
    assert len(found) == 2


@pytest.mark.parametrize("victim", ["tables/workflow_event.jsonl", "files.jsonl", "files"])
def test_one_damaged_byte_is_named(kept, tmp_path, victim):
    path = kept / victim
    if path.is_dir():
        path = next(backup.kept_files(path))
        victim = f"files/{path.name}"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(CommandError, match=victim.replace(".", r"\.")):
        restored(kept, tmp_path / "beside")
    assert not (tmp_path / "beside").exists()


@pytest.mark.one_engine
def test_altered_row_with_a_mended_manifest_breaks_the_chain(kept, tmp_path):
    """Who changes an event and the manifest with it is still found by the chain."""
    from hashlib import sha256

    from apps.health.rows import sum_of

    path = kept / "tables" / "workflow_event.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[0] = lines[0].replace("提交".encode(), b"").replace(b'"file"', b'"pile"', 1)
    path.write_bytes(b"".join(lines))
    manifest = json.loads((kept / "manifest.json").read_text())
    manifest["tables"]["workflow_event"].update(sha256=sha256(path.read_bytes()).hexdigest(), sum=sum_of(lines).digest)
    (kept / "manifest.json").write_text(json.dumps(manifest))
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(CommandError, match="chain of events breaks"), empty_database() as database:
        call_command("restore", str(kept), verify=True, database=database, stdout=StringIO())
    assert sorted(path.name for path in tmp_path.iterdir()) == before  # a drill leaves nothing


def test_nothing_is_overwritten(kept, tmp_path, populated):
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", str(kept), stdout=StringIO())
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "portal.sqlite3").write_bytes(b"mine")
    with pytest.raises(CommandError, match="not empty"):
        restored(kept, tmp_path / "full")
    assert (tmp_path / "full" / "portal.sqlite3").read_bytes() == b"mine"
    with pytest.raises(CommandError, match="no manifest"):
        call_command("restore", str(tmp_path / "full"), verify=True, stdout=StringIO())


def test_secrets_stay_sealed_and_sign_ins_are_left_out(kept):
    assert b"13800005678" not in (kept / "tables" / "enterprises_organisation.jsonl").read_bytes()
    assert not (kept / "tables" / "django_session.jsonl").exists()


@pytest.mark.django_db(transaction=True)
def test_snapshot_is_of_one_moment_while_others_write(people, organisations, tmp_path, settings):
    """Rows written between the first and the last table are not in the backup."""
    import threading

    from django.db import connections

    from apps.accounts.models import User

    settings.MEDIA_ROOT = tmp_path / "media"

    def write() -> None:
        User.objects.create(username="late", full_name="Late")
        connections.close_all()

    plain = rows.read

    def read(table):
        if table.name == "accounts_district":
            yield from plain(table)
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()
        else:
            yield from plain(table)

    rows.read = read
    try:
        backup.back_up(tmp_path / "backup")
    finally:
        rows.read = plain
    assert User.objects.filter(username="late").exists()
    assert b'"late"' not in (tmp_path / "backup" / "tables" / "accounts_user.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("DecimalField", [4.35, "4.350", Decimal("4.35")]),
        ("BooleanField", [1, True]),
        ("DateTimeField", ["2026-11-22 01:02:03", datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)]),
        ("JSONField", ['{"b": 1, "a": "\\u821f"}', '{"a":"舟","b":1}']),
        ("UUIDField", ["0d2b4b0d2b4b0d2b4b0d2b4b0d2b4b0d", UUID("0d2b4b0d2b4b0d2b4b0d2b4b0d2b4b0d")]),
        ("BinaryField", [b"ab", memoryview(b"ab")]),
    ],
)
def test_both_engines_values_read_alike(kind, values):
    """What SQLite and PostgreSQL give for the same value is one line: a backup of one is compared in the other."""
    assert len({rows.ENCODERS[kind](value) for value in values}) == 1
