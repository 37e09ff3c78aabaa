"""Sketches by which like cases are found without comparing each with each (MinHash with bands, Broder 1997).

A set of words becomes 16 numbers, the least of 16 keyed hashes; two sets agree in one of them as often as their parts
in common are to their parts together. Eight bands of two: sets that share two thirds meet in a band 99 times in 100,
sets that share a tenth about 8 times; what meets is then compared word by word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b

from django.db import connection

from apps.examination.models import Sketch
from apps.workflow import search

BANDS, ROWS = 8, 2
NAME, FIELDS = "name", "fields"
EVERYWHERE = re.compile(r"数据集?|\bdata ?sets?\b|\bdata\b", re.IGNORECASE)
MOST = 200  # candidates that are compared


def words_of_name(name: str) -> frozenset[str]:
    """The bigrams of a name, as the search makes them, without what every title says."""
    return frozenset(search.tokens(EVERYWHERE.sub("", name)) or search.tokens(name))


def words_of_fields(names: Iterable[str]) -> frozenset[str]:
    """Field names without case, width and outer blanks."""
    plain = (unicodedata.normalize("NFKC", str(name)).strip().lower() for name in names)
    return frozenset(name for name in plain if name)


def bands(words: frozenset[str]) -> list[int]:
    """The eight bands of a set of words, each a signed 64-bit number; none for an empty set."""
    if not words:
        return []
    digests = [blake2b(word.encode(), digest_size=4 * BANDS * ROWS).digest() for word in words]
    least = [min(digest[at : at + 4] for digest in digests) for at in range(0, 4 * BANDS * ROWS, 4)]
    return [int.from_bytes(least[band * ROWS] + least[band * ROWS + 1], "big", signed=True) for band in range(BANDS)]


def keep(case_pk: int, *, name: str = "", fields: Iterable[str] = ()) -> None:
    """Put a case's sketches over what was there: two statements."""
    wanted = {NAME: bands(words_of_name(name)), FIELDS: bands(words_of_fields(fields))}
    Sketch.objects.filter(case=case_pk).delete()
    Sketch.objects.bulk_create(
        Sketch(case_id=case_pk, about=about, band=band, value=value)
        for about, values in wanted.items()
        for band, value in enumerate(values)
    )


def meeting(case_pk: int) -> dict[str, list[int]]:
    """The cases that share a band with this one, by name and by fields, ``MOST`` of each at the utmost.

    Two queries by index however popular a band is: of each only the newest few are read.
    """
    own = list(Sketch.objects.filter(case=case_pk).values_list("about", "band", "value"))
    found: dict[str, list[int]] = {NAME: [], FIELDS: []}
    if not own:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ".join([NEWEST] * len(own)), [value for row in own for value in (row[0], *row, MOST // BANDS)]
        )
        for about, pk in cursor.fetchall():
            if pk != case_pk:
                found[about].append(pk)
    return found


NEWEST = (
    "SELECT %s AS about, case_id FROM (SELECT case_id FROM examination_sketch WHERE about = %s AND band = %s "
    "AND value = %s ORDER BY case_id DESC LIMIT %s) AS newest"
)


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """The parts in common to the parts together, 0 to 1."""
    return len(one & other) / len(one | other) if one and other else 0.0
