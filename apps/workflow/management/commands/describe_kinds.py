from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.workflow.description import LANGUAGES, document
from apps.workflow.states import all_kinds


class Command(BaseCommand):
    help = (
        "Writes docs/reference/kinds: the state diagram and the table of moves of every kind, from the tables that run."
    )

    def handle(self, *args, **options):
        folder = Path(settings.BASE_DIR) / "docs" / "reference" / "kinds"
        folder.mkdir(parents=True, exist_ok=True)
        for kind in all_kinds():
            for language in LANGUAGES:
                (folder / f"{kind.name}.{language}.md").write_text(document(kind, language), encoding="utf-8")
        self.stdout.write(f"{len(all_kinds())} kinds written to {folder.relative_to(settings.BASE_DIR)}")
