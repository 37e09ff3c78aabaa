"""What the beat does for the doors: nothing correct waits for it."""

from celery import shared_task
from django.utils import timezone

from apps.accounts import lockout, trail
from apps.accounts.models import Session


@shared_task(name="accounts.tidy", ignore_result=True, acks_late=True)
def tidy() -> None:
    """Seal the months of the audit that are over; delete dead sessions and tries nobody counts any more."""
    trail.seal_months()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    lockout.forget()
