"""The demonstration loaded once for a module, under a clock that stands still; taken back at its end."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings
from django.db import transaction

from apps.demo import seed

MORNING = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # a Monday, 09:30 in Shanghai


def load_at(moment: datetime) -> list[dict]:
    """Load the demonstration as of a moment; the caller rolls back."""
    before, settings.DEMO = settings.DEMO, True
    try:
        with time_machine.travel(moment, tick=False):
            return seed.load()
    finally:
        settings.DEMO = before


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The accounts; the data stand in the database for the whole module."""
    with django_db_blocker.unblock():
        before = transaction.atomic()
        before.__enter__()
        try:
            yield load_at(MORNING)
        finally:
            transaction.set_rollback(True)
            before.__exit__(None, None, None)


@pytest.fixture
def frozen(loaded, db):
    """The moment of loading goes on: nothing has happened since."""
    with time_machine.travel(MORNING, tick=False):
        yield loaded
