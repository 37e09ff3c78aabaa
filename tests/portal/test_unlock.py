"""A filer asks to change one more item while answering: granted or refused, in the same draft, on the same clock."""

import pytest
from django.urls import reverse

from apps.applications.filing import open_paths
from apps.applications.models import Application
from apps.outbox.models import Letter
from apps.outbox.texts import show
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case, Clock, Draft, Event
from tests import ways
from tests.portal.forms import words
from tests.portal.test_answers import SCENARIO

ITEMS = [{"path": "scenario", "label": "Application scenario", "note": "请说明服务对象。"}]
ALGORITHM = "补充去标识化方法：剔除船名与呼号，位置聚合到一海里网格，时间取整到小时，结果不可复原。" * 4


@pytest.fixture
def asked(people, organisations) -> Case:
    case = ways.walk(ways.application(people, organisations), people, "examining")
    perform(case.pk, "ask_correction", actor=people.clerk, data={"items": ITEMS})
    case.refresh_from_db()
    return case


def clocks_of(case) -> list:
    return list(Clock.objects.filter(case=case).order_by("pk").values_list("name", "due_on", "outcome"))


def told(text: str, person) -> str:
    """The letter of this text to a person, as it is read."""
    [letter] = show(Letter.objects.filter(text=text, user=person))
    return letter.body


def ask(client, case: Case, item: str = "algorithm"):
    case.refresh_from_db()
    body = {"item": item, "comment": "算法说明也需更正。", "version": case.version, "key": f"{item}{case.version}"}
    return client.post(reverse("portal:move", args=[case.pk, "ask_unlock"]), body)


def test_page_of_the_request_opens_before_an_item_is_chosen(asked, people, sign_in):
    page = sign_in(people.filer).get(reverse("portal:move", args=[asked.pk, "ask_unlock"])).content.decode()
    assert 'name="item"' in page


def test_granted_item_opens_in_the_same_answer(asked, people, sign_in):
    client = sign_in(people.filer)
    url = reverse("portal:answer", args=[asked.pk])
    client.post(url, {"scenario": SCENARIO})
    before = clocks_of(asked)
    assert reverse("portal:move", args=[asked.pk, "ask_unlock"]) in client.get(url).content.decode()
    assert ask(client, asked).status_code == 302
    assert "算法说明也需更正。" in told("case.unlock_asked", people.clerk)
    waiting = client.get(url)
    assert waiting.context["asked_for"]
    assert [item.path for item in waiting.context["items"]] == ["scenario"]
    with pytest.raises(Refused) as twice:
        perform(asked.pk, "ask_unlock", actor=people.filer, data={"item": "name"}, comment="再来")
    assert twice.value.code == "asked_to_unlock"
    perform(asked.pk, "grant_unlock", actor=people.clerk)
    page = client.get(url)
    assert [item.path for item in page.context["items"]] == ["scenario", "algorithm"]
    assert SCENARIO in words(page)  # what was typed stays
    assert Draft.objects.filter(kind="answer").count() == 1
    assert clocks_of(asked) == before
    client.post(url, {"scenario": SCENARIO, "algorithm": ALGORITHM})
    client.post(reverse("portal:answer_review", args=[asked.pk]))
    row = Application.objects.get(case=asked)
    assert (row.scenario, row.algorithm) == (SCENARIO, ALGORITHM)
    assert Letter.objects.filter(text="case.unlock_granted", user=people.filer).exists()


@pytest.mark.parametrize("move", ["grant_unlock", "refuse_unlock"])
def test_the_official_reads_what_is_asked_and_why_before_answering(asked, people, sign_in, move):
    ask(sign_in(people.filer), asked)
    page = sign_in(people.clerk).get(reverse("desk:move", args=[asked.pk, move])).content.decode()
    step = page.partition("上一步")[2].partition("</section>")[0]
    for piece in ("算法规则简要说明", "算法说明也需更正。", people.filer.full_name):
        assert piece in step


def test_whoever_approves_a_second_round_reads_its_reason(asked, people, sign_in):
    perform(asked.pk, "answer", actor=people.filer)
    reason = "首次补正后来源仍不清楚"
    perform(asked.pk, "propose_again", actor=people.clerk, data={"items": ITEMS, "reason": reason})
    client = sign_in(people.chief)
    for address in ("desk:move", "desk:decision"):
        args = [asked.pk, "ask_again"] if address == "desk:move" else [asked.pk]
        assert f"理由：{reason}" in client.get(reverse(address, args=args)).content.decode()
    portal = sign_in(people.filer).get(reverse("portal:case", args=[asked.pk])).content.decode()
    assert reason not in portal


def test_refused_item_stays_closed(asked, people, sign_in):
    client = sign_in(people.filer)
    ask(client, asked)
    perform(asked.pk, "refuse_unlock", actor=people.clerk, comment="该事项无需修改。")
    url = reverse("portal:answer", args=[asked.pk])
    client.post(url, {"scenario": SCENARIO, "algorithm": ALGORITHM})
    client.post(reverse("portal:answer_review", args=[asked.pk]))
    row = Application.objects.get(case=asked)
    assert row.scenario == SCENARIO
    assert row.algorithm != ALGORITHM
    assert "该事项无需修改。" in told("case.unlock_refused", people.filer)


def test_grant_of_one_notice_opens_nothing_in_the_next(asked, people, sign_in):
    client = sign_in(people.filer)
    ask(client, asked)
    perform(asked.pk, "grant_unlock", actor=people.clerk)
    assert open_paths(asked) == {"scenario", "algorithm"}
    client.post(reverse("portal:answer", args=[asked.pk]), {"scenario": SCENARIO, "algorithm": ALGORITHM})
    client.post(reverse("portal:answer_review", args=[asked.pk]))
    ways.ask_again(asked, people, ITEMS)
    assert open_paths(asked) == {"scenario"}


@pytest.mark.parametrize(
    ("item", "code"), [("scenario", "item_open"), ("reg_kind", "no_such_item"), ("", "no_such_item")]
)
def test_only_a_closed_item_can_be_asked_for(asked, people, item, code):
    with pytest.raises(Refused) as refused:
        perform(asked.pk, "ask_unlock", actor=people.filer, data={"item": item}, comment="因为")
    assert refused.value.code == code


def test_who_may_ask_and_who_answers(asked, people):
    for person in (people.rival, people.reader, people.clerk, None):
        with pytest.raises(Refused) as refused:
            perform(asked.pk, "ask_unlock", actor=person, data={"item": "name"}, comment="因为")
        assert refused.value.code == "not_yours"
    with pytest.raises(Refused) as early:
        perform(asked.pk, "grant_unlock", actor=people.clerk)
    assert early.value.code == "nothing_to_unlock"
    perform(asked.pk, "ask_unlock", actor=people.filer, data={"item": "name"}, comment="因为")
    for person in (people.filer, people.rival, people.other_district_clerk):
        with pytest.raises(Refused) as refused:
            perform(asked.pk, "grant_unlock", actor=person)
        assert refused.value.code == "not_yours"
    event = perform(asked.pk, "grant_unlock", actor=people.clerk)
    assert event.data["items"] == [{"path": "name", "label": event.data["items"][0]["label"], "note": "因为"}]
    assert Event.objects.filter(case=asked, move="grant_unlock").count() == 1


def test_rows_of_one_table_open_it_once(people, organisations, sign_in):
    case = ways.walk(ways.application(people, organisations), people, "examining")
    items = [{"path": f"sources.{row}", "label": f"Data sources, row {row}", "note": f"第{row}行"} for row in (1, 2)]
    perform(case.pk, "ask_correction", actor=people.clerk, data={"items": items})
    page = sign_in(people.filer).get(reverse("portal:answer", args=[case.pk]))
    [opened] = page.context["items"]
    assert opened.path == "sources"
    assert "第1行" in words(page)
    assert "第2行" in words(page)
    assert page.content.decode().count('name="sources-0-licensor"') == 1
