"""Triggers that keep for ever what must never change. Installed after every migration, checked by ``/health/ready``."""

from django.db import connection

FROZEN: dict[str, tuple[str, ...]] = {
    "workflow_event": ("UPDATE", "DELETE"),
}
"""Tables whose rows are written once. Apps add theirs with ``freeze`` when they are loaded."""


EXCEPTIONS: dict[tuple[str, str], str] = {}
"""SQL over the row ``OLD`` that lets an act on a frozen table through."""


def freeze(table: str, *acts: str, unless_deleted_under: str = "") -> None:
    """Refuse the acts on the table; a DELETE passes where the SQL condition over ``OLD`` holds."""
    FROZEN[table] = acts or ("UPDATE", "DELETE")
    if unless_deleted_under:
        EXCEPTIONS[table, "DELETE"] = unless_deleted_under


def names() -> list[str]:
    return [f"{table}_no_{act.lower()}" for table, acts in FROZEN.items() for act in acts]


def install(**kwargs) -> None:
    """Install every trigger whose table exists; a second time changes nothing."""
    tables = set(connection.introspection.table_names())
    standing = set(_standing())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table, acts in FROZEN.items():
            for act in acts:
                name = f"{table}_no_{act.lower()}"
                if table in tables and name not in standing:
                    cursor.execute(_statement(table, act, name))


def missing() -> list[str]:
    """The names of triggers that do not stand; empty when all do."""
    standing = set(_standing())
    return [name for name in names() if name not in standing]


_FUNCTION = """
CREATE OR REPLACE FUNCTION portal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'Rows of % never change.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def _statement(table: str, act: str, name: str) -> str:
    condition = EXCEPTIONS.get((table, act), "")
    if connection.vendor == "postgresql":
        refuse = f"{name}_unless" if condition else "portal_refuse_change"
        made = f"CREATE OR REPLACE {_guard(refuse, condition)};" if condition else ""
        return f"{made} CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {refuse}()"
    when = f"WHEN NOT ({condition}) " if condition else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} {when}"
        f"BEGIN SELECT RAISE(ABORT, 'Rows of {table} never change.'); END"
    )


def _guard(name: str, condition: str) -> str:
    """The function that lets a DELETE through under a condition; PostgreSQL takes no subquery in WHEN."""
    return (
        f"FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'Rows of % never change.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )


def _standing() -> list[str]:
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [name for (name,) in cursor.fetchall()]
