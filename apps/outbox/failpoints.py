"""Named places where a test kills the process, holds it or holds a thread; nothing set names none."""

import os
import signal
from collections.abc import Callable

from django.conf import settings

WATCHERS: dict[str, Callable[[], None]] = {}
"""What a test does at a place, in the thread that reaches it."""


def reach(name: str) -> None:
    """End the process at once, as a power cut would, when the environment names this place; else ask the watcher.

    ``name:hold`` in the environment stops the process there instead, until somebody continues or kills it.
    """
    if name == settings.FAILPOINT:
        os._exit(9)
    if f"{name}:hold" == settings.FAILPOINT:
        os.kill(os.getpid(), signal.SIGSTOP)
    if watcher := WATCHERS.get(name):
        watcher()
