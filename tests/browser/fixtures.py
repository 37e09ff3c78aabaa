"""Chromium for the browser tests: one browser a session, one clean context a test, no complaint left unheard.

Imported by the conftest of every folder that has browser tests.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = Path(__file__).parent / "screenshots"
REPORT_POLICY = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Without one the tests are skipped, or fail where REQUIRE_SERVICES=1 asks for it."""
    if not CHROMIUM:
        missing = pytest.fail if os.environ.get("REQUIRE_SERVICES") == "1" else pytest.skip
        missing("no Chromium on this machine: the browser tests did not run")
    # Playwright keeps an event loop in this thread, which Django takes for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Complaints(list):
    """What a browser complained of; texts in ``expected`` are let pass."""

    def __init__(self) -> None:
        super().__init__()
        self.expected: list[str] = []

    def unexpected(self) -> list[str]:
        return [text for text in self if not any(known in text for known in self.expected)]


def listen(page: Page, complaints: Complaints) -> None:
    """Write console errors and warnings, script errors and failed requests of ``page`` into ``complaints``."""
    page.add_init_script(REPORT_POLICY)
    page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    page.on(
        "requestfailed",
        lambda request: (
            "ERR_ABORTED" in (request.failure or "")
            or complaints.append(f"request failed: {request.url} {request.failure}")
        ),
    )


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def page(browser: Browser, complaints: Complaints, live_server) -> Iterator[Page]:
    """A page of a clean context, addresses relative to the live server; any complaint fails the test at its end."""
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    listen(page, complaints)
    yield page
    context.close()
    assert not complaints.unexpected()


def sign_in(page: Page, client, user, live_server) -> None:
    """Hand ``user``'s session to the browser without the sign-in page."""
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
