import pytest
from django.utils import translation

from apps.rules.deadlines import load_calendar
from apps.rules.loading import load_rules
from apps.rules.models import CalendarDay, CalendarVersion, CalendarYear


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def calendar(db):
    """The calendar as `load_rules` brings it: 2004 to 2026 published, 2027 provisional."""
    load_rules()
    return load_calendar()


@pytest.fixture
def no_calendar(db):
    """A database into which no calendar was loaded."""
    for model in (CalendarDay, CalendarYear, CalendarVersion):
        model.objects.all().delete()
