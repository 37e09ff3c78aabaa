"""Notices, register, letters, the calculator and paper filings."""

import pytest
import time_machine

from apps.enterprises.models import Organisation
from apps.outbox.models import Letter
from apps.workflow.machine import perform
from apps.workflow.models import Case, Draft
from tests.factories import make_uscc
from tests.ways import application, at_noon, walk


@pytest.fixture
def registered(rules_loaded, people, organisations):
    with time_machine.travel(at_noon(2026, 9, 17), tick=False) as clock:
        case = walk(application(people, organisations), people, "in_notice")
        clock.move_to(at_noon(2026, 10, 13))
        perform(case.pk, "register", actor=people.deputy)
        yield case


def test_notices_are_parted_by_where_they_stand(filed, people, desk_of):
    client = desk_of(people.chief)
    walk(filed, people, "notice_drafted")
    assert [row.notice.case for row in client.get("/desk/notices/?show=drafted").context["page"].rows] == [filed]
    assert client.get("/desk/notices/").context["page"].rows == []
    perform(filed.pk, "publish", actor=people.chief, data={"no_secret": True})
    [row] = client.get("/desk/notices/").context["page"].rows
    assert row.due.on == row.notice.ends_on
    perform(filed.pk, "withdraw_notice", actor=people.deputy, comment="wrong volume")
    assert "wrong volume" in client.get("/desk/notices/?show=over").content.decode()
    assert desk_of(people.other_district_clerk).get("/desk/notices/?show=over").context["page"].rows == []


def test_register_is_searched_and_an_entry_opened(registered, people, desk_of):
    client = desk_of(people.clerk)
    [row] = client.get("/desk/register/?q=浪高").context["page"].rows
    assert client.get("/desk/register/?q=潮汐").context["page"].rows == []
    page = client.get(f"/desk/register/{row.pk}/").content.decode()
    assert "舟数知证-2026-0001" in page
    assert "This portal has no record of a claim on this right." in page
    assert client.get(f"/desk/register/{registered.pk}/").status_code == 404
    assert desk_of(people.other_district_clerk).get(f"/desk/register/{row.pk}/").status_code == 404


def test_letters_are_those_of_the_cases_one_may_see(filed, people, desk_of):
    client = desk_of(people.clerk)
    shown = client.get(f"/desk/letters/?case={filed.pk}").context["page"].rows
    assert {row.letter.text for row in shown} == {"application.received"}
    letter = Letter.objects.filter(case_pk=filed.pk).first()
    assert "舟山近岸浪高数据集" in client.get(f"/desk/letters/{letter.pk}/").content.decode()
    other = desk_of(people.other_district_clerk)
    assert other.get("/desk/letters/").context["page"].rows == []
    assert other.get(f"/desk/letters/{letter.pk}/").status_code == 404
    assert other.get(f"/desk/letters/?case={filed.pk}").status_code == 404


def test_calculator_shows_every_day(people, rules_loaded, desk_of):
    client = desk_of(people.clerk)
    found = client.get("/desk/deadline/?start=2026-09-18&count=10&unit=workday").context["found"]
    assert found.date.isoformat() == "2026-10-09"
    assert sum(step.counted for step in found.steps) == 10
    wrong = client.get("/desk/deadline/?start=2026-09-18&count=3660&unit=year").context
    assert wrong["found"] is None
    assert "from 1 to 100" in str(wrong["form"].errors)
    assert client.get("/desk/deadline/").context["form"].is_bound is False


def test_clerk_begins_a_paper_filing_for_a_firm_on_record(people, rules_loaded, organisations, desk_of):
    client = desk_of(people.district_clerk)
    assert "蓝湾" not in client.get("/desk/enter/?q=舟山").content.decode()
    assert client.post("/desk/enter/", {"organisation": organisations.rival_enterprise.pk}).status_code == 404
    client.post("/desk/enter/", {"organisation": organisations.newcomer.pk})
    draft = Draft.objects.get()
    begun = (draft.organisation, draft.created_by, draft.kind)
    assert begun == (organisations.newcomer, people.district_clerk, "application")
    assert desk_of(people.chief).get("/desk/enter/").status_code == 404


def test_new_organisation_waits_for_a_second_official(people, rules_loaded, districts, desk_of):
    client = desk_of(people.clerk)
    data = {
        "name": "嵊泗贻贝养殖专业合作社", "uscc": make_uscc(), "capacities": ["enterprise"], "district": districts.shengsi.pk,
        "legal_representative": "林远航", "contact_name": "林远航", "contact_phone": "13900000000",
    }  # fmt: skip
    client.post("/desk/enter/new/", data)
    firm = Organisation.objects.get(name="嵊泗贻贝养殖专业合作社")
    assert firm.verified_at is None
    case = Case.objects.get(kind="organisation", organisation=firm)
    assert case.entered_by == people.clerk
    assert Draft.objects.get().organisation == firm
    offers = client.get(f"/desk/cases/{case.pk}/").context["offers"]
    assert {offer.refusal.code for offer in offers if offer.move.name == "accept"} == {"four_eyes"}
    again = client.post("/desk/enter/new/", data)
    assert again.status_code == 422
    assert Organisation.objects.filter(name="嵊泗贻贝养殖专业合作社").count() == 1
