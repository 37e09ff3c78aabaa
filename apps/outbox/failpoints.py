"""Named places where a test kills the process; FAILPOINT in the environment names one, nothing set names none."""

import os

from django.conf import settings


def reach(name: str) -> None:
    """End the process at once, as a power cut would, when the environment names this place."""
    if name == settings.FAILPOINT:
        os._exit(9)
