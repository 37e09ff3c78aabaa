"""How a year's working days, or a day of system failure, come into force: one administrator proposes, another confirms."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.audit import record
from apps.rules.calendars import CalendarError, DayRow, import_year, record_change, rehearse_year
from apps.rules.models import CalendarProposal, Outage, Proposal

Load = Callable[[int, list[DayRow], str, Any, str], Any]
Excuse = Callable[[Outage], Any]
_load: list[Load] = [import_year]
_excuse: list[Excuse] = []


def load_with(function: Load) -> None:
    """Register what loads a year and redates the time limits that run; it stands above the rules."""
    _load[:] = [function]


def excuse_with(function: Excuse) -> None:
    """Register what redates the parties' time limits that end on a day of system failure; it stands above the rules."""
    _excuse[:] = [function]


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
    _confirm(proposal, by)
    try:
        _load[0](proposal.year, days_of(proposal), proposal.notice_number, by, proposal.source)
    except CalendarError as error:
        raise ValidationError(str(error)) from None
    record("calendar.confirm", actor=by, about=f"{proposal.year}", notice=proposal.notice_number)
    return proposal


def propose_outage(outage: Outage, by) -> Outage:
    """Keep an unsaved day of system failure to be confirmed; nothing is in force yet."""
    outage.proposed_by = by
    outage.save()
    record("outage.propose", actor=by, about=f"{outage.day}", notice=outage.notice_number)
    return outage


@transaction.atomic
def confirm_outage(pk: int, by) -> Any:
    """Declare a day that another person proposed, and redate what ends on it; what became of the time limits. Raises
    ValidationError with one sentence."""
    outage = Outage.objects.select_for_update().get(pk=pk)
    _confirm(outage, by)
    record_change(by, outage.day.year)
    record("outage.confirm", actor=by, about=f"{outage.day}", notice=outage.notice_number)
    return _excuse[0](outage)


def _confirm(proposal: Proposal, by) -> None:
    if proposal.confirmed_by_id is not None:
        raise ValidationError(_("This is confirmed already."))
    if proposal.proposed_by_id == by.pk:
        raise ValidationError(_("Whoever proposed it does not confirm it."))
    proposal.confirmed_by, proposal.confirmed_at = by, timezone.now()
    proposal.save(update_fields=["confirmed_by", "confirmed_at"])
