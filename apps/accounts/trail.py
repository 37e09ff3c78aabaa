"""The life of the audit after it is written: exported, sealed by month, archived, and dropped as a whole by two persons."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.audit import line_of, record, take_turn
from apps.accounts.limits import limit
from apps.accounts.models import AuditEntry, AuditMonth, Role, User

DROPPERS = frozenset({Role.AUDIT_ADMIN, Role.SECURITY_ADMIN})


def export(entries: QuerySet) -> Iterator[str]:
    """Lines of JSON, oldest first, each with its hash; `verify_audit` follows them where no entry was filtered out."""
    for row in entries.order_by("number").iterator(chunk_size=1000):
        yield line_of(row) + "\n"


@transaction.atomic
def seal_months() -> int:
    """Seal every month that is over and was not sealed; how many. Safe to run twice at once."""
    take_turn()
    this_month = timezone.now().astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    sealed = AuditMonth.objects.aggregate(last=Max("last_number"))["last"] or 0
    months = (
        AuditEntry.objects.filter(number__gt=sealed, at__lt=this_month)
        .annotate(month=TruncMonth("at", tzinfo=UTC))
        .values("month")
        .annotate(first=Min("number"), last=Max("number"), entries=Count("pk"))
        .order_by("month")
    )
    done = 0
    for found in list(months):
        head = AuditEntry.objects.values_list("hash", flat=True).get(number=found["last"])
        AuditMonth.objects.create(
            month=found["month"].date(), first_number=found["first"], last_number=found["last"],
            count=found["entries"], head_hash=head,
        )  # fmt: skip
        done += 1
    return done


def entries_of(month: AuditMonth) -> QuerySet:
    return AuditEntry.objects.filter(number__range=(month.first_number, month.last_number))


def archive(month: AuditMonth, by: User) -> bytes:
    """The month as JSON lines, to be kept outside; its SHA-256 is written beside the month."""
    _need(by.role == Role.AUDIT_ADMIN, _("The audit administrator alone exports the audit."))
    _need(month.dropped_at is None, _("The entries of this month were dropped; they are in the archive."))
    data = "".join(export(entries_of(month))).encode()
    AuditMonth.objects.filter(pk=month.pk).update(
        archived_at=timezone.now(), archived_by=by, archive_sha256=sha256(data).hexdigest()
    )
    record("export.audit", actor=by, about=f"{month}", entries=month.count)
    return data


def propose_drop(pk: int, by: User) -> AuditMonth:
    """Ask that a month be dropped. Raises ValidationError before the retention time, or where it was not archived."""
    with transaction.atomic():
        month = _lock(pk)
        _may_go(month, by)
        _need(month.drop_proposed_by_id is None, _("It is proposed already."))
        month.drop_proposed_by = by
        month.save(update_fields=["drop_proposed_by"])
        record("audit.drop_propose", actor=by, about=f"{month}")
    return month


def confirm_drop(pk: int, by: User) -> AuditMonth:
    """Drop a month that another person proposed: all its entries at once; the month's row with its last hash stays."""
    with transaction.atomic():
        take_turn()
        month = _lock(pk)
        _may_go(month, by)
        _need(month.drop_proposed_by_id is not None, _("Nobody has proposed it yet."))
        _need(month.drop_proposed_by_id != by.pk, _("Whoever proposed it does not confirm it."))
        month.drop_confirmed_by, month.dropped_at = by, timezone.now()
        month.save(update_fields=["drop_confirmed_by", "dropped_at"])
        gone, _tables = entries_of(month).delete()
        if gone != month.count:
            raise RuntimeError("The month does not hold what was sealed; nothing was dropped.")
        record("audit.drop", actor=by, about=f"{month}", entries=gone, head=month.head_hash)
    return month


def _lock(pk: int) -> AuditMonth:
    return AuditMonth.objects.select_for_update().get(pk=pk)


def _may_go(month: AuditMonth, by: User) -> None:
    _need(by.role in DROPPERS, _("Two of the audit and security administrators drop a month."))
    _need(month.dropped_at is None, _("The entries of this month were dropped; they are in the archive."))
    _need(month.archived_at is not None, _("Export the month and keep the file first."))
    days = limit("log_retention_days")
    over = _end(month) + timedelta(days=days)
    _need(timezone.now() >= over, _("The retention time of %(days)d days is not over.") % {"days": days})


def _end(month: AuditMonth) -> datetime:
    following = (month.month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return datetime(following.year, following.month, 1, tzinfo=UTC)


def _need(true: bool, sentence: str) -> None:
    if not true:
        raise ValidationError(sentence)
