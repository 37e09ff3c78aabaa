import pytest

from tests import ways
from tests.portal.forms import steps_typed


@pytest.fixture(autouse=True)
def portal(db, settings, rules_loaded, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def evidence(people, organisations):
    """A verified deposit of ``enterprise``."""
    return ways.deposit(organisations.enterprise, people.filer, people.clerk2)


@pytest.fixture
def typed(evidence) -> dict:
    """What a careful person types, step by step."""
    return {step: dict(values) for step, values in steps_typed(evidence).items()}
