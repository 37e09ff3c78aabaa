"""Signing in, the own account, and the addresses that belong to no face."""

import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from django.urls import reverse

from apps.outbox.preferences import make_feed
from tests.factories import PASSWORD, make_passkey
from tests.gate.entries import ADMINISTRATORS, ANYBODY, EVERYBODY, OFFICIALS, get, post

SIGNED_IN = tuple(name for name in EVERYBODY if name not in ("filer", ANYBODY))
OWN = {"own": SIGNED_IN}
WRITTEN_TO = tuple(name for name in SIGNED_IN if name not in ADMINISTRATORS)


def second_factor(world) -> list:
    """The filer uses an authenticator app and has recovery codes."""
    world.secret = generate_totp_secret()
    TOTP.activate(world.people.filer, world.secret)
    RecoveryCodes.activate(world.people.filer)
    return []


def code(secret: str) -> str:
    return f"{hotp_value(secret, int(time.time()) // 30):06d}"


def code_for_a_new_app(world, args) -> dict:
    page = world.browser.get(reverse("mfa_activate_totp"))
    return {"code": code(page.context["form"].secret)}


def new_password(world, args) -> dict:
    return {"oldpassword": PASSWORD, "password1": "Another horse 2026", "password2": "Another horse 2026"}


def another_browser(world) -> list:
    """The filer is signed in elsewhere too."""
    world.client("filer")
    return []


def passkey(world) -> list:
    return [make_passkey(world.people.filer, "行政楼的钥匙").pk]


def own_passkey(world) -> list:
    """The same, for an address without a row of its own."""
    passkey(world)
    return []


JUST_NOW = {"enter": "password", **OWN}
HALFWAY = {"enter": "halfway", "row": second_factor, "own": SIGNED_IN}

ACCOUNTS = (
    get("account_login", who=ANYBODY, own=("filer", *SIGNED_IN)),
    post("account_login", who=ANYBODY, own=("filer", *SIGNED_IN), effect="session", body=lambda world, args: {"login": "filer", "password": PASSWORD}),
    get("account_logout", **OWN, anonymous="gone"),
    post("account_logout", **OWN, effect="session", anonymous="gone"),
    get("account_signup", who=ANYBODY),
    post("account_signup", who=ANYBODY, effect="nothing", body=lambda world, args: {"username": "somebody"}),
    get("account_inactive", who=ANYBODY),
    get("account_reauthenticate", **OWN),
    post("account_reauthenticate", **OWN, effect="session", body=lambda world, args: {"password": PASSWORD}),
    get("account_change_password", **JUST_NOW),
    post("account_change_password", **JUST_NOW, body=new_password),
    get("mfa_index", row=second_factor, **JUST_NOW),
    get("mfa_activate_totp", **JUST_NOW),
    post("mfa_activate_totp", **JUST_NOW, body=code_for_a_new_app),
    get("mfa_deactivate_totp", row=second_factor, enter="password", own=(*OFFICIALS, *ADMINISTRATORS)),
    post("mfa_deactivate_totp", row=second_factor, enter="password", own=(*OFFICIALS, *ADMINISTRATORS)),
    get("mfa_view_recovery_codes", row=second_factor, enter="password"),
    get("mfa_generate_recovery_codes", row=second_factor, **JUST_NOW),
    post("mfa_generate_recovery_codes", row=second_factor, **JUST_NOW),
    get("mfa_download_recovery_codes", row=second_factor, enter="password"),
    get("mfa_reauthenticate", row=second_factor, **JUST_NOW),
    post("mfa_reauthenticate", row=second_factor, **JUST_NOW, effect="session",
         body=lambda world, args: {"code": code(world.secret)}),
    get("mfa_authenticate", **HALFWAY),
    post("mfa_authenticate", **HALFWAY, effect="session", body=lambda world, args: {"code": code(world.secret)}),
    post("pages:language", who=ANYBODY, effect="cookie", body=lambda world, args: {"language": "en", "next": "/"}),
    post("pages:text_size", who=ANYBODY, effect="cookie", body=lambda world, args: {"size": "large", "next": "/"}),
    get("pages:favicon", who=ANYBODY),
    get("health:live", who=ANYBODY),
    get("health:ready", who=ANYBODY, status=(200, 503)),
    get("demo:accounts", who=ANYBODY, settings={"DEMO": True}),
    get("account_session", who=ANYBODY),
    post("account_session", who=ANYBODY, effect="nothing"),
    get("account_kept", **OWN),
    get("account_sessions", **OWN),
    post("account_end_sessions", row=another_browser, **OWN),
    get("mfa_list_webauthn", **OWN),
    get("mfa_add_webauthn", **OWN),
    post("mfa_add_webauthn", **OWN, effect="nothing"),
    get("mfa_reauthenticate_webauthn", row=own_passkey, **OWN),
    post("mfa_reauthenticate_webauthn", row=own_passkey, **OWN, effect="nothing", anonymous="gone"),
    get("mfa_edit_webauthn", row=passkey, shows=lambda world, args: "行政楼的钥匙"),
    post("mfa_edit_webauthn", row=passkey, body=lambda world, args: {"name": "新钥匙"}),
    get("mfa_remove_webauthn", row=passkey),
    post("mfa_remove_webauthn", row=passkey),
    get("pages:letters", own=WRITTEN_TO),
    post("pages:letters", own=WRITTEN_TO, body=lambda world, args: {"moves": "portal", "tasks": "portal", "deadlines": "digest"}),
    get("pages:calendar", own=WRITTEN_TO),
    post("pages:calendar", own=WRITTEN_TO, body=lambda world, args: {"act": "make"}),
    get("pages:feed", who=ANYBODY, row=lambda world: [make_feed(world.people.filer)]),
)  # fmt: skip
