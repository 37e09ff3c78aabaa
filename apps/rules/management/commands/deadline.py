import json
import re
from datetime import date

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from apps.rules.deadlines import LONGEST, Deadline, DeadlineError, deadline, load_calendar
from apps.rules.management.sentences import SentenceCommand


class Command(SentenceCommand):
    help = "Counts a period and shows every day of it: deadline 2026-09-18 10 --unit workday"

    def add_arguments(self, parser):
        parser.add_argument("start", help="day of the act, YYYY-MM-DD; itself not counted")
        parser.add_argument("count", help="how many units")
        parser.add_argument("--unit", default="workday", help=", ".join(LONGEST))
        parser.add_argument("--roll", action="store_true", help="a last day of rest moves to the next working day")
        parser.add_argument("--excused", action="store_true", help="a last day of system failure moves as well")
        parser.add_argument("--json", action="store_true", help="machine-readable")

    def handle(self, *args, start, count, unit, roll, excused, **options):
        calendar = load_calendar()
        if not calendar.version:
            raise CommandError(_("No working calendar is loaded: run `manage.py load_rules` first."))
        try:
            found = deadline(read_date(start), read_count(count), unit, calendar, roll=roll, excused=excused)
        except DeadlineError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(as_data(found), ensure_ascii=False) if options["json"] else as_text(found))


def read_date(text: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass  # the form is right, the day does not exist
    raise CommandError(_("“%(text)s” is not a day written as YYYY-MM-DD.") % {"text": text[:40]})


def read_count(text: str) -> int:
    if re.fullmatch(r"[+-]?\d{1,9}", text, re.ASCII):
        return int(text)
    raise CommandError(_("“%(text)s” is not a whole number that a period can have.") % {"text": text[:40]})


def as_data(found: Deadline) -> dict:
    steps = [{"date": str(step.date), "counted": step.counted, "reason": step.reason} for step in found.steps]
    return {
        "date": str(found.date),
        "provisional": found.provisional,
        "calendar_version": found.calendar_version,
        "rule": found.rule,
        "steps": steps,
    }


def as_text(found: Deadline) -> str:
    lines = [found.rule]
    lines += [f"{'+' if step.counted else ' '} {step.date}  {step.reason}" for step in found.steps]
    note = _(" (provisional)") if found.provisional else ""
    last = _("Last day: %(date)s, 24:00%(note)s; calendar version %(version)d")
    return "\n".join([*lines, last % {"date": found.date, "note": note, "version": found.calendar_version}])
