"""One browser, many people: who acts, what is opened, filled in and pressed, and what a camera keeps of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.workflow.models import Case
from tests.browser.fixtures import SCREENSHOTS, sign_in

WIDTHS = {1440: 900, 390: 844}
LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Stage:
    """The page of whoever acts. Elements are found by their names and addresses, so any language will do."""

    def __init__(self, page: Page, live_server) -> None:
        self.page, self.server = page, live_server
        self.person: User | None = None

    # -------------------------------------------------------------------------------------------- who, where

    def enter(self, person: User | None) -> Stage:
        """From now on this person acts; None is anybody who has not signed in. The page of who acted before is left first:
        what it still sends in the background would come from nobody."""
        self.page.goto("about:blank")
        self.page.context.clear_cookies()
        self.person = person
        if person is not None:
            sign_in(self.page, Client(), person, self.server)
        return self

    def open(self, path: str) -> Stage:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        return self.seen()

    def seen(self) -> Stage:
        """A page stands there with one heading that says something."""
        expect(self.page.locator("h1")).to_have_count(1)
        assert self.page.locator("h1").inner_text().strip()
        return self

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.server.url)

    # -------------------------------------------------------------------------------------------- hands

    def follow(self, selector: str) -> Stage:
        """Click what leads to another page, and wait until it is there."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        return self.seen()

    def press(self, selector: str = "main form[method=post] .btn-primary") -> Stage:
        return self.follow(selector)

    def fill(self, **values: Any) -> Stage:
        for name, value in values.items():
            self.set(name, value)
        return self

    def set(self, name: str, value: Any) -> None:
        """Write, choose, tick or attach, as the field asks for."""
        field = self.page.locator(f'main [name="{name}"]')
        kind = field.first.evaluate("element => element.type")
        if kind == "radio":
            self.page.locator(f'main [name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            for each in value if isinstance(value, list) else [None]:
                self.page.locator(f'main [name="{name}"]' + (f'[value="{each}"]' if each else "")).check()
        elif kind.startswith("select"):
            field.select_option(str(value))
        elif kind == "file":
            field.set_input_files(value)
        else:
            field.fill(str(value))

    # -------------------------------------------------------------------------------------------- moves

    def move(self, person: User, case: Case, move: str, **values: Any) -> Case:
        """An official makes a move from the case page: finds its button, reads what will happen, presses it."""
        self.enter(person).open(f"/desk/cases/{case.pk}/").follow(f'main a[href$="/moves/{move}/"]')
        self.fill(**values).press("main form.panel[method=post] .form-foot button:not([name])")
        assert self.path == f"/desk/cases/{case.pk}/", self.text()
        expect(self.page.locator(".flash-success")).to_be_visible()
        case.refresh_from_db()
        return case

    def step(self, person: User, case: Case, move: str, **values: Any) -> Case:
        """The same on the portal, by a party to the case."""
        self.enter(person).open(f"/portal/cases/{case.pk}/").follow(f'main a[href$="/moves/{move}/"]')
        self.fill(**values).press("main form.panel[method=post] .form-foot button")
        assert self.path == f"/portal/cases/{case.pk}/", self.text()
        case.refresh_from_db()
        return case

    def offered(self, person: User, case: Case, face: str = "desk") -> set[str]:
        """The moves with a button on this person's page of the case."""
        self.enter(person).open(f"/{face}/cases/{case.pk}/")
        found = self.page.locator('main a.btn[href*="/moves/"]').all()
        return {link.get_attribute("href").rstrip("/").rsplit("/", 1)[1] for link in found}

    # -------------------------------------------------------------------------------------------- camera

    def photograph(self, name: str) -> Stage:
        """The page as it stands, wide and narrow, in both languages. Forms are shown as they open, not as typed in."""
        SCREENSHOTS.mkdir(exist_ok=True)
        for short, language in LANGUAGES.items():
            with self.speaking(language):
                for width, height in WIDTHS.items():
                    self.page.set_viewport_size({"width": width, "height": height})
                    assert self.width() <= width, f"{name} is {self.width()} px wide at {width}"
                    self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{short}.png", full_page=True)
        self.page.set_viewport_size({"width": 1440, "height": 900})
        return self

    def width(self) -> int:
        return self.page.evaluate("document.documentElement.scrollWidth")

    @contextmanager
    def speaking(self, language: str) -> Iterator[None]:
        """The page in a language: by the account of who acts, by a cookie for anybody else."""
        if self.person is None:
            self.page.context.add_cookies([{"name": "django_language", "value": language, "url": self.server.url}])
        else:
            User.objects.filter(pk=self.person.pk).update(language=language)
        self.page.goto(self.page.url.partition("#")[0])  # with its fragment it would only be scrolled
        expect(self.page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}$", re.IGNORECASE))
        yield
        if self.person is not None:
            User.objects.filter(pk=self.person.pk).update(language=self.person.language)
