"""How a proposed rule comes into force."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.audit import record
from apps.rules.models import RuleParameter


@transaction.atomic
def confirm(pk: int, by) -> RuleParameter:
    """Confirm a row by a person who did not propose it; the confirmed row before it ends where this one begins.

    Raises ValidationError with one sentence. Concurrent confirmations of a key wait for each other.
    """
    key = RuleParameter.objects.values_list("key", flat=True).get(pk=pk)
    rows = {row.pk: row for row in RuleParameter.objects.select_for_update().filter(key=key).order_by("pk")}
    row = rows[pk]
    if row.confirmed:
        raise ValidationError(_("This row is confirmed already."))
    if row.proposed_by_id == by.pk:
        raise ValidationError(_("Whoever proposed a rule does not confirm it."))
    make_room(row)
    row.confirmed_by, row.confirmed_at = by, timezone.now()
    row.clean()
    row.save(update_fields=["confirmed_by", "confirmed_at", "effective_to"])
    record("rule.confirm", actor=by, about=f"{row.key} from {row.effective_from}", value=row.value)
    return row


def make_room(row: RuleParameter) -> None:
    """End the open confirmed row before this one, and this one, if open, where the next confirmed row begins."""
    confirmed = RuleParameter.objects.filter(key=row.key, confirmed_by__isnull=False)
    before = confirmed.filter(effective_to__isnull=True, effective_from__lt=row.effective_from)
    before.update(effective_to=row.effective_from)
    if row.effective_to is None:
        later = confirmed.filter(effective_from__gt=row.effective_from)
        row.effective_to = later.aggregate(first=Min("effective_from"))["first"]


def complete_proposal(row: RuleParameter, by) -> None:
    """Fill a person's proposal with the names and unit its key already has; the caller saves it."""
    known = RuleParameter.objects.filter(key=row.key).order_by("effective_from").first()
    row.unit, row.name_zh, row.name_en = known.unit, known.name_zh, known.name_en
    row.proposed_by = by
