"""Who to call today, the calls and the handover note of an enterprise."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from apps.desk import calls, queries
from apps.rules.clock import legal_now, legal_today
from apps.rules.models import RuleParameter
from apps.workflow.machine import perform
from apps.workflow.models import Case, Contact, Draft, Handover
from tests.desk.test_queue import another
from tests.rights import make_right
from tests.ways import deposit

CALL_QUERIES = 14
LONG_AGO = dt.timedelta(days=200)


def firms(client, query=""):
    return {firm.organisation.name: firm for firm in client.get(f"/desk/calls/{query}").context["firms"]}


def steps(client, name):
    return [matter.step for matter in firms(client)[name].matters]


@pytest.fixture
def stuck(examining, people):
    """A correction that nobody answers."""
    items = {"items": [{"path": "scenario", "label": "", "note": "x"}]}
    perform(examining.pk, "ask_correction", actor=people.clerk, data=items)
    Case.objects.filter(pk=examining.pk).update(changed_at=legal_now() - dt.timedelta(days=9))
    return Case.objects.get(pk=examining.pk)


def test_silence_of_an_applicant_is_told_with_its_days(stuck, people, desk_of):
    client = desk_of(people.clerk)
    [matter] = firms(client)[stuck.organisation.name].matters
    assert (matter.step, matter.days, matter.title) == ("waiting", 9, stuck.title)
    Case.objects.filter(pk=stuck.pk).update(due_on=legal_today() + dt.timedelta(days=2))
    assert steps(client, stuck.organisation.name) == ["ending"]


def test_drafts_deposits_and_unused_rights_are_told(people, organisations, rules_loaded, desk_of):
    old = legal_now() - LONG_AGO
    Draft.objects.create(
        kind="application",
        organisation=organisations.newcomer,
        created_by=people.newcomer,
        created_at=old,
        updated_at=old,
    )
    evidence = deposit(organisations.rival_enterprise, people.rival, people.clerk2, number="EC-77")
    Case.objects.filter(pk=evidence.pk).update(changed_at=old)
    right = make_right(organisations.enterprise)
    Case.objects.filter(pk=right.pk).update(filed_at=old)
    client = desk_of(people.clerk)
    assert steps(client, organisations.newcomer.name) == ["draft"]
    assert steps(client, organisations.rival_enterprise.name) == ["deposit"]
    assert steps(client, organisations.enterprise.name) == ["right"]
    assert set(firms(client, "?step=draft")) == {organisations.newcomer.name}
    assert set(firms(desk_of(people.other_district_clerk))) == {organisations.rival_enterprise.name}


def test_rules_say_from_when_standing_still_counts(stuck, people, desk_of):
    RuleParameter.objects.filter(key="call_waiting_days").update(value=10)
    assert firms(desk_of(people.clerk)) == {}
    RuleParameter.objects.filter(key="call_waiting_days").update(value=9)
    assert steps(desk_of(people.clerk), stuck.organisation.name) == ["waiting"]
    Case.objects.filter(pk=stuck.pk).update(due_on=legal_today() + dt.timedelta(days=6))
    RuleParameter.objects.filter(key="call_ending_days").update(value=6)
    assert steps(desk_of(people.clerk), stuck.organisation.name) == ["ending"]


def test_a_right_left_too_long_is_no_matter_any_more(organisations, people, rules_loaded, desk_of):
    right = make_right(organisations.enterprise)
    Case.objects.filter(pk=right.pk).update(filed_at=legal_now() - LONG_AGO)
    assert steps(desk_of(people.clerk), organisations.enterprise.name) == ["right"]
    RuleParameter.objects.filter(key="call_forgotten_days").update(value=150)
    assert firms(desk_of(people.clerk)) == {}


def test_deleted_draft_is_no_matter_for_a_call(people, organisations, rules_loaded, desk_of):
    old = legal_now() - LONG_AGO
    Draft.objects.create(
        kind="application", organisation=organisations.newcomer, created_by=people.newcomer, created_at=old,
        updated_at=old, discarded_at=old,
    )  # fmt: skip
    assert firms(desk_of(people.clerk)) == {}


def test_phone_is_masked(stuck, people, desk_of):
    page = desk_of(people.clerk).get("/desk/calls/").content.decode()
    assert "138****5678" in page
    assert stuck.organisation.contact_phone not in page


def test_promised_day_hides_a_firm_until_then_and_puts_it_first(stuck, people, organisations, desk_of):
    client = desk_of(people.clerk)
    body = {
        "channel": "phone",
        "note": "财务在补材料",
        "next_step": "问材料",
        "next_on": legal_today() + dt.timedelta(days=3),
    }
    client.post(f"/desk/calls/{stuck.organisation_id}/", body)
    assert firms(client) == {}
    firm = firms(client, "?later=1")[stuck.organisation.name]
    assert (firm.last.note, firm.last.by, firm.last.next_step) == ("财务在补材料", people.clerk, "问材料")
    client.post(f"/desk/calls/{stuck.organisation_id}/", {**body, "next_on": legal_today()})
    assert list(firms(client)) == [stuck.organisation.name]


def test_calls_cost_the_same_for_one_firm_and_for_three(
    stuck, people, organisations, desk_of, django_assert_num_queries
):
    client = desk_of(people.clerk)
    client.get("/desk/calls/")
    Contact.objects.create(organisation=stuck.organisation, by=people.clerk, at=legal_now(), note="x")
    Handover.objects.create(
        organisation=stuck.organisation, author=people.clerk, version=1, text="x", written_at=legal_now()
    )
    with django_assert_num_queries(CALL_QUERIES):
        assert len(firms(client)) == 1
    for n, firm in enumerate((organisations.rival_enterprise, organisations.newcomer)):
        old = legal_now() - LONG_AGO
        Draft.objects.create(
            kind="application", organisation=firm, created_by=people.rival, created_at=old, updated_at=old
        )
        Contact.objects.create(organisation=firm, by=people.clerk2, at=legal_now(), note=f"y{n}")
    with django_assert_num_queries(CALL_QUERIES):
        assert len(firms(client)) == 3


def test_handover_grows_by_versions_and_keeps_what_a_slower_one_typed(stuck, people, desk_of):
    url = f"/desk/calls/{stuck.organisation_id}/"
    client = desk_of(people.clerk)
    assert client.post(f"{url}handover/", {"text": "联系沈女士", "version": 0}).status_code == 302
    slower = desk_of(people.clerk2).post(f"{url}handover/", {"text": "另有一位王先生", "version": 0})
    assert slower.status_code == 409
    words = slower.content.decode()
    assert "newer version" in words
    assert "另有一位王先生" in words
    assert 'name="version" value="1"' in words  # pressed again, after reading, it goes through
    desk_of(people.clerk2).post(f"{url}handover/", {"text": "另有一位王先生", "version": 1})
    assert list(Handover.objects.order_by("version").values_list("version", "text", "author__username")) == [
        (1, "联系沈女士", "clerk"),
        (2, "另有一位王先生", "clerk2"),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE workflow_contact SET note = 'x'", "DELETE FROM workflow_contact",
        "UPDATE workflow_handover SET text = 'x'", "DELETE FROM workflow_handover",
    ],
)  # fmt: skip
def test_database_keeps_calls_and_notes_for_ever(stuck, people, statement):
    Contact.objects.create(organisation=stuck.organisation, by=people.clerk, at=legal_now(), note="x")
    Handover.objects.create(
        organisation=stuck.organisation, author=people.clerk, version=1, text="x", written_at=legal_now()
    )
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_firms_elsewhere_and_the_secretariats_do_not_exist(stuck, people, desk_of):
    assert desk_of(people.other_district_clerk).get(f"/desk/calls/{stuck.organisation_id}/").status_code == 404
    for address in ("", f"{stuck.organisation_id}/"):
        assert desk_of(people.secretariat).get(f"/desk/calls/{address}").status_code == 404


def test_note_of_a_call_must_say_something(stuck, people, desk_of):
    answer = desk_of(people.clerk).post(
        f"/desk/calls/{stuck.organisation_id}/", {"channel": "phone", "note": "", "next_step": "再问"}
    )
    assert answer.status_code == 422
    assert "再问" in answer.content.decode()
    assert not Contact.objects.exists()


def test_pressing_matters_come_first(stuck, people, organisations, rules_loaded):
    other = another(people, organisations, "东极潮位数据集", "EC-10")
    Case.objects.filter(pk=other.pk).update(
        status="returned", due_on=legal_today() + dt.timedelta(days=1), due_clock="reply", changed_at=legal_now()
    )
    found = calls.to_call(calls.stuck(queries.Reading(people.clerk)))
    assert [firm.matters[0].step for firm in found] == ["ending", "waiting"]


def test_every_sort_of_draft_is_told_and_an_answer_by_its_case(stuck, people, organisations, sign_in, desk_of):
    right = make_right(organisations.rival_enterprise)
    sign_in(people.rival).post(f"/portal/file/policy/?root={right.pk}", {"product": "infringed"})
    assert sign_in(people.filer).get(f"/portal/cases/{stuck.pk}/answer/").status_code == 200
    Draft.objects.update(updated_at=legal_now() - LONG_AGO)
    found = firms(desk_of(people.clerk))
    assert [matter.step for matter in found[organisations.rival_enterprise.name].matters] == ["draft"]
    assert [matter.step for matter in found[organisations.enterprise.name].matters] == ["waiting"]
