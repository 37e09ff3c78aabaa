"""What the scripts add: a form that saves itself, a list walked by keys, a text copied, a row added."""

import pytest
from playwright.sync_api import expect

from tests.browser.fixtures import listen, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("paper_faces")]


def says(page, which: str) -> None:
    """The line under the form says this of what was typed."""
    words = page.get_attribute("[data-save-state]", f"data-{which}")
    assert words
    expect(page.locator("[data-save-words]")).to_have_text(words)


def test_a_form_saves_itself_and_says_when(page):
    page.goto("/samples/portal_form/")
    with page.expect_response("**/autosave/") as answered:
        page.fill("#id_name", "近岸浪高")
    assert answered.value.status == 204
    assert "csrfmiddlewaretoken" in answered.value.request.post_data
    says(page, "now")
    assert page.evaluate("localStorage.length") == 0


def test_what_was_written_offline_is_kept_and_brought_back(page, complaints):
    complaints.expected += ["ERR_INTERNET_DISCONNECTED"]
    page.goto("/samples/portal_form/")
    page.context.set_offline(True)
    page.fill("#id_name", "离线时写的名称")
    says(page, "offline")
    kept = page.evaluate("localStorage.getItem('autosave:/autosave/')")
    assert "csrf" not in kept
    context = page.context
    page.close()
    context.set_offline(False)
    later = context.new_page()
    listen(later, complaints)
    with later.expect_response("**/autosave/"):
        later.goto("/samples/portal_form/")
        assert later.input_value("#id_name") == "离线时写的名称"
    says(later, "now")
    assert later.evaluate("localStorage.length") == 0


def test_a_list_is_walked_by_keys(page, people, client, live_server):
    sign_in(page, client, people.clerk, live_server)
    page.goto("/samples/desk_queue/")
    for key in "jjk":
        page.keyboard.press(key)
    assert page.locator("tr.is-picked").count() == 1
    assert page.evaluate("document.activeElement.textContent") == "申-2026-0001"
    page.keyboard.press("Enter")
    assert page.url.endswith("#1")
    page.keyboard.press("/")
    page.keyboard.type("jk/")
    assert page.input_value("#bar-search") == "jk/"


def test_a_row_is_added_in_place(page):
    page.goto("/samples/portal_form/")
    page.click("[data-sheet-add]")
    assert page.evaluate("document.activeElement.name") == "sources-2-source"
    assert page.input_value("#id_sources-TOTAL_FORMS") == "3"
    assert page.get_attribute("#id_sources-2-source", "aria-label") == "第 3 行：数据来源"


def test_a_value_is_copied(page, people, client, live_server):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    sign_in(page, client, people.clerk, live_server)
    page.goto("/samples/desk_case/")
    page.click("[data-copy='f-name']")
    expect(page.locator("#copy-status")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == "近岸浪高与海流观测数据集"


def test_a_menu_closes_by_escape_and_gives_the_focus_back(page, people, client, live_server):
    sign_in(page, client, people.clerk, live_server)
    page.goto("/samples/desk_queue/")
    page.click("details.menu > summary")
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
