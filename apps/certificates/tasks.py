"""Papers are made after the register was written, so that no entry waits for a printer."""

import logging
from datetime import date

from celery import shared_task

from apps.certificates import paper, register, reminders
from apps.certificates.models import Certificate, Claim
from apps.papers.typesetting import Unprintable

logger = logging.getLogger(__name__)


@shared_task(name="certificates.paper", ignore_result=True, acks_late=True)
def make_paper(certificate_pk: int) -> bool:
    """Make and keep a certificate's paper; False where it cannot be printed. A second time changes nothing.

    A kick that was lost is no loss: whoever asks for the paper first has it made.
    """
    certificate = Certificate.objects.select_related("registration__case", "registration__holder").get(
        pk=certificate_pk
    )
    try:
        paper.ensure(certificate)
    except Unprintable as fault:
        logger.warning("Certificate %s cannot be printed: the font lacks %s", certificate.number, fault.characters)
        return False
    return True


@shared_task(name="certificates.last_days", ignore_result=True, acks_late=True)
def write_down_last_days() -> int:
    """End the claims whose last day is over: guards and pages know it already, the watch list reads what is written."""
    return register.write_down_last_days(Claim.objects.all())


@shared_task(name="certificates.contracts", ignore_result=True, acks_late=True)
def remind_of_contracts() -> int:
    """Write the reminders of source contracts that end before a mirrored right does."""
    return reminders.remind_of_contracts()


def pass_day(day: date) -> None:
    """A legal clock that is set forward passes mornings too."""
    remind_of_contracts()
