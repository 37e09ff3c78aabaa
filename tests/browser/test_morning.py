"""An official's morning with the keyboard alone: nothing is clicked from the sign-in to the decision."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256

import pytest
import time_machine
from django.core import mail
from playwright.sync_api import expect

from apps.applications.filing import open_application
from apps.outbox.models import Letter
from apps.outbox.tasks import sweep_letters
from apps.rules.clock import legal_today
from apps.workflow import absences, assignment
from apps.workflow.machine import perform
from apps.workflow.models import Case
from tests import ways
from tests.browser.keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WANTING = "应用场景过于笼统：请写明谁在什么场景下使用。"
ADDED = "请一并核对联系人电话。"


@pytest.fixture
def keys(page, local_track):
    with time_machine.travel(ways.at_noon(2026, 9, 10), tick=True):
        yield Keyboard(page)


def examining(people, organisations, name: str, number: str) -> Case:
    evidence = ways.deposit(
        organisations.enterprise, people.filer, people.clerk2, number=number, digest=sha256(number.encode()).hexdigest()
    )
    filled = ways.values(evidence, track="local", name=name)
    case = open_application(filled, organisation=organisations.enterprise, actor=people.filer)
    return ways.walk(case, people, "examining")


def leaves(absent, substitute) -> None:
    """Away from today on; somebody acts."""
    until = legal_today() + dt.timedelta(days=3)
    absences.enter_absence(absent, legal_today(), until, substitute=substitute, reason="leave", by=absent)


def test_examiners_morning_with_the_keyboard_alone(keys, people, organisations):
    mine = examining(people, organisations, "近岸浪高数据集", "EC-11")
    theirs = [examining(people, organisations, f"东极潮位数据集{n}", f"EC-2{n}") for n in range(3)]
    for case in theirs:
        assignment.take(case, people.clerk2)
    leaves(people.clerk2, people.clerk)

    keys.sign_in(people.clerk).to('.rail a[href="/desk/day/"]').go()
    expect(keys.page.locator("main")).to_contain_text(people.clerk2.full_name)  # for whom one acts today
    takes_the_next(keys, mine, people)
    goes_through_the_checklist(keys, mine, people)
    sends_the_correction(keys, mine, people)
    takes_over_the_desk(keys, theirs, people)
    proposes_for_several(keys, theirs, people)
    keys.sign_out().sign_in(people.chief)
    decides(keys, theirs)


def takes_the_next(keys: Keyboard, case: Case, people) -> None:
    keys.go("n")
    assert keys.page.url.endswith(f"/desk/cases/{case.pk}/")
    expect(keys.page.locator(".flash-success")).to_contain_text(case.number)
    case.refresh_from_db()
    assert case.assigned_to == people.clerk


def goes_through_the_checklist(keys: Keyboard, case: Case, people) -> None:
    """1 is met and leads on; 2 is not met, and its note stands one step back."""
    keys.to('a[href="?tab=checklist"]').go()
    items = keys.page.locator(".criterion")
    names = [criterion.name for criterion in case.kind_.checklist]
    expect(items).to_have_count(len(names))
    for at, name in enumerate(names):
        keys.press("2" if name == "scenario" else "1")
        expect(items.nth(at).locator(".finding-state")).to_contain_text(people.clerk.full_name)
        if name == "scenario":
            keys.press("Shift+Tab")
            expect(keys.focused).to_have_attribute("name", "scenario-note")
            with keys.page.expect_response("**/findings/"):
                keys.write(WANTING).press("Tab")
            expect(items.nth(at).locator(".finding-state")).to_contain_text(people.clerk.full_name)
        if at + 1 < len(names):
            expect(keys.focused).to_have_attribute("name", f"{names[at + 1]}-outcome")
    assert dict(case.findings.values_list("criterion", "outcome")) == {
        name: "not_met" if name == "scenario" else "met" for name in names
    }
    assert case.findings.filter(criterion="scenario").latest("pk").note == WANTING


def sends_the_correction(keys: Keyboard, case: Case, people) -> None:
    """The notice begins from the findings; its letter is read before it goes."""
    page = keys.page
    keys.to('main a[href$="/moves/ask_correction/"]').go()
    expect(page.locator("#id_note_scenario")).to_have_value(WANTING)
    expect(page.locator(".composed")).to_have_count(0)  # every item was looked at
    letter = page.locator("aside .letter, .case-aside .letter").first
    expect(letter).to_contain_text(WANTING)
    keys.to("#id_comment").write(ADDED).to('button[name="preview"]').go()
    expect(letter).to_contain_text(ADDED)
    assert not Letter.objects.filter(case_pk=case.pk, text="case.correction").exists()
    keys.to("main form.panel .form-foot button:not([name])").go()
    expect(page.locator(".flash-success")).to_be_visible()
    case.refresh_from_db()
    assert case.status == "correction"
    sweep_letters()
    sent = [letter.body for letter in mail.outbox if people.filer.email in letter.to]
    assert any(WANTING in body and ADDED in body for body in sent)


def takes_over_the_desk(keys: Keyboard, cases: list[Case], people) -> None:
    """One act for the whole desk; the result has the focus and names each case."""
    keys.to('.rail a[href="/desk/day/"]').go().to(f'main a[href="/desk/team/{people.clerk2.pk}/"]').go()
    expect(keys.page.locator("tr[data-row]")).to_have_count(len(cases))
    keys.to('button[name="all"]').go()
    for case in cases:
        expect(keys.focused).to_contain_text(case.number)
    lying = Case.objects.filter(assigned_to=people.clerk)
    assert {case.pk for case in cases} <= set(lying.values_list("pk", flat=True))


def proposes_for_several(keys: Keyboard, cases: list[Case], people) -> None:
    """Three are ticked and one is withdrawn while the form is open: two done, one refused with the reason."""
    page = keys.page
    keys.to('.rail a[href="/desk/"]').go()
    expect(page.locator("tr[data-row]")).to_have_count(len(cases))
    for row in range(len(cases)):
        keys.press("j")
        expect(page.locator("tr[data-row]").nth(row).locator("th a")).to_be_focused()
        keys.press("x")
    expect(page.locator("tr[data-row] input:checked")).to_have_count(len(cases))
    keys.go("b").to('button[name="move"][value="application:propose"]').go()
    keys.to('[name="proposal"][value="accept"]').press("Space").to('[name="comment"]').write("查验相符，建议公示。")
    perform(cases[-1].pk, "withdraw", actor=people.filer)
    keys.to("main form.panel .form-foot button").go()
    told = {case: page.locator("tr[data-row]", has_text=case.number) for case in cases}
    for case in cases[:-1]:
        expect(told[case].locator(".status-good")).to_be_visible()
    expect(told[cases[-1]].locator(".status-bad")).to_be_visible()
    reason = told[cases[-1]].locator("td").last.inner_text().split()
    assert len(reason) > 1, "refused without a reason"
    for case, status in zip(cases, ("examined", "examined", "withdrawn"), strict=True):
        case.refresh_from_db()
        assert case.status == status


def decides(keys: Keyboard, cases: list[Case]) -> None:
    """From the queue to the decision sheet; its key goes to the button and leaves the pressing to the hand."""
    page = keys.page
    expect(page.locator("tr[data-row]")).to_have_count(2)
    keys.press("j")
    expect(page.locator("tr[data-row]").first.locator("th a")).to_be_focused()
    keys.go()
    pk = int(page.url.rstrip("/").rsplit("/", 1)[1])
    keys.to('main a[href$="/decision/"]').go()
    expect(page.locator("main")).to_contain_text("查验相符，建议公示。")
    keys.press("a")
    expect(keys.focused).to_have_attribute("formaction", f"/desk/cases/{pk}/moves/approve/")
    assert Case.objects.get(pk=pk).status == "examined"
    keys.go()
    expect(page.locator(".flash-success")).to_be_visible()
    decided = Case.objects.get(pk=pk)
    assert decided.pk in {case.pk for case in cases}
    assert decided.status != "examined"
    assert decided.events.get(move="approve").actor.username == "chief"
