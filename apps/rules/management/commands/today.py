import re

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from apps.rules.clock import LONGEST_MOVE, advance_days, legal_today
from apps.rules.management.sentences import SentenceCommand


class Command(SentenceCommand):
    help = "Tells legal today; in demo mode `today +10` moves it, day by day, each day swept."

    def add_arguments(self, parser):
        parser.add_argument("days", nargs="?", default="", help="+DAYS, forward only")

    def handle(self, *args, days, **options):
        if days:
            advance_days(read_days(days))
        self.stdout.write(str(legal_today()))


def read_days(text: str) -> int:
    if not settings.DEMO:
        raise CommandError(_("Legal time moves in demo mode only."))
    if not re.fullmatch(r"\+?\d{1,6}", text, re.ASCII) or not 1 <= int(text) <= LONGEST_MOVE:
        sentence = _("Legal time moves forward by 1 to %(most)d whole days, written like +10.")
        raise CommandError(sentence % {"most": LONGEST_MOVE})
    return int(text)
