"""When a letter is tried again. Hours of transport, not of law: taken from the machine's clock."""

from datetime import timedelta

# About five days in all, as mail servers do; then an official is told to reach the reader another way.
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720, 1440, 1440, 1440, 1440))
MAX_ATTEMPTS = len(PAUSES)
LEASE = timedelta(minutes=10)
# One task sends this long; its last message, timeouts and all, then ends before the task's own limit and the lease.
SENDING = timedelta(seconds=20)
BATCH = 50


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after the given number of attempts, or None: no more."""
    return PAUSES[attempts - 1] if attempts < MAX_ATTEMPTS else None
