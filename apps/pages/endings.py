"""The time line (时间轴): all that ends for an organisation in date order, one page of it, from tables of several apps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.pages.keyset import COUNT_LIMIT, LOST, Page, signer
from apps.workflow.agenda import Ending, Source

ORDER = "endings"
SIZE = 50


@dataclass(frozen=True)
class Place:
    """Where a row stands in the time line: by day, then by source, then by key."""

    day: dt.date
    source: int
    pk: int


def endings_page(parts: list[tuple[Source, QuerySet]], params: QueryDict, size: int = SIZE) -> Page:
    """The page of the time line that ``params`` asks for: one query a source, and one more each where it is longer.

    Its rows are ``agenda.Ending``. A cursor of no use gives the first page and a sentence.
    """
    direction, cursor = read_cursor(params)
    rows, more = fetch(parts, cursor, direction == "before", size)
    notice = ""
    if direction == LOST or (cursor is not None and not rows) or (direction == "before" and len(rows) < size):
        notice = "" if direction == "before" and rows else _("That part of the list is gone; this is its beginning.")
        direction, cursor = "", None
        rows, more = fetch(parts, None, False, size)
    ahead = more or direction == "before"
    behind = cursor is not None and (direction == "after" or more)
    return Page(
        rows=[ending for _place, ending in rows],
        next_query=neighbour(params, rows[-1][0], "after") if ahead else "",
        previous_query=neighbour(params, rows[0][0], "before") if behind else "",
        count_label=count_label(parts) if ahead or behind else str(len(rows)),
        notice=notice,
    )


def fetch(
    parts: list[tuple[Source, QuerySet]], cursor: Place | None, backwards: bool, size: int
) -> tuple[list[tuple[Place, Ending]], bool]:
    """Up to ``size`` rows behind the cursor in reading order, and whether more stand there."""
    found = []
    for at, (source, rows) in enumerate(parts):
        ordered = rows.order_by(*((f"-{source.path}", "-pk") if backwards else (source.path, "pk")))
        for row in (ordered.filter(beyond(source.path, at, cursor, backwards)) if cursor else ordered)[: size + 1]:
            found.append((Place(getattr(row, source.path), at, row.pk), source.ending(row)))
    found.sort(key=lambda pair: (pair[0].day, pair[0].source, pair[0].pk), reverse=backwards)
    more, found = len(found) > size, found[:size]
    return (found[::-1] if backwards else found), more


def beyond(path: str, at: int, cursor: Place, backwards: bool) -> Q:
    """The rows of a source that stand behind the cursor in the direction of reading."""
    way = "lt" if backwards else "gt"
    later = Q(**{f"{path}__{way}": cursor.day})
    same = Q(**{path: cursor.day})
    if at == cursor.source:
        return later | (same & Q(**{f"pk__{way}": cursor.pk}))
    behind = at < cursor.source if backwards else at > cursor.source
    return later | same if behind else later


def read_cursor(params: QueryDict) -> tuple[str, Place | None]:
    direction = next((name for name in ("after", "before") if params.get(name)), "")
    if not direction:
        return "", None
    try:
        order, values = signer().unsign_object(params[direction])
        day, source, pk = values
        return (direction, Place(dt.date.fromisoformat(day), source, pk)) if order == ORDER else (LOST, None)
    except (BadSignature, ValueError, TypeError):
        return LOST, None


def neighbour(params: QueryDict, place: Place, direction: str) -> str:
    """The query string of the page next to a row, every other parameter kept."""
    query = params.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[direction] = signer().sign_object([ORDER, [place.day.isoformat(), place.source, place.pk]])
    return query.urlencode()


def count_label(parts: list[tuple[Any, QuerySet]]) -> str:
    count = sum(rows.order_by()[: COUNT_LIMIT + 1].count() for _source, rows in parts)
    return f"{count:,}" if count <= COUNT_LIMIT else f"{COUNT_LIMIT:,}+"
