from apps.rules.loading import load_rules
from apps.rules.management.sentences import SentenceCommand


class Command(SentenceCommand):
    help = "Adds the missing rule parameters and calendar years; run again, it changes nothing."

    def handle(self, *args, **options):
        rules, years = load_rules()
        self.stdout.write(f"rules added: {rules}; calendar years added: {years}")
