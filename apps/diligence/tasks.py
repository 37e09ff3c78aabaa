"""What the beat does for the watch list, and what /health says of it."""

from datetime import date, timedelta

from celery import shared_task

from apps.diligence import watching
from apps.health.parts import Unwell
from apps.rules.clock import legal_now

GRACE = timedelta(minutes=30)


@shared_task(name="diligence.watch", ignore_result=True, acks_late=True)
def watch() -> int:
    """Tell what changed, and from six in the morning on the word of the day; how many letters' occasions there were."""
    return watching.tell_changes() + watching.report_day()


def watches() -> str:
    """Part of /health/ready: whoever follows a right has had the word of the day, half an hour after six at the latest."""
    late = watching.waiting(watching.last_morning(legal_now() - GRACE)).count()
    if late:
        raise Unwell(f"{late} organisations have had no daily word of their watch list")
    return f"{watching.open_watches().count()} registrations followed, every daily word written"


def pass_day(day: date) -> None:
    """A legal clock that is set forward passes mornings too."""
    watch()
