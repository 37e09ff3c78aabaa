"""Search in Chinese and English with bigrams of our own: the same tokens and the same hits on both engines.

A run of Han characters gives every pair of neighbours, and its last character alone; other words are kept whole in
lower case. One character is a prefix query. Index: ``workflow_search`` (PostgreSQL: tsvector with GIN; SQLite: FTS5).
"""

from __future__ import annotations

import re
import unicodedata

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

RUN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[a-z0-9]+")


def tokens(text: str) -> list[str]:
    """The tokens of a text, in order, duplicates included."""
    found: list[str] = []
    for run in RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0] < "\u2e80":
            found.append(run)
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)] + [run[-1]]
    return found


def terms(query: str) -> list[tuple[str, bool]]:
    """What must be there: (token, is a prefix). The last single character of a run is left out where a pair says it."""
    found: list[tuple[str, bool]] = []
    for run in RUN.findall(unicodedata.normalize("NFKC", query).lower()):
        if run[0] < "\u2e80" or len(run) == 1:
            found.append((run, True))
        else:
            found += [(run[i : i + 2], False) for i in range(len(run) - 1)]
    return found[:32]


def index(case_pk: int, text: str) -> None:
    """Put a case's words into the index, over what was there."""
    words = " ".join(tokens(text))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO workflow_search (case_id, words) VALUES (%s, array_to_tsvector(%s)) "
                "ON CONFLICT (case_id) DO UPDATE SET words = EXCLUDED.words",
                [case_pk, sorted(set(words.split()))],
            )
        else:
            cursor.execute("DELETE FROM workflow_search WHERE rowid = %s", [case_pk])
            cursor.execute("INSERT INTO workflow_search (rowid, words) VALUES (%s, %s)", [case_pk, words])


def find(cases: QuerySet, query: str, field: str = "pk") -> QuerySet:
    """The cases (or rows whose ``field`` is a case) that carry every term; nothing searchable in the query finds none."""
    wanted = terms(query)
    if not wanted:
        return cases.none()
    if connection.vendor == "postgresql":
        match = " & ".join(f"'{word}'" + (":*" if prefix else "") for word, prefix in wanted)
        hits = RawSQL("SELECT case_id FROM workflow_search WHERE words @@ %s::tsquery", [match])
    else:
        match = " ".join(f'"{word}"' + ("*" if prefix else "") for word, prefix in wanted)
        hits = RawSQL("SELECT rowid FROM workflow_search WHERE workflow_search MATCH %s", [match])
    return cases.filter(Q(**{f"{field}__in": hits}))
