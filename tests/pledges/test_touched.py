"""What an act on the right makes of its pledges, notices and intents: told the same day, and the state that follows."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from apps.certificates import register
from apps.outbox.models import Letter
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case
from tests.pledges.cases import RELEASE, filed, financed, noticed, registered
from tests.pledges.test_workflow import touch
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


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


def test_notice_and_intent_fall_with_the_right(people, organisations, right):
    cases = [noticed(right, organisations.bank, people.banker), financed(right, organisations.bank, people.filer)]
    touch(right, "revoke")
    assert [status(case) for case in cases] == ["moot", "ended"]
