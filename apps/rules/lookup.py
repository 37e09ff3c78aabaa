"""Which row of a rule binds on a day."""

from collections.abc import Iterable
from datetime import date

from apps.rules.models import RuleParameter


class MissingRule(LookupError):
    """No row of these keys was ever in force: the rules are not loaded, or the key is misspelt."""


def rules_on(keys: Iterable[str], day: date) -> dict[str, RuleParameter]:
    """The row of each key in force on the day, by one query; else its first effective row, marked `fallback`.

    Raises MissingRule naming the keys that have no applicable row at all.
    """
    wanted = set(keys)
    rows: dict[str, list[RuleParameter]] = {}
    for row in RuleParameter.objects.filter(key__in=wanted).order_by("effective_from"):
        if row.applicable:
            rows.setdefault(row.key, []).append(row)
    if missing := wanted - rows.keys():
        raise MissingRule(", ".join(sorted(missing)))
    return {key: _choose(candidates, day) for key, candidates in rows.items()}


def _choose(candidates: list[RuleParameter], day: date) -> RuleParameter:
    in_force = [row for row in candidates if row.in_force(day)]
    if in_force:
        return in_force[-1]
    first = candidates[0]
    first.fallback = True
    return first


def rule_on(key: str, day: date) -> RuleParameter:
    return rules_on([key], day)[key]


def rule_value(key: str, day: date):
    """The value in force on the day: int, list of int, bool or str by the row's unit."""
    return rule_on(key, day).value


def switch_is_on(key: str, day: date) -> bool:
    """A switch counts as on only by a row that an official confirmed and that is in force on the day."""
    row = rule_on(key, day)
    return row.value is True and row.confirmed and not row.fallback
