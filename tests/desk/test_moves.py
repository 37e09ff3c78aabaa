"""Moves through the browser: shown first, made once, refused with everything typed kept."""

import pytest
import time_machine

from apps.outbox.models import Letter
from apps.workflow.machine import perform
from apps.workflow.models import Case, Event
from tests.ways import application, at_noon, walk


def address(case, move: str) -> str:
    return f"/desk/cases/{case.pk}/moves/{move}/"


def filled(client, case, move: str, **values) -> dict:
    """What the page's form would post: its hidden fields and the given ones."""
    context = client.get(address(case, move)).context
    return {"version": context["version"], "key": context["key"], **values}


def test_move_page_shows_letter_and_time_limit_before_and_writes_nothing(filed, people, desk_of):
    client = desk_of(people.clerk)
    before = (Letter.objects.count(), Event.objects.count())
    context = client.get(address(filed, "pass_pre_check")).context
    assert [str(limit.label) for limit in context["limits"]] == ["examination"]
    assert context["target"].name == "examining"
    assert {letter.language for letter in context["letters"]} == {"zh-hans"}
    assert "舟山近岸浪高数据集" in context["letters"][0].subject
    assert set(context["letters"][0].recipients) == {people.manager.full_name, people.filer.full_name}
    assert (Letter.objects.count(), Event.objects.count()) == before


def test_preview_is_the_letter_that_is_sent(examining, people, desk_of):
    client = desk_of(people.clerk)
    typed = {"note_scenario": "请写明使用者。", "note_sample": "", "comment": "一次补齐"}
    data = filled(client, examining, "ask_correction", **typed)
    shown = client.post(address(examining, "ask_correction"), {**data, "preview": "1"})
    assert Case.objects.get(pk=examining.pk).status == "examining"
    [letter] = shown.context["letters"]
    client.post(address(examining, "ask_correction"), data)
    sent = Letter.objects.filter(text="case.correction").first()
    assert sent.shown() == (letter.subject, letter.body)
    assert "请写明使用者。" in letter.body


def test_move_is_made_and_says_what_comes_next(filed, people, desk_of):
    client = desk_of(people.clerk)
    data = filled(client, filed, "pass_pre_check", comment="fine")
    answer = client.post(address(filed, "pass_pre_check"), data, follow=True)
    case = Case.objects.get(pk=filed.pk)
    assert case.status == "examining"
    assert case.events.get(move="pass_pre_check").comment == "fine"
    [message] = map(str, answer.context["messages"])
    assert message.startswith("Pass to examination. The case is now: To be examined. Next: the examiner. Last day: ")


def test_second_press_is_the_first(filed, people, desk_of):
    client = desk_of(people.clerk)
    data = filled(client, filed, "pass_pre_check")
    for _press in range(2):
        assert client.post(address(filed, "pass_pre_check"), data).status_code == 302
    assert filed.events.filter(move="pass_pre_check").count() == 1


def test_stale_page_is_refused_and_keeps_what_was_typed(filed, people, desk_of):
    client = desk_of(people.clerk)
    data = filled(client, filed, "return_pre_check", note_scenario="Name the user", comment="in one go")
    perform(filed.pk, "pass_pre_check", actor=people.clerk2)
    answer = client.post(address(filed, "return_pre_check"), data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else was faster: the case has moved on. Look at it again." in page
    assert "Name the user" in page
    assert "in one go" in page
    assert Case.objects.get(pk=filed.pk).status == "examining"


def test_empty_correction_is_named_at_the_top(examining, people, desk_of):
    client = desk_of(people.clerk)
    data = filled(client, examining, "ask_correction", comment="nothing named")
    answer = client.post(address(examining, "ask_correction"), data)
    assert answer.status_code == 422
    assert "Name at least one item to correct" in answer.content.decode()
    assert "nothing named" in answer.content.decode()


def test_who_examined_sees_the_reason_and_cannot_decide(examined, people, desk_of):
    people.clerk.role = "chief"
    people.clerk.save()
    client = desk_of(people.clerk)
    data = filled(client, examined, "approve")
    assert client.get(address(examined, "approve")).context["blocked"]
    answer = client.post(address(examined, "approve"), data)
    assert answer.status_code == 409
    sentence = "You have taken an earlier step in this case; somebody else must take this one."
    assert sentence in answer.content.decode()
    assert Case.objects.get(pk=examined.pk).status == "examined"


@pytest.mark.parametrize("move", ["file", "nonsense"])
def test_unknown_and_opening_moves_do_not_exist(filed, people, desk_of, move):
    assert desk_of(people.clerk).get(address(filed, move)).status_code == 404
    assert desk_of(people.clerk).post(address(filed, move)).status_code == 404


def test_publishing_shows_the_public_page_and_its_last_day(filed, people, desk_of):
    walk(filed, people, "notice_drafted")
    context = desk_of(people.chief).get(address(filed, "publish")).context
    paths = [item["path"] for item in context["face"]]
    assert "scenario" in paths
    assert "algorithm" not in paths
    assert str(context["limits"][0].on.year) in context["letters"][0].body
    assert context["letters"][0].note


def test_case_that_a_late_sweep_left_can_be_moved_from_its_page(rules_loaded, people, organisations, desk_of):
    with time_machine.travel(at_noon(2026, 9, 17), tick=False) as clock:
        case = walk(application(people, organisations), people, "in_notice")
        clock.move_to(at_noon(2026, 10, 13))
        client = desk_of(people.deputy)
        assert client.post(address(case, "register"), filled(client, case, "register")).status_code == 302
        assert Case.objects.get(pk=case.pk).status == "registered"


def test_what_an_applicant_typed_is_never_markup(examining, people, desk_of):
    examining.application.contact_name = "<script>alert(1)</script>"
    examining.application.save()
    page = desk_of(people.clerk).get(address(examining, "ask_correction")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_answer_is_given_in_the_form_of_the_firm(examining, people, desk_of):
    item = {"path": "scenario", "label": "Application scenario", "note": "Name the user."}
    perform(examining.pk, "ask_correction", actor=people.clerk, data={"items": [item]})
    client = desk_of(people.clerk2)
    for answer in (client.get(address(examining, "answer")), client.post(address(examining, "answer"))):
        assert answer["Location"] == f"/portal/cases/{examining.pk}/answer/"
    assert Case.objects.get(pk=examining.pk).status == "correction"
