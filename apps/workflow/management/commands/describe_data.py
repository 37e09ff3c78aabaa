"""``manage.py describe_data FILE``: what the form would propose from a data file, read to the end."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from apps.workflow.datafile import BadFile, profile


class Command(BaseCommand):
    help = (
        "Describe a data file (CSV, TSV, XLSX, JSON, Parquet) as JSON: fields, counts, time span, what looks personal."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file: Path, **options):
        try:
            with file.open("rb") as stream:
                found = profile(stream, file.name)
        except (OSError, BadFile) as fault:
            raise CommandError(fault.sentence if isinstance(fault, BadFile) else str(fault)) from fault
        self.stdout.write(json.dumps(found.plain(), ensure_ascii=False, indent=2))
