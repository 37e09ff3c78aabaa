"""What an act on the right makes of its pledges, notices and intents: told the same day, and the state that follows."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from apps.certificates import register
from apps.outbox.models import Letter
from apps.workflow.machine import Refused, open_case, perform
from apps.workflow.models import Case
from apps.workflow.states import STANDS, kind
from apps.workflow.touch import outcome
from tests.diligence.cases import granted
from tests.pledges.cases import RELEASE, filed, financed, noticed, registered
from tests.pledges.test_workflow import touch
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
VALUE = {
    "appraised": Decimal("9000000"), "appraised_on": date(2026, 2, 2), "appraiser": "示范评估事务所", "appraisal_method": "income",
}  # fmt: skip
CREDIT = {"credit": Decimal("5000000")}


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


def status(case: Case) -> str:
    return Case.objects.get(pk=case.pk).status


def told(case) -> set[str]:
    rows = Letter.objects.filter(case_pk=case.pk, text="pledge.touched", queued_at__date=NOON.date())
    return set(rows.values_list("user__username", flat=True))


MONEY = ("pledge", "financing", "intent_notice", "outside_pledge", "policy", "claim", "grant")
UNSURE = ("freeze", "thaw", "contest", "uphold")


@pytest.mark.parametrize("name", MONEY)
@pytest.mark.parametrize("act", UNSURE)
def test_whoever_has_money_at_risk_is_written_to_or_the_row_says_why_not(name, act):
    table = kind(name)
    for state in sorted(table.open_states):
        row = outcome(table, state, act)
        move = table.move(row.move) if row.move else None
        assert (move is not None and move.letters) or row is not STANDS[0], (state, act)


@pytest.mark.parametrize("act", UNSURE)
def test_a_loan_in_preparation_a_notice_and_a_view_hear_of_it_in_every_state(act, people, organisations, right):
    cases, steps = (
        [],
        [("value", people.filer, {}), ("record_value", people.banker, VALUE), ("approve", people.banker, CREDIT)],
    )
    for many in range(4):
        cases.append(financed(right, organisations.bank, people.filer))
        for move, actor, data in steps[:many]:
            perform(cases[-1].pk, move, actor=actor, data=data)
    notice = noticed(right, organisations.bank, people.banker)
    view = granted(people, organisations, right).case
    assert [status(case) for case in cases] == ["intent", "valuation", "credit", "contract"]
    touch(right, act)
    for case, text, to in [
        *((case, "financing.told", {"filer", "manager", "banker"}) for case in cases),
        (notice, "intent_notice.told", {"banker"}), (view, "grant.told", {"banker"}),
    ]:  # fmt: skip
        letters = Letter.objects.filter(case_pk=case.pk, text=text)
        assert set(letters.values_list("user__username", flat=True)) == to
        with translation.override(letters[0].language):
            assert str(kind("registration").move(act).past) in letters[0].shown()[1]
        assert Case.objects.get(pk=case.pk).state_.open


EVERYBODY = {"manager", "filer", "banker", "clerk", "clerk2"}
ON_A_PLEDGE = {
    "expire": ("registered", True), "renew": ("registered", True), "change": ("registered", True), "reissue": ("registered", False),
    "freeze": ("registered", True), "thaw": ("registered", True), "contest": ("registered", True),
    "uphold": ("registered", True), "revoke": ("gone", True),
}  # fmt: skip
ON_AN_APPLICATION = {
    "expire": "fallen", "revoke": "fallen", "cancel": "fallen", "transfer": "fallen", "renew": "submitted",
    "change": "submitted", "license": "submitted", "freeze": "submitted", "contest": "submitted", "uphold": "submitted",
}  # fmt: skip


def data_of(act: str, organisations) -> dict:
    given = {
        "renew": {"valid_until": date(2032, 3, 1)}, "change": {"changes": {"scenario": "航行与渔业预报"}},
        "transfer": {"holder": organisations.rival_enterprise.pk},
    }  # fmt: skip
    return given.get(act, {})


def do(act, right, organisations) -> None:
    if act == "expire":
        perform(right.case.pk, "expire", actor=None)
    else:
        touch(right, act, data_of(act, organisations))


@pytest.mark.parametrize("act", ON_A_PLEDGE)
def test_an_act_on_the_right_of_a_pledge(act, people, organisations, right):
    case = registered(people, organisations, right)
    do(act, right, organisations)
    state, letters = ON_A_PLEDGE[act]
    assert (status(case), told(case)) == (state, EVERYBODY if letters else set())
    assert register.open_claims(right).filter(case=case).exists(), "it stays registered until it is released"


@pytest.mark.parametrize("act", ["transfer", "license", "cancel"])
def test_these_wait_for_the_pledgee(act, people, organisations, right):
    case = registered(people, organisations, right)
    with pytest.raises(Refused) as refused:
        touch(right, act, data_of(act, organisations))
    assert (refused.value.code, status(case)) == ("no_consent", "registered")


@pytest.mark.parametrize("act", ON_AN_APPLICATION)
def test_an_act_on_the_right_of_an_application(act, people, organisations, right):
    case = filed(people, organisations, right)
    do(act, right, organisations)
    assert (status(case), told(case)) == (ON_AN_APPLICATION[act], EVERYBODY)


def test_the_bank_hears_the_same_day_what_it_means(people, organisations, right):
    case = registered(people, organisations, right)
    touch(right, "revoke")
    letter = Letter.objects.filter(case_pk=case.pk, text="pledge.touched", user=people.banker).get()
    assert letter.context["outcome"]
    assert letter.context["act"]
    perform(case.pk, "release", actor=people.banker, data=RELEASE)
    assert status(case) == "cooling"


def test_a_release_goes_on_when_the_right_is_revoked_and_a_lost_right_stays_lost(people, organisations, right):
    case = registered(people, organisations, right)
    perform(case.pk, "release", actor=people.banker, data=RELEASE)
    touch(right, "revoke")
    assert status(case) == "cooling"
    perform(case.pk, "take_back", actor=people.banker, comment="误操作")
    assert status(case) == "gone"
    assert not case.clocks.filter(ended_at=None).exists(), "the loan's end makes no gone pledge an overdue one"


def test_who_holds_the_right_no_more_is_no_party_of_its_pledge_any_more(people, organisations, right):
    case = registered(people, organisations, right)
    for firm in (organisations.rival_enterprise, organisations.insurer, organisations.rival_enterprise):
        right.refresh_from_db()
        follow_to(right, firm, people, organisations)
    holders = {party.organisation_id: party.role for party in case.parties.exclude(role__in=("applicant", "pledgee"))}
    assert holders == {organisations.rival_enterprise.pk: "holder", organisations.insurer.pk: "former_holder"}
    with pytest.raises(Refused) as refused:
        perform(case.pk, "ask_release", actor=people.insurer_person, comment="已还清")
    assert refused.value.code == "not_yours"


def follow_to(right, firm, people, organisations) -> None:
    """The right goes to another firm, the bank consenting."""
    case = transferred(right, firm, people)
    perform(case.pk, "consent", actor=people.banker)
    perform(case.pk, "accept", actor=people.chief, data={"joint_paper": True})


def transferred(right, firm, people) -> Case:
    person = right.holder.memberships.order_by("pk").first().user
    data = {
        "transferee": firm.pk,
        "ground": "contract",
        "paper_number": f"ZR-{firm.pk}",
        "happened_on": date(2026, 3, 1),
    }
    return open_case("transfer", actor=person, **kind("transfer").filing("file", right.holder, right.case, data))


def test_what_followed_from_the_end_of_the_right_is_not_struck_by_itself(people, organisations, right):
    cases = [filed(people, organisations, right), noticed(right, organisations.bank, people.banker)]
    touch(right, "revoke")
    assert [status(case) for case in cases] == ["fallen", "moot"]
    for case in cases:
        with pytest.raises(Refused) as refused:
            perform(case.pk, "propose_rectification", actor=people.clerk, comment="有误")
        assert refused.value.code == "follows"


def test_notice_and_intent_fall_with_the_right(people, organisations, right):
    cases = [noticed(right, organisations.bank, people.banker), financed(right, organisations.bank, people.filer)]
    touch(right, "revoke")
    assert [status(case) for case in cases] == ["moot", "ended"]
