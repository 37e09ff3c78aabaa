from django.core.management.base import BaseCommand, CommandError

from apps.accounts.chain import check


class Command(BaseCommand):
    help = "Checks an exported security audit (JSON lines) without a database: every hash, number and link."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file")

    def handle(self, *args, file, **options):
        try:
            with open(file, encoding="utf-8", newline="\n") as lines:
                found = check(lines)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from None
        if found.broken:
            raise CommandError(f"line {found.broken} {found.reason}; {found.good} lines before it are right")
        self.stdout.write(
            f"{found.good} entries, unbroken\nbefore the first: {found.first_prev}\nlast hash: {found.head}"
        )
