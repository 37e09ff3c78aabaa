from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import Role, User
from apps.rules.calendars import CalendarError, DayRow
from apps.rules.models import CalendarProposal
from apps.rules.proposals import confirm_year, propose_year, read_year
from apps.workflow.rehearsal import Shift, rehearse


class Command(BaseCommand):
    help = (
        "Shows which running time limits a new year's working days would move; with --propose, puts the year before "
        "the security administrator, who confirms it in the admin site or with --confirm."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", help='JSON: {"year", "notice", "days": [{"date", "work", "zh", "en"}]}')
        parser.add_argument("--propose", action="store_true", help="keep the year to be confirmed by another")
        parser.add_argument("--confirm", action="store_true", help="load the year that another proposed, and redate")
        parser.add_argument("--as", dest="username", default="", help="the administrator who proposes or confirms")

    def handle(self, *args, file, propose, confirm, username, **options):
        year, notice, days = read(Path(file))
        try:
            self.show(rehearse(year, days, notice))
            if propose:
                propose_year(year, days, notice, person(username, Role.SYSTEM_ADMIN))
            if confirm:
                waiting = CalendarProposal.objects.filter(year=year, notice_number=notice, confirmed_by=None)
                proposal = waiting.order_by("-pk").first()
                if proposal is None:
                    raise CommandError("Nobody has proposed this year under this notice.")
                confirm_year(proposal.pk, person(username, Role.SECURITY_ADMIN))
        except CalendarError as error:
            raise CommandError(str(error)) from None
        except ValidationError as refusal:
            raise CommandError(refusal.messages[0]) from None

    def show(self, shifts: list[Shift]) -> None:
        for shift in shifts:
            case = shift.clock.case
            mark = "" if not shift.was_provisional or shift.provisional else " (no longer provisional)"
            self.stdout.write(f"{case.number} {shift.clock.name}: {shift.before} -> {shift.after}{mark}")
        self.stdout.write(f"{len(shifts)} running time limits")


def person(username: str, role: Role) -> User:
    """Who acts; CommandError for anybody without the post."""
    found = User.objects.filter(username=username, is_active=True, role=role).first()
    if found is None:
        raise CommandError(f"Name the person who does it, a {role.label}: --as USERNAME")
    return found


def read(path: Path) -> tuple[int, str, list[DayRow]]:
    """Year, notice number and days of a file; CommandError in one sentence for anything else."""
    try:
        return read_year(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise CommandError(f"{path.name} is not a list of working days: {fault}") from None
