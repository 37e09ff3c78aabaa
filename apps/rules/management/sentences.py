from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _


class SentenceCommand(BaseCommand):
    """A command that answers nonsense with one sentence on stderr and a non-zero code, never with a traceback."""

    def create_parser(self, prog_name, subcommand, **kwargs):
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if self._called_from_command_line:
            parser.error = lambda message: parser.exit(2, f"{message[:1].upper()}{message[1:]}.\n")
        return parser

    def run_from_argv(self, argv):
        try:
            super().run_from_argv(argv)
        except DatabaseError:
            self.stderr.write(_("The database is not ready: run `make setup` first."))
            raise SystemExit(1) from None
