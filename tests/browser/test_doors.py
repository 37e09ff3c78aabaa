"""The doors in Chromium: a passkey under the strict policy, and a session that ends in the middle of a form."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from apps.accounts.doors import DOOR
from apps.accounts.models import Session, User
from apps.accounts.sessions import SessionStore
from tests.browser.fixtures import sign_in
from tests.browser.keyboard import next_code
from tests.factories import PASSWORD, app_code
from tests.ways import application

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINUTE = 60


@pytest.fixture
def english(people) -> None:
    User.objects.update(language="en")


def enter(page: Page, name: str) -> None:
    page.goto(reverse("account_login"))
    page.fill("#id_login", name)
    page.fill("#id_password", PASSWORD)
    with page.expect_navigation():
        page.click("main form .btn-primary")


def test_passkey_is_set_up_and_signs_in(page: Page, live_server, english, people):
    """Chromium's own authenticator, at localhost: passkeys are bound to a name, not to an address."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True}
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    home = live_server.url.replace("127.0.0.1", "localhost")
    page.goto(home + reverse("account_login"))
    page.fill("#id_login", "clerk")
    page.fill("#id_password", PASSWORD)
    page.click("main form .btn-primary")
    page.fill("#id_code", app_code())
    page.click("main form .btn-primary")
    page.wait_for_url("**/desk/**")
    page.goto(home + reverse("mfa_add_webauthn"))
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: not url.endswith("/add/"))
    assert people.clerk.authenticator_set.filter(type="webauthn").count() == 1
    page.context.clear_cookies()
    page.goto(home + reverse("account_login"))
    page.fill("#id_login", "clerk")
    page.fill("#id_password", PASSWORD)
    page.click("main form .btn-primary")
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url("**/desk/**")


def pretend_idle(minutes: int) -> None:
    """The session was last used that long ago."""
    for row in Session.objects.exclude(user=None):
        store = SessionStore(row.session_key)
        store[DOOR] = {**store[DOOR], "seen": store[DOOR]["seen"] - minutes * MINUTE}
        store.save()


@pytest.fixture
def reason(people, organisations, english) -> str:
    """Address of a page with a form: why numbers of a case are wanted."""
    return reverse("desk:reveal", args=[application(people, organisations).pk])


def enter_officially(page: Page) -> None:
    enter(page, "district_clerk")
    page.fill("#id_code", next_code())
    with page.expect_navigation():
        page.click("main form .btn-primary")


def test_session_warns_and_what_is_typed_outlives_its_end(page: Page, reason, complaints):
    """First the session is kept by a button, then it ends: signing in elsewhere revives the page as it stands."""
    complaints.expected.append("401")
    page.clock.install()
    enter_officially(page)
    page.goto(reason)
    dialog, field = page.locator("#session"), page.locator("#id_reason")
    expect(dialog).to_be_hidden()
    field.fill("三小时写成的文字")
    pretend_idle(29)
    page.clock.run_for(28 * MINUTE * 1000 + 5000)
    expect(dialog).to_be_visible()
    with page.expect_response(lambda answer: answer.url.endswith("/session/") and answer.request.method == "POST"):
        page.click("[data-stay]")
    expect(dialog).to_be_hidden()
    pretend_idle(31)
    page.clock.run_for(31 * MINUTE * 1000)
    expect(page.locator("[data-again]")).to_be_visible()
    with page.context.expect_page() as opened:
        page.click("[data-again]")
    enter_officially(opened.value)
    with page.expect_response(lambda answer: answer.url.endswith("/session/")):
        page.evaluate("document.dispatchEvent(new Event('session:check'))")
    expect(dialog).to_be_hidden()
    expect(field).to_have_value("三小时写成的文字")
    with page.expect_navigation():
        page.click("main form.panel .btn-primary")
    expect(page.locator(".field-list")).to_contain_text("13800005678")


def test_page_left_after_the_end_comes_back_with_what_was_typed(page: Page, reason, complaints):
    """Whoever reloads and signs in in the same tab finds the words again, once."""
    complaints.expected.append("401")
    page.clock.install()
    enter_officially(page)
    page.goto(reason)
    page.fill("#id_reason", "三小时写成的文字")
    pretend_idle(31)
    page.clock.run_for(31 * MINUTE * 1000)
    expect(page.locator("[data-again]")).to_be_visible()
    page.reload()
    page.fill("#id_login", "district_clerk")
    page.fill("#id_password", PASSWORD)
    page.click("main form .btn-primary")
    page.fill("#id_code", next_code())
    page.click("main form .btn-primary")
    page.wait_for_url(f"**{reason}")
    expect(page.locator("#id_reason")).to_have_value("三小时写成的文字")
    page.reload()
    expect(page.locator("#id_reason")).to_have_value("")


RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_axe_finds_nothing_on_the_doors(page: Page, live_server, client, reason, people, complaints, language):
    complaints.expected += ["policy:", "Content Security Policy"]
    User.objects.update(language=language)
    sign_in(page, client, people.district_clerk, live_server)
    found = []

    def look(name: str) -> None:
        for violation in Axe().run(page, options=RULES).response["violations"]:
            found.extend((name, violation["id"], node["html"][:160]) for node in violation["nodes"])

    names = (
        "mfa_index",
        "account_sessions",
        "account_kept",
        "account_change_password",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
    )
    for path in (*map(reverse, names), reason):
        page.goto(path)
        look(path)
    for part in ("warning", "ended"):
        page.goto(reason)
        page.evaluate(
            """part => {
              const dialog = document.getElementById("session");
              dialog.querySelector("[data-warning]").hidden = part !== "warning";
              dialog.querySelector("[data-ended]").hidden = part !== "ended";
              dialog.showModal();
            }""",
            part,
        )
        look(part)
    pretend_idle(40)
    page.goto(reason)
    look("sign-in page after the end")
    assert found == []
