import pytest

from tests.ways import application


@pytest.fixture
def filed(local_track, people, organisations):
    """A local application in pre-check."""
    return application(people, organisations)
