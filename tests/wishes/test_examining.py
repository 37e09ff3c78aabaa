"""What users of such systems ask for, row by row: examining. Each test is red when its feature is switched off."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.examination.models import Visit
from apps.outbox.models import Letter
from apps.rules.models import CalendarVersion, RuleParameter
from apps.workflow.checks import problems
from apps.workflow.forms import CorrectionForm
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case
from apps.workflow.states import all_kinds
from tests.conftest import VERIFIED_AT
from tests.ways import application, at_noon, deposit, values, walk

ITEMS = {"items": [{"path": "scenario", "label": "Application scenario", "note": "Name the user."}]}
SCENARIO = "渔民出海前查看逐时浪高，港口据此调度进出港。" * 4


@pytest.fixture
def examining(rules_loaded, people, organisations):
    return walk(application(people, organisations), people, "examining")


def read(sign_in, user):
    user.language = "en"
    user.save(update_fields=["language"])
    return sign_in(user)


# ------------------------------------------------------------------------------------------------ 11


def test_wish_11_two_officers_see_each_other_and_no_lock_goes_stale(examining, people, sign_in):
    url = f"/desk/cases/{examining.pk}/"
    assert read(sign_in, people.clerk).post(f"{url}presence/").status_code == 200
    shown = read(sign_in, people.clerk2).get(url).content.decode()
    assert f"{people.clerk.full_name} has this case open since " in shown
    perform(examining.pk, "propose", actor=people.clerk2, data={"proposal": "accept"}, comment="fine")  # no lock
    told = read(sign_in, people.clerk).post(f"{url}presence/").json()
    assert told["version"] == Case.objects.get(pk=examining.pk).version != examining.version  # the case has moved on
    gone = timezone.now() - timedelta(minutes=2, seconds=1)
    Visit.objects.update(seen_at=gone)
    assert "has this case open" not in read(sign_in, people.clerk2).get(url).content.decode()


# ------------------------------------------------------------------------------------------------ 12


def test_wish_12_no_decision_is_possible_while_a_correction_is_open(examining, people):
    perform(examining.pk, "ask_correction", actor=people.clerk, data=ITEMS)
    for move in ("approve", "refuse", "propose", "register"):
        with pytest.raises(Refused) as refused:
            perform(examining.pk, move, actor=people.chief, data={"proposal": "accept"}, comment="x")
        assert refused.value.code in ("wrong_state", "not_yours")
    for kind in all_kinds():
        asked = {move.target for move in kind.moves if move.form and issubclass(move.form, CorrectionForm)}
        assert not [move.name for move in kind.moves if move.tag == "decide" and move.sources & asked]
        assert problems(kind) == []


def test_wish_12_calling_the_request_off_is_an_act_with_reason_letter_and_clocks(people, organisations, rules_loaded):
    with time_machine.travel(at_noon(2026, 9, 14), tick=False) as clock:
        case = walk(application(people, organisations), people, "examining")
        due = case.clocks.get(name="examination").due_on
        clock.move_to(at_noon(2026, 9, 16))
        perform(case.pk, "ask_correction", actor=people.clerk, data=ITEMS)
        clock.move_to(at_noon(2026, 9, 18))
        perform(case.pk, "recall_correction", actor=people.clerk, comment="The item was in the annex.")
        case.refresh_from_db()
        assert case.status == "examining"
        assert case.clocks.get(name="reply").ended_at is not None
        examination = case.clocks.get(name="examination")  # one clock, which runs on as if nobody had been asked
        assert (examination.outcome, examination.due_on, case.due_on) == ("running", due, due)
        assert examination.next_reminder_at is not None
        sent = Letter.objects.filter(text="case.correction_recalled", case_pk=case.pk)
        assert {letter.user for letter in sent} == {people.manager, people.filer}
        assert "The item was in the annex." in sent[0].shown()[1]
        perform(case.pk, "propose", actor=people.clerk, data={"proposal": "accept"}, comment="complete")


# ------------------------------------------------------------------------------------------------ 14


def test_wish_14_the_file_is_shown_as_filed_with_what_changed_since(examining, people, sign_in):
    filed = examining.application.scenario
    perform(examining.pk, "ask_correction", actor=people.clerk, data=ITEMS)
    perform(examining.pk, "answer", actor=people.filer, data={"values": {"scenario": SCENARIO}})
    context = read(sign_in, people.clerk).get(f"/desk/cases/{examining.pk}/?tab=changes").context
    rows = {str(field.label): field for field in context["filed"]}
    assert filed[:30] in str(rows["Application scenario"].value)
    assert SCENARIO[:20] in str(rows["Application scenario"].note)
    assert "&lt;span" not in str(rows["Application scenario"].note)
    changed = [label for label, field in rows.items() if field.tone == "changed"]
    assert changed == ["Application scenario"]
    assert len(rows) == len(examining.application.snapshot())
    assert context["first"].actor == people.filer
    assert [change.label for change in context["rounds"][0].changes] == ["Application scenario"]


# ------------------------------------------------------------------------------------------------ 15


def test_wish_15_the_case_says_its_version_of_rules_and_form_and_who_confirmed_them(examining, people, sign_in):
    rule = RuleParameter.objects.get(key="review_days", effective_to__isnull=True)
    rule.confirmed_by, rule.confirmed_at = people.deputy, VERIFIED_AT
    rule.save()
    answer = read(sign_in, people.clerk).get(f"/desk/cases/{examining.pk}/?tab=changes")
    line = next(line for line in answer.context["rules"] if line.rule.key == "review_days")
    assert line.confirmed_by == people.deputy
    page = answer.content.decode()
    assert f'The rules of <time datetime="{examining.rules_on}">' in page
    assert people.deputy.full_name in page
    assert answer.context["calendar"] == CalendarVersion.objects.first()
    assert answer.context["edition"].items == len(examining.application.snapshot())


# ------------------------------------------------------------------------------------------------ 24


def test_wish_24_like_applications_that_still_wait_are_found(examining, people, organisations, sign_in):
    from apps.applications.filing import open_application

    firm = organisations.rival_enterprise
    evidence = deposit(firm, people.rival, people.clerk2, number="EC-77")
    twin = open_application(values(evidence, track="local"), organisation=firm, actor=people.rival)
    found = read(sign_in, people.clerk).get(f"/desk/cases/{examining.pk}/?tab=related")
    reasons = {match.line.case.pk: match for match in found.context["similar"].matches}
    assert Case.objects.get(pk=twin.pk).status == "pre_check"
    assert {"same digest of the data", "same name"} <= {str(reason) for reason in reasons[twin.pk].reasons}
    assert reasons[twin.pk].other
    assert "same name" in found.content.decode()


# ------------------------------------------------------------------------------------------------ 31


def test_wish_31_one_is_told_of_the_letter_before_pressing_and_may_word_it(examining, people, sign_in):
    perform(examining.pk, "propose", actor=people.clerk, data={"proposal": "refuse"}, comment="lacking")
    client = read(sign_in, people.chief)
    url = f"/desk/cases/{examining.pk}/moves/refuse/"
    shown = client.get(url)
    assert "Pressing the button writes to 2 readers" in shown.content.decode()
    assert not Letter.objects.filter(text="application.refused").exists()
    typed = {
        "version": shown.context["version"], "key": shown.context["key"], "comment": "材料不足",
        "letter-application_refused-zh-hans-addition": "欢迎补充资料后重新提交。",
    }  # fmt: skip
    [before] = client.post(url, {**typed, "preview": "1"}).context["letters"]
    assert "欢迎补充资料后重新提交。" in before.body
    client.post(url, typed)
    sent = Letter.objects.filter(text="application.refused")
    assert {letter.shown() for letter in sent} == {(before.subject, before.body)}
    worded = examining.events.get(move="refuse").data["letter"]["application.refused"]
    assert worded["zh-hans"]["addition"] == "欢迎补充资料后重新提交。"


def test_wish_31_a_person_of_a_firm_sees_the_letter_too(examining, people, sign_in):
    page = read(sign_in, people.filer).get(f"/portal/cases/{examining.pk}/moves/withdraw/")
    [letter] = page.context["letters"]
    assert letter.text == "case.withdrawn"
    assert letter.subject in page.content.decode()
