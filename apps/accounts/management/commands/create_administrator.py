import sys
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import ADMINISTRATOR_ROLES, Role, User
from apps.accounts.text import clean_code


class Command(BaseCommand):
    help = "Creates an administrator. The password is asked for, or read as one line from standard input."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument(
            "--role", choices=sorted(role.value for role in ADMINISTRATOR_ROLES), default="system_admin"
        )
        parser.add_argument("--full-name", default="")

    def handle(self, *, username, role, full_name, **options):
        username = clean_code(username)
        user = User(username=username, full_name=full_name or username, role=role)
        password = read_password()
        try:
            validate_password(password, user)
            user.set_password(password)
            user.full_clean()
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        user.save()
        self.stdout.write(f"{username}: {Role(role).label}")


def read_password() -> str:
    """What is typed, twice the same, on a terminal; else the first line of standard input. CommandError when empty."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = getpass()
        if getpass("Password (again): ") != password:
            raise CommandError("The two passwords differ.")
    if not password:
        raise CommandError("A password is wanted: type it, or give it as one line on standard input.")
    return password
