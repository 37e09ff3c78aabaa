import pytest

from apps.rules.deadlines import load_calendar
from apps.rules.loading import load_rules


@pytest.fixture
def calendar(db):
    """The calendar as `load_rules` brings it: 2004 to 2026 published, 2027 provisional."""
    load_rules()
    return load_calendar()
