"""From a thousand cases to a million: the rows multiplied inside the database, each copy with keys of its own.

A copy's keys are the original's plus a stride, so that whatever pointed inside the copied rows points inside the copy.
"""

from __future__ import annotations

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Field, Max

from apps.accounts.models import User
from apps.notices.models import Bulletin
from tests.load.base import MODELS, Base, make_officials, search_words

SHIFTED = frozenset({
    "filed_at", "changed_at", "closed_at", "effective_at", "recorded_at", "published_at", "queued_at", "drafted_at",
    "deposited_at",
})  # fmt: skip
"""What a copy has earlier than its original; due dates stay, so that nothing falls due by being copied."""
NAMED_BY_NUMBER = frozenset({"certificate_number", "policy_number"})
POINTERS = frozenset({"case_pk", "event_pk"})


def fill() -> None:
    """The first thousand cases and their words, in an empty database that has the rules."""
    base = Base(make_officials())
    with transaction.atomic():
        base.make()
        index(search_words(base.words))
    finish()


def grow(stage: str, minutes: int) -> None:
    """Ten times as many rows: nine copies of all there are, each ``minutes`` earlier than the one before."""
    counted = [model for model in MODELS if model is not Bulletin]
    stride = max(model.objects.aggregate(top=Max("pk"))["top"] for model in counted)
    officials = User.objects.exclude(role="").aggregate(top=Max("pk"))["top"]
    for number in range(1, 10):
        copy = Copy(stage, number, number * stride, number * minutes, officials, stride)
        with transaction.atomic(), connection.cursor() as cursor:
            for model in MODELS:
                cursor.execute(copy.statement(model))
            cursor.execute(copy.search_statement())
    finish()


class Copy:
    """One copy of every row: the statements that make it."""

    def __init__(self, stage: str, number: int, offset: int, minutes: int, officials: int, stride: int) -> None:
        self.mark = f"{stage}{number}"
        self.offset, self.minutes, self.officials, self.stride = offset, minutes, officials, stride
        self.postgresql = connection.vendor == "postgresql"

    def statement(self, model) -> str:
        fields = model._meta.concrete_fields
        columns = ", ".join(f'"{field.column}"' for field in fields)
        values = ", ".join(self.expression(field) for field in fields)
        return (
            f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {values} FROM {model._meta.db_table} "
            f"WHERE {self.originals(model)}"
        )

    def originals(self, model) -> str:
        """Which rows were there before this stage; bulletins are known by their numbers, which a copy's mark ends."""
        key = model._meta.pk.column
        if model is Bulletin:
            return f"{key} NOT LIKE '%-{self.mark[0]}_'"
        return f"{key} > {self.officials if model is User else 0} AND {key} <= {self.stride}"

    def expression(self, field: Field) -> str:
        column = f'"{field.column}"'
        if field.related_model is User:
            return f"CASE WHEN {column} > {self.officials} THEN {column} + {self.offset} ELSE {column} END"
        if Bulletin in (field.model if field.primary_key else None, field.related_model):
            return f"{column} || '-{self.mark}'"
        if field.related_model in MODELS or (field.primary_key and not field.related_model) or field.name in POINTERS:
            return f"{column} + {self.offset}"
        if field.name == "uscc":
            number = f"id + {self.offset}"
            return f"lpad(({number})::text, 18, '0')" if self.postgresql else f"printf('%018d', {number})"
        if (field.unique and not field.related_model) or field.name in NAMED_BY_NUMBER:
            return f"{column} || '{self.mark}'"  # three marks must fit behind a certificate's token
        return self.earlier(column) if field.name in SHIFTED else column

    def earlier(self, column: str) -> str:
        if self.postgresql:
            return f"{column} - interval '{self.minutes} minutes'"
        return f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-{self.minutes} minutes')"

    def search_statement(self) -> str:
        key = "case_id" if self.postgresql else "rowid"
        return (
            f"INSERT INTO workflow_search ({key}, words) SELECT {key} + {self.offset}, words FROM workflow_search "
            f"WHERE {key} <= {self.stride}"
        )


def index(words: list[tuple[int, list[str]]]) -> None:
    """The words of many cases at once, as ``search.index`` writes those of one."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            rows = [(pk, sorted(set(found))) for pk, found in words]
            cursor.executemany("INSERT INTO workflow_search (case_id, words) VALUES (%s, array_to_tsvector(%s))", rows)
        else:
            rows = [(pk, " ".join(found)) for pk, found in words]
            cursor.executemany("INSERT INTO workflow_search (rowid, words) VALUES (%s, %s)", rows)


def finish() -> None:
    """Sequences behind the last key, and the planner's knowledge of the tables, as a running server keeps them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), MODELS):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
