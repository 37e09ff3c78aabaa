import json
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from apps.health import restore
from apps.health.backup import BackupError


class Command(BaseCommand):
    help = (
        "Puts a backup beside what runs, into a new data folder, and compares it. With --verify alone into a passing folder: "
        "a drill that leaves nothing."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--into", type=Path, help="the new data folder; must be empty or not there")
        parser.add_argument(
            "--database", default="", help="postgres://… of an empty database; SQLite in --into without it"
        )
        parser.add_argument(
            "--verify", action="store_true", help="the drill: restore, compare, say what differs, tidy up"
        )
        parser.add_argument("--here", action="store_true", help="used by the command itself, in the new place")

    def handle(self, *args, **options):
        if not (options["into"] or options["verify"] or options["here"]):
            raise CommandError("Say --into FOLDER, or --verify for a drill that leaves nothing.")
        try:
            if options["here"]:
                self.stdout.write(json.dumps(restore.restore_here(options["folder"])))
                return
            self.beside(options["folder"], options["into"], options["database"])
        except (BackupError, OSError) as fault:
            raise CommandError(str(fault)) from fault

    def beside(self, folder: Path, into: Path | None, database: str) -> None:
        if into is not None:
            found = restore.restore_beside(folder, into, database)
        else:
            with tempfile.TemporaryDirectory(prefix="restore-drill-") as passing:
                found = restore.restore_beside(folder, Path(passing) / "data", database)
        if found:
            raise CommandError("What was restored differs: " + "; ".join(found))
        self.stdout.write("equal: every table, chain, trigger and file is as in the backup")
