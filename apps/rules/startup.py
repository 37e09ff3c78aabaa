"""What happens when a process starts: a demonstration is refused in production, a task reads the clock once."""

from celery.signals import beat_init, task_postrun, task_prerun, worker_init
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from apps.rules.clock import close_reading, open_reading
from apps.rules.models import LegalClock

SENTENCE = _("The legal clock of this database was moved: it is a demonstration for good and serves no production.")


def demonstration_in_production() -> bool:
    """Whether the database was ever moved in time although neither demo mode nor a test is on; False while it is away."""
    if settings.DEMO or settings.TESTING:
        return False
    try:
        return LegalClock.objects.filter(ever_moved=True).exists()
    except DatabaseError:
        return False


def refuse_demonstration() -> None:
    if demonstration_in_production():
        raise ImproperlyConfigured(str(SENTENCE))


def _stop_process(**signal) -> None:
    """Celery swallows exceptions of its signals; leaving the process is what it understands."""
    if demonstration_in_production():
        raise SystemExit(str(SENTENCE))


def check_clock(app_configs=None, databases=None, **kwargs) -> list[checks.CheckMessage]:
    """System check of the database: rules.E001."""
    return [checks.Error(str(SENTENCE), id="rules.E001")] if databases and demonstration_in_production() else []


def _open(**signal) -> None:
    open_reading()


def _close(**signal) -> None:
    close_reading()


def connect() -> None:
    checks.register(check_clock, checks.Tags.database)
    for process_starts in (worker_init, beat_init):
        process_starts.connect(_stop_process)
    task_prerun.connect(_open)
    task_postrun.connect(_close)
