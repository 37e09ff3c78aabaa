"""Applying a result table of the province once, and knowing when a case was last looked up there."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from json import dumps

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.applications.guards import PROVINCIAL
from apps.applications.models import Application, ProvinceTable
from apps.applications.province_plan import Line, fingerprint, plan
from apps.applications.province_table import Row
from apps.applications.workflow import KIND
from apps.outbox.failpoints import reach
from apps.rules.clock import legal_now, legal_today
from apps.rules.lookup import rule_value
from apps.workflow.acts import perform_form
from apps.workflow.machine import Refused
from apps.workflow.models import Case


def keep_table(rows: list[Row], as_of: date, *, by: User) -> ProvinceTable:
    """The table's row; the same table of the same day is the same row, whoever pastes it again."""
    stored = [row.as_json() for row in rows]
    digest = sha256(dumps([as_of.isoformat(), stored], sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    defaults = {"as_of": as_of, "rows": stored, "pasted_by": by, "pasted_at": timezone.now()}
    return ProvinceTable.objects.get_or_create(digest=digest, defaults=defaults)[0]


def plan_of(table: ProvinceTable, user: User) -> list[Line]:
    """The lines of a stored table, as the cases stand now and as far as this official sees them."""
    rows = [Row(**stored) for stored in table.rows]
    return plan(rows, table.as_of, Case.objects.visible_to(user))


def apply_table(table: ProvinceTable, *, by: User, seen: str) -> ProvinceTable:
    """Perform what the table calls for, once; applied before, it is given back as it was.

    ``seen`` is the fingerprint of the preview: Refused where the cases have moved on since. A row that is refused
    stays behind with its reason in ``result``; the others are written.
    """
    with transaction.atomic():
        row = ProvinceTable.objects.select_for_update().get(pk=table.pk)
        if row.applied_at is not None:
            return row
        reach("province.allowed")
        lines = plan_of(row, by)
        if fingerprint(lines) != seen:
            raise Refused("moved_on", _("The cases have moved on since this preview: look at it again."))
        result = [outcome(line, row, by) for line in lines]
        note_checked(lines, row.as_of)
        row.applied_at, row.applied_by, row.result = timezone.now(), by, result
        row.save(update_fields=["applied_at", "applied_by", "result"])
    return row


def outcome(line: Line, table: ProvinceTable, by: User) -> dict:
    """Make the moves of a line and say what came of it."""
    said, verdict = line.reason, line.verdict
    if verdict == "change":
        try:
            with transaction.atomic():
                make(line, table, by)
            verdict = "done"
        except Refused as refused:
            verdict, said = "refused", str(refused)
    return {
        "line": line.row.line, "number": line.row.number, "name": line.row.name, "code": line.row.code, "verdict": verdict,
        "said": said, "case": line.case.pk if line.case else None,
    }  # fmt: skip


def make(line: Line, table: ProvinceTable, by: User) -> None:
    version = line.case.version
    for number, (move, cleaned) in enumerate(line.steps):
        key = f"province:{table.digest[:24]}:{line.case.pk}:{number}"
        event = perform_form(line.case, move.name, actor=by, cleaned=cleaned, version=version, key=key)
        version = Case.objects.values_list("version", flat=True).get(pk=event.case_id)


def note_checked(lines: list[Line], as_of: date) -> None:
    """Every case in the table was looked up on the table's day; its code is kept, known or not."""
    at = min(legal_now(), legal_now() - (legal_today() - as_of))
    for line in lines:
        if line.case is None or line.row.faults:
            continue
        row = Application.objects.filter(pk=line.case.pk)
        row.update(province_code=line.row.code[:20])
        row.filter(Q(province_checked_at__isnull=True) | Q(province_checked_at__lt=at)).update(province_checked_at=at)


def note_looked(case: Case) -> None:
    """Somebody looked at the province's platform and found nothing new."""
    Application.objects.filter(pk=case.pk).update(province_checked_at=legal_now())


# ------------------------------------------------------------------------------------------------ not looked up


def check_days() -> int:
    return rule_value("province_check_days", legal_today())


def watched(cases):
    """Of the cases those that are with the province now: numbered, open, past the pre-check."""
    return cases.filter(
        kind=KIND.name, track=PROVINCIAL, closed_at__isnull=True, application__province_number__isnull=False
    )


def unchecked(cases):
    """Of the cases those that nobody has looked up at the province for longer than the rule allows."""
    before = legal_now() - timedelta(days=check_days())
    never = Q(application__province_checked_at__isnull=True, changed_at__lt=before)
    return watched(cases).filter(never | Q(application__province_checked_at__lt=before))


def notes(cases: list[Case]) -> dict[int, str]:
    """For lists and case pages: a sentence for each case that was not looked up for too long; no query without one."""
    asked = [
        case.pk for case in cases if case.kind == KIND.name and case.track == PROVINCIAL and case.closed_at is None
    ]
    if not asked:
        return {}
    rows = unchecked(Case.objects.filter(pk__in=asked)).values_list(
        "pk", "application__province_checked_at", "changed_at"
    )
    return {pk: sentence(checked or changed) for pk, checked, changed in rows}


def sentence(since) -> str:
    days = (legal_now() - since).days
    return _("Not looked up at the province for %(days)s days.") % {"days": days}
