"""Ask a worker to hurry. Nothing correct depends on it: what is asked here, a sweep does anyway."""

import logging
from time import monotonic

logger = logging.getLogger(__name__)

REST = 5.0  # seconds
_resting_until = 0.0


def kick(task, *args) -> bool:
    """Enqueue a Celery task and say whether the broker took it; never raises.

    With the broker down or hung the first call costs what the transport's timeouts allow (half a second,
    set in config/celery.py); for the next five seconds this process does not try again, so that a
    request with many letters waits once.
    """
    global _resting_until
    if monotonic() < _resting_until:
        return False
    try:
        task.apply_async(args=args, retry=False)
    except Exception as error:  # whatever a transport raises: the caller's work is done and committed
        _resting_until = monotonic() + REST
        logger.warning("Broker not reached, %s waits for the sweep: %r", task.name, error)
        return False
    return True
