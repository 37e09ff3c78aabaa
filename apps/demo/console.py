"""What the person at the console reads: each step, how long it took, and where to go."""

import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Announce a step when it is done, with its seconds."""
    began = time.monotonic()
    yield
    say(f"  {pad(name, 44)}{time.monotonic() - began:6.1f} s")


def width(text: str) -> int:
    """Columns a terminal gives to ``text``; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def pad(text: str, columns: int) -> str:
    return text + " " * max(1, columns - width(text))


def table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(width(row[column]) for row in rows) + 2 for column in range(len(rows[0]))]
    for row in rows:
        say("  " + "".join(pad(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip())
