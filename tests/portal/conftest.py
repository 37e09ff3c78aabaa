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


@pytest.fixture
def certificate(db) -> dict:
    """An outside certificate as it is typed."""
    return {
        "route": "platform", "platform": str(ways.platform().pk), "notary": "", "certificate_number": "EC-0007",
        "data_name": "近岸浪高数据集", "algorithm": "sha256", "digest": ways.SHA, "deposited_at": "2026-01-05T09:30",
    }  # fmt: skip
