"""Signs of life of worker and beat, as rows: they must be readable when the broker is gone."""

import logging

from django.db import DatabaseError, connection
from django.utils import timezone

from apps.health.models import Heartbeat

logger = logging.getLogger(__name__)


def beat(name: str) -> None:
    """Write down that ``name`` lives. A database that is away is no reason to die; the connection is given back."""
    try:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
    except DatabaseError as error:
        logger.warning("No heartbeat of %s written: %s", name, error)
    finally:
        connection.close()
