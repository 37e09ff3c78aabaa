"""How long the value of what is pledged is good for: said on the pages of both sides and on the sheet, told when it is over."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from apps.diligence.sheets import case_rows
from apps.outbox.models import Letter
from apps.pledges.valuing import LABEL
from apps.workflow.machine import perform
from apps.workflow.models import Case
from apps.workflow.tasks import remind, sweep
from tests.pledges.cases import financed, registered
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
VALUE = {
    "appraised": Decimal("60000000"), "appraised_on": date(2025, 9, 10), "appraiser": "示范评估事务所",
    "appraisal_method": "income",
}  # fmt: skip
STANDS = "估值自评估基准日起计算，有效至 2026-09-10。"
OLD = "估值的有效期已于 2026-09-10 届满，请核实价值是否仍然成立。"


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


@pytest.fixture
def pledge(people, organisations, right):
    return registered(people, organisations, right, **VALUE)


def told(case, text) -> set[str]:
    return set(Letter.objects.filter(case_pk=case.pk, text=text).values_list("user__username", flat=True))


def test_holder_and_pledgee_read_on_their_page_until_when_the_value_is_good(pledge, people, sign_in, noon):
    for day, said, unsaid in ((date(2026, 9, 10), STANDS, OLD), (date(2026, 9, 11), OLD, STANDS)):
        noon.move_to(datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC))
        for person in (people.filer, people.banker):
            page = sign_in(person).get(f"/portal/cases/{pledge.pk}/").content.decode()
            assert (said in page, unsaid in page) == (True, False), (day, person)


def test_both_are_reminded_before_it_is_old_and_told_on_the_day(pledge, noon):
    noon.move_to(datetime(2026, 9, 3, 4, 0, tzinfo=UTC))
    sweep()
    remind()
    assert {"filer", "manager", "banker"} <= told(pledge, "reminder.before")
    noon.move_to(datetime(2026, 9, 10, 16, 0, tzinfo=UTC))
    sweep()
    case = Case.objects.get(pk=pledge.pk)
    assert (case.status, case.events.order_by("-seq").first().move) == ("registered", "note_old_valuation")
    assert told(case, "pledge.valuation_old") == {"filer", "manager", "banker"}
    assert (case.due_clock, case.due_on) == ("loan_end", date(2027, 3, 1))


def test_one_that_is_old_when_it_is_registered_has_no_clock_and_says_so(people, organisations, right):
    case = registered(people, organisations, right, **VALUE | {"appraised_on": date(2025, 3, 1)})
    assert not case.clocks.filter(name="valuation").exists()
    with translation.override("en"):
        assert "went out of date on 2026-03-01" in dict(case.pledge.further_facts())[LABEL]


def test_a_pledge_without_a_valuation_says_nothing_of_it(people, organisations, right):
    case = registered(people, organisations, right)
    assert not case.clocks.filter(name="valuation").exists()
    with translation.override("en"):
        assert LABEL not in dict(case.pledge.further_facts())


def test_the_sheet_says_that_it_is_old(pledge, right, noon):
    assert OLD not in "".join(words for _label, words in case_rows(right))
    noon.move_to(datetime(2026, 9, 11, 4, 0, tzinfo=UTC))
    assert OLD in "".join(words for _label, words in case_rows(right))


def test_a_loan_in_preparation_says_it_to_both_sides(people, organisations, right, sign_in, noon):
    case = financed(right, organisations.bank, people.filer)
    perform(case.pk, "record_value", actor=people.banker, data=VALUE)
    for person in (people.filer, people.banker):
        assert STANDS in sign_in(person).get(f"/portal/cases/{case.pk}/").content.decode()
    noon.move_to(datetime(2026, 9, 11, 4, 0, tzinfo=UTC))
    assert OLD in sign_in(people.banker).get(f"/portal/cases/{case.pk}/").content.decode()
