"""The demonstration, walked through by one person of every role, in both languages, and looked at in Chromium."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page

from apps.accounts.models import User
from apps.accounts.preferences import home_of
from apps.demo import seed
from tests.browser.crawling import Crawl
from tests.browser.fixtures import sign_in
from tests.gate.table import TABLE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PEOPLE = (
    "", "tingtao_manager", "tingtao_reader", "lanwan_manager", "chuhang_manager", "banker", "insurer",
    "clerk", "chief", "deputy", "dinghai_clerk", "putuo_reviewer", "secretariat", "system_admin", "security_admin", "audit_admin",
)  # fmt: skip
NOT_LINKED = {
    "pages:favicon": "asked for by browsers alone",
    "health:live": "asked by machines", "health:ready": "asked by machines",
    "demo:accounts": "asked by machines; the start page of `make demo` prints it",
    "account_logout": "a button signs out; the page is for whoever types its address",
    "account_inactive": "an account that was closed is led here when it signs in",
    "account_signup": "nobody signs up by themselves: accounts are given",
    "mfa_authenticate": "between password and code", "mfa_reauthenticate": "asked for on the way to a page of the account",
    "mfa_activate_totp": "asks for the password first", "mfa_deactivate_totp": "only with a second factor",
    "mfa_generate_recovery_codes": "only with a second factor", "mfa_view_recovery_codes": "only with a second factor",
    "mfa_download_recovery_codes": "only with a second factor",
    "public:objection_filed": "after an objection was filed from this browser",
    "portal:receipt": "after a filing",
    "portal:answer_review": "after an answer was typed",
}  # fmt: skip
"""Addresses that no link leads to, each with its reason."""


@pytest.fixture
def demonstration(settings, tmp_path, transactional_db):
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path
    seed.load()


def client_of(name: str) -> tuple[Client, User | None]:
    client = Client()
    person = User.objects.get(username=name) if name else None
    if person:
        client.force_login(person)
    return client, person


def crawl(name: str) -> Crawl:
    """Everything this person finds from the first page of the own face, and from the public one; both languages."""
    client, person = client_of(name)
    found = Crawl(client, person)
    found.speak("zh-hans")
    found.walk(*([home_of(person)] if person else []), "/")
    found.speak("en")
    for address in filter(None, list(found.pages.values())):
        found.visit(address)
    return found


def test_every_address_is_reached_and_in_order(demonstration, page, live_server, complaints):
    faults, reached, shown = [], set(), {}
    for name in PEOPLE:
        found = crawl(name)
        faults += [f"{name or 'anybody'}: {fault}" for fault in found.faults]
        reached |= found.pages.keys()
        for each, address in found.pages.items():
            if address:
                shown.setdefault(each, (name, address))
    wanted = {entry.name for entry in TABLE if entry.method == "GET"}
    lost = wanted - reached - NOT_LINKED.keys()
    assert not faults, "\n".join(sorted(set(faults)))
    assert not lost, f"no link leads to {sorted(lost)}; link to them, or give the reason in NOT_LINKED"
    assert not reached & NOT_LINKED.keys(), f"reached after all: {sorted(reached & NOT_LINKED.keys())}"
    for name, address in sorted(shown.values()):
        look(page, live_server, complaints, name, address)


def look(page: Page, live_server, complaints, name: str, address: str) -> None:
    """In Chromium: no error, no report of the policy, a heading that can be read."""
    client, person = client_of(name)
    page.context.clear_cookies()
    if person:
        sign_in(page, client, person, live_server)
    page.goto(address)
    heading = page.locator("h1").first
    assert heading.inner_text().strip(), f"{address} has an empty heading"
    assert not complaints.unexpected(), f"{address}: {complaints.unexpected()}"
