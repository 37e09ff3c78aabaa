from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from apps.accounts.models import User
from apps.privacy import retention


class Command(BaseCommand):
    help = "Shows what is due to be erased and why; with --propose, draws up the list that a second official confirms on the desk."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only show: the default")
        parser.add_argument("--propose", action="store_true", help="draw up the list")
        parser.add_argument("--as", dest="username", default="", help="the official who draws it up")
        parser.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"])

    def handle(self, *args, **options):
        with translation.override(options["language"]):
            items = retention.preview()
            for item in items:
                self.stdout.write(f"{item.label}  {item.name}  {item.since}  {item.reason}")
            self.stdout.write(f"{len(items)}")
            if options["propose"] and not options["dry_run"]:
                self.propose(options["username"])

    def propose(self, username: str) -> None:
        by = User.objects.filter(username=username, role__in=("chief", "deputy"), is_active=True).first()
        if by is None:
            raise CommandError("--as names a section chief or a deputy director.")
        try:
            plan = retention.propose(by)
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault
        self.stdout.write(f"plan {plan.pk}")
