"""Bring the data folder and the database to the state that this code expects. Every step may be repeated."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import polib
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import trans_real

from apps.accounts.loading import load_districts
from apps.demo.console import step
from apps.rules.loading import load_rules
from apps.workflow.triggers import missing


def prepare() -> None:
    """Translations, static files, tables, rules; what is fresh is left alone."""
    if stale := list(stale_catalogues()):
        with step("translations compiled"):
            compile_catalogues(stale)
    if (print_now := static_print()) != recorded_print():
        with step("static files collected"):
            collect_static(print_now)
    if pending_migrations() or missing():
        with step("database migrated"):
            call_command("migrate", interactive=False, verbosity=0)
    load_districts()
    load_rules()


def stale_catalogues() -> Iterator[Path]:
    """Translation sources whose compiled form is missing or older."""
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            compiled = source.with_suffix(".mo")
            if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
                yield source


def compile_catalogues(sources: list[Path]) -> None:
    for source in sources:
        fresh = source.with_suffix(".mo.part")  # never seen half written: it would count as fresh for ever
        polib.pofile(str(source)).save_as_mofile(str(fresh))
        fresh.replace(source.with_suffix(".mo"))
    trans_real._translations = {}  # this process may have read the old ones, and goes on to write letters


def static_print() -> str:
    """A digest of names, sizes and dates of all static sources: another one means collecting again."""
    seen = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            seen.append((path, state.st_size, state.st_mtime_ns))
    return sha256(json.dumps(sorted(seen)).encode()).hexdigest()


def print_file() -> Path:
    return Path(settings.STATIC_ROOT) / ".sources"


def recorded_print() -> str:
    return print_file().read_text() if print_file().exists() else ""


def collect_static(digest: str) -> None:
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    print_file().write_text(digest)


def pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
