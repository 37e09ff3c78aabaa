"""What must work for the portal to be ready, part by part. Each part answers with a detail or raises Unwell.

Read by machines and operators: plain English, no personal data.
"""

import shutil
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.utils import timezone
from redis import Redis

from apps.health.models import Heartbeat
from apps.rules.clock import clocks_agree, legal_now, read_clock
from apps.workflow.triggers import missing

STALE = timedelta(seconds=5)
LEAST_DISK = 200_000_000  # bytes
CLOCK_SKEW = timedelta(seconds=5)


class Unwell(Exception):
    """A part does not work; the text says why."""


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_migrations")
        applied = cursor.fetchone()[0]
    return f"{connection.vendor}, {applied} migrations applied"


def triggers() -> str:
    if gone := missing():
        raise Unwell(f"missing: {', '.join(gone)}")
    return "all stand"


def broker() -> str:
    url = settings.REDIS_URL or f"unix://{quote(str(settings.BROKER_SOCKET))}"
    with Redis.from_url(url, socket_timeout=0.4, socket_connect_timeout=0.4) as client:
        client.ping()
    return "answers"


def last_seen(name: str) -> str:
    row = Heartbeat.objects.filter(name=name).first()
    if row is None:
        raise Unwell("never seen")
    age = timezone.now() - row.at
    if age > STALE:
        raise Unwell(f"last seen {age.total_seconds():.0f} s ago")
    return f"seen {max(age.total_seconds(), 0):.0f} s ago"


def worker() -> str:
    return last_seen("worker")


def beat() -> str:
    return last_seen("beat")


def disk() -> str:
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < LEAST_DISK:
        raise Unwell(f"{free // 1_000_000} MB free")
    return f"{free // 1_000_000} MB free"


def clock() -> str:
    """Machine time against what was written before, in the database: a clock set back would stamp the future; and against
    the database's own: where they disagree, nothing ends by itself."""
    now = timezone.now()
    newest = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    if newest and newest > now + CLOCK_SKEW:
        raise Unwell(f"{(newest - now).total_seconds():.0f} s behind the newest heartbeat")
    if not clocks_agree():
        raise Unwell(f"{read_clock().ahead.total_seconds():.0f} s before the database's clock: no expiry is written")
    legal = legal_now()
    days = (legal - now).days
    return f"legal time {legal:%Y-%m-%d %H:%M}, {days} days ahead"


PARTS: list[Callable[[], str]] = [database, triggers, broker, worker, beat, disk, clock]


def add(part: Callable[[], str]) -> None:
    """Have a part examined too; apps above add theirs when they are loaded."""
    PARTS.append(part)


def examine(part: Callable[[], str]) -> dict[str, object]:
    """Whether a part works: ``ok`` and ``detail``. Whatever it raises is its answer; the others are still asked."""
    try:
        return {"ok": True, "detail": part()}
    except Unwell as why:
        return {"ok": False, "detail": str(why)}
    except Exception as error:
        return {"ok": False, "detail": f"{type(error).__name__}: {error}"[:300]}
