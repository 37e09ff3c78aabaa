import pytest

from tests.certificates.conftest import certificate, register

__all__ = ["certificate", "english", "register"]


@pytest.fixture
def english(client):
    """A reader of English."""
    client.cookies["django_language"] = "en"
    return client
