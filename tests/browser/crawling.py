"""A walk through the links and GET forms of a face, as one person sees it."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from apps.accounts.models import User
from apps.accounts.preferences import home_of
from tests.gate.words import read

MOST_PAGES, MOST_OF_A_NAME = 500, {"portal": 3, "desk": 3, "public": 2}
FACES = ("/static/", "/admin/jsi18n")


class Ways(HTMLParser):
    """The addresses a page leads to: its links, and its GET forms sent with what stands in them."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base, self.found = base, []
        self.form: str | None = None
        self.values: dict[str, str] = {}
        self.choice = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.found.append(urljoin(self.base, given["href"]))
        elif tag == "form" and given.get("method", "get").lower() == "get":
            self.form, self.values = urljoin(self.base, given.get("action") or ""), {}
        elif self.form is not None:
            self.hear_field(tag, given)

    def hear_field(self, tag: str, given: dict) -> None:
        name = given.get("name")
        if tag == "select":
            self.choice = name or ""
        elif tag == "option" and self.choice and "selected" in given:
            self.values[self.choice] = given.get("value") or ""
        elif tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.values[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form is not None:
            self.found.append(f"{self.form.split('?')[0]}?{urlencode(self.values)}")
            self.form = None
        elif tag == "select":
            self.choice = ""


def ways_of(html: str, base: str) -> list[str]:
    """Addresses below our own root, without fragments, in the order of the page."""
    ways = Ways(base)
    ways.feed(html)
    ours = (urlsplit(found) for found in ways.found)
    return [
        part.path + (f"?{part.query}" if part.query else "")
        for part in ours
        if not part.netloc
        and part.scheme in ("", "http")
        and part.path.startswith("/")
        and not part.path.startswith(FACES)
    ]


@cache
def name_of(address: str) -> str:
    """The name of the address; empty where nothing answers it."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def tab_of(address: str) -> str:
    """The name with the tab, where a page has several faces."""
    return " ".join([name_of(address), *parse_qs(urlsplit(address).query).get("tab", [])])


@dataclass
class Crawl:
    """What one person reached: the first page of each name, and what was wrong."""

    client: Client
    person: User | None
    language: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    tabs: dict[str, str] = field(default_factory=dict)
    """The first page of each name and tab."""
    faults: list[str] = field(default_factory=list)
    seen: Counter = field(default_factory=Counter)
    visits: int = 0

    def speak(self, language: str) -> None:
        """Read this language from now on: by the account, or by a cookie without one."""
        self.language = self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        if self.person:
            User.objects.filter(pk=self.person.pk).update(language=language)

    def walk(self, *starts: str) -> Crawl:
        """Go breadth first, to a few pages of every name."""
        waiting, known = deque(starts), set(starts)
        while waiting and self.visits < MOST_PAGES:
            address = waiting.popleft()
            if self.wants(address):
                fresh = [way for way in self.visit(address) if way not in known]
                known.update(fresh)
                waiting.extend(dict.fromkeys(fresh))
        return self

    def wants(self, address: str) -> bool:
        """Several pages of a name and tab on the own face, one elsewhere; the admin's pages are of one making."""
        name = name_of(address)
        face = name.partition(":")[0]
        most = MOST_OF_A_NAME.get(face, 1) if face == self.face else 1
        tab = tab_of(address)
        self.seen[tab] += 1
        return self.seen[tab] <= most

    @property
    def face(self) -> str:
        if self.person is None:
            return "public"
        return home_of(self.person).strip("/")

    def visit(self, address: str) -> list[str]:
        name = name_of(address)
        self.visits += 1
        if not name:
            self.faults.append(f"{address} is linked to and does not exist")
            return []
        answer = self.client.get(address)
        if answer.status_code == 302:
            return ways_of(f'<a href="{answer["Location"]}"></a>', address)
        if answer.status_code == 403 and name.startswith("admin:"):
            return []  # Django links every row to the rows it names, whoever may read those
        if answer.status_code != 200:
            self.faults.append(f"{address} is linked to and answers {answer.status_code}")
            return []
        return self.hear(address, name, answer)

    def hear(self, address: str, name: str, answer: HttpResponse) -> list[str]:
        """A page in order has headings that say something, and speaks the reader's language alone."""
        if answer.streaming:
            list(answer.streaming_content)
        if answer.streaming or not answer["Content-Type"].startswith("text/html"):
            self.pages.setdefault(name, "")
            return []
        html = answer.content.decode()
        self.pages[name] = self.pages.get(name) or address
        self.tabs.setdefault(tab_of(address), address)
        page = read(html, self.language)
        if not page.headings or not all(heading.strip() for heading in page.headings):
            self.faults.append(f"{address} has an empty heading")
        if not name.startswith("admin:"):
            self.faults += [f"{address} in {self.language}: {word}" for word in page.foreign()]
        return ways_of(html, address)
