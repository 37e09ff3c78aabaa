"""An application filed through a storm: a pasted sheet, a lost connection, an ended session, two windows. Nothing is lost."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect

from apps.accounts.models import Session
from apps.applications.forms import STEPS
from apps.evidence.models import Deposit
from apps.rules.clock import legal_today
from apps.workflow import absences
from apps.workflow.models import Case, Draft
from tests import ways
from tests.browser import filing
from tests.browser.fixtures import listen
from tests.browser.keyboard import Keyboard
from tests.browser.stage import Stage
from tests.portal.forms import SAMPLE, steps_typed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = [
    {"name": "测站", "type": "文本", "note": "𠮷祥门外的浮标编号"},
    {"name": "Hs", "type": "数值", "note": "有效波高，米"},
    {"name": "时刻", "type": "日期时间", "note": "北京时间，\t整点"},
]
BLOCK = '测站\t文本\t𠮷祥门外的浮标编号\r\nHs\t数值\t有效波高，米\r\n时刻\t日期时间\t"北京时间，\t整点"\r\n'
"""What a spreadsheet puts on the clipboard: three rows, one cell with a tab in it."""
ALGORITHM = "去除缺测与野值，按小时对齐，计算有效波高与过零周期。" * 6
NAME_AT_SEA = "𠮷祥门近岸浪高数据集"
SHEET = {"name": "样例.csv", "mimeType": "text/csv", "buffer": SAMPLE}


@pytest.fixture
def stage(page, live_server, local_track, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(ways.at_noon(2026, 9, 10), tick=True):
        yield Stage(page, live_server)


@pytest.fixture
def deposit(stage, people, organisations) -> Deposit:
    return ways.deposit(organisations.enterprise, people.filer, people.clerk2)


def kept(step: str) -> dict:
    """What the server holds of a step."""
    return Draft.objects.get().data.get(step, {})


def state(page: Page) -> Locator:
    return page.locator("[data-save-state]")


def says(page: Page, which: str) -> None:
    """The line under the form says this of what was typed."""
    expect(page.locator("[data-save-words]")).to_have_text(state(page).get_attribute(f"data-{which}"), timeout=20_000)


def another_window(page: Page, complaints) -> Page:
    window = page.context.new_page()
    listen(window, complaints)
    return window


def step_to(stage: Stage, step: str, deposit: Deposit, **changed) -> None:
    """Fill in and send every step from here on up to ``step``."""
    for name, _label, _form in STEPS:
        if stage.path.endswith(f"/{step}/"):
            return
        if stage.path.endswith(f"/{name}/"):
            send_step(stage, name, deposit, **changed)


def send_step(stage: Stage, step: str, deposit: Deposit, **changed) -> None:
    typed = {name: value for name, value in steps_typed(deposit)[step].items() if value and "-key" not in name}
    files = {
        "sources": {"file_sources.1": filing.COLLECTION}, "evidence": {"file_sample": SHEET},
        "publication": {"file_statement": filing.STATEMENT},
    }  # fmt: skip
    more = {name: changed[name] for name in typed.keys() & changed.keys()}
    stage.fill(**typed | more | files.get(step, {})).press("main form .form-foot .btn-primary")


# ------------------------------------------------------------------------------------------------ the storm


def test_filing_through_a_storm_loses_nothing_and_files_once(stage, deposit, people, complaints):
    complaints.expected += ["ERR_INTERNET_DISCONNECTED", "401", "403"]
    page, keys = stage.page, Keyboard(stage.page)
    keys.sign_in(people.filer)
    filing.begin(stage)
    step_to(stage, "structure", deposit, name=NAME_AT_SEA)
    pastes_a_sheet(page)
    loses_the_connection(page)
    stage.fill(data_type="structured", volume_bytes="738215", formats=["csv"], update_frequency="static")
    stage.press("main form .form-foot .btn-primary")
    session_ends(page, people)
    stage.press("main form .form-foot .btn-primary")
    step_to(stage, "review", deposit)
    expect(page.locator(".error-summary")).to_have_count(0)
    case = files_twice(stage)
    row = case.application
    assert (row.name, row.fields, row.record_count) == (NAME_AT_SEA, TABLE, 20000)
    assert row.algorithm == ALGORITHM
    assert case.documents.get(path="sample").name == SHEET["name"]


def pastes_a_sheet(page: Page) -> None:
    """Out of the real clipboard, by the keys, into the first cell; what is saved by itself is the same."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", BLOCK)
    page.locator('[name="fields_-0-name"]').focus()
    with page.expect_response("**/structure/save/") as answer:
        page.keyboard.press("Control+v")
    assert answer.value.status == 204
    for at, row in enumerate(TABLE[:2]):
        for column, text in row.items():
            expect(page.locator(f'[name="fields_-{at}-{column}"]')).to_have_value(text)
    assert [row["name"] for row in kept("structure")["fields_"] if row["name"]] == [row["name"] for row in TABLE]


def loses_the_connection(page: Page) -> None:
    """Typed without a connection: kept here, said so, and sent as soon as it is back."""
    page.context.set_offline(True)
    page.locator("#id_record_count").fill("20000")
    says(page, "offline")
    assert kept("structure")["record_count"] != "20000"
    with page.expect_response("**/structure/save/") as answer:
        page.context.set_offline(False)
    assert answer.value.status == 204
    says(page, "now")
    assert kept("structure")["record_count"] == "20000"


def session_ends(page: Page, people) -> None:
    """The session is gone while one types: the form stays, one signs in in another window, and it is saved."""
    page.locator("#id_algorithm").fill(ALGORITHM[:30])
    Session.objects.all().delete()
    page.locator("#id_algorithm").fill(ALGORITHM)
    says(page, "away")
    assert kept("processing").get("algorithm") != ALGORITHM
    with page.context.expect_page() as opened:
        page.locator("[data-save-door]").click()
    Keyboard(opened.value).sign_in(people.filer)
    opened.value.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # unless its own retry has saved it by now
    says(page, "now")
    assert kept("processing")["algorithm"] == ALGORITHM
    expect(page.locator("#id_algorithm")).to_have_value(ALGORITHM)


def files_twice(stage: Stage) -> Case:
    """The button pressed, the page gone back to, the button pressed again: one case, one receipt, and it says so."""
    review = stage.page.url
    other = stage.page.context.new_page()
    other.goto(review)
    stage.press()
    case = filing.filed_case(stage)
    with other.expect_navigation():
        other.locator("main form[method=post] .btn-primary").click()
    assert other.url == stage.page.url
    expect(other.locator(".flash")).to_contain_text(case.number)
    other.close()
    assert list(Case.objects.filter(kind="application")) == [case]
    return case


def test_window_closed_without_a_connection_comes_back_with_what_was_typed(stage, deposit, people, complaints):
    """The browser closes before the connection is back: the next window brings the words and saves them."""
    complaints.expected.append("ERR_INTERNET_DISCONNECTED")
    stage.enter(people.filer)
    filing.begin(stage)
    step_to(stage, "processing", deposit)
    page, address = stage.page, stage.page.url
    page.context.set_offline(True)
    page.locator("#id_algorithm").fill(ALGORITHM)
    says(page, "offline")
    again = another_window(page, complaints)
    page.close()
    again.context.set_offline(False)
    again.goto(address)  # what the closing page still sends may arrive first: then there is nothing left to bring back
    expect(again.locator("#id_algorithm")).to_have_value(ALGORITHM)
    says(again, "now")
    assert kept("processing")["algorithm"] == ALGORITHM


# ------------------------------------------------------------------------------------------------ two windows


def test_same_form_filed_from_two_windows_is_filed_once_and_says_what_is_not_part_of_it(
    stage, deposit, people, complaints
):
    """The second window changed a word, and still shows it when it hears that the first one filed."""
    complaints.expected.append("409")
    stage.enter(people.filer)
    draft = filing.begin(stage)
    step_to(stage, "review", deposit)
    late, changing = another_window(stage.page, complaints), another_window(stage.page, complaints)
    late.goto(stage.page.url)
    changing.goto(f"{draft}basics/")
    with changing.expect_response("**/basics/save/") as answer:
        changing.locator("#id_name").fill("第二个窗口的数据集")
    assert answer.value.status == 204
    stage.open(stage.path)
    stage.press()
    case = filing.filed_case(stage)
    assert case.application.name == "第二个窗口的数据集"
    with late.expect_navigation():
        late.locator("main form[method=post] .btn-primary").click()
    expect(late.locator(".flash-warning")).to_contain_text(case.number)
    with changing.expect_response("**/basics/save/") as answer:
        changing.locator("#id_name").fill("第二个窗口又改的数据集")
    assert answer.value.status == 409
    expect(changing.locator("[data-save-words]")).to_have_text(answer.value.text())
    expect(state(changing)).to_have_class("save-state is-trouble")
    expect(changing.locator("#id_name")).to_have_value("第二个窗口又改的数据集")
    assert list(Case.objects.filter(kind="application")) == [case]


# ------------------------------------------------------------------------------------------------ a substitution lapses


def test_substitution_that_lapses_while_the_form_is_open_keeps_what_was_typed(stage, people, organisations, complaints):
    complaints.expected.append("409")
    case = ways.walk(ways.application(people, organisations), people, "examined")
    until = legal_today() + dt.timedelta(days=3)
    row = absences.enter_absence(
        people.chief, legal_today(), until, substitute=people.clerk2, reason="leave", by=people.chief
    )
    reason = "来源说明与存证不一致：𠮷祥门的浮标编号对不上。"
    stage.enter(people.clerk2).open(f"/desk/cases/{case.pk}/moves/refuse/").fill(comment=reason)
    absences.end_absence(row, people.chief)
    stage.press("main form.panel .form-foot button:not([name])")
    summary = stage.page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text(people.chief.full_name)
    expect(stage.page.locator('main [name="comment"]')).to_have_value(reason)
    case.refresh_from_db()
    assert case.status == "examined"
