"""The hash chain of the security audit, in plain functions without a database: what `verify_audit` checks offline.

An entry is one line of JSON. Its hash is SHA-256, in lower-case hex, over the canonical bytes of the same object
without ``hash``: UTF-8, keys sorted, separators ``,`` and ``:`` without blanks, nothing escaped that JSON need not
escape. ``prev`` holds the hash of the entry before; the first entry of all has 64 zeros. ``number`` grows by one.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

FIRST = "0" * 64
KEYS = frozenset({"number", "act", "actor", "actor_name", "address", "success", "about", "detail", "at", "prev"})


def canonical(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(entry: dict[str, Any]) -> str:
    """The hash of an entry that has every key of KEYS and no other."""
    return sha256(canonical(entry)).hexdigest()


@dataclass(frozen=True)
class Finding:
    """What a file holds: how many lines are right, and the first that is not (counted from 1) with the reason."""

    good: int
    first_prev: str = ""
    head: str = ""
    broken: int = 0
    reason: str = ""


def check(lines: Iterable[str]) -> Finding:
    """Follow the chain until it breaks. Blank lines do not belong in a file and break it."""
    first, head, number, good = "", "", 0, 0
    for place, line in enumerate(lines, start=1):
        reason = ""
        try:
            entry = json.loads(line)
            told = entry.pop("hash")
        except (ValueError, KeyError, AttributeError, TypeError):
            return Finding(good, first, head, place, "is not an entry")
        if entry.keys() != KEYS or type(entry["number"]) is not int:
            reason = "does not have the fields of an entry"
        elif line.rstrip("\n") != canonical({**entry, "hash": told}).decode():
            reason = "is not written in the canonical form"
        elif digest(entry) != told:
            reason = "was altered: its hash is another"
        elif head and entry["prev"] != head:
            reason = "does not follow the line before: an entry is missing, or was put in"
        elif number and entry["number"] != number + 1:
            reason = "does not have the next number"
        if reason:
            return Finding(good, first, head, place, reason)
        first = first or entry["prev"]
        head, number, good = told, entry["number"], place
    return Finding(good, first, head)
