import logging
import os
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from apps.demo import seed
from apps.demo.accounts import PASSWORD, demo_accounts
from apps.demo.console import say, step, table
from apps.demo.prepare import prepare
from apps.demo.supervisor import Supervisor, Trouble, read_port
from apps.demo.troubles import plainly


class Command(BaseCommand):
    help = "Load the demonstration and serve it until Ctrl-C. PORT and DATA_DIR come from the environment."
    requires_system_checks = ()

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("Demo mode is off: DEMO=0 is set.")
        try:
            status = Supervisor(read_port(os.environ.get("PORT") or "8000"), ready_the_database, announce).run()
        except Trouble as trouble:
            raise CommandError(str(trouble)) from None
        except (OSError, DatabaseError) as error:
            raise CommandError(plainly(error)) from error
        sys.exit(status)


def ready_the_database() -> None:
    log_to_file()
    prepare()
    if not seed.is_loaded():
        with step("demonstration loaded"):
            seed.load()
    connection.close()


def log_to_file() -> None:
    """The console stays quiet; what this process logs goes beside the other logs."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream((settings.DATA_DIR / "log" / "demo.log").open("a", encoding="utf-8"))


def announce(address: str) -> None:
    people = demo_accounts()
    say()
    rows = ((p["username"], p["role"], p["organisation"] or f"TOTP {p['totp_secret']}") for p in people)
    table([("user", "role", "organisation, or secret of the authenticator app"), *rows])
    say(f"\n  password of all: {PASSWORD}\n  data folder: {settings.DATA_DIR}")
    say("  the app's code of a user now: manage.py code clerk 动态口令\n")
    say(f"  {address}   Ctrl-C stops it. 按 Ctrl-C 停止。\n")
