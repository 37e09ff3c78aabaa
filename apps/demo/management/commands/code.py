import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.demo.accounts import PEOPLE, totp_secret


class Command(BaseCommand):
    help = "What the authenticator app of a person of the demonstration shows now. Demo mode only: DEMO=1 manage.py code clerk"
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        if not (settings.DEMO or (settings.DATA_DIR / "demo.json").exists()):
            raise CommandError("This data folder holds no demonstration.")
        secret = next((totp_secret(person) for person in PEOPLE if person.username == username), None)
        if secret is None:
            raise CommandError(f"Nobody is called {username} here, or no code is asked for.")
        self.stdout.write(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
