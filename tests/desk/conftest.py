import pytest

from apps.workflow.machine import perform
from tests.ways import application, walk


@pytest.fixture
def filed(rules_loaded, people, organisations):
    """A local application of Dinghai in pre-check."""
    return application(people, organisations)


@pytest.fixture
def examining(filed, people):
    """The same, to be examined."""
    return walk(filed, people, "examining")


@pytest.fixture
def examined(examining, people):
    """The same, with the examiner's proposal."""
    perform(examining.pk, "propose", actor=people.clerk, data={"proposal": "accept"}, comment="complete")
    examining.refresh_from_db()
    return examining


@pytest.fixture
def desk_of(sign_in):
    """desk_of(user) -> a client that is signed in and reads English."""

    def enter(user):
        user.language = "en"
        user.save(update_fields=["language"])
        return sign_in(user)

    return enter
