"""Which row of a rule binds on a day.

Within `rules_reading()` (a page, or a long load, that changes no rule) the rows of a key are read once; outside, at every call.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from datetime import date

from apps.rules.clock import legal_today
from apps.rules.models import RuleParameter

_read: ContextVar[dict[str, list[RuleParameter]] | None] = ContextVar("rules", default=None)


class MissingRule(LookupError):
    """No row of these keys was ever in force: the rules are not loaded, or the key is misspelt."""


@contextmanager
def rules_reading() -> Iterator[None]:
    """The rules stand still inside: the rows of a key are read once."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def rules_on(keys: Iterable[str], day: date) -> dict[str, RuleParameter]:
    """The row of each key in force on the day, by one query; else its first effective row, marked `fallback`.

    Raises MissingRule naming the keys that have no applicable row at all.
    """
    return {key: _choose(candidates, day) for key, candidates in _rows_of(keys).items()}


def rules_by_day(keys: Iterable[str], days: Iterable[date]) -> dict[date, dict[str, RuleParameter]]:
    """``rules_on`` for many days at once, by one query."""
    rows = _rows_of(keys)
    return {day: {key: _choose(candidates, day) for key, candidates in rows.items()} for day in set(days)}


def _rows_of(keys: Iterable[str]) -> dict[str, list[RuleParameter]]:
    wanted, known = set(keys), _read.get()
    rows = {key: known[key] for key in wanted & known.keys()} if known else {}
    if unread := wanted - rows.keys():
        for row in RuleParameter.objects.filter(key__in=unread).order_by("effective_from"):
            if row.applicable:
                rows.setdefault(row.key, []).append(row)
    if missing := wanted - rows.keys():
        raise MissingRule(", ".join(sorted(missing)))
    if known is not None:
        known.update(rows)
    return rows


def _choose(candidates: list[RuleParameter], day: date) -> RuleParameter:
    in_force = [row for row in candidates if row.in_force(day)]
    if in_force:
        return in_force[-1]
    first = copy(candidates[0])  # the row itself may be in force on another day
    first.fallback = True
    return first


def rule_on(key: str, day: date) -> RuleParameter:
    return rules_on([key], day)[key]


def rule_value(key: str, day: date):
    """The value in force on the day: int, list of int, bool or str by the row's unit."""
    return rule_on(key, day).value


def values_today(keys: Iterable[str]) -> dict[str, int]:
    """Key to value in force today; handed down to the doors, which stand below the rules. Raises MissingRule."""
    return {key: row.value for key, row in rules_on(keys, legal_today()).items()}


def switch_is_on(key: str, day: date) -> bool:
    """A switch counts as on only by a row that an official confirmed and that is in force on the day."""
    row = rule_on(key, day)
    return row.value is True and row.confirmed and not row.fallback
