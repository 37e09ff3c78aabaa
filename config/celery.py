"""The Celery app, what beat does and when, and the heartbeats that `/health/ready` reads: all on this page.

Tasks only hurry what is due. Whether something is due, and that it happens once, is decided by rows and locks
in the database, so a task may run twice, late, or not at all.
"""

import os

from celery import Celery, signals
from celery.beat import Scheduler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

HEARTBEAT_EVERY = 2.0  # seconds

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# (task, seconds). Writing down what is already true, reminding, and sending what was queued.
EVERY = (
    ("workflow.sweep", 60),
    ("workflow.remind", 600),
    ("workflow.digest", 600),  # from 7:30 on, once a person and day
    ("outbox.sweep_letters", 60),
    ("accounts.tidy", 3600),
    ("notices.alerts", 300),
    ("certificates.last_days", 60),
    ("certificates.contracts", 3600),  # from 8:00 on, once a contract and day
    ("diligence.watch", 60),  # changes at once; from 6:00 on the word of the day, once an organisation
)
# A tick that waited longer than the next one is worthless: it expires in the queue.
app.conf.beat_schedule = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}} for task, seconds in EVERY
}


class TickingScheduler(Scheduler):
    """Beat without a schedule file (what it runs may run twice or late), leaving a heartbeat at its ticks."""

    def tick(self, *args, **kwargs) -> float:
        pause = super().tick(*args, **kwargs)
        leave_heartbeat("beat")
        return min(pause, HEARTBEAT_EVERY)


def leave_heartbeat(name: str) -> None:
    from apps.health.heartbeats import beat

    beat(name)


@signals.worker_ready.connect
def start_heartbeat(sender, **kwargs) -> None:
    """On the worker's own timer: a task would wait while every pool process is busy."""
    leave_heartbeat("worker")
    sender.timer.call_repeatedly(HEARTBEAT_EVERY, leave_heartbeat, ("worker",))


@signals.worker_process_init.connect
def die_with_worker(**kwargs) -> None:
    """A pool process must not finish a task whose worker was killed: the broker gives it to another."""
    from apps.health.lifeline import die_with_parent

    die_with_parent(os.getppid())


@signals.setup_logging.connect
def keep_django_logging(**kwargs) -> None:
    """Celery leaves the root logger to settings.LOGGING once somebody answers this signal."""
