"""Named places where a test kills the process or holds a thread; nothing set names none."""

import os
from collections.abc import Callable

from django.conf import settings

WATCHERS: dict[str, Callable[[], None]] = {}
"""What a test does at a place, in the thread that reaches it."""


def reach(name: str) -> None:
    """End the process at once, as a power cut would, when the environment names this place; else ask the watcher."""
    if name == settings.FAILPOINT:
        os._exit(9)
    if watcher := WATCHERS.get(name):
        watcher()
