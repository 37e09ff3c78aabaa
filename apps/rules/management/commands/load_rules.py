from django.utils.translation import gettext as _

from apps.rules.loading import load_rules
from apps.rules.management.sentences import SentenceCommand


class Command(SentenceCommand):
    help = "Adds the missing rule parameters and calendar years; run again, it changes nothing."

    def handle(self, *args, **options):
        rules, years = load_rules()
        self.stdout.write(
            _("Rules added: %(rules)d; calendar years added: %(years)d.") % {"rules": rules, "years": years}
        )
