from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from apps.demo.prepare import prepare
from apps.demo.supervisor import make_folders
from apps.demo.troubles import plainly


class Command(BaseCommand):
    help = "Translations, static files, tables and rules: everything but people and cases."
    requires_system_checks = ()

    def handle(self, *args, **options):
        try:
            make_folders(settings.DATA_DIR)
            prepare()
        except (OSError, DatabaseError) as error:
            raise CommandError(plainly(error)) from error
        self.stdout.write(f"Ready: {settings.DATA_DIR}")
