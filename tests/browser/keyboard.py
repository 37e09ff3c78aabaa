"""A page worked by keys alone: nothing is clicked, and nothing is written but where the focus stands."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from apps.accounts.models import Try, User
from apps.accounts.vault import blind
from tests.factories import PASSWORD, app_code

FARTHEST = 150  # presses of the Tab key on one page


class Keyboard:
    """Hands on the keyboard of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def focused(self) -> Locator:
        return self.page.locator(":focus")

    def to(self, selector: str, key: str = "Tab") -> Keyboard:
        """Walk with the Tab key until what has the focus fits the selector, and see that it shows."""
        for _press in range(FARTHEST):
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                expect(self.focused).to_be_visible()
                return self
            self.page.keyboard.press(key)
        raise AssertionError(f"the {key} key does not lead to {selector} on {self.page.url}")

    def back_to(self, selector: str) -> Keyboard:
        return self.to(selector, "Shift+Tab")

    def press(self, *keys: str) -> Keyboard:
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def write(self, text: str) -> Keyboard:
        """As an input method hands it over."""
        self.page.keyboard.insert_text(text)
        return self

    def go(self, key: str = "Enter") -> Keyboard:
        """Press a key that leads to another page, and wait until it is there."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        expect(self.page.locator("h1")).to_have_count(1)
        return self

    def sign_in(self, user: User) -> Keyboard:
        """By the sign-in page, with a code of the authenticator app where the account asks for one."""
        self.page.goto(reverse("account_login"))
        self.to("#id_login").write(user.username).press("Tab")
        expect(self.focused).to_have_attribute("name", "password")
        self.write(PASSWORD).go()
        if user.authenticator_set.exists():
            self.to("#id_code").write(next_code()).go()
        return self

    def sign_out(self) -> Keyboard:
        return self.to("details.menu > summary").press("Enter").to("details.menu form button").go()


def next_code() -> str:
    """A code serves once: of the three that hold now, one that was not used."""
    used = [row.code for row in Try.objects.filter(good=True, kind=Try.Kind.FACTOR)]
    return next(code for code in (app_code(ahead=ahead) for ahead in (-1, 0, 1)) if blind(code) not in used)
