"""The tables of a test database on SQLite: from the models, in a second. Replaying all migrations takes half a minute a
process, for every table that changes has the models around it made anew.

On PostgreSQL the suite runs on migrated tables; that a migrated SQLite has the same ones is proved on the demo's folder
(tests/ops/test_demo.py).
"""

from collections.abc import Iterable
from importlib import import_module

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from apps.health.rows import SEARCH


def complete() -> None:
    """Add what no model says, and write down that every migration is applied."""
    if SEARCH in connection.introspection.table_names():  # migrated, or kept from an earlier run
        return
    with connection.schema_editor() as editor:
        import_module("apps.workflow.migrations.0002_search").create(None, editor)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in MigrationLoader(connection).disk_migrations:
        recorder.record_applied(app, name)


def described(master: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Name to definition, of the names and statements in ``sqlite_master``. In what order a table has its columns
    tells only which came first, so the parts of a statement stand in alphabetical order."""
    return {name: sorted(parts(sql)) for name, sql in master}


def parts(sql: str) -> list[str]:
    """A statement cut at the commas of its outermost parentheses."""
    head, _opens, inner = sql.partition("(")
    found, depth = [""], 0
    for letter in inner.removesuffix(")"):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [head, *(part.strip() for part in found)]
