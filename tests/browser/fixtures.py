"""Pages for the browser tests: one clean context a test in the session's Chromium, no complaint left unheard.

Imported by the conftest of every folder that has browser tests.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

SCREENSHOTS = Path(__file__).parent / "screenshots"
REPORT_POLICY = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


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
def page(chromium: Browser, complaints: Complaints, live_server) -> Iterator[Page]:
    """A page of a clean context, addresses relative to the live server; any complaint fails the test at its end."""
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai")
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
