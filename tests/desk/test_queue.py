"""The queue: what it shows to whom, by which filters, at what price."""

import datetime as dt

import pytest

from apps.applications.filing import open_application
from apps.rules.clock import legal_today
from apps.workflow import assignment
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case
from tests.ways import application, deposit, values

QUEUE_QUERIES = 10


def numbers(client, query="") -> list[str]:
    """The numbers of the cases on the page, in its order."""
    return [row.case.number for row in client.get(f"/desk/{query}").context["page"].rows]


def another(people, organisations, name: str, number: str) -> Case:
    evidence = deposit(organisations.rival_enterprise, people.rival, people.clerk2, number=number)
    return open_application(
        values(evidence, track="local", name=name), organisation=organisations.rival_enterprise, actor=people.rival
    )


@pytest.fixture
def three(filed, people, organisations):
    return [filed, *(another(people, organisations, f"东极潮位数据集{n}", f"EC-1{n}") for n in range(2))]


def test_queue_costs_the_same_for_one_row_and_for_three(
    filed, people, organisations, desk_of, django_assert_num_queries
):
    client = desk_of(people.clerk)
    client.get("/desk/")
    with django_assert_num_queries(QUEUE_QUERIES):
        assert len(numbers(client)) == 1
    for n in range(2):
        another(people, organisations, f"东极潮位数据集{n}", f"EC-1{n}")
    with django_assert_num_queries(QUEUE_QUERIES):
        assert len(numbers(client)) == 3


def test_queue_shows_only_what_waits_for_the_role(examining, people, desk_of):
    assert numbers(desk_of(people.clerk)) == [examining.number]
    assert numbers(desk_of(people.deputy)) == []
    perform(examining.pk, "propose", actor=people.clerk, data={"proposal": "accept"}, comment="complete")
    assert numbers(desk_of(people.clerk)) == []
    assert numbers(desk_of(people.deputy)) == [examining.number]


def test_queue_leaves_out_what_a_colleague_took(filed, people, desk_of):
    assignment.take(filed, people.clerk2)
    assert numbers(desk_of(people.clerk)) == []
    assert numbers(desk_of(people.clerk2)) == [filed.number]
    assert numbers(desk_of(people.clerk), "?show=open&assigned=others") == [filed.number]


def test_queue_of_whose_step_is_next_holds_what_lies_on_the_examiners_desk(examining, people, desk_of):
    """It stays with its examiner, and waits for the chief all the same; while it is examined, for no other clerk."""
    assignment.take(examining, people.clerk)
    assert numbers(desk_of(people.clerk2)) == []
    perform(examining.pk, "propose", actor=people.clerk, data={"proposal": "accept"}, comment="complete")
    assert Case.objects.get(pk=examining.pk).assigned_to == people.clerk
    assert numbers(desk_of(people.clerk)) == numbers(desk_of(people.clerk2)) == []
    assert numbers(desk_of(people.chief)) == [examining.number]
    perform(examining.pk, "approve", actor=people.chief, comment="agreed")
    assert numbers(desk_of(people.chief)) == []
    assert numbers(desk_of(people.clerk)) == [examining.number]
    assert numbers(desk_of(people.clerk2)) == []  # the notice is drafted by whoever has the case


def test_district_clerk_sees_the_own_district_only(three, people, desk_of):
    assert numbers(desk_of(people.district_clerk), "?show=all&kind=application") == [three[0].number]
    theirs = {case.number for case in three[1:]}
    assert set(numbers(desk_of(people.other_district_clerk), "?show=all&kind=application")) == theirs


@pytest.mark.parametrize(
    ("query", "found"),
    [("东极", {1, 2}), ("浪", {0}), ("蓝湾渔业", {1, 2}), ("潮位数据集1", {2}), ("没有这个", set())],
)
def test_text_finds_by_name_and_organisation(three, people, desk_of, query, found):
    assert set(numbers(desk_of(people.clerk), f"?q={query}&kind=application")) == {three[n].number for n in found}


def test_text_finds_a_closed_case_by_its_number(filed, people, desk_of):
    Case.objects.filter(pk=filed.pk).update(status="withdrawn", closed_at=filed.filed_at)
    assert numbers(desk_of(people.clerk)) == []
    assert numbers(desk_of(people.clerk), f"?q={filed.number}") == [filed.number]


def test_due_filters_part_the_cases_by_day(three, people, desk_of):
    today = legal_today()
    for case, day in zip(three, (today, today - dt.timedelta(days=1), today + dt.timedelta(days=30)), strict=True):
        Case.objects.filter(pk=case.pk).update(due_on=day)
    client = desk_of(people.clerk)
    assert numbers(client, "?due=today") == [three[0].number]
    assert numbers(client, "?due=overdue") == [three[1].number]
    assert numbers(client) == [three[1].number, three[0].number, three[2].number]
    assert [figure.count for figure in client.get("/desk/").context["figures"]] == ["3", "1", "1", "0"]


def test_state_filter_reads_the_state_that_is_true_now(examining, people, desk_of):
    client = desk_of(people.clerk)
    assert numbers(client, "?state=application.examining") == [examining.number]
    assert numbers(client, "?state=application.pre_check") == []


def test_nonsense_in_the_address_is_named_at_its_field(filed, people, desk_of):
    answer = desk_of(people.clerk).get("/desk/?kind=nonsense&after=forged")
    assert "kind" in answer.context["filter"].form.errors
    assert answer.context["page"].notice


def test_taking_twice_and_releasing_another_desk_are_refused(filed, people):
    assignment.take(filed, people.clerk)
    assignment.take(filed, people.clerk)
    with pytest.raises(Refused) as taken:
        assignment.take(filed, people.clerk2)
    assert taken.value.code == "taken"
    with pytest.raises(Refused):
        assignment.release(filed, people.clerk2)
    assignment.release(filed, people.clerk)
    assert Case.objects.get(pk=filed.pk).assigned_to is None


def test_keys_find_their_row_and_search(filed, people, desk_of):
    page = desk_of(people.clerk).get("/desk/").content.decode()
    assert 'data-key="/"' in page
    assert '<tr class="case-row" data-row>' in page
    assert f'href="/desk/cases/{filed.pk}/"' in page


def test_provincial_case_waits_for_the_pre_check(rules_loaded, people, organisations, desk_of):
    case = application(people, organisations, track="provincial")
    assert numbers(desk_of(people.district_clerk)) == [case.number]
