"""The lockout: by user and address, slowly by user, generously by address; kept in the database alone."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from apps.accounts import lockout
from apps.accounts.models import AuditEntry, Try
from apps.rules.models import RuleParameter
from tests.factories import FACTOR, PASSWORD, app_code, make_passkey, make_user

LOGIN, CODE = "/accounts/login/", "/accounts/2fa/authenticate/"
WRONG_PASSKEY = json.dumps(
    {
        "id": "Z2F0ZQ", "rawId": "Z2F0ZQ", "type": "public-key",
        "response": {"clientDataJSON": "e30", "authenticatorData": "e30", "signature": "e30"},
    }
)  # fmt: skip
BUREAU, CAFE = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def clock(time_machine):
    """clock(minutes) lets them pass; the world begins at a quarter past."""
    time_machine.move_to("2026-11-23T01:15:00Z", tick=False)

    def forward(minutes):
        time_machine.shift(timedelta(minutes=minutes))

    return forward


def enter(username, password=PASSWORD, address=BUREAU):
    client = Client(REMOTE_ADDR=address, headers={"accept-language": "en"})
    response = client.post(LOGIN, {"login": username, "password": password})
    errors = response.context["form"].non_field_errors() if response.status_code == 200 else []
    return client, " ".join(errors)


def is_in(client) -> bool:
    return get_user(client).is_authenticated


def fail(username, times, address=BUREAU):
    return [enter(username, f"wrong {number}", address)[1] for number in range(times)]


def test_five_failures_close_the_door_and_say_until_when(db, clock):
    make_user("haiyang")
    said = fail("haiyang", 5)
    assert not any("Try again" in text for text in said)
    client, text = enter("haiyang")
    assert not is_in(client)
    assert "Try again at 09:45" in text
    clock(29)
    assert not is_in(enter("haiyang")[0])
    clock(1.1)
    assert is_in(enter("haiyang")[0])


def test_door_stays_closed_without_a_cache_and_after_it_is_emptied(db, clock):
    """The tests run without Redis; emptying the cache opens nothing either."""
    make_user("haiyang")
    fail("haiyang", 5)
    cache.clear()
    assert not is_in(enter("haiyang")[0])


def test_a_refused_try_prolongs_nothing(db, clock):
    make_user("haiyang")
    fail("haiyang", 5)
    clock(20)
    fail("haiyang", 10)
    clock(10.1)
    assert is_in(enter("haiyang")[0])


def test_rule_decides_how_many_and_how_long(people, clock):
    RuleParameter.objects.filter(key="lockout_attempts").update(value=2)
    RuleParameter.objects.filter(key="lockout_minutes").update(value=5)
    fail("filer", 2)
    assert "09:20" in enter("filer")[1]
    clock(5.1)
    assert is_in(enter("filer")[0])


def test_right_password_begins_the_count_anew(db, clock):
    make_user("haiyang")
    fail("haiyang", 4)
    assert is_in(enter("haiyang")[0])
    fail("haiyang", 4)
    assert is_in(enter("haiyang")[0])


def test_user_name_is_counted_whatever_its_case_and_width(db, clock):
    make_user("haiyang")
    for name in ("HAIYANG", "haiyang", " HaiYang", "ｈａｉｙａｎｇ", "haiyang"):
        enter(name, "wrong")
    assert not is_in(enter("haiyang")[0])


def test_somebody_else_behind_the_same_address_is_let_in(db, clock):
    """A colleague's failures, and even an attack from the bureau's address, shut out nobody who is known there."""
    make_user("haiyang")
    colleague = make_user("colleague")
    enter("colleague")
    for number in range(25):
        fail(f"guess{number}", 4)
    assert Try.objects.filter(address=BUREAU, good=False).count() == 100
    assert is_in(enter("colleague")[0])
    client, text = enter("haiyang")
    assert not is_in(client)
    assert "Try again" in text
    assert is_in(enter("haiyang", address=CAFE)[0])
    assert colleague.pk


def test_slow_limit_per_user_over_many_addresses(db, clock):
    """Four failures from each of five addresses: closed for strangers' addresses, open where the person is known."""
    make_user("haiyang")
    enter("haiyang", address=BUREAU)
    for number in range(5):
        fail("haiyang", 4, f"203.0.113.{number}")
        clock(40)
    assert not is_in(enter("haiyang", address=CAFE)[0])
    assert is_in(enter("haiyang", address=BUREAU)[0])
    clock(24 * 60)
    assert is_in(enter("haiyang", address=CAFE)[0])


def test_addresses_of_one_ipv6_network_are_one_place(db, clock):
    make_user("haiyang")
    for number in range(5):
        fail("haiyang", 1, f"2001:db8::{number + 1}")
    assert not is_in(enter("haiyang", address="2001:db8::ffff")[0])


def halfway(username="clerk"):
    client, _ = enter(username)
    return client


def test_second_factor_is_counted_and_a_right_password_buys_no_more_codes(people, clock):
    for number in range(5):
        halfway().post(CODE, {"code": f"00000{number}"})
    client = halfway()
    response = client.post(CODE, {"code": app_code()})
    assert not is_in(client)
    assert re.search(r"Try again at|重试", str(response.context["form"].errors))
    assert AuditEntry.objects.filter(act="second_factor", success=False, actor=people.clerk).count() == 5
    assert AuditEntry.objects.get(act="lockout").detail["kind"] == "factor"


def test_recovery_codes_are_counted_with_the_app(people, clock):
    for number in range(5):
        halfway().post(CODE, {"code": f"1234567{number}"})
    client = halfway()
    client.post(CODE, {"code": app_code()})
    assert not is_in(client)


def test_failed_passkeys_are_counted_with_the_codes(people, clock):
    """Whoever has the password gets five tries at the second factor, with whatever it is tried."""
    for _ in range(5):
        answer = halfway().post(CODE, {"credential": WRONG_PASSKEY})
        assert "field-error" in answer.content.decode()
    client = halfway()
    client.post(CODE, {"code": app_code()})
    assert not is_in(client)
    said = halfway().post(CODE, {"credential": WRONG_PASSKEY}).content.decode()
    assert re.search(r"Try again at|重试", said)
    assert AuditEntry.objects.filter(act="second_factor", success=False, actor=people.clerk).count() == 5


def test_failed_passkeys_of_somebody_who_is_in_are_counted_too(people, sign_in, clock):
    make_passkey(people.clerk)
    client = sign_in(people.clerk)
    for _ in range(6):
        client.post("/accounts/2fa/webauthn/reauthenticate/", {"credential": WRONG_PASSKEY})
    assert Try.objects.filter(kind=Try.Kind.FACTOR, good=False).count() == 5


def test_second_factor_slow_limit_knows_no_known_address(people, clock):
    client = halfway()
    client.post(CODE, {"code": app_code(FACTOR)})
    assert is_in(client)
    for _ in range(5):
        clock(40)
        for number in range(4):
            halfway().post(CODE, {"code": f"00000{number}"})
    clock(40)
    client = halfway()
    client.post(CODE, {"code": app_code()})
    assert not is_in(client)


def test_code_of_the_app_serves_once_without_a_cache(people, clock):
    for serves in (True, False):
        client = halfway()
        client.post(CODE, {"code": app_code()})
        assert is_in(client) is serves


def test_old_password_is_guarded_too(people, sign_in, clock):
    client = sign_in(people.filer)
    for number in range(6):
        answer = client.post(
            "/accounts/password/change/", {"oldpassword": f"wrong {number}", "password1": "x", "password2": "x"}
        )
    assert re.search(r"\d\d:\d\d", str(answer.context["form"].errors["oldpassword"]))


def test_lockout_is_noted_once_and_lifted_by_the_system_administrator(people, sign_in, clock):
    fail("filer", 9)
    assert AuditEntry.objects.filter(act="lockout", actor=people.filer).count() == 1
    fields = {"action": "lift_lockout", "_selected_action": [people.filer.pk]}
    sign_in(people.security_admin).post("/admin/accounts/user/", fields)
    assert not is_in(enter("filer")[0])
    sign_in(people.system_admin).post("/admin/accounts/user/", fields)
    assert is_in(enter("filer")[0])
    assert AuditEntry.objects.filter(act="lockout.lift", about="filer").count() == 1


def test_what_was_typed_as_a_name_is_not_kept(db, clock):
    enter("my secret password", "wrong")
    assert "secret" not in str(list(Try.objects.values()))


def test_burst_of_tries_finds_no_gap(db, clock):
    """Tries begun and not yet answered count as failures: of six begun at once the sixth is refused."""
    started = [lockout.begin("haiyang", Try.Kind.PASSWORD) for _ in range(5)]
    with pytest.raises(Exception, match=r"Try again|重试"):
        lockout.begin("haiyang", Try.Kind.PASSWORD)
    lockout.succeed(started[-1])
    assert lockout.begin("haiyang", Try.Kind.PASSWORD)


def test_old_tries_are_forgotten(db, clock):
    make_user("haiyang")
    fail("haiyang", 3)
    Try.objects.update(at=timezone.now() - timedelta(days=91))
    assert lockout.forget() == 3
