import io
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from apps.accounts.loading import DISTRICTS, load_districts
from apps.accounts.models import District, Role, User
from apps.accounts.preferences import set_language
from tests.factories import make_district, make_user


def test_load_districts_twice_keeps_what_was_mended(db):
    load_districts()
    District.objects.filter(code="330902").update(name_en="Dinghai")
    load_districts()
    assert District.objects.count() == len(DISTRICTS) == 8
    assert District.objects.get(code="330902").name_en == "Dinghai"


@pytest.mark.parametrize("role", [Role.DISTRICT_CLERK, Role.DISTRICT_REVIEWER])
def test_district_official_without_district(db, role):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(role=role, district=None)


@pytest.mark.parametrize("role", ["", *sorted(set(Role) - {Role.DISTRICT_CLERK, Role.DISTRICT_REVIEWER})])
def test_others_with_district(db, role):
    district = make_district()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(role=role, district=district)
    assert make_user(role=role).district is None


def test_role_unknown(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(role="superuser")


def test_user_name_differs_by_case_alone(db):
    make_user("Haiyang")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user("haiyang")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_an_official_or_an_administrator(role):
    user = User(role=role)
    assert user.is_official != user.is_administrator
    assert user.is_staff
    assert not user.has_perm("accounts.view_user")


def test_person_of_an_enterprise_is_no_staff():
    user = User()
    assert (user.is_official, user.is_administrator, user.is_staff) == (False, False, False)


def test_official_who_left_is_no_staff():
    assert not User(role=Role.CLERK, is_active=False).is_staff


def test_create_user(db):
    user = User.objects.create_user(" ｗａｎｇ ", "Correct horse battery 9 staple", full_name="王海")
    assert user.username == "wang"
    assert user.check_password("Correct horse battery 9 staple")
    assert not User.objects.create_user("li", full_name="李潮").has_usable_password()


def test_set_language(db):
    user = make_user()
    set_language(user, "en")
    assert user.language == "en"
    assert User.objects.get(pk=user.pk).language == "en"
    with pytest.raises(ValueError, match="fr"):
        set_language(user, "fr")


def run(monkeypatch, typed, *arguments):
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    call_command("create_administrator", *arguments, stdout=io.StringIO())


def test_create_administrator(db, monkeypatch):
    run(monkeypatch, "Correct horse battery 9 staple\n", "root1", "--role", "audit_admin", "--full-name", "审计")
    user = User.objects.get(username="root1")
    assert (user.role, user.full_name) == ("audit_admin", "审计")
    assert user.check_password("Correct horse battery 9 staple")


@pytest.mark.parametrize("typed", ["", "\n", "short\n", "1234567890\n"])
def test_create_administrator_bad_password(db, monkeypatch, typed):
    with pytest.raises(CommandError):
        run(monkeypatch, typed, "root1")
    assert not User.objects.exists()


def test_create_administrator_name_taken(db, monkeypatch):
    make_user("root1")
    with pytest.raises(CommandError):
        run(monkeypatch, "Correct horse battery 9 staple\n", "ROOT1")
    assert User.objects.count() == 1


def test_create_administrator_is_no_business_role(db, monkeypatch):
    with pytest.raises(CommandError):
        run(monkeypatch, "Correct horse battery 9 staple\n", "root1", "--role", "clerk")
