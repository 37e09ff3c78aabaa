"""What stands in the database after every migration."""

from django.db import router

from apps.outbox import texts
from apps.outbox.models import LetterText


def list_texts(using: str, **_kwargs) -> None:
    """A row, empty, for each built-in text, so that administrators find all of them in one list."""
    if not router.allow_migrate_model(using, LetterText):
        return
    rows = [LetterText(name=name) for name in texts.names()]
    LetterText.objects.using(using).bulk_create(rows, ignore_conflicts=True)
