"""What the beat does to cases: expire what is due, remind of what is near. The truth is in the rows; this writes it down."""

import logging
from datetime import date, datetime

from celery import shared_task
from django.db import transaction

from apps.outbox.failpoints import reach
from apps.rules.clock import legal_now
from apps.workflow import assignment, letters, machine
from apps.workflow.models import Case, Clock

logger = logging.getLogger(__name__)
BATCH = 500


@shared_task(name="workflow.sweep", ignore_result=True, acks_late=True)
def sweep() -> int:
    """Write down every move that the clock has already made; the number of cases settled. Safe to run twice at once.

    A case that cannot be settled keeps no other waiting; its fault is raised when all were tried.
    """
    settled, last, faults = 0, 0, []
    while pks := _due(last):
        for pk in pks:
            try:
                settled += settle(pk)
            except Exception as fault:
                logger.exception("Case %s cannot be settled", pk)
                faults.append(fault)
        last = pks[-1]
    if faults:
        raise faults[0]
    return settled


def _due(after: int) -> list[int]:
    due = Case.objects.filter(next_due_at__lte=legal_now(), pk__gt=after)
    return list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])


def settle(case_pk: int) -> bool:
    """Settle one case; False when somebody else already had."""

    def act() -> bool:
        case = machine.lock(case_pk)
        version = case.version
        machine.settle(case)
        return case.version != version

    settled = machine.in_one_transaction(act)
    reach("workflow.settled")
    return settled


@shared_task(name="workflow.remind", ignore_result=True, acks_late=True)
def remind() -> int:
    """Write the reminders whose morning has come; each once a clock, the next one set at the same time."""
    written = 0
    while batch := _remind_batch():
        written += batch
    return written


@transaction.atomic
def _remind_batch() -> int:
    due = list(
        Clock.objects.filter(next_reminder_at__lte=legal_now())
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("case__organisation", "case__assigned_to")
        .order_by("pk")[:BATCH]
    )
    moment, told = legal_now(), []
    for clock in due:
        now = [r for r in clock.reminders if datetime.fromisoformat(r["at"]) <= moment]
        told.append((clock, now[-1]["days"]))
        clock.reminders = clock.reminders[len(now) :]
        clock.next_reminder_at = datetime.fromisoformat(clock.reminders[0]["at"]) if clock.reminders else None
    letters.remind(told)
    Clock.objects.bulk_update(due, ["reminders", "next_reminder_at"])
    return len(due)


def pass_day(day: date) -> None:
    """What a day that has begun brings about; called once for each day the legal clock passes."""
    sweep()
    remind()
    assignment.free_leavers()
    assignment.escalate_stuck()
