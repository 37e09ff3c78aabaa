"""The case page: who may open it, what it tells, what can be done on it without moving the case."""

import io
import zipfile

import pytest
import time_machine
from django.test import Client

from apps.desk.case import PARTY_ROLES
from apps.workflow import documents
from apps.workflow.machine import perform
from apps.workflow.models import Case, Interest, Party
from apps.workflow.tasks import sweep
from tests.samples import SAMPLES
from tests.ways import application, at_noon, walk

CASE_QUERIES = 9
ADDRESSES = ("", "?tab=story", "moves/pass_pre_check/", "province/", "documents.zip")


@pytest.mark.parametrize("address", ADDRESSES)
def test_case_does_not_exist_for_those_who_may_not_see_it(filed, people, sign_in, address):
    url = f"/desk/cases/{filed.pk}/{address}"
    assert sign_in(people.district_clerk).get(url).status_code == 200
    for stranger in (people.other_district_clerk, people.filer, people.rival, people.system_admin, people.secretariat):
        assert sign_in(stranger).get(url).status_code == 404
    assert Client().get(url)["Location"].startswith("/accounts/login/")


def test_desk_does_not_exist_for_people_of_enterprises(people, rules_loaded, sign_in):
    for place in ("", "notices/", "register/", "letters/", "deadline/", "enter/"):
        assert sign_in(people.filer).get(f"/desk/{place}").status_code == 404
        assert Client().get(f"/desk/{place}")["Location"].startswith("/accounts/login/")


def test_case_page_tells_form_time_limit_and_moves(filed, people, desk_of, django_assert_max_num_queries):
    client = desk_of(people.clerk)
    client.get(f"/desk/cases/{filed.pk}/")
    with django_assert_max_num_queries(CASE_QUERIES):
        context = client.get(f"/desk/cases/{filed.pk}/").context
    fields = {str(field.label): str(field.value) for field in context["fields"]}
    assert fields["Data type"] == "Structured"
    assert "舟山近岸浪高数据集" in fields["Name of the data IP"]
    assert [str(limit.label) for limit in context["limits"]] == ["pre-check"]
    assert context["limits"][0].deadline.steps[0].counted is False
    possible = {offer.move.name for offer in context["offers"] if offer.refusal is None}
    assert possible == {"return_pre_check", "pass_pre_check"}


def test_changes_are_told_item_by_item(examining, people, desk_of):
    note = {"path": "scenario", "label": "Application scenario", "note": "Name the user."}
    perform(examining.pk, "ask_correction", actor=people.clerk, data={"items": [note]})
    perform(examining.pk, "answer", actor=people.filer, data={"values": {"scenario": "渔民出海前查看逐时浪高。" * 5}})
    client = desk_of(people.clerk)
    [told] = client.get(f"/desk/cases/{examining.pk}/?tab=changes").context["rounds"]
    assert [change.label for change in told.changes] == ["Application scenario"]
    assert "渔民出海前" in told.changes[0].after
    assert "作业窗口判断" in told.changes[0].before


def test_timeline_tells_sentences_and_strikes_what_was_rectified(examined, people, desk_of):
    perform(examined.pk, "propose_rectification", actor=people.clerk2, comment="wrong file")
    perform(examined.pk, "rectify", actor=people.chief)
    entries = desk_of(people.clerk).get(f"/desk/cases/{examined.pk}/?tab=story").context["entries"]
    told = [(entry.actor, str(entry.sentence), entry.struck) for entry in entries]
    assert (people.clerk.full_name, "examined it and proposed a decision", True) in told
    assert (people.filer.full_name, "filed the application", False) in told
    assert entries[0].letters[0].startswith("letters to 2 readers")


def shown(client, case):
    """State and time limits on the case page; the row in the queue."""
    page = client.get(f"/desk/cases/{case.pk}/").context
    [row] = client.get("/desk/").context["page"].rows
    limits = [(limit.clock.name, limit.clock.due_on) for limit in page["limits"]]
    return (page["state"].name, limits), (row.state.name, row.nearest.due.on, str(row.nearest.why))


def test_late_sweep_changes_neither_state_nor_time_limit(rules_loaded, people, organisations, desk_of):
    with time_machine.travel(at_noon(2026, 9, 17), tick=False) as clock:
        case = walk(application(people, organisations), people, "in_notice")
        clock.move_to(at_noon(2026, 10, 13))
        client = desk_of(people.chief)
        before = shown(client, case)
        assert sweep() == 1
        assert shown(client, case) == before
        assert before[0][0] == "notice_closed"
        assert before[0][1][0][0] == "registration"


def test_interest_once_declared_bars_examining(examining, people, desk_of):
    client = desk_of(people.clerk)
    client.post(f"/desk/cases/{examining.pk}/interest/", {"reason": "My brother works there"})
    assert Interest.objects.get(user=people.clerk).organisation == examining.organisation
    client.post(f"/desk/cases/{examining.pk}/interest/", {"reason": "again"})
    assert Interest.objects.count() == 1
    offers = client.get(f"/desk/cases/{examining.pk}/").context["offers"]
    assert {offer.refusal.code for offer in offers if offer.move.name == "propose"} == {"interest"}


def test_take_and_put_back(filed, people, desk_of):
    client = desk_of(people.clerk)
    client.post(f"/desk/cases/{filed.pk}/desk/", {"act": "take"})
    assert Case.objects.get(pk=filed.pk).assigned_to == people.clerk
    answer = desk_of(people.clerk2).post(f"/desk/cases/{filed.pk}/desk/", {"act": "take"}, follow=True)
    assert "A colleague has taken this case already." in answer.content.decode()
    client.post(f"/desk/cases/{filed.pk}/desk/", {"act": "release"})
    assert Case.objects.get(pk=filed.pk).assigned_to is None


def keep(case, name, content=b"time,Hs\n2026-01-01,1.2\n", path="sample"):
    return documents.keep([content], name, path=path, by=None, case=case)


def test_document_is_streamed_under_its_whole_name(filed, people, sign_in):
    table = keep(filed, "近岸浪高（样例）😀.csv")
    answer = sign_in(people.clerk).get(f"/desk/documents/{table.pk}/")
    assert b"".join(answer.streaming_content) == b"time,Hs\n2026-01-01,1.2\n"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%BF%91")
    assert answer["Content-Type"] == "application/octet-stream"
    plain = sign_in(people.clerk).get(f"/desk/documents/{keep(filed, '说明.txt').pk}/")
    assert plain["Content-Disposition"].startswith("inline")
    assert plain["Content-Security-Policy"].startswith("sandbox;")
    assert plain["X-Content-Type-Options"] == "nosniff"
    assert b"time,Hs" in b"".join(plain.streaming_content)
    assert sign_in(people.other_district_clerk).get(f"/desk/documents/{table.pk}/").status_code == 404
    assert sign_in(people.filer).get(f"/desk/documents/{table.pk}/").status_code == 404


def test_all_documents_come_in_one_zip(filed, people, sign_in):
    keep(filed, "a/b:样例.csv")
    keep(filed, "a/b:样例.csv", b"another", path="statement")
    answer = sign_in(people.clerk).get(f"/desk/cases/{filed.pk}/documents.zip")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == ["01_sample_a_b_样例.csv", "02_statement_a_b_样例.csv"]
    assert archive.read("02_statement_a_b_样例.csv") == b"another"


def test_province_page_has_every_field_in_its_order_and_in_chinese(filed, people, desk_of):
    fields = desk_of(people.clerk).get(f"/desk/cases/{filed.pk}/province/").context["fields"]
    assert [int(str(field.label).split(".")[0]) for field in fields] == list(range(1, 24))
    assert fields[0].key == "province-name"
    assert fields[0].note == f"{len('舟山近岸浪高数据集')} of 100 characters"
    assert "专业技术服务业" in str(fields[2].value)


def test_deposit_shows_its_columns_by_their_names(filed, people, desk_of):
    deposit = Case.objects.get(kind="deposit")
    fields = desk_of(people.clerk).get(f"/desk/cases/{deposit.pk}/").context["fields"]
    shown = {str(field.label): str(field.value) for field in fields}
    assert shown["Number of certificate or deed"].endswith("EC-0001")
    assert shown["Only the digest was handed in"] == "no"
    assert "Case" not in shown


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_part_in_a_case_has_a_name(people, organisations, name):
    SAMPLES[name](people, organisations)
    roles = set(Party.objects.values_list("role", flat=True))
    assert roles <= PARTY_ROLES.keys()


def test_related_case_of_another_district_does_not_exist_for_a_district(people, organisations, districts, desk_of):
    policy = SAMPLES["policy"](people, organisations)
    Case.objects.filter(pk=policy.root_id).update(district=districts.putuo)
    for person, seen in ((people.clerk, [policy.root_id]), (people.district_clerk, [])):
        page = desk_of(person).get(f"/desk/cases/{policy.pk}/?tab=related")
        assert [line.case.pk for line in page.context["lines"]] == seen
