"""How a year's working days come into force: one administrator proposes them, another confirms."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.audit import record
from apps.rules.calendars import CalendarError, DayRow, import_year, rehearse_year
from apps.rules.models import CalendarProposal

Load = Callable[[int, list[DayRow], str, Any, str], Any]
_load: list[Load] = [import_year]


def load_with(function: Load) -> None:
    """Register what loads a year and redates the time limits that run; it stands above the rules."""
    _load[:] = [function]


def read_year(text: str) -> tuple[int, str, list[DayRow]]:
    """Year, notice number and days of ``{"year", "notice", "days": [{"date", "work", "zh", "en"}]}``; else ValueError."""
    try:
        told = json.loads(text)
        days = [DayRow(date.fromisoformat(d["date"]), bool(d["work"]), d["zh"], d["en"]) for d in told["days"]]
        return int(told["year"]), str(told["notice"]), days
    except (ValueError, KeyError, TypeError) as fault:
        raise ValueError(repr(fault)) from None


def propose_year(year: int, days: Iterable[DayRow], notice_number: str, by, source: str = "") -> CalendarProposal:
    """Keep a year to be confirmed; nothing is in force yet. Raises CalendarError where it could not be loaded."""
    rows = list(days)
    rehearse_year(year, rows, notice_number)
    told = [{"date": f"{row.date}", "work": row.is_workday, "zh": row.name_zh, "en": row.name_en} for row in rows]
    proposal = CalendarProposal.objects.create(
        year=year, notice_number=notice_number, days=told, source=source, proposed_by=by
    )
    record("calendar.propose", actor=by, about=f"{year}")
    return proposal


def days_of(proposal: CalendarProposal) -> list[DayRow]:
    return [DayRow(date.fromisoformat(d["date"]), d["work"], d["zh"], d["en"]) for d in proposal.days]


@transaction.atomic
def confirm_year(pk: int, by) -> CalendarProposal:
    """Load a year that another person proposed. Raises ValidationError with one sentence."""
    proposal = CalendarProposal.objects.select_for_update().get(pk=pk)
    if proposal.confirmed_by_id is not None:
        raise ValidationError(_("This calendar is confirmed already."))
    if proposal.proposed_by_id == by.pk:
        raise ValidationError(_("Whoever proposed a calendar does not confirm it."))
    try:
        _load[0](proposal.year, days_of(proposal), proposal.notice_number, by, proposal.source)
    except CalendarError as error:
        raise ValidationError(str(error)) from None
    proposal.confirmed_by, proposal.confirmed_at = by, timezone.now()
    proposal.save(update_fields=["confirmed_by", "confirmed_at"])
    record("calendar.confirm", actor=by, about=f"{proposal.year}", notice=proposal.notice_number)
    return proposal
