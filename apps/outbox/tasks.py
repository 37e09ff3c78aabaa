"""The outbox's work for Celery. Each may run twice or side by side: the claim decides."""

from celery import shared_task

from apps.outbox import delivery
from apps.outbox.models import Letter


@shared_task(name="outbox.deliver", acks_late=True, ignore_result=True)
def deliver(letter_pk: int) -> None:
    """Send one letter if it is due."""
    delivery.deliver_all(Letter.objects.filter(pk=letter_pk))


@shared_task(name="outbox.deliver_posted", acks_late=True, ignore_result=True)
def deliver_posted(keys: list[str]) -> None:
    """Send the letters of one event, known by their keys: their rows were written without asking for numbers."""
    delivery.deliver_all(Letter.objects.filter(key__in=keys))


@shared_task(name="outbox.sweep_letters", acks_late=True, ignore_result=True)
def sweep_letters() -> None:
    """Send what is due and pass on what waits; beat calls it every minute."""
    delivery.sweep()
