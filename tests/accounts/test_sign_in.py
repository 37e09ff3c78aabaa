import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.test import Client

from apps.accounts.models import Role, User
from tests.factories import PASSWORD, app_code, make_user

pytestmark = pytest.mark.urls("tests.pages.urls")

LOGIN = "/accounts/login/"
WRONG = ["用户名或密码不正确。", "The user name and the password do not belong together."]


def enter(username, password=PASSWORD, path=LOGIN, **fields):
    client = Client()
    return client, client.post(path, {"login": username, "password": password, **fields})


def enter_fully(username, **fields):
    """The same, and the code of the app where one is asked for."""
    client, response = enter(username, **fields)
    if response.get("Location", "").startswith("/accounts/2fa/authenticate/"):
        response = client.post("/accounts/2fa/authenticate/", {"code": app_code()})
    return client, response


def said(response) -> list[str]:
    return [str(error) for errors in response.context["form"].errors.values() for error in errors]


def test_sign_in_page_is_open_to_anybody(db):
    response = Client().get(LOGIN)
    assert 'name="password"' in response.content.decode()
    assert not re.search(r"password/reset|signup", response.content.decode())


@pytest.mark.parametrize(
    ("role", "home"),
    [
        ("", "/portal/"),
        *[(role, "/desk/") for role in Role if User(role=role).is_official],
        *[(role, "/admin/") for role in Role if User(role=role).is_administrator],
    ],
)
def test_sign_in_leads_to_the_face_of_the_role(db, role, home):
    user = make_user(role=role)
    client, response = enter_fully(user.username)
    assert (response.status_code, response["Location"]) == (302, home)
    assert get_user(client) == user


def test_sign_in_user_name_whatever_the_case(db):
    user = make_user("haiyang")
    client, _ = enter(" HaiYang ")
    assert get_user(client) == user


@pytest.mark.parametrize(
    ("username", "password"), [("haiyang", "wrong"), ("nobody", PASSWORD), ("haiyang", PASSWORD + " ")]
)
def test_sign_in_wrong_says_one_sentence_and_not_which(db, username, password):
    make_user("haiyang")
    client, response = enter(username, password)
    assert len(said(response)) == 1
    assert said(response)[0] in WRONG
    assert get_user(client).is_anonymous


def test_sign_in_null_character_is_an_error_at_the_field(db):
    client, response = enter("hai\0yang")
    assert "login" in response.context["form"].errors
    assert get_user(client).is_anonymous


def test_sign_in_next_is_honoured(db):
    user = make_user()
    assert enter(user.username, next="/portal/applications/1/")[1]["Location"] == "/portal/applications/1/"
    page = Client().get(f"{LOGIN}?next=/portal/applications/1/").content.decode()
    assert re.search(r'name="next"[^>]*value="/portal/applications/1/"', page)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", "http:///evil.example"],
)
def test_sign_in_next_elsewhere_is_ignored(db, target):
    assert enter(make_user().username, next=target)[1]["Location"] == "/portal/"


def test_sign_in_closed_account(db):
    user = make_user(is_active=False)
    client, response = enter(user.username)
    assert response["Location"] == "/accounts/inactive/"
    assert get_user(client).is_anonymous
    assert "<h1>" in client.get("/accounts/inactive/").content.decode()


def test_session_of_an_account_closed_meanwhile(people, sign_in):
    client = sign_in(people.filer)
    User.objects.filter(pk=people.filer.pk).update(is_active=False)
    assert client.get("/accounts/password/change/")["Location"].startswith(LOGIN)


def test_sign_in_signed_in_already(people, sign_in):
    assert sign_in(people.clerk).get(LOGIN)["Location"] == "/desk/"


def test_sign_out(people, sign_in):
    client = sign_in(people.filer)
    assert "<form" in client.get("/accounts/logout/").content.decode()
    assert get_user(client) == people.filer
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert get_user(client).is_anonymous


def test_sign_up_is_closed(db):
    client = Client()
    fields = {"username": "intruder", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/accounts/signup/", fields)
    assert "account/signup_closed.html" in [template.name for template in response.templates]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "path", ["password/reset/", "email/", "confirm-email/", "password/set/", "login/code/confirm/"]
)
def test_doors_not_in_use_do_not_exist(people, sign_in, path):
    assert sign_in(people.filer).get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "password/change/",
        "reauthenticate/",
        "2fa/",
        "2fa/reauthenticate/",
        "2fa/totp/activate/",
        "2fa/totp/deactivate/",
        "2fa/recovery-codes/",
        "2fa/recovery-codes/generate/",
        "2fa/recovery-codes/download/",
    ],
)
def test_own_account_anonymous_is_led_to_the_door(db, path):
    response = Client().get(f"/accounts/{path}")
    assert response["Location"] == f"{LOGIN}?next=/accounts/{path}"


def test_change_password(people, sign_in):
    client, other = sign_in(people.filer), sign_in(people.filer)
    new = "A quite different 1 sentence"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/accounts/password/change/", fields)
    people.filer.refresh_from_db()
    assert people.filer.check_password(new)
    assert get_user(client) == people.filer
    assert get_user(other).is_anonymous


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        (
            "oldpassword",
            {"oldpassword": "wrong", "password1": "A quite different 1", "password2": "A quite different 1"},
        ),
        ("password1", {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}),
        (
            "password2",
            {"oldpassword": PASSWORD, "password1": "A quite different 1", "password2": "Another 1 again, dear"},
        ),
    ],
)
def test_change_password_refused_at_the_field(people, sign_in, field, fields):
    response = sign_in(people.filer).post("/accounts/password/change/", fields)
    assert list(response.context["form"].errors) == [field]
    people.filer.refresh_from_db()
    assert people.filer.check_password(PASSWORD)


@pytest.fixture
def guarded(people, time_machine_at):
    """(client, secret, recovery codes) of a clerk who was led to the set-up and has set the app up."""
    Authenticator.objects.all().delete()
    client, _ = enter("clerk")
    assert client.get("/admin/")["Location"] == "/accounts/2fa/totp/activate/"
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    response = client.post("/accounts/2fa/totp/activate/", {"code": app_code(secret)})
    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    return client, secret, client.get(response["Location"]).context["unused_codes"]


@pytest.fixture
def time_machine_at(time_machine):
    moment = 1_760_000_010
    time_machine.move_to(moment, tick=False)
    return moment


def test_second_factor_is_asked_for(guarded, people, time_machine_at):
    _, secret, _ = guarded
    client, response = enter("clerk", next="/desk/cases/7/")
    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert get_user(client).is_anonymous
    assert 'name="code"' in client.get(response["Location"]).content.decode()
    refused = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert len(said(refused)) == 1
    assert get_user(client).is_anonymous
    entered = client.post("/accounts/2fa/authenticate/", {"code": app_code(secret, ahead=1)})
    assert entered["Location"] == "/desk/cases/7/"
    assert get_user(client) == people.clerk


def test_second_factor_recovery_code_serves_once(guarded, people):
    _, _, codes = guarded
    for serves in (True, False):
        client, _ = enter("clerk")
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert (get_user(client) == people.clerk) is serves


def test_second_factor_secrets_are_sealed(guarded):
    _, secret, codes = guarded
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert "v1." in kept
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_second_factor_pages_and_end(guarded, people):
    """An official may change the app, and is led back to the set-up at once."""
    client, _, codes = guarded
    for path in ["", "recovery-codes/"]:
        assert "<h1>" in client.get(f"/accounts/2fa/{path}").content.decode()
    for path in ["recovery-codes/generate/", "totp/deactivate/"]:
        assert "<h1>" in client.get(f"/accounts/2fa/{path}").content.decode()
    assert client.get("/accounts/2fa/recovery-codes/download/").content.decode().split() == codes
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert client.get("/admin/")["Location"] == "/accounts/2fa/totp/activate/"


def test_language_of_the_account_wins_over_the_cookie(people, sign_in):
    client = sign_in(people.filer)
    client.cookies["django_language"] = "zh-hans"
    assert client.get("/accounts/2fa/")["Content-Language"] == "zh-hans"
    User.objects.filter(pk=people.filer.pk).update(language="en")
    response = client.get("/accounts/2fa/")
    assert response["Content-Language"] == "en"
    assert 'lang="en"' in response.content.decode()


def test_language_anonymous_follows_the_cookie(db):
    client = Client()
    assert client.get(LOGIN)["Content-Language"] == "zh-hans"
    client.cookies["django_language"] = "en"
    assert client.get(LOGIN)["Content-Language"] == "en"


def test_anonymous_page_reads_no_session_and_no_user(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(5) as asked:
        Client().get("/accounts/inactive/")
    assert not [query for query in asked.captured_queries if re.search("session|accounts_user", query["sql"])]
