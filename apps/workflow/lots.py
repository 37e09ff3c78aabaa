"""Cases by lot: a pure function of seed, case number and candidates, so that anybody can draw it again.

That proves from what a lot was computed. It does not prove that nobody had a hand in the day's seed: whoever makes the last
event of the day before can work it out beforehand.

The specification, with a worked example, is docs/developers/lots.md; ``VERSION`` names it in every record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

VERSION = "lot-1"
MOST = 20  # the greatest weight


@dataclass(frozen=True)
class Draw:
    """A lot with its working: the hashed text, its digest (hex), the ticket (0 ≤ ticket < total), and each candidate
    with the first and the last ticket that fall to him, in the order of their keys."""

    text: str
    digest: str
    total: int
    ticket: int
    spans: tuple[tuple[int, int, int], ...]  # candidate, first ticket, last ticket
    result: int


def lot(seed: str, number: str, candidates: Sequence[tuple[int, int]]) -> Draw:
    """Draw one of the candidates (key, weight ≥ 1), each with the chance of his weight.

    ValueError for no candidate, a weight below one, or a key that stands there twice.
    """
    standing = sorted(candidates)
    if (
        not standing
        or any(weight < 1 for _key, weight in standing)
        or len({key for key, _w in standing}) < len(standing)
    ):
        raise ValueError("A lot needs candidates, each once, with a weight of one at least.")
    lines = [VERSION, seed, number, *(f"{key}:{weight}" for key, weight in standing)]
    text = "\n".join(lines)
    digest = sha256(text.encode()).hexdigest()
    total = sum(weight for _key, weight in standing)
    ticket = int(digest, 16) % total
    spans, first = [], 0
    for key, weight in standing:
        spans.append((key, first, first + weight - 1))
        first += weight
    result = next(key for key, low, high in spans if low <= ticket <= high)
    return Draw(text, digest, total, ticket, tuple(spans), result)


def weights(loads: dict[int, int]) -> list[tuple[int, int]]:
    """Weight of each candidate by the open cases on his desk: one, and one more for each case that the fullest desk has
    more than his, twenty at most."""
    fullest = max(loads.values(), default=0)
    return [(key, min(1 + fullest - load, MOST)) for key, load in sorted(loads.items())]


def seed_of(day: date, previous: str, event_hash: str) -> str:
    """The seed of a day (hex): SHA-256 of the day, the seed before it and the hash of the last earlier event."""
    return sha256(f"{VERSION}\n{day.isoformat()}\n{previous}\n{event_hash}".encode()).hexdigest()
