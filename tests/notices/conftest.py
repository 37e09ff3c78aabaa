import pytest
import time_machine

from tests.ways import application, at_noon, walk

DAY = at_noon(2026, 9, 17)


@pytest.fixture
def day():
    """Noon of 17 September 2026; a notice published then runs to 8 October."""
    with time_machine.travel(DAY, tick=False) as clock:
        yield clock


@pytest.fixture
def filed(day, local_track, people, organisations):
    """A local application in public notice."""
    return walk(application(people, organisations), people, "in_notice")


@pytest.fixture
def notice(filed):
    return filed.notices.get()


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client
