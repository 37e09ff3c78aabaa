"""Notices as anybody reads them: what is shown, what is hidden, and by which time they run."""

import re
from html import unescape

import pytest
import time_machine

from apps.applications.filing import open_application
from apps.notices.models import Notice
from apps.rules.clock import SHANGHAI
from apps.workflow.machine import perform
from apps.workflow.tasks import sweep
from tests.ways import application, at_noon, deposit, values, walk

pytestmark = pytest.mark.django_db
DAY = at_noon(2026, 9, 17)


def publish(people, organisations, count=1, **changed):
    """So many notices of 17 September 2026, which run to 8 October."""
    evidence = deposit(organisations.enterprise, people.filer, people.clerk2)
    cases = [
        open_application(
            values(evidence, track="local", **{"name": f"舟山近岸浪高数据集{n}", **changed}),
            organisation=organisations.enterprise,
            actor=people.filer,
        )
        for n in range(1, count + 1)
    ]
    return [walk(case, people, "in_notice").notices.get() for case in cases]


@pytest.fixture
def day():
    with time_machine.travel(DAY, tick=False) as clock:
        yield clock


@pytest.fixture
def notice(day, local_track, people, organisations):
    return publish(people, organisations)[0]


def said(page):
    """The words of a page, without its tags."""
    return unescape(re.sub(r"<[^>]+>", "", page))


def html(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_notice_reads_like_a_notice(english, notice):
    page = html(english, f"/notices/{notice.pk}/")
    for shown in (
        "舟数知公告-2026-0001",
        "舟山近岸浪高数据集1",
        "舟山听涛海洋数据有限公司",
        "until 8 October 2026, 24:00",
        "working days left",
        "Application scenario",
    ):
        assert shown in said(page)
    assert "East Sea Demo Deposit EC-0001" in page
    for hidden in ("13800005678", "沈听潮", "去除缺测与野值", "Withdraw"):
        assert hidden not in page
    assert f"/notices/{notice.pk}/object/" in page


def test_notice_in_chinese_shows_chinese_labels_of_its_face(client, notice):
    notice.face[0]["label"]["zh-hans"] = "数据知识产权名称"
    notice.save(update_fields=["face"])
    page = html(client, f"/notices/{notice.pk}/")
    assert "数据知识产权名称" in page
    assert "Name of the data IP" not in page


def test_chinese_text_is_marked_on_an_english_page(english, notice):
    assert '<span lang="zh-Hans" translate="no">舟山近岸浪高数据集1</span>' in html(english, f"/notices/{notice.pk}/")


def test_draft_does_not_exist_for_the_public(client, day, local_track, people, organisations):
    case = walk(application(people, organisations), people, "notice_drafted")
    draft = Notice.objects.get(case=case)
    for path in (f"/notices/{draft.pk}/", f"/notices/{draft.pk}/object/"):
        assert client.get(path).status_code == 404
    assert case.title not in html(client, "/notices/")


def test_notice_is_over_by_time_and_not_by_sweep(english, day, notice):
    day.move_to(at_noon(2026, 10, 8).replace(hour=23, minute=59))
    assert "舟山近岸浪高数据集1" in html(english, "/notices/?state=running")
    assert "due today" in html(english, f"/notices/{notice.pk}/")
    day.move_to(at_noon(2026, 10, 9).replace(hour=0))
    assert "No notice runs today" in html(english, "/notices/?state=running")
    assert "舟山近岸浪高数据集1" in html(english, "/notices/?state=ended")
    page = html(english, f"/notices/{notice.pk}/")
    assert "Display ended" in page
    assert f"/notices/{notice.pk}/object/" not in page
    before = said(html(english, "/notices/?state=ended"))
    assert sweep() == 1
    assert said(html(english, "/notices/?state=ended")) == before


def test_withdrawn_notice_shows_fact_and_reason_and_leads_to_the_new_one(english, day, notice, people):
    perform(notice.case_id, "withdraw_notice", actor=people.chief, comment="名称有误")
    page = html(english, f"/notices/{notice.pk}/")
    assert "has no effect" in page
    assert "名称有误" in page
    assert "Application scenario" not in page
    assert "Withdrawn for an error" in html(english, "/notices/")
    assert "舟数知公告-2026-0001" in html(english, "/notices/?state=withdrawn")
    assert "舟数知公告-2026-0001" not in html(english, "/notices/?state=running")
    assert english.get(f"/notices/{notice.pk}/object/").status_code == 404
    day.move_to(at_noon(2026, 9, 18))
    perform(notice.case_id, "draft_notice", actor=people.clerk)
    perform(notice.case_id, "publish", actor=people.chief, data={"no_secret": True})
    anew = Notice.objects.get(case=notice.case, withdrawn_at=None)
    assert f'href="/notices/{anew.pk}/"' in html(english, f"/notices/{notice.pk}/")


def test_notice_of_a_withdrawn_application_takes_no_objection(english, notice, people):
    perform(notice.case_id, "withdraw", actor=people.filer)
    page = html(english, f"/notices/{notice.pk}/")
    assert "matter closed" in page
    assert f"/notices/{notice.pk}/object/" not in page
    assert "No notice runs today" in html(english, "/notices/?state=running")


@pytest.mark.parametrize("query", ["浪高", "浪", "听涛", "舟数知公告-2026-0002", "申-2026-0002"])
def test_search_finds_by_name_number_and_applicant(client, day, local_track, people, organisations, query):
    publish(people, organisations, 2)
    assert "舟山近岸浪高数据集2" in html(client, "/notices/", 200)
    page = client.get("/notices/", {"q": query}).content.decode()
    assert "舟山近岸浪高数据集2" in page
    assert "渔获" not in page


def test_search_without_a_match_says_so(english, notice):
    assert "No notice matches" in html(english, "/notices/?q=渔获")


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_at_every_length(
    client, day, local_track, people, organisations, count, django_assert_num_queries
):
    publish(people, organisations, count)
    client.get("/notices/")
    with django_assert_num_queries(2):  # the legal clock, the list
        page = html(client, "/notices/")
    assert page.count("<tr data-row>") == count


def test_provincial_notice_sends_objections_to_the_province(english, day, people, organisations):
    case = application(people, organisations, track="provincial")
    perform(case.pk, "pass_to_province", actor=people.district_clerk)
    perform(case.pk, "enter_number", actor=people.clerk, data={"province_number": "3300202609170001"})
    perform(case.pk, "mirror_notice", actor=people.clerk)
    notice = Notice.objects.get(case=case)
    assert "on the province's platform" in said(html(english, f"/notices/{notice.pk}/"))
    page = html(english, f"/notices/{notice.pk}/object/")
    assert "<textarea" not in page
    assert "an objection filed here would have no effect" in page


def test_last_day_is_said_in_shanghai_time(notice):
    assert notice.ends_at.astimezone(SHANGHAI).isoformat() == "2026-10-09T00:00:00+08:00"
