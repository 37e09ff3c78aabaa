import json
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User
from apps.rules.calendars import CalendarError, DayRow
from apps.workflow.rehearsal import Shift, load_year, rehearse


class Command(BaseCommand):
    help = "Shows which running time limits a new year's working days would move; with --apply, loads them."

    def add_arguments(self, parser):
        parser.add_argument("file", help='JSON: {"year", "notice", "days": [{"date", "work", "zh", "en"}]}')
        parser.add_argument("--apply", action="store_true", help="load the year and redate what moves")
        parser.add_argument("--as", dest="username", default="", help="the administrator who loads it")

    def handle(self, *args, file, apply, username, **options):
        year, notice, days = read(Path(file))
        try:
            if not apply:
                self.show(rehearse(year, days, notice))
                return
            actor = User.objects.filter(username=username, is_active=True).first()
            if actor is None or not actor.is_administrator:
                raise CommandError("Name the administrator who loads the year: --as USERNAME")
            self.show(load_year(year, days, notice, actor))
        except CalendarError as error:
            raise CommandError(str(error)) from None

    def show(self, shifts: list[Shift]) -> None:
        for shift in shifts:
            case = shift.clock.case
            mark = "" if not shift.was_provisional or shift.provisional else " (no longer provisional)"
            self.stdout.write(f"{case.number} {shift.clock.name}: {shift.before} -> {shift.after}{mark}")
        self.stdout.write(f"{len(shifts)} running time limits")


def read(path: Path) -> tuple[int, str, list[DayRow]]:
    """Year, notice number and days of a file; CommandError in one sentence for anything else."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        days = [DayRow(date.fromisoformat(d["date"]), bool(d["work"]), d["zh"], d["en"]) for d in told["days"]]
        return int(told["year"]), str(told["notice"]), days
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise CommandError(f"{path.name} is not a list of working days: {fault!r}") from None
