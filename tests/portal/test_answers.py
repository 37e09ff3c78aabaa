"""Answering a correction notice: only the named items, the answer read as a difference, sent once."""

import pytest
from django.urls import reverse

from apps.applications.models import Application
from apps.workflow.machine import perform
from apps.workflow.models import Case, Document, Event
from tests import ways
from tests.portal.forms import paper, words
from tests.verifications.cases import filed

SCENARIO = "服务于近岸养殖企业和港口调度单位，在日常作业与台风预警条件下提供逐时波浪资料，解决近岸长期缺少连续浪高观测资料的问题。"
ITEMS = [
    {"path": "scenario", "label": "Application scenario", "note": "请说明服务对象。"},
    {"path": "sources", "label": "Data sources", "note": "请补充来源。"},
    {"path": "sample", "label": "Sample data", "note": "样例不足。"},
]
SOURCES = {
    "sources-0-kind": "enterprise", "sources-0-method": "contract", "sources-0-licensor": "东海浮标公司",
    "sources-0-ends_on": "2099-12-31",
}  # fmt: skip


@pytest.fixture
def asked(people, organisations) -> Case:
    case = ways.application(people, organisations)
    perform(case.pk, "pass_pre_check", actor=people.district_clerk)
    perform(case.pk, "ask_correction", actor=people.clerk, data={"items": ITEMS})
    case.refresh_from_db()
    return case


def test_answer_changes_only_the_named_items(asked, people, sign_in):
    client = sign_in(people.filer)
    url = reverse("portal:answer", args=[asked.pk])
    page = client.get(url)
    assert [item.path for item in page.context["items"]] == ["scenario", "sources", "sample"]
    assert "请说明服务对象。" in words(page)
    assert 'name="name"' not in page.content.decode()
    sent = client.post(
        url,
        {
            "scenario": SCENARIO,
            **SOURCES,
            "name": "偷换的名称",
            "file_sample": paper("新样例.csv"),
            "file_sources.1": paper("合同.pdf", b"%PDF-1.4 x"),
        },
    )
    assert sent["Location"] == reverse("portal:answer_review", args=[asked.pk])
    review = client.get(sent["Location"])
    changes = {str(change.label): (str(change.before), str(change.after)) for change in review.context["changes"]}
    assert len(changes) == 4
    assert any(SCENARIO in after for _before, after in changes.values())
    assert any("新样例.csv" in after for _before, after in changes.values())
    client.post(sent["Location"])
    asked.refresh_from_db()
    row = Application.objects.get(case=asked)
    assert asked.status == "examining"
    assert row.scenario == SCENARIO
    assert row.sources[0]["licensor"] == "东海浮标公司"
    assert row.name == "舟山近岸浪高数据集"
    assert set(Document.objects.filter(case=asked).values_list("path", "name")) == {
        ("sample", "新样例.csv"),
        ("sources.1", "合同.pdf"),
    }


def test_answer_sent_twice_is_one_event(asked, people, sign_in):
    client = sign_in(people.filer)
    client.post(
        reverse("portal:answer", args=[asked.pk]),
        {"scenario": SCENARIO, **SOURCES, "file_sample": paper(), "file_sources.1": paper("合同.pdf", b"%PDF-1.4 x")},
    )
    url = reverse("portal:answer_review", args=[asked.pk])
    client.post(url)
    again = client.post(url)
    assert again["Location"] == reverse("portal:case", args=[asked.pk])
    assert Event.objects.filter(case=asked, move="answer").count() == 1


def test_answer_that_lacks_something_is_kept_and_told(asked, people, sign_in):
    client = sign_in(people.filer)
    url = reverse("portal:answer", args=[asked.pk])
    page = client.post(url, {"scenario": "太短", **SOURCES})
    assert {error.target for error in page.context["errors"]} == {"id_scenario", "id_file_sample", "id_file_sources.1"}
    assert "太短" in words(client.get(url))
    assert client.get(reverse("portal:answer_review", args=[asked.pk]))["Location"] == url
    asked.refresh_from_db()
    assert asked.status == "correction"


def test_closed_item_that_went_stale_does_not_bar_the_answer(asked, people, sign_in):
    """The deposit founds nothing any more, but the office did not ask about it."""
    perform(asked.application.deposit_id, "fail", actor=people.clerk, comment="链上查无")
    client = sign_in(people.filer)
    client.post(
        reverse("portal:answer", args=[asked.pk]),
        {"scenario": SCENARIO, **SOURCES, "file_sample": paper(), "file_sources.1": paper("合同.pdf", b"%PDF-1.4 x")},
    )
    client.post(reverse("portal:answer_review", args=[asked.pk]))
    asked.refresh_from_db()
    assert asked.status == "examining"


def test_nobody_else_answers(asked, people, sign_in):
    url = reverse("portal:answer", args=[asked.pk])
    assert sign_in(people.rival).get(url).status_code == 404
    assert sign_in(people.reader).get(url)["Location"] == reverse("portal:case", args=[asked.pk])
    assert sign_in(people.reader).post(url, {"scenario": SCENARIO})["Location"] == reverse(
        "portal:case", args=[asked.pk]
    )
    assert Application.objects.get(case=asked).scenario != SCENARIO


def test_answer_of_another_kind_opens_only_the_named_fields(people, organisations, sign_in):
    case = filed(people, organisations)
    items = [{"path": "name", "label": "Name", "note": "与执照不符。"}]
    perform(case.pk, "ask_correction", actor=people.clerk, data={"items": items})
    client = sign_in(people.newcomer)
    url = reverse("portal:answer", args=[case.pk])
    assert "与执照不符。" in words(client.get(url))
    sent = client.post(url, {"name": "舟山初航海洋数据有限公司", "legal_representative": "冒名者"})
    assert [str(change.after) for change in client.get(sent["Location"]).context["changes"]] == [
        "舟山初航海洋数据有限公司"
    ]
    client.post(sent["Location"])
    case.refresh_from_db()
    assert case.status == "submitted"
    assert (case.verification.name, case.verification.legal_representative) == ("舟山初航海洋数据有限公司", "林远航")
