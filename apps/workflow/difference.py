"""What changed between two copies of a form, item by item, list rows by their key, else by their place from 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apps.workflow.rows import KEY, row_key


@dataclass(frozen=True)
class Change:
    """One item that reads differently: its stable path (``sources.2.licensor``), before and after."""

    path: str
    before: Any
    after: Any


def difference(before: dict, after: dict) -> list[Change]:
    """Every path whose value differs, in the order of the newer copy; None where there was nothing."""
    old, new = flat(before), flat(after)
    return [Change(path, old.get(path), new.get(path)) for path in {**new, **old} if old.get(path) != new.get(path)]


def flat(value: Any, path: str = "") -> dict[str, Any]:
    """The leaves of nested dicts and lists by their dotted path; an empty list or dict is no leaf."""
    items: Iterable[tuple[Any, Any]]
    if isinstance(value, dict):
        items = ((name, item) for name, item in value.items() if name != KEY)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        items = ((row_key(item, at) if isinstance(item, dict) else at + 1, item) for at, item in enumerate(value))
    else:
        return {path: value}
    found: dict[str, Any] = {}
    for name, item in items:
        found.update(flat(item, f"{path}.{name}" if path else str(name)))
    return found
