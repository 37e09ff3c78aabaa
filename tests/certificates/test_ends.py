"""What ends: reminders that name it, to all who rest on it, and the time line of firm, bank and official."""

from datetime import date

import pytest
import time_machine
from django.http import QueryDict

from apps.certificates.checks import warnings
from apps.certificates.contracts import ContractEnd
from apps.certificates.models import Certificate
from apps.certificates.reminders import remind_of_contracts
from apps.outbox.models import Letter
from apps.pages.endings import endings_page
from apps.rules.clock import legal_now
from apps.workflow.agenda import endings
from apps.workflow.models import Case
from apps.workflow.tasks import remind
from tests.certificates.test_journal import do
from tests.pledges.cases import filed as file_pledge
from tests.public.test_notices import said
from tests.rights import make_right
from tests.ways import at_noon

pytestmark = pytest.mark.django_db
CONTRACTS = (
    ContractEnd(date(2027, 5, 1), "东海浮标公司", "enterprise"),
    ContractEnd(date(2028, 1, 1), "港务局", "public"),
)


@pytest.fixture
def clock():
    with time_machine.travel(at_noon(2026, 3, 2), tick=False) as frozen:
        yield frozen


@pytest.fixture
def right(clock, organisations):
    return make_right(organisations.enterprise, at=legal_now(), contract_ends=CONTRACTS)


def letters(text: str) -> list[Letter]:
    return list(Letter.objects.filter(text=text).order_by("pk"))


def test_reminder_names_the_contract_that_ends(right, clock, people):
    clock.move_to(at_noon(2026, 11, 2))  # 180 days before
    assert remind() == 1
    told = letters("reminder.before")
    assert {letter.user_id for letter in told} == {people.filer.pk, people.manager.pk}
    assert all("东海浮标公司" in letter.context["ends"] for letter in told)
    assert {letter.context["days"] for letter in told} == {180}


def test_reminder_names_the_term_where_no_contract_ends_first(clock, organisations, people):
    make_right(organisations.enterprise, at=legal_now())
    clock.move_to(at_noon(2028, 9, 3))
    remind()
    with_words = [letter.shown()[1] for letter in letters("reminder.before") if letter.language == "en"]
    assert all("It ends with the term of the registration itself." in body for body in with_words)
    assert letters("reminder.before")


def test_whoever_rests_on_the_right_is_told_about_the_own_case(right, clock, people, organisations):
    pledge = file_pledge(people, organisations, right)
    clock.move_to(at_noon(2026, 11, 2))
    remind()
    told = letters("reminder.basis")
    assert {letter.user_id for letter in told} == {people.banker.pk}
    (letter,) = told
    assert letter.case_pk == pledge.pk
    assert right.number in letter.shown()[1]
    assert "东海浮标公司" in letter.shown()[1]
    remind()
    assert len(letters("reminder.basis")) == 1


def test_a_contract_under_another_offices_certificate_is_told_and_its_face_stays(clock, organisations, people):
    """Wishes, idea 11: the face prevails, and yet holder and pledgee learn which contract ends."""
    mirrored = {"form": Certificate.Form.PROVINCIAL, "number": "浙数登2026001", "certificate_number": "浙证001"}
    until = date(2029, 3, 1)
    right = make_right(
        organisations.enterprise, at=legal_now(), contract_ends=CONTRACTS, valid_until=until, **mirrored
    )  # fmt: skip
    pledge = file_pledge(people, organisations, right)
    clock.move_to(at_noon(2026, 11, 1))
    assert remind_of_contracts() == 0
    clock.move_to(at_noon(2026, 11, 2))  # 180 days before
    assert remind_of_contracts() == 3
    remind_of_contracts()
    told = letters("reminder.contract")
    assert {(letter.user, letter.case_pk) for letter in told} == {
        (people.filer, right.case_id), (people.manager, right.case_id), (people.banker, pledge.pk),
    }  # fmt: skip
    for letter in told:
        assert "东海浮标公司" in letter.shown()[1]
        assert ("2029-03-01" if letter.language == "en" else "2029年3月1日") in letter.shown()[1]
    right.refresh_from_db()
    assert (right.valid_until, right.case.status_at()) == (until, "valid")


def test_a_contract_that_cuts_a_local_right_is_told_once_with_its_validity(right, clock):
    clock.move_to(at_noon(2026, 11, 2))
    assert remind_of_contracts() == 0


@pytest.mark.parametrize(("day", "days"), [((2026, 11, 2), 180), ((2027, 1, 31), 90), ((2027, 4, 1), 30)])
def test_reminders_come_at_180_90_and_30_days(right, clock, day, days):
    clock.move_to(at_noon(*day))
    remind()
    assert {letter.context["days"] for letter in letters("reminder.before")} == {days}


# ------------------------------------------------------------------------------------------------ the time line


def english(sign_in, person):
    """A browser of somebody who reads English."""
    person.language = "en"
    person.save(update_fields=["language"])
    return sign_in(person)


def line(organisation, size=50, query="") -> list[tuple]:
    page = endings_page(endings([organisation.pk], among=Case.objects.all()), QueryDict(query), size)
    return [(row.day, str(row.label)) for row in page.rows]


def test_the_holder_sees_right_and_all_contracts_in_date_order(right, organisations):
    days = [day for day, _label in line(organisations.enterprise)]
    assert days == [date(2027, 5, 1), date(2027, 5, 1), date(2028, 1, 1)]
    assert line(organisations.bank) == []


def test_the_bank_sees_the_right_its_pledge_rests_on_and_not_the_holders_contracts(right, people, organisations):
    file_pledge(people, organisations, right)
    assert [day for day, _label in line(organisations.bank)] == [date(2027, 5, 1)]


def test_a_former_holder_sees_it_no_more(right, organisations):
    do(right, "transfer", holder=organisations.bank.pk)
    assert line(organisations.enterprise) == []
    assert len(line(organisations.bank)) == 3


def test_pages_join_without_a_gap_forward_and_back(clock, organisations):
    for n in range(4):
        ends = (ContractEnd(date(2027, 5, 1), "甲", "enterprise"), ContractEnd(date(2027, 5 + n, 1), "乙", "public"))
        make_right(organisations.enterprise, name=f"数据集{n}", at=legal_now(), contract_ends=ends)
    parts = endings([organisations.enterprise.pk], among=Case.objects.all())
    whole = [(row.day, row.case.pk, str(row.label)) for row in endings_page(parts, QueryDict(), 50).rows]
    assert len(whole) == 12
    seen, queries, query = [], [], ""
    while True:
        page = endings_page(parts, QueryDict(query), 5)
        seen += [(row.day, row.case.pk, str(row.label)) for row in page.rows]
        queries.append(query)
        if not page.next_query:
            break
        query = page.next_query
    assert seen == whole
    back = endings_page(parts, QueryDict(page.previous_query), 5)
    assert [(row.day, row.case.pk, str(row.label)) for row in back.rows] == whole[5:10]
    assert page.count_label == "12"


def test_a_cursor_of_no_use_gives_the_beginning_and_says_so(right, organisations):
    parts = endings([organisations.enterprise.pk], among=Case.objects.all())
    for query in ("after=x", "before=x:y"):
        page = endings_page(parts, QueryDict(query))
        assert len(page.rows) == 3
        assert page.notice


@pytest.mark.parametrize("count", [1, 3])
def test_time_line_costs_the_same_at_every_length(
    clock, people, organisations, sign_in, count, django_assert_num_queries
):
    for n in range(count):
        make_right(organisations.enterprise, name=f"数据集{n}", at=legal_now(), contract_ends=CONTRACTS)
    client = sign_in(people.filer)
    client.get("/portal/time-line/")
    with django_assert_num_queries(TIME_LINE):
        page = client.get("/portal/time-line/")
    assert page.content.decode().count("<tr data-row>") == 3 * count


TIME_LINE = 8


def test_officials_find_it_on_the_organisation(right, people, organisations, sign_in):
    client = english(sign_in, people.clerk)
    page = said(client.get(f"/desk/calls/{organisations.enterprise.pk}/time-line/").content.decode())
    assert "source contract with 港务局" in page
    assert right.number in page


def test_a_firm_without_anything_is_told_so(clock, people, sign_in):
    client = english(sign_in, people.newcomer)
    assert "Nothing ends" in client.get("/portal/time-line/").content.decode()


# ------------------------------------------------------------------------------------------------ mirrored faces


def mirrored(organisations, **words):
    values = {
        "number": "3300A1B2C3D4E5F6", "certificate_number": "20260333000000017", "form": "national",
        "registered_on": date(2026, 3, 2), "valid_until": date(2029, 3, 2), **words,
    }  # fmt: skip
    return make_right(organisations.enterprise, at=legal_now(), **values)


@pytest.mark.parametrize(
    ("words", "said_"),
    [
        ({}, []),
        ({"certificate_number": "20261333000000017"}, ["is not of the national pattern"]),
        ({"number": "浙登-1"}, ["is not 16 letters and digits"]),
        ({"valid_until": date(2029, 2, 1)}, ["From the day of registration the term would end on 2029-03-02"]),
        ({"contract_ends": CONTRACTS}, ["The source contract with 东海浮标公司 ends on 2027-05-01"]),
        ({"form": "provincial", "number": "浙登-1", "certificate_number": "浙证-1"}, []),
    ],
)
def test_a_mirrored_face_prevails_and_what_is_odd_is_only_said(clock, organisations, people, sign_in, words, said_):
    right = mirrored(organisations, **words)
    assert right.valid_until == words.get("valid_until", date(2029, 3, 2))
    client = english(sign_in, people.clerk)
    page = said(client.get(f"/desk/register/{right.pk}/").content.decode())
    found = warnings(right)
    assert len(found) == len(said_)
    assert all(words in page for words in said_)
    assert ("Odd on its face" in page) == bool(said_)


def test_a_local_right_has_no_warnings(right):
    assert warnings(right) == []
