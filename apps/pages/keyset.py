"""One page of a long list, found by the values of its edge rows instead of by counting rows off.

A page is asked for by a signed cursor in the address (``after`` or ``before``), so page 4,000 costs
what page 1 costs, and rows that arrive meanwhile neither repeat nor hide others. The total is counted
to 1,000 and no further.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.signing import BadSignature, Signer
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict
from django.utils.translation import gettext as _

COUNT_LIMIT = 1_000
LOST = "lost"


@dataclass(frozen=True)
class Page:
    """Rows of one page, the query strings of its neighbours (without ``?``; "" where there is none),
    the size of the whole list as text ("87", "1,000+"), and a sentence where the cursor was of no use."""

    rows: list[Any]
    next_query: str
    previous_query: str
    count_label: str
    notice: str = ""


@dataclass(frozen=True)
class Column:
    """One part of the order: the lookup path, its direction, whether it may be null. Nulls stand last."""

    path: str
    descending: bool
    nullable: bool

    def order(self, backwards: bool) -> OrderBy:
        """The ORDER BY of this column; read backwards, nulls come first."""
        nulls = {"nulls_first": backwards or None, "nulls_last": not backwards or None} if self.nullable else {}
        return OrderBy(F(self.path), descending=self.descending != backwards, **nulls)

    def same(self, value: Any) -> Q:
        """Rows that tie with ``value`` in this column."""
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def beyond(self, value: Any, backwards: bool, *, inclusive: bool = False) -> Q | None:
        """Rows that stand behind ``value`` in the direction of reading; None where there can be none."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if backwards else None
        lookup = ("lt" if self.descending != backwards else "gt") + ("e" if inclusive else "")
        condition = Q(**{f"{self.path}__{lookup}": value})
        return condition | Q(**{f"{self.path}__isnull": True}) if self.nullable and not backwards else condition

    def value(self, row: Any) -> Any:
        """This column's value in ``row``, in a form that JSON keeps."""
        for step in self.path.split("__"):
            row = row[step] if isinstance(row, dict) else getattr(row, step)
        if isinstance(row, dt.date | dt.datetime | dt.time):
            return row.isoformat()
        return str(row) if isinstance(row, Decimal | UUID) else row


def keyset_page(
    queryset: QuerySet,
    params: QueryDict,
    *,
    order: tuple[str, ...],
    size: int = 25,
    filled: tuple[str, ...] = (),
    count: str = "",
) -> Page:
    """The page of ``queryset`` that ``params`` (the request's GET) asks for.

    ``order`` names columns as ``order_by`` does ("-filed_at"); the primary key is added to break ties.
    ``filled`` names those of them that may be null in the table and are not in this list, so that an index without
    a word about nulls serves the order. One query, and a second one for the count where the list is longer than the
    page and ``count`` does not give it. A cursor that was tampered with, belongs to another order, or leads nowhere any more gives the first page
    and ``notice``.
    """
    columns = read_columns(queryset, order, filled)
    direction, cursor = read_cursor(params, columns)
    rows, more = fetch(queryset, columns, cursor, direction == "before", size)
    notice = ""
    if lost(direction, rows, size):
        notice = "" if direction == "before" and rows else _("That part of the list is gone; this is its beginning.")
        direction, cursor = "", None
        rows, more = fetch(queryset, columns, None, False, size)
    ahead = more or direction == "before"
    behind = bool(cursor) and (direction == "after" or more)
    return Page(
        rows=rows,
        next_query=neighbour(params, columns, rows[-1], "after") if ahead else "",
        previous_query=neighbour(params, columns, rows[0], "before") if behind else "",
        count_label=(count or count_label(queryset)) if ahead or behind else str(len(rows)),
        notice=notice,
    )


def choose_order(params: QueryDict, orders: dict[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    """The name and columns of the order that ``?sort=`` asks for; the first of ``orders`` where it asks for none of them."""
    name = params.get("sort", "")
    name = name if name in orders else next(iter(orders))
    return name, orders[name]


def read_columns(queryset: QuerySet, order: tuple[str, ...], filled: tuple[str, ...] = ()) -> list[Column]:
    """The columns of ``order`` with what the model says about null, ended by the primary key."""
    names = [name.lstrip("-") for name in order]
    if "pk" not in names and queryset.model._meta.pk.name not in names:
        order = (*order, "-pk" if order[-1].startswith("-") else "pk")
    paths = [(name.lstrip("-"), name.startswith("-")) for name in order]
    return [Column(path, down, path not in filled and may_be_null(queryset, path)) for path, down in paths]


def may_be_null(queryset: QuerySet, path: str) -> bool:
    """Whether any step of ``path`` may be null; an annotation may."""
    model = queryset.model
    try:
        for step in path.split("__"):
            field = model._meta.pk if step == "pk" else model._meta.get_field(step)
            if field.null:
                return True
            model = field.related_model
    except FieldDoesNotExist:
        return True
    return False


def fetch(
    queryset: QuerySet, columns: list[Column], cursor: list | None, backwards: bool, size: int
) -> tuple[list[Any], bool]:
    """Up to ``size`` rows behind ``cursor`` in reading order of the page, and whether more stand there."""
    ordered = queryset.order_by(*(column.order(backwards) for column in columns))
    try:
        rows = list((ordered.filter(behind_cursor(columns, cursor, backwards)) if cursor else ordered)[: size + 1])
    except (ValidationError, ValueError, TypeError):  # signed by us, but the column has changed its type since
        return [], False
    more = len(rows) > size
    rows = rows[:size]
    return (rows[::-1] if backwards else rows), more


def behind_cursor(columns: list[Column], cursor: list, backwards: bool) -> Q:
    """The rows after the cursor row in lexicographic order of the columns.

    The first column is bounded once more by itself: planners find a range in an AND, not in an OR.
    """
    found, ties = [], Q()
    for column, value in zip(columns, cursor, strict=True):
        beyond = column.beyond(value, backwards)
        if beyond is not None:
            found.append(ties & beyond)
        ties &= column.same(value)
    first, value = columns[0], cursor[0]
    bounded = value is not None and not (first.nullable and not backwards)
    either = reduce(or_, found)
    return first.beyond(value, backwards, inclusive=True) & either if bounded else either


def read_cursor(params: QueryDict, columns: list[Column]) -> tuple[str, list | None]:
    """("after" or "before", values), ("", None) for the first page, or ("lost", None) for a cursor of no use."""
    direction = next((name for name in ("after", "before") if params.get(name)), "")
    if not direction:
        return "", None
    try:
        signed_order, values = signer().unsign_object(params[direction])
    except (BadSignature, ValueError, TypeError):
        return LOST, None
    if signed_order != order_name(columns) or len(values) != len(columns):
        return LOST, None
    return direction, values


def lost(direction: str, rows: list, size: int) -> bool:
    """Whether the cursor led nowhere, or back to a first page that is no longer full."""
    return direction == LOST or (direction == "after" and not rows) or (direction == "before" and len(rows) < size)


def neighbour(params: QueryDict, columns: list[Column], row: Any, direction: str) -> str:
    """The query string of the page next to ``row``, every other parameter kept."""
    query = params.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[direction] = signer().sign_object([order_name(columns), [column.value(row) for column in columns]])
    return query.urlencode()


def order_name(columns: list[Column]) -> str:
    """The order as one word: a cursor holds in the order it was made for and in no other."""
    return ",".join(("-" if column.descending else "") + column.path for column in columns)


def signer() -> Signer:
    return Signer(salt="apps.pages.keyset")


def count_label(queryset: QuerySet) -> str:
    """The length of the list, counted to the limit and no further."""
    count = queryset.order_by()[: COUNT_LIMIT + 1].count()
    return f"{count:,}" if count <= COUNT_LIMIT else f"{COUNT_LIMIT:,}+"
