"""What demo mode alone gives, asked with it on and off."""

import pytest
from django.contrib.auth import authenticate

from apps.accounts.models import Role, User
from apps.demo import seed
from apps.demo.accounts import PASSWORD, demo_accounts
from apps.enterprises.models import Organisation
from apps.rules.loading import load_rules
from config.celery import app


@pytest.fixture
def loaded(db, settings):
    """The demonstration's people, with demo mode on."""
    settings.DEMO = True
    load_rules()
    seed.enter()
    return demo_accounts()


def test_accounts_are_served_in_demo_mode_alone(client, db, settings):
    settings.DEMO = True
    assert client.get("/demo/accounts.json").json()[0]["password"] == PASSWORD
    settings.DEMO = False
    assert client.get("/demo/accounts.json").status_code == 404


def test_every_listed_account_signs_in(loaded, rf):
    for account in loaded:
        user = authenticate(rf.post("/"), username=account["username"], password=account["password"])
        assert user is not None
        assert user.role == (account["role"] if account["role"] in Role else "")


def test_demo_password_opens_nothing_outside_demo_mode(loaded, rf, settings):
    settings.DEMO = False
    assert User.objects.get(username="clerk").check_password(PASSWORD)
    assert authenticate(rf.post("/"), username="clerk", password=PASSWORD) is None


def test_demonstration_is_not_loaded_outside_demo_mode(db):
    with pytest.raises(RuntimeError):
        seed.load()
    assert not User.objects.exists()
    assert not seed.is_loaded()


def test_demonstration_interrupted_leaves_nothing(db, settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setattr(seed, "enter_people", lambda *rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seed.load()
    assert not Organisation.objects.exists()
    assert not seed.is_loaded()


def test_beat_calls_only_tasks_that_exist():
    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert wanted == wanted & app.tasks.keys()
