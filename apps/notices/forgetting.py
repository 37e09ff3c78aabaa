"""What nobody confirmed or wants any longer is emptied of words, names and addresses after a week.

Old filings and private pages are on the retention list, which two officials decide on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.notices.models import Alert, Filing, PrivatePage
from apps.outbox.models import Letter
from apps.privacy.retention import Found, Sort, before
from apps.privacy.sorts import erase_draft
from apps.rules.deadlines import end_of
from apps.workflow.models import Document, Draft

A_WEEK = timedelta(days=7)
NOBODY = "nobody@invalid.example"


@transaction.atomic
def forget_unconfirmed(day: date) -> int:
    """Empty the objections whose time to confirm was over a week before the end of the day; says how many.

    What stays is the row with its blind indexes, by which the limits are counted.
    """
    over = Filing.objects.filter(confirmed_at__isnull=True, confirm_by__lt=end_of(day) - A_WEEK)
    found = Draft.objects.filter(objection_filing__in=over).exclude(data={})
    people, keys = [], []
    for draft in found.iterator():
        people.append(draft.created_by_id)
        keys.append(draft.pk)
        forget_letters(f"filing:{draft.pk}:")
    Document.objects.filter(draft__in=keys, removed_at__isnull=True).update(removed_at=timezone.now())
    User.objects.filter(pk__in=people).update(full_name="—", email="", is_active=False)
    return Draft.objects.filter(pk__in=keys).update(data={})


@transaction.atomic
def forget_alerts(day: date) -> int:
    """Drop the alerts that were never confirmed, or ended, a week before the end of the day; says how many."""
    past = end_of(day) - A_WEEK
    gone = Alert.objects.filter(confirmed_at__isnull=True, asked_at__lt=past) | Alert.objects.filter(ended_at__lt=past)
    for pk in gone.values_list("pk", flat=True):
        forget_letters(f"alert:{pk}:")
    return gone.delete()[0]


def forget_letters(prefix: str) -> None:
    """Leave of letters to a bare address only that they were written and sent."""
    for pk in Letter.objects.filter(key__startswith=prefix, user=None).values_list("pk", flat=True):
        Letter.objects.filter(pk=pk).update(
            key=f"forgotten:{pk}", message_id="", email=NOBODY, context={}, subject="—", body="—", next_attempt_at=None
        )


# ------------------------------------------------------------------------------------------------ the retention list


def old_filings() -> Iterator[Found]:
    rows = Filing.objects.filter(sent_at__lt=before("draft_purge_months")).order_by("sent_at", "pk")
    return ((row.pk, f"{row.notice_id} {row.pk}", row.sent_at) for row in rows)


def erase_filing(ref: str) -> None:
    """What was confirmed stands in its case; what was not goes with its draft."""
    Filing.objects.filter(pk=ref).delete()
    erase_draft(ref)


def old_pages() -> Iterator[Found]:
    rows = PrivatePage.objects.filter(case__closed_at__lt=before("private_page_months")).select_related("case")
    rows = rows.order_by("case__closed_at", "pk")
    return ((row.pk, row.case.number or str(row.pk), row.case.closed_at) for row in rows)


def erase_page(ref: str) -> None:
    PrivatePage.objects.filter(pk=ref).delete()


SORTS = (
    Sort("filing", _("Objection sent without an account"), _("Sent longer ago than drafts are kept"), old_filings, erase_filing, "draft_purge_months"),
    Sort("private_page", _("Private page of an objector"), _("Objection closed for longer than its page is kept"), old_pages, erase_page, "private_page_months"),
)  # fmt: skip
