"""Release by two keys and a cooling period: nobody frees a right by one word for good."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from apps.certificates import register
from apps.certificates.models import Claim
from apps.enterprises.models import Membership, Organisation
from apps.outbox.models import Letter
from apps.pledges.models import Release
from apps.rules.models import RuleParameter
from apps.workflow.machine import Refused, moves_for, perform
from apps.workflow.models import Case
from apps.workflow.tasks import sweep
from tests.factories import make_user
from tests.pledges.cases import CALL, COURT, JOINT, PAPER, RELEASE, filed, registered
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday
AFTER = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)  # three working days have passed


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


@pytest.fixture
def case(people, organisations, right):
    return registered(people, organisations, right)


def status(case: Case) -> str:
    return Case.objects.get(pk=case.pk).status


def refused(case, move, actor, data=None) -> str:
    with pytest.raises(Refused) as found:
        perform(case.pk, move, actor=actor, data=data or {}, comment="理由")
    return found.value.code


def told(case, text) -> set[str]:
    return set(Letter.objects.filter(case_pk=case.pk, text=text).values_list("user__username", flat=True))


def test_while_it_cools_the_right_is_pledged_and_then_it_is_free(case, right, people, organisations):
    twin_data = {"actor": people.filer}
    perform(case.pk, "release", actor=people.banker, data=RELEASE)
    assert (status(case), Claim.objects.get(case=case).ended_at) == ("cooling", None)
    assert register.must_be_free(right).code == "claimed"
    assert case.clocks.get(name="cooling").due_on == date(2026, 3, 5)
    with time_machine.travel(AFTER, tick=False):
        twin = filed(people, organisations, right, **twin_data)
        assert status(case) == "cooling", "no sweep has come by"
        perform(twin.pk, "accept", actor=people.clerk, data=JOINT)
    assert status(case) == "released", "what the clock had decided was written down first"
    claim = Claim.objects.get(case=case)
    assert (claim.outcome, claim.ended_at) == ("released", case.clocks.get(name="cooling").due_at)
    assert register.open_claims(right).get().case == twin


def test_everybody_is_told_at_once(case, people):
    perform(case.pk, "release", actor=people.banker, data=RELEASE)
    assert told(case, "pledge.released") == {"manager", "filer", "banker", "clerk", "clerk2"}


@pytest.mark.parametrize("who", ["banker", "clerk2", "chief"])
def test_bank_or_office_takes_it_back_while_it_cools(who, case, right, people):
    perform(case.pk, "release", actor=people.banker, data=RELEASE)
    perform(case.pk, "take_back", actor=getattr(people, who), comment="误操作")
    with time_machine.travel(AFTER, tick=False):
        sweep()
        assert status(case) == "registered"
        assert register.must_be_free(right).code == "claimed"
    assert Release.objects.get(pledge=case.pk).outcome == "taken_back"
    assert case.clocks.get(name="loan_end", ended_at=None).due_on == date(2027, 3, 1), "the loan's end is watched again"


def test_after_the_cooling_nothing_brings_it_back(case, people):
    perform(case.pk, "release", actor=people.banker, data=RELEASE)
    with time_machine.travel(AFTER, tick=False):
        assert refused(case, "take_back", people.banker) == "wrong_state"
        assert refused(case, "ask_change", people.filer, {"ends_on": date(2027, 9, 1)}) == "released"


# ------------------------------------------------------------------------------------------------ paper and court


def test_a_paper_needs_a_second_official_who_calls_back(case, right, people, organisations):
    Organisation.objects.filter(pk=organisations.bank.pk).update(contact_phone="0580-2021234")
    perform(case.pk, "record_release", actor=people.clerk, data=PAPER)
    assert status(case) == "second_key"
    assert refused(case, "confirm_call", people.clerk, CALL) == "four_eyes"
    assert register.must_be_free(right).code == "claimed"
    perform(case.pk, "confirm_call", actor=people.clerk2, data=CALL)
    row = Release.objects.get(pledge=case.pk)
    assert (row.called, row.called_number, row.called_at) == ("王会计", "058****1234", NOON)
    assert status(case) == "cooling"


def test_one_official_alone_never_ends_it(case, people):
    """However long one waits and whatever one official does."""
    perform(case.pk, "record_release", actor=people.chief, data=PAPER)
    for move, data in (("confirm_call", CALL), ("confirm_court", {}), ("confirm_release", {})):
        assert refused(case, move, people.chief, data) in ("four_eyes", "not_this_case")
    with time_machine.travel(NOON + timedelta(days=400), tick=False):
        sweep()
        assert status(case) == "second_key"
    assert not Claim.objects.filter(case=case, ended_at__isnull=False).exists()


def test_without_a_number_on_file_nobody_can_call_back(case, people, organisations):
    Organisation.objects.filter(pk=organisations.bank.pk).update(contact_phone="")
    perform(case.pk, "record_release", actor=people.clerk, data=PAPER)
    assert refused(case, "confirm_call", people.clerk2, CALL) == "no_number"


def test_a_courts_paper_needs_two_officials_and_the_bank_cannot_take_it_back(case, people):
    perform(case.pk, "record_court_release", actor=people.clerk, data=COURT)
    assert refused(case, "confirm_court", people.clerk) == "four_eyes"
    perform(case.pk, "confirm_court", actor=people.deputy)
    assert refused(case, "take_back", people.banker) == "court_paper"
    perform(case.pk, "take_back", actor=people.chief, comment="裁定已撤销")
    assert status(case) == "registered"


@pytest.mark.parametrize(("move", "data"), [("record_release", PAPER), ("record_court_release", COURT)])
def test_neither_side_records_a_paper_itself(move, data, case, people):
    assert {refused(case, move, person, data) for person in (people.banker, people.filer)} == {"not_yours"}


def test_the_date_received_counts_not_the_date_on_the_paper(case, people):
    perform(case.pk, "record_release", actor=people.clerk, data=PAPER)
    row = Release.objects.get(pledge=case.pk)
    assert (row.dated_on, row.received_at) == (date(2026, 2, 20), NOON)
    perform(case.pk, "confirm_call", actor=people.clerk2, data=CALL)
    assert case.clocks.get(name="cooling").due_on == date(2026, 3, 5), "three working days from today"


# ------------------------------------------------------------------------------------------------ silence


def test_the_pledgors_request_and_silence_escalate_and_never_release(case, right, people):
    perform(case.pk, "ask_release", actor=people.filer, comment="贷款已结清")
    assert case.clocks.get(name="release_answer").due_on == date(2026, 3, 9)
    with time_machine.travel(NOON + timedelta(days=300), tick=False):
        sweep()
        assert status(case) == "release_asked"
        assert register.must_be_free(right).code == "claimed"
    silence = told(case, "pledge.release_silence")
    assert silence == set(), "after so long no letter would help"


def test_the_chief_hears_of_the_silence(case, people):
    perform(case.pk, "ask_release", actor=people.filer, comment="贷款已结清")
    with time_machine.travel(datetime(2026, 3, 10, 2, tzinfo=UTC), tick=False):
        sweep()
    assert told(case, "pledge.release_silence") == {"manager", "filer", "banker", "clerk", "clerk2", "chief"}


def test_the_pledgee_declines_and_the_loans_end_is_watched_again(case, people):
    perform(case.pk, "ask_release", actor=people.filer, comment="请解除")
    perform(case.pk, "decline_release", actor=people.banker, comment="尚欠利息")
    assert status(case) == "registered"
    assert case.clocks.filter(name="loan_end", ended_at=None).exists()


# ------------------------------------------------------------------------------------------------ the alarm


@pytest.fixture
def three_make_an_alarm(people):
    RuleParameter.objects.filter(key="release_alarm_count").update(value=3)


def many(people, organisations, count: int) -> list[Case]:
    return [
        registered(people, organisations, make_right(organisations.enterprise, name=f"数据集{n}")) for n in range(count)
    ]


def test_many_releases_by_one_account_wait_for_a_second_person(three_make_an_alarm, people, organisations):
    one, two, three, four = many(people, organisations, 4)
    for case in (one, two):
        perform(case.pk, "release", actor=people.banker, data=RELEASE)
    for case in (three, four):
        offered = {offer.move.name for offer in moves_for(case, people.banker) if offer.refusal is None}
        assert ("release_held" in offered, "release" in offered) == (True, False)
        assert refused(case, "release", people.banker, RELEASE) == "not_this_case"
        perform(case.pk, "release_held", actor=people.banker, data=RELEASE)
    assert [status(case) for case in (one, two, three, four)] == ["cooling", "cooling", "second_key", "second_key"]
    assert told(three, "pledge.release_alarm") == {"chief", "security_admin"}
    assert refused(three, "confirm_release", people.banker) == "four_eyes"
    colleague = make_user("banker2", factor=False)
    Membership.objects.create(organisation=organisations.bank, user=colleague, role=Membership.Role.FILER)
    perform(three.pk, "confirm_release", actor=colleague)
    perform(four.pk, "confirm_release", actor=people.chief)
    assert {status(three), status(four)} == {"cooling"}


def test_the_alarm_forgets_after_its_hours(three_make_an_alarm, people, organisations):
    cases = many(people, organisations, 3)
    for case in cases[:2]:
        perform(case.pk, "release", actor=people.banker, data=RELEASE)
    with time_machine.travel(NOON + timedelta(hours=25), tick=False):
        perform(cases[2].pk, "release", actor=people.banker, data=RELEASE)
    assert status(cases[2]) == "cooling"


# ------------------------------------------------------------------------------------------------ rows


@pytest.mark.parametrize(
    "values",
    [
        {"way": "court"}, {"called": "王"}, {"outcome": "done"}, {"called": "王", "called_number": "1", "called_at": None},
    ],
)  # fmt: skip
def test_the_database_refuses_half_a_release(values, case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(pledge=case.row, **{"way": "paper", "ground": "paid", "received_at": NOON, **values})


def test_one_release_at_a_time(case):
    words = {"pledge": case.row, "way": "portal", "ground": "paid", "received_at": NOON}
    Release.objects.create(**words)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(**words)
