"""Every page in English and in Chinese: no word of the other language outside marked elements, no empty heading."""

from __future__ import annotations

import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import User
from apps.workflow.machine import moves_for
from apps.workflow.models import Case, Party
from apps.workflow.states import all_kinds
from tests.gate.table import TABLE
from tests.gate.test_matrix import address, prepare, world
from tests.gate.words import read, words_of_other
from tests.samples import SAMPLES

__all__ = ["world"]
pytestmark = pytest.mark.one_engine
LANGUAGES = ("zh-hans", "en")
PAGES = [entry for entry in TABLE if entry.method == "GET"]
TABS = ("form", "changes", "documents", "related", "story")


@pytest.fixture(scope="module", autouse=True)
def _catalogue():
    """Without the compiled catalogue every page is English, and the Chinese half of this module proves nothing."""
    with translation.override("zh-hans"):
        assert translation.gettext("Sign in") != "Sign in", "the catalogue is not compiled"


@pytest.mark.parametrize("entry", PAGES, ids=str)
def test_page_speaks_one_language(entry, world, settings):
    prepare(entry, world, settings)
    speaks_one_language(world.browser, address(entry, world), entry.query)


@pytest.mark.parametrize("kind", SAMPLES)
def test_pages_of_every_kind_speak_one_language(kind, world):
    """The desk's case with its tabs, the moves that anybody may make of it, and the page of its parties."""
    case = SAMPLES[kind](world.people, world.organisations)
    for tab in TABS:
        speaks_one_language(
            world.client("clerk" if kind != "membership" else "secretariat"),
            f"{reverse('desk:case', args=[case.pk])}?tab={tab}",
        )
    for person in vars(world.people).values():
        if person.is_official and Case.objects.visible_to(person).filter(pk=case.pk).exists():
            for offer in moves_for(case, person):
                speaks_one_language(signed_in(person), reverse("desk:move", args=[case.pk, offer.move.name]))
    for person in parties(case, world):
        speaks_one_language(signed_in(person), reverse("portal:case", args=[case.pk]))
        for offer in moves_for(case, person):
            speaks_one_language(signed_in(person), reverse("portal:move", args=[case.pk, offer.move.name]))


@pytest.mark.parametrize("kind", [kind.name for kind in all_kinds() if kind.filing])
def test_filing_forms_of_every_kind_speak_one_language(kind, world):
    root = world.registration.case_id if kind in ("policy", "pledge") else ""
    client, url = world.client("filer"), f"{reverse('portal:file', args=[kind])}?root={root}"
    speaks_one_language(client, url)
    for language in LANGUAGES:
        speak(client, language)
        check(client.post(url, {}), language, url)


def parties(case: Case, world) -> list[User]:
    """The people of the conftest who stand for a party of the case."""
    sides = Party.objects.filter(case=case)
    firms, persons = set(sides.values_list("organisation", flat=True)), set(sides.values_list("person", flat=True))
    outside = [person for person in vars(world.people).values() if not person.role]
    return [
        person for person in outside
        if person.pk in persons or person.memberships.filter(organisation__in=firms - {None}).exists()
    ]  # fmt: skip


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def speaks_one_language(client: Client, url: str, query: dict | None = None) -> None:
    for language in LANGUAGES:
        speak(client, language)
        check(client.get(url, query or {}), language, url)


def speak(client: Client, language: str) -> None:
    """Whoever is signed in, or nobody, reads this language from now on."""
    if "_auth_user_id" in client.session:
        User.objects.filter(pk=client.session["_auth_user_id"]).update(language=language)
    client.cookies[project.LANGUAGE_COOKIE_NAME] = language


def check(answer: HttpResponse, language: str, url: str) -> None:
    if answer.streaming:
        list(answer.streaming_content)
        return
    if not answer["Content-Type"].startswith("text/html") or answer.status_code in (301, 302):
        return
    html = answer.content.decode()
    assert f'<html lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in html, (
        f"{url} does not say that it is {language}"
    )
    page = read(html, language)
    foreign = list(page.foreign())
    assert not foreign, f"{url} in {language}:\n" + "\n".join(sorted(set(foreign)))
    assert all(heading.strip() for heading in page.headings), f"{url} has an empty heading"


# ------------------------------------------------------------------------------------------------ the reader itself


@pytest.mark.parametrize(
    ("html", "language", "found"),
    [
        ("<p>舟山</p>", "en", 1),
        ('<p lang="zh-Hans">舟山</p>', "en", 0),
        ('<p><bdi translate="no">舟<b>山</b></bdi></p>', "en", 0),
        ('<p><bdi translate="no">舟</bdi>山</p>', "en", 1),
        ('<input placeholder="搜索">', "en", 1),
        ('<button aria-label="Close">关闭</button>', "zh-hans", 1),
        ("<option>Any time</option>", "zh-hans", 1),
        ("<p>CSV、SHA-256、PDF、a@b.example</p>", "zh-hans", 0),
        ("<title>Sign in · 数据</title>", "zh-hans", 1),
        ('<img src="x" alt="Zhoushan"><p>舟山</p>', "zh-hans", 1),
        ("<textarea>typed</textarea><script>let name</script>", "zh-hans", 0),
    ],
)
def test_reader_finds_what_is_not_marked(html, language, found):
    assert len(list(read(f'<html lang="x">{html}</html>', language).foreign())) == found


def test_addresses_and_formats_belong_to_no_language():
    assert words_of_other("导出 Excel，见 https://portal.example/a 或 data.csv", "zh-hans") == []
    assert words_of_other("Draft 草稿", "zh-hans") == ["Draft"]
