"""The demonstration, walked through by one person of every role in each language, and looked at in Chromium."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page

from apps.accounts.models import User
from apps.accounts.preferences import home_of
from apps.demo import seed
from tests.browser import looking
from tests.browser.crawling import Crawl, name_of
from tests.browser.empty_forms import forms_of, sent_empty
from tests.browser.fixtures import sign_in
from tests.gate.table import TABLE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
in_each_language = pytest.mark.parametrize("language", ["zh-hans", "en"])
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
    "account_reauthenticate": "asked for on the way to a page of the account", "mfa_view_recovery_codes": "only with a second factor",
    "mfa_download_recovery_codes": "only with a second factor",
    "account_session": "asked by the page's script", "account_kept": "after a form was sent into an ended session",
    "mfa_edit_webauthn": "only with a passkey", "mfa_remove_webauthn": "only with a passkey",
    "mfa_reauthenticate_webauthn": "only with a passkey",
    "public:objection_filed": "after an objection was filed from this browser",
    "public:confirm_objection": "the e-mail carries the link", "public:objector": "letters to the objector carry the link",
    "public:objector_letter": "from the objector's private page", "public:objector_move": "from the objector's private page",
    "public:alert": "the e-mail carries the link",
    "public:join_sent": "after an e-mail address was given", "public:join_account": "the e-mail carries the link",
    "public:invitation": "the e-mail carries the link", "pages:feed": "asked for by calendars",
    "desk:framed": "shown within the page of the document", "desk:lot": "after a case was drawn for the sample",
    "desk:province_table": "after a table of the province was pasted", "portal:draft_datafile": "after a data file was read",
    "portal:organisation_claim": "for people without an organisation, and where its number is known already",
    "portal:personal_data_copy": "after a request to see one's data was granted",
    "portal:import": "after a sheet was handed in", "desk:import": "after a sheet was handed in",
    "portal:consented": "from the case of a view by consent; the walk opens three cases a person, whichever come first",
    "portal:sheet": "after a dated sheet was made", "portal:consented_document": "where the holder opened files as well",
    "portal:receipt": "after a filing",
    "portal:answer_review": "after an answer was typed",
}  # fmt: skip
"""Addresses that no link leads to, each with its reason."""


@pytest.fixture
def demonstration(settings, tmp_path, transactional_db):
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path
    seed.load()


def client_of(name: str) -> tuple[Client, User | None]:
    client = Client(raise_request_exception=False)
    person = User.objects.get(username=name) if name else None
    if person:
        client.force_login(person)
    return client, person


def crawl(name: str, language: str) -> Crawl:
    """Everything this person finds from the first page of the own face, and from the public one, in this language."""
    client, person = client_of(name)
    found = Crawl(client, person)
    found.speak(language)
    return found.walk(*([home_of(person)] if person else []), "/")


@in_each_language
def test_every_address_is_reached_and_in_order(language, demonstration, page, live_server, complaints):
    faults, reached, shown = [], set(), {}
    for name in PEOPLE:
        found = crawl(name, language)
        faults += [f"{name or 'anybody'}: {fault}" for fault in found.faults]
        reached |= found.pages.keys()
        for each, address in found.tabs.items():
            shown.setdefault(each, (name, address))
    wanted = {entry.name for entry in TABLE if entry.method == "GET"}
    lost = wanted - reached - NOT_LINKED.keys()
    looker = Looker(page, live_server, complaints, language)
    for name, address in sorted(shown.values()):
        looker.look(name, address)
    faults += looker.faults
    assert not faults, "\n".join(sorted(set(faults)))
    assert not lost, f"no link leads to {sorted(lost)}; link to them, or give the reason in NOT_LINKED"
    assert not reached & NOT_LINKED.keys(), f"reached after all: {sorted(reached & NOT_LINKED.keys())}"


@in_each_language
def test_empty_pages_are_in_order(language, settings, tmp_path, page, live_server, complaints, people):
    """Before the first case: every list says why it is empty, and axe finds nothing."""
    settings.MEDIA_ROOT = tmp_path
    looker = Looker(page, live_server, complaints, language)
    for name in ("", people.newcomer.username, people.chief.username):
        found = crawl(name, language)
        for each, address in found.tabs.items():
            if each not in looker.known:
                looker.known.add(each)
                looker.look(name, address)
    assert not looker.faults, "\n".join(looker.faults)


class Looker:
    """Opens pages in Chromium as somebody: no error, no report of the policy, no violation, nothing cut."""

    def __init__(self, page: Page, live_server, complaints, language: str) -> None:
        self.page, self.server, self.complaints, self.language = page, live_server, complaints, language
        self.known: set[str] = set()
        self.faults: list[str] = []
        self.name: str | None = None
        self.client, self.person = Client(), None

    def enter(self, name: str) -> None:
        if name != self.name:
            self.name, (self.client, self.person) = name, client_of(name)
            self.page.context.clear_cookies()
            if self.person:
                sign_in(self.page, self.client, self.person, self.server)
                User.objects.filter(pk=self.person.pk).update(language=self.language)
            self.client.cookies["django_language"] = self.language
            self.page.context.add_cookies([{"name": "django_language", "value": self.language, "url": self.server.url}])

    def look(self, name: str, address: str) -> None:
        self.enter(name)
        self.page.goto(address)
        self.judge(address)
        if not address.startswith("/admin/"):
            self.send_forms(address)

    def judge(self, address: str) -> None:
        """Axe comes last, because the policy reports what it adds to the page."""
        where = f"{address} ({self.name or 'anybody'})"
        found = [] if self.page.locator("h1").first.inner_text().strip() else ["has an empty heading"]
        found += self.complaints.unexpected()
        if not address.startswith("/admin/"):
            found += looking.unprintable(self.page) + looking.cut(self.page)
            found += looking.axe_all_open(self.page, self.known)
        self.complaints.clear()
        self.faults += [f"{where}: {fault}" for fault in found]

    def send_forms(self, address: str) -> None:
        """Each form of the page is sent empty once; the answer is shown at its own address."""
        for form in forms_of(self.client.get(address).content.decode(), address):
            key = f"POST {name_of(form.action)}"
            if key in self.known:
                continue
            self.known.add(key)
            if answer := sent_empty(self.client, form):
                self.show(form.action, answer)
                self.judge(f"{form.action}, sent empty,")

    def show(self, address: str, answer) -> None:
        self.complaints.expected = ["422", "403"]  # the key of its own requests belongs to another answer
        at = self.server.url + address
        self.page.route(at, lambda route: route.fulfill(status=422, headers=dict(answer.items()), body=answer.content))
        self.page.goto(address)
        self.page.unroute(at)
