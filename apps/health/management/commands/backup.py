from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from apps.health.backup import BackupError, back_up


class Command(BaseCommand):
    help = "Writes a backup into an empty folder: every table in one snapshot, every document, a manifest with digests."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *args, **options):
        try:
            manifest = back_up(options["folder"])
        except (BackupError, OSError) as fault:
            raise CommandError(str(fault)) from fault
        count = sum(table["rows"] for table in manifest["tables"].values())
        files = manifest["files"]
        self.stdout.write(
            f"{count} rows in {len(manifest['tables'])} tables, {files['count']} files ({files['bytes']} bytes)"
        )
        for digest in manifest["missing_files"]:
            self.stderr.write(f"warning: a document's file is missing here already: {digest}")
