"""How long a session lasts, what counts as being there, what is owed first, and what becomes of a form sent too late."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from apps.accounts.models import Session, User
from apps.rules.models import RuleParameter
from tests.factories import PASSWORD, app_code, make_user

ASK, SELF = "/accounts/session/", "/accounts/sessions/"


@pytest.fixture
def clock(time_machine):
    time_machine.move_to("2026-11-23T01:15:00Z", tick=False)

    def forward(minutes):
        time_machine.shift(timedelta(minutes=minutes))

    return forward


def lasts(client) -> bool:
    """Asked in the background, so that the question changes nothing."""
    return client.get(ASK, headers={"X-Background": "1"}).json()["signed_in"]


def test_idle_session_ends_by_the_rule(people, sign_in, clock):
    RuleParameter.objects.filter(key="idle_minutes").update(value=20)
    client = sign_in(people.filer)
    clock(20)
    assert not lasts(client)
    client = sign_in(people.filer)
    clock(19)
    client.get(SELF)
    clock(19)
    assert client.get(SELF).status_code == 200
    clock(21)
    assert client.get(SELF)["Location"] == f"/accounts/login/?next={SELF}"


@pytest.mark.parametrize("header", [{"X-Background": "1"}, {"X-Requested-With": "autosave"}])
def test_background_requests_are_no_activity(people, sign_in, clock, header):
    client = sign_in(people.filer)
    for _ in range(3):
        clock(11)
        answer = client.get(SELF, headers=header)
    assert (answer.status_code, answer.json()) == (401, {"signed_in": False, "seconds": 0})


def test_busy_session_ends_after_its_hours(people, sign_in, clock):
    RuleParameter.objects.filter(key="session_hours").update(value=1)
    client = sign_in(people.filer)
    for _ in range(3):
        clock(19)
        assert client.get(SELF).status_code == 200
    clock(4)
    assert client.get(SELF).status_code == 302


def test_activity_is_written_once_a_minute_and_asks_nothing_more(people, sign_in, clock, django_assert_num_queries):
    client = sign_in(people.filer)
    clock(0.9)
    with django_assert_num_queries(2):  # session, user
        client.get(ASK)
    clock(0.2)
    with django_assert_num_queries(5):  # and the session's row, within a savepoint
        client.get(ASK)
    assert Session.objects.get().seen_at.minute == 16
    with django_assert_num_queries(2):
        client.get(ASK)


def test_question_tells_the_seconds_and_the_token(people, sign_in, clock):
    client = sign_in(people.filer)
    clock(10)
    told = client.get(ASK, headers={"X-Background": "1"}).json()
    assert (told["seconds"], told["user"]) == (20 * 60, people.filer.pk)
    assert client.post(ASK).json()["seconds"] == 30 * 60
    assert Client().get(ASK).json() == {"signed_in": False, "seconds": 0}


def test_page_warns_before_the_end(people, sign_in, clock):
    page = sign_in(people.filer).get(SELF).content.decode()
    assert 'data-seconds="1800"' in page
    assert "js/session.js" in page
    assert "js/session.js" not in Client().get("/accounts/login/").content.decode()


# ------------------------------------------------------------------------------------------------ a form sent too late


TYPED = {"id": "渔船 <b>\n第二行", "many": ["1", "2"], "password1": "Secret-1-secret"}


def test_form_sent_too_late_is_kept_for_the_same_person(people, clock):
    make_user("haiyang")
    client = Client()
    client.post("/accounts/login/", {"login": "haiyang", "password": PASSWORD})
    clock(40)
    answer = client.post("/accounts/sessions/end/?from=here", TYPED)
    assert answer.status_code == 401
    assert answer.context["sign_in"] == "/accounts/login/?next=/accounts/session/kept/"
    assert "渔船" not in Session.objects.get().session_data
    answer = client.post(answer.context["sign_in"], {"login": "haiyang", "password": PASSWORD})
    page = client.get("/accounts/session/kept/")
    assert page.context["kept"] == {
        "path": "/accounts/sessions/end/?from=here",
        "fields": [["id", "渔船 <b>\n第二行"], ["many", "1"], ["many", "2"]],
    }
    text = page.content.decode()
    assert 'action="/accounts/sessions/end/?from=here"' in text
    assert "渔船 &lt;b&gt;\n第二行</textarea>" in text
    assert "Secret-1" not in text


def test_kept_form_is_nobody_elses(people, clock):
    make_user("haiyang")
    client = Client()
    client.post("/accounts/login/", {"login": "haiyang", "password": PASSWORD})
    clock(40)
    client.post("/accounts/sessions/end/", TYPED)
    client.post("/accounts/login/", {"login": "rival", "password": PASSWORD})
    assert client.get("/accounts/session/kept/").context["kept"] is None


def test_kept_form_is_gone_after_signing_out(people, clock):
    make_user("haiyang")
    client = Client()
    client.post("/accounts/login/", {"login": "haiyang", "password": PASSWORD})
    clock(40)
    client.post("/accounts/sessions/end/", TYPED)
    client.post("/accounts/login/", {"login": "haiyang", "password": PASSWORD})
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": "haiyang", "password": PASSWORD})
    assert client.get("/accounts/session/kept/").context["kept"] is None


def test_form_of_another_site_is_not_kept(people, clock):
    """The token is asked for before anything is kept."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.filer)
    clock(40)
    assert client.post("/accounts/sessions/end/", TYPED).status_code == 403


# ------------------------------------------------------------------------------------------------ elsewhere


def test_own_sessions_are_listed_and_ended_elsewhere(people, sign_in):
    here = Client(headers={"user-agent": "Here/1"}, REMOTE_ADDR="192.0.2.7")
    there = Client(headers={"user-agent": "There/2"}, REMOTE_ADDR="198.51.100.9")
    for client in (here, there):
        client.post("/accounts/login/", {"login": "filer", "password": PASSWORD})
    stranger = sign_in(people.rival)
    rows = here.get(SELF).context["rows"]
    assert [(row["agent"], row["address"], row["here"]) for row in rows] == [
        ("Here/1", "192.0.2.7", True),
        ("There/2", "198.51.100.9", False),
    ]
    page = here.get(SELF).content.decode()
    assert not [key for key in Session.objects.values_list("session_key", flat=True) if key in page]
    here.post("/accounts/sessions/end/", {"id": rows[1]["id"]})
    assert (lasts(here), lasts(there), lasts(stranger)) == (True, False, True)


def test_sessions_of_others_are_not_ended(people, sign_in):
    client, stranger = sign_in(people.filer), sign_in(people.rival)
    theirs = stranger.get(SELF).context["rows"][0]["id"]
    client.post("/accounts/sessions/end/", {"id": theirs})
    client.post("/accounts/sessions/end/")
    assert lasts(stranger)


@pytest.mark.parametrize("many", [1, 3])
def test_list_of_sessions_asks_the_same_number_of_queries(people, sign_in, django_assert_num_queries, many):
    for _ in range(many):
        client = sign_in(people.filer)
    with django_assert_num_queries(4):
        client.get(SELF)


# ------------------------------------------------------------------------------------------------ what is owed


@pytest.mark.parametrize("role", ["clerk", "system_admin", "secretariat"])
def test_official_without_a_second_factor_is_led_to_its_set_up(db, sign_in, role):
    client = sign_in(make_user(role=role, factor=False))
    for path in ("/desk/", "/admin/", "/admin/accounts/user/", "/accounts/sessions/"):
        assert client.get(path)["Location"] == "/accounts/2fa/totp/activate/"
    assert client.get("/").status_code == 200
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    answer = client.post("/accounts/2fa/totp/activate/", {"code": app_code(secret)})
    assert answer.status_code == 302, answer.context["form"].errors
    assert client.get("/accounts/sessions/").status_code == 200


def test_post_granted_meanwhile_asks_for_the_second_factor_at_once(people, sign_in):
    client = sign_in(people.filer)
    User.objects.filter(pk=people.filer.pk).update(role="clerk")
    assert client.get("/desk/")["Location"] == "/accounts/2fa/totp/activate/"


def test_people_of_enterprises_need_none(people, sign_in):
    assert sign_in(people.filer).get("/portal/").status_code == 200


def test_second_factor_taken_away_by_the_system_administrator(people, sign_in):
    client = sign_in(people.clerk)
    fields = {"action": "reset_factor", "_selected_action": [people.clerk.pk, people.system_admin.pk]}
    sign_in(people.security_admin).post("/admin/accounts/user/", fields)
    assert Authenticator.objects.filter(user=people.clerk).exists()
    sign_in(people.system_admin).post("/admin/accounts/user/", fields)
    assert not Authenticator.objects.filter(user=people.clerk).exists()
    assert Authenticator.objects.filter(user=people.system_admin).exists()
    assert not lasts(client)
