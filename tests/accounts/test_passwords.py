"""What a password must be, and when it must be changed."""

from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import password_changed, validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.accounts.models import OldPassword, User
from tests.factories import PASSWORD, make_user

GOOD = "Tide-tables 7"


def refusals(password, user=None) -> set[str]:
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        return {error.code for error in refusal.error_list}
    return set()


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        (GOOD, set()),
        ("Gr8-sea.", set()),
        ("Gr8-sea", {"password_too_short"}),
        ("tide tables here", {"password_classes"}),
        ("TIDETABLES HERE", {"password_classes"}),
        ("tide tables 7", set()),
        ("潮汐Tables7潮汐", set()),
        ("Haiyang-tables 7", {"password_own_data"}),
        ("Call 13812345678!", {"password_own_data", "password_run"}),
        ("Call 12345678 me", {"password_own_data", "password_run"}),
        ("Qwer-tide 79", {"password_run"}),
        ("Tide REWQ 79", {"password_run"}),
        ("Tide-4321 sea", {"password_run"}),
        ("Tide-abcd 79x", {"password_run"}),
        ("Tide-aaaa 79x", {"password_run"}),
    ],
)
def test_password_rules(db, password, codes):
    assert refusals(password, make_user("haiyang", phone="138-1234-5678")) == codes


@pytest.mark.parametrize("role", ["clerk", "audit_admin"])
def test_officials_and_administrators_need_ten(db, role):
    assert refusals("Gr8-sea.", make_user(role=role)) == {"password_too_short"}
    assert not refusals("Gr8-sea.xy", make_user(role=role))


def renew(user, password):
    user.set_password(password)
    user.save()


def test_last_five_are_not_taken_again(db):
    user = make_user()
    for number in range(6):
        renew(user, f"{GOOD}{number}")
    assert OldPassword.objects.filter(user=user).count() == 5
    assert refusals(f"{GOOD}0", user) == set()
    for number in range(1, 6):
        assert refusals(f"{GOOD}{number}", user) == {"password_reused"}
    assert password_changed


def test_own_password_is_not_taken_again_even_where_none_is_kept(db):
    assert "password_reused" in refusals(PASSWORD, make_user())


def led_to(client) -> str:
    return client.get("/accounts/sessions/").get("Location", "")


def change(client, new=GOOD, old=PASSWORD):
    return client.post("/accounts/password/change/", {"oldpassword": old, "password1": new, "password2": new})


def test_password_given_by_an_administrator_is_changed_at_the_first_sign_in(people, sign_in):
    path = f"/admin/accounts/user/{people.filer.pk}/password/"
    fields = {"usable_password": "true", "password1": "Given-away 71", "password2": "Given-away 71"}
    sign_in(people.system_admin).post(path, fields)
    people.filer.refresh_from_db()
    client = sign_in(people.filer)
    assert led_to(client) == "/accounts/password/change/"
    change(client, old="Given-away 71")
    assert led_to(client) == ""
    assert not User.objects.get(pk=people.filer.pk).password_is_temporary
    assert led_to(sign_in(User.objects.get(pk=people.filer.pk))) == ""


def test_account_entered_by_an_administrator_begins_with_a_new_password(people, sign_in):
    fields = {"username": "newcomer2", "full_name": "陈渔", "language": "en", "usable_password": "true"}
    sign_in(people.system_admin).post(
        "/admin/accounts/user/add/", fields | {"password1": "Given-away 71", "password2": "Given-away 71"}
    )
    assert led_to(sign_in(User.objects.get(username="newcomer2"))) == "/accounts/password/change/"


def test_password_is_changed_after_its_days(people, sign_in):
    User.objects.filter(pk=people.filer.pk).update(password_changed_at=timezone.now() - timedelta(days=89))
    assert led_to(sign_in(User.objects.get(pk=people.filer.pk))) == ""
    User.objects.filter(pk=people.filer.pk).update(password_changed_at=timezone.now() - timedelta(days=91))
    client = sign_in(User.objects.get(pk=people.filer.pk))
    assert led_to(client) == "/accounts/password/change/"
    assert change(client).status_code == 302
    assert led_to(client) == ""
