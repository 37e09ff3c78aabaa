"""What is erased of cases, drafts, files, letters and the register of disclosures once it was kept long enough.

A case's record stays whole: its key is destroyed, so that the sealed values inside its events can never be read again,
and the hashes still hold. Of a letter stay the row, its key and its times.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.outbox.models import Letter
from apps.papers.models import Printing
from apps.privacy.models import Disclosure
from apps.privacy.retention import Found, Sort, before
from apps.workflow.documents import path_of
from apps.workflow.models import Case, CaseKey, Document, Draft

GONE = "—"


# ------------------------------------------------------------------------------------------------ drafts


def lying_drafts() -> models.QuerySet:
    """Drafts that were never filed; one that waits to be confirmed by e-mail is erased with its filing."""
    return Draft.objects.filter(case__isnull=True, objection_filing__isnull=True)


def old_drafts() -> Iterator[Found]:
    rows = lying_drafts().filter(discarded_at__isnull=True, updated_at__lt=before("draft_purge_months"))
    return ((row.pk, f"{row.kind} {row.pk}", row.updated_at) for row in rows.order_by("updated_at", "pk"))


def deleted_drafts() -> Iterator[Found]:
    rows = lying_drafts().filter(discarded_at__lt=before("deleted_draft_days"))
    return ((row.pk, f"{row.kind} {row.pk}", row.discarded_at) for row in rows.order_by("discarded_at", "pk"))


def erase_draft(ref: str) -> None:
    rows = Document.objects.filter(draft=ref, case__isnull=True)
    digests = set(rows.values_list("sha256", flat=True))
    rows.delete()
    Draft.objects.filter(pk=ref, case__isnull=True).delete()
    for digest in digests:
        erase_bytes(digest)


# ------------------------------------------------------------------------------------------------ files


def loose_files() -> Iterator[Found]:
    """Files that were taken off a draft long ago and whose bytes nothing else needs."""
    rows = Document.objects.filter(case__isnull=True, removed_at__lt=before("draft_purge_months"))
    rows = rows.order_by("removed_at", "pk").iterator()
    return ((row.sha256, row.name, row.removed_at) for row in rows if not is_needed(row.sha256, but=row.pk))


def is_needed(digest: str, *, but: int | None = None) -> bool:
    """Whether a row still refers to the bytes: a file that stands, or a printed paper."""
    standing = Document.objects.filter(Q(removed_at__isnull=True) | Q(case__isnull=False), sha256=digest).exclude(
        pk=but
    )
    return standing.exists() or Printing.objects.filter(sha256=digest).exists()


def erase_file(ref: str) -> None:
    Document.objects.filter(sha256=ref, case__isnull=True, removed_at__isnull=False).delete()
    erase_bytes(ref)


def erase_bytes(digest: str) -> None:
    """Take the bytes away once the rows are gone for good, unless something else needs them."""

    def take_away() -> None:
        if not is_needed(digest):
            path_of(digest).unlink(missing_ok=True)

    transaction.on_commit(take_away)


# ------------------------------------------------------------------------------------------------ cases and letters


def closed_cases() -> models.QuerySet:
    return Case.objects.filter(closed_at__lt=before("case_file_years"))


def old_cases() -> Iterator[Found]:
    live = Q(key__isnull=True) | Q(key__destroyed_at__isnull=True)
    rows = closed_cases().filter(live).order_by("closed_at", "pk")
    return ((row.pk, row.number or str(row.pk), row.closed_at) for row in rows)


def erase_case(ref: str) -> None:
    """Destroy the case's key and blank the personal columns of its row; number, dates, events and hashes stay."""
    case = Case.objects.get(pk=ref)
    CaseKey.objects.update_or_create(case=case, defaults={"wrapped": "", "destroyed_at": timezone.now()})
    row = case.row
    blanks = {path.split(".")[0]: None for path in row.SEALED}
    for name in blanks:
        blank = blank_of(row, name, {path.split(".", 1)[1] for path in row.SEALED if path.startswith(f"{name}.")})
        type(row).objects.filter(pk=row.pk).update(**{name: blank})


def blank_of(row: models.Model, name: str, parts: set[str]) -> Any:
    """What is left of a sealed item: nothing, or a list or dict without its sealed parts."""
    value = getattr(row, name)
    if isinstance(value, list):
        return [{k: v for k, v in part.items() if k not in parts} if isinstance(part, dict) else part for part in value]
    if isinstance(value, dict):
        return {key: part for key, part in value.items() if key not in parts}
    return ""


def old_letters() -> Iterator[Found]:
    """Letters about a case are kept as long as its file, others for a time of their own."""
    letters = Letter.objects.order_by()
    plain = letters.filter(case_pk__isnull=True, queued_at__lt=before("letter_months")).values("pk")
    of_closed = letters.filter(case_pk__in=closed_cases().order_by().values("pk")).values("pk")
    rows = Letter.objects.filter(pk__in=plain.union(of_closed)).exclude(body=GONE)  # an OR of them reads every letter
    rows = rows.order_by("pk").values_list("pk", "text", "queued_at")
    return ((pk, f"{text} {pk}", written) for pk, text, written in rows.iterator())


def erase_letter(ref: str) -> None:
    Letter.objects.filter(pk=ref).update(subject=GONE, body=GONE, context={}, next_attempt_at=None)


def old_disclosures() -> Iterator[Found]:
    rows = Disclosure.objects.filter(at__lt=before("disclosure_record_years")).order_by("at", "pk")
    return ((row.pk, row.recipient, row.at) for row in rows)


def erase_disclosure(ref: str) -> None:
    Disclosure.objects.filter(pk=ref).delete()


SORTS = (
    Sort("draft", _("Draft"), _("Not touched for longer than drafts are kept"), old_drafts, erase_draft, "draft_purge_months"),
    Sort("discarded", _("Deleted draft"), _("Deleted for longer than it can be brought back"), deleted_drafts, erase_draft, "deleted_draft_days"),
    Sort("file", _("File that was taken off"), _("Taken off, and nothing refers to it"), loose_files, erase_file, "draft_purge_months"),
    Sort("case", _("Personal values of a case"), _("Closed for longer than case files are kept"), old_cases, erase_case, "case_file_years"),
    Sort("letter", _("Words of a letter"), _("Older than letters are kept"), old_letters, erase_letter, "letter_months"),
    Sort(
        "disclosure", _("Row of the register of disclosures"), _("Older than the register is kept"), old_disclosures,
        erase_disclosure, "disclosure_record_years",
    ),
)  # fmt: skip
