"""One step of a draft open in two windows: whoever saves second is told, and neither loses a word."""

from uuid import uuid4

import pytest
from django.urls import reverse

from apps.workflow.models import Document, Draft
from tests.portal.forms import hidden, paper, words
from tests.portal.test_filing import begin

FIRST, SECOND = "第一个窗口的数据集", "第二个窗口的数据集"


class Window:
    """A page of the step, opened at some time; it keeps what was hidden in it then."""

    def __init__(self, client, draft: Draft, step: str) -> None:
        self.client, self.args = client, [draft.pk, step]
        self.show(client.get(self.url("draft")))

    def url(self, name: str) -> str:
        return reverse(f"portal:{name}", args=self.args)

    def show(self, page):
        self.page = page
        self.hidden = {name: hidden(page, name) for name in ("seen", "window")}
        return page

    def save(self, to: str = "draft_save", **typed):
        return self.client.post(self.url(to), {**typed, **self.hidden})


@pytest.fixture
def client(people, organisations, sign_in):
    return sign_in(people.filer)


@pytest.fixture
def two(client) -> tuple[Window, Window]:
    draft = begin(client)
    return Window(client, draft, "basics"), Window(client, draft, "basics")


def kept() -> str:
    return Draft.objects.get().data["basics"]["name"]


def test_second_window_that_saves_by_itself_is_told_and_changes_nothing(two):
    one, other = two
    assert one.save(name=FIRST).status_code == 204
    told = other.save(name=SECOND)
    assert (told.status_code, kept()) == (409, FIRST)
    assert "另一个窗口" in told.content.decode()


def test_second_window_shows_both_words_and_saves_when_pressed_again(two):
    one, other = two
    one.save(name=FIRST)
    page = other.show(other.save("draft", name=SECOND))
    assert (page.status_code, kept()) == (409, FIRST)
    assert FIRST in words(page)  # what the first window keeps
    assert f'value="{SECOND}"' in page.content.decode()  # what was typed here
    assert "data-autosave" not in page.content.decode()  # nothing is saved over it but by the button
    other.save("draft", name=SECOND)
    assert kept() == SECOND


def test_one_window_goes_on_saving(two):
    one, _other = two
    for typed in (FIRST, SECOND, FIRST):
        assert one.save(name=typed).status_code == 204
    assert kept() == FIRST


def test_window_gone_back_to_is_the_same_window(two):
    """By the Back key the page stands there as it was when it was sent."""
    one, _other = two
    one.save("draft", name=FIRST)
    assert one.save(name=SECOND).status_code == 204
    assert kept() == SECOND


def test_other_steps_and_the_same_words_disturb_nobody(client, two):
    one, other = two
    one.save(name=FIRST)
    assert other.save(name=FIRST).status_code == 204
    sources = Window(client, Draft.objects.get(), "sources")
    one.save(name=SECOND)
    assert sources.save().status_code == 200
    assert kept() == SECOND


def test_file_handed_in_by_the_second_window_is_kept(client):
    draft = begin(client)
    one, other = Window(client, draft, "publication"), Window(client, draft, "publication")
    one.save(remark=FIRST)
    page = other.save("draft_file", remark=SECOND, file_statement=paper("声明.csv"))
    assert (page.status_code, Draft.objects.get().data["publication"]["remark"]) == (409, FIRST)
    assert Document.objects.get(draft=draft).name == "声明.csv"
    assert FIRST in words(page)
    assert SECOND in words(page)


def test_a_page_without_the_marks_saves_as_before(client, two):
    """Whoever has no page of ours before the eyes, a script for instance, is no second window."""
    two[0].save(name=FIRST)
    answer = client.post(two[0].url("draft_save"), {"name": SECOND})
    assert (answer.status_code, kept()) == (204, SECOND)
    assert (
        client.post(two[0].url("draft_save"), {"name": FIRST, "seen": "x", "window": str(uuid4())}).status_code == 409
    )
