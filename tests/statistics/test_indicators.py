"""The public figures: counted from rows as of a day, the same whether or not a sweep has run."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache

from apps.insurance.models import Policy
from apps.statistics.indicators import LABELS, figures, more_figures
from apps.workflow.machine import open_case, perform
from apps.workflow.models import Case
from apps.workflow.states import kind
from apps.workflow.tasks import sweep
from tests.alliance.cases import GIVEN
from tests.insurance.cases import TERMS, opened
from tests.pledges.cases import filed as filed_pledge
from tests.pledges.cases import registered as registered_pledge
from tests.rights import make_right
from tests.ways import application, at_noon, walk

DAY = date(2026, 3, 2)
NOTHING = {
    "deposits": 0, "registrations": 0, "notices": 0, "policies": 0, "insured_yuan": 0,
    "credit_yuan": 0, "pledged_yuan": 0, "drawn_yuan": 0, "listed": 0,
}  # fmt: skip


@pytest.fixture
def clock(db):
    with time_machine.travel(at_noon(2026, 3, 2), tick=False) as traveller:
        yield traveller


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def rectify(case: Case, people) -> None:
    perform(case.pk, "propose_rectification", actor=people.clerk2, comment="A mistake.")
    perform(case.pk, "rectify", actor=people.deputy)


def test_an_empty_portal_counts_nothing_and_names_no_kind_that_is_not_built(clock):
    assert figures(DAY) == NOTHING
    assert more_figures(DAY) == {"organisations": 0, "members": 0, "listed_now": 0}
    assert {*figures(DAY), *more_figures(DAY)} == {*LABELS}


def test_registrations_count_from_the_day_they_took_effect(clock, people, organisations):
    make_right(organisations.enterprise, at=at_noon(2023, 9, 18))
    assert figures(date(2023, 9, 17))["registrations"] == 0
    assert figures(date(2023, 9, 18))["registrations"] == 1
    assert figures(DAY)["registrations"] == 1


def test_an_act_counts_on_its_day_up_to_midnight_in_shanghai(clock, people, organisations):
    make_right(organisations.enterprise, at=datetime(2023, 9, 18, 15, 59, tzinfo=UTC))
    make_right(organisations.enterprise, name="乙", at=datetime(2023, 9, 18, 16, 0, tzinfo=UTC))
    assert figures(date(2023, 9, 18))["registrations"] == 1


def test_policies_are_counted_ever_with_their_sums(clock, people, organisations):
    right = make_right(organisations.enterprise)
    opened("apply", right, organisations, people.filer)
    for number, words in enumerate([{"policy_number": "1"}, {"policy_number": "2", "sum_insured": Decimal("0.50")}]):
        clock.move_to(at_noon(2026, 3, 2 + number))
        opened("record", right, organisations, people.insurer_person, TERMS | words)
    assert figures(day(-1)) == NOTHING | {"registrations": 1}
    assert (figures(DAY)["policies"], figures(DAY)["insured_yuan"]) == (1, 100_000)
    assert (figures(day(1))["policies"], figures(day(1))["insured_yuan"]) == (2, "100000.50")


def test_a_cancelled_policy_still_counts_and_a_rectified_one_does_not(clock, people, organisations):
    right = make_right(organisations.enterprise)
    cases = [opened("apply", right, organisations, people.filer) for _ in range(2)]
    for number, case in enumerate(cases):
        perform(case.pk, "bind", actor=people.insurer_person, data=TERMS | {"policy_number": str(number)})
    perform(cases[0].pk, "cancel", actor=people.insurer_person, data={"refund": Decimal(0)})
    rectify(cases[1], people)
    assert figures(DAY)["policies"] == 1


def test_pledges_count_from_registration_to_release(clock, people, organisations):
    right = make_right(organisations.enterprise)
    case = registered_pledge(people, organisations, right)
    clock.move_to(at_noon(2026, 3, 4))
    perform(case.pk, "release", actor=people.banker, data={"ground": "paid"})
    clock.move_to(at_noon(2026, 3, 10))  # three working days and a weekend later the release has cooled
    sweep()
    filed_pledge(people, organisations, right)
    pledged = [figures(day(number))["pledged_yuan"] for number in (-1, 0, 2, 7, 8)]
    assert pledged == [0, 30_000_000, 30_000_000, 30_000_000, 0]


def test_a_pledge_past_its_loan_still_counts(clock, people, organisations):
    registered_pledge(people, organisations, make_right(organisations.enterprise))
    assert figures(date(2027, 6, 1))["pledged_yuan"] == 30_000_000


def test_notices_and_deposits_of_an_application(local_track, people, organisations):
    with time_machine.travel(at_noon(2026, 9, 17), tick=False) as clock:
        case = walk(application(people, organisations), people, "in_notice")
        assert (figures(date(2026, 9, 17))["notices"], figures(date(2026, 9, 16))["notices"]) == (1, 0)
        assert (figures(date(2026, 9, 17))["deposits"], figures(date(2026, 9, 16))["deposits"]) == (1, 0)
        clock.move_to(at_noon(2026, 10, 13))
        late = [figures(date(2026, 10, number))["notices"] for number in (7, 8, 9, 13)]
        assert late == [1, 1, 0, 0]
        assert sweep() == 1
        assert [figures(date(2026, 10, number))["notices"] for number in (7, 8, 9, 13)] == late
        perform(case.pk, "register", actor=people.deputy)
        assert figures(date(2026, 10, 13))["registrations"] == 1


def test_a_withdrawn_application_is_in_notice_no_more(local_track, people, organisations):
    with time_machine.travel(at_noon(2026, 9, 17), tick=False) as clock:
        case = walk(application(people, organisations), people, "in_notice")
        clock.move_to(at_noon(2026, 9, 21))
        perform(case.pk, "withdraw", actor=people.filer)
        assert [figures(date(2026, 9, number))["notices"] for number in (17, 20, 21)] == [1, 1, 0]


def test_members_and_verified_organisations(clock, people, organisations):
    given = kind("membership").filing("file", organisations.enterprise, None, GIVEN)
    case = open_case("membership", actor=people.filer, **given)
    minutes = {"meeting_on": DAY, "minutes": "1", "grade": "member"}
    perform(case.pk, "accept", actor=people.secretariat, data=minutes)
    assert more_figures(DAY)["members"] == 1
    clock.move_to(at_noon(2026, 3, 3))
    perform(case.pk, "leave", actor=people.filer)
    assert [more_figures(day(number))["members"] for number in (-1, 0, 1)] == [0, 1, 0]


def test_figures_cost_one_query_a_kind_however_many_rows(clock, people, organisations, django_assert_num_queries):
    cache.clear()  # another test's figures may be kept under the same event
    with django_assert_num_queries(8):  # the last event and the clock, by which figures are kept, and one a kind
        figures(DAY)
    for number in range(3):
        right = make_right(organisations.enterprise, name=f"数据集{number}")
        registered_pledge(people, organisations, right)
        opened("record", right, organisations, people.insurer_person, TERMS | {"policy_number": str(number)})
    with django_assert_num_queries(8):
        assert figures(DAY)["pledged_yuan"] == 90_000_000


def test_policy_that_is_gone_is_not_counted_from_memory(clock, people, organisations):
    right = make_right(organisations.enterprise)
    opened("record", right, organisations, people.insurer_person, TERMS)
    assert figures(DAY)["policies"] == 1
    Policy.objects.all().delete()
    assert (figures(DAY)["policies"], figures(DAY)["insured_yuan"]) == (0, 0)
