"""The twelve grounds of refusal: each blocks with its reason code, allows without it, and is passed where it may be."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from apps.certificates import register
from apps.pledges.guards import GROUNDS
from apps.pledges.models import Pledge
from apps.workflow.machine import Refused, follow, perform
from apps.workflow.models import Case
from apps.workflow.states import kind
from tests.followups.cases import revocation
from tests.pledges.cases import JOINT, filed, registered, share
from tests.pledges.test_workflow import cause
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


def code_of(act) -> str:
    """The reason code of a refusal; "" where the act is done."""
    try:
        act()
    except Refused as refused:
        return refused.code
    return ""


def other_holder(case, right, people, organisations):
    register.Registration.objects.filter(pk=right.pk).update(holder=organisations.rival_enterprise)


def ended(case, right, people, organisations):
    Case.objects.filter(pk=right.pk).update(status="cancelled")


def not_registered(case, right, people, organisations):
    Case.objects.filter(pk=right.pk).update(kind="application")


def over(case, right, people, organisations):
    register.Registration.objects.filter(pk=right.pk).update(
        registered_on=date(2023, 1, 1), valid_until=date(2026, 3, 1)
    )


def disputed(case, right, people, organisations):
    follow(right.case.pk, "contest", cause(case))


def frozen(case, right, people, organisations):
    register.claim(right, case=right.case, party=None, kind="freeze", at=NOON, exclusive=False)


def past_the_end(case, right, people, organisations):
    Pledge.objects.filter(pk=case.pk).update(ends_on=date(2031, 1, 1))


def without_debt(case, right, people, organisations):
    Pledge.objects.filter(pk=case.pk).update(debt="")


def shared(case, right, people, organisations):
    share(right, organisations.rival_enterprise)


def pledged(case, right, people, organisations):
    register.claim(right, case=right.case, party=organisations.bank, kind="pledge", at=NOON)


def revocation_opened(case, right, people, organisations):
    revocation(people, organisations, right, "open")


TROUBLE = {
    "not_holder": (1, other_holder), "not_valid": (2, ended), "no_registration": (3, not_registered),
    "term_over": (4, over), "contested": (5, disputed), "frozen": (5, frozen), "past_validity": (6, past_the_end),
    "contract_incomplete": (7, without_debt), "no_consent": (8, shared), "claimed": (9, pledged),
    "revocation_open": (11, revocation_opened),
}  # fmt: skip


def test_the_table_has_the_twelve_and_each_is_tried():
    assert [ground.number for ground in GROUNDS] == list(range(1, 13))
    assert {ground.code for ground in GROUNDS if ground.code} == set(TROUBLE) - {"frozen"}
    assert [ground.number for ground in GROUNDS if ground.passes] == [6], "the chief passes one of them alone"


def test_without_any_of_them_it_is_registered(people, organisations, right):
    case = filed(people, organisations, right)
    assert code_of(lambda: perform(case.pk, "accept", actor=people.clerk, data=JOINT)) == ""


@pytest.mark.parametrize("code", TROUBLE)
def test_a_ground_blocks_the_registration_with_its_reason(code, people, organisations, right):
    case = filed(people, organisations, right)
    TROUBLE[code][1](case, right, people, organisations)
    assert code_of(lambda: perform(case.pk, "accept", actor=people.clerk, data=JOINT)) == code
    assert Case.objects.get(pk=case.pk).status == "submitted"


@pytest.mark.parametrize("code", sorted(set(TROUBLE) - {"past_validity"}))
def test_the_chief_passes_none_but_the_sixth(code, people, organisations, right):
    case = filed(people, organisations, right)
    TROUBLE[code][1](case, right, people, organisations)
    given = JOINT | {"past_validity_because": "特殊情况"}
    assert code_of(lambda: perform(case.pk, "accept", actor=people.chief, data=given)) == code


AT_FILING = [
    code
    for code in TROUBLE
    if code not in ("past_validity", "contract_incomplete", "no_consent", "revocation_open", "no_registration")
]


@pytest.mark.parametrize("code", AT_FILING)
def test_a_ground_that_stands_at_filing_blocks_it_there(code, people, organisations, right):
    TROUBLE[code][1](right.case, right, people, organisations)
    right.case.refresh_from_db()
    assert code_of(lambda: filed(people, organisations, right)) == code


def test_the_sixth_is_the_chiefs_with_a_reason(people, organisations, right):
    case = filed(people, organisations, right)
    past_the_end(case, right, people, organisations)
    assert code_of(lambda: perform(case.pk, "accept", actor=people.chief, data=JOINT)) == "no_reason"
    given = JOINT | {"past_validity_because": "出质人承诺续展"}
    assert code_of(lambda: perform(case.pk, "accept", actor=people.clerk, data=given)) == "past_validity"
    assert code_of(lambda: perform(case.pk, "accept", actor=people.chief, data=given)) == ""
    assert Pledge.objects.get(pk=case.pk).past_validity_because == "出质人承诺续展"


def test_a_further_holder_who_consents_lets_it_pass(people, organisations, right):
    share(right, organisations.rival_enterprise)
    case = filed(people, organisations, right)
    assert code_of(lambda: perform(case.pk, "accept", actor=people.clerk, data=JOINT)) == "no_consent"
    perform(case.pk, "consent", actor=people.rival)
    assert code_of(lambda: perform(case.pk, "accept", actor=people.clerk, data=JOINT)) == ""


def test_both_who_know_of_the_revocation_may_go_on(people, organisations, right):
    case = filed(people, organisations, right)
    revocation(people, organisations, right, "open")
    given = JOINT | {"knows_of_revocation": True}
    assert code_of(lambda: perform(case.pk, "accept", actor=people.clerk, data=given)) == ""
    assert Pledge.objects.get(pk=case.pk).knows_of_revocation


@pytest.mark.parametrize("steps", [(), ("dismiss",), ("open", "state", "uphold")])
def test_a_revocation_holds_nothing_up_before_it_is_opened_and_after_it_is_over(steps, people, organisations, right):
    case = filed(people, organisations, right)
    revocation(people, organisations, right, *steps)
    assert code_of(lambda: perform(case.pk, "accept", actor=people.clerk, data=JOINT)) == ""


def test_knowing_of_a_revocation_does_not_pass_another_dispute(people, organisations, right):
    case = filed(people, organisations, right)
    revocation(people, organisations, right, "open")
    disputed(case, right, people, organisations)
    given = JOINT | {"knows_of_revocation": True}
    assert code_of(lambda: perform(case.pk, "accept", actor=people.clerk, data=given)) == "contested"


def test_the_twelfth_is_the_registrars_own_with_a_reason(people, organisations, right):
    case = filed(people, organisations, right)
    perform(case.pk, "refuse", actor=people.clerk, comment="合同双方签章不一致")
    case.refresh_from_db()
    assert (case.status, kind("pledge").state("refused").open) == ("refused", False)


def test_of_two_disputes_the_end_of_one_leaves_the_other(people, organisations, right):
    case = filed(people, organisations, right)
    for act in ("contest", "contest", "uphold"):
        follow(right.case.pk, act, cause(case))
    assert code_of(lambda: perform(case.pk, "accept", actor=people.clerk, data=JOINT)) == "contested"


def test_a_dispute_that_is_over_blocks_no_more(people, organisations, right):
    case = filed(people, organisations, right)
    follow(right.case.pk, "contest", cause(case))
    follow(right.case.pk, "uphold", cause(case))
    assert code_of(lambda: perform(case.pk, "accept", actor=people.clerk, data=JOINT)) == ""


# ------------------------------------------------------------------------------------------------ many rights


def test_a_deal_is_one_claim_on_each_right(people, organisations, right):
    other = make_right(organisations.enterprise, name="乙数据集")
    case = registered(people, organisations, right, others=[other])
    assert [row.registration for row in case.row.rights_in_order()] == [right, other]
    for each in (right, other):
        assert register.open_claims(each).get().case == case
        assert code_of(lambda each=each: filed(people, organisations, each)) == "claimed"
    assert case.row.snapshot()["rights"] == [right.number, other.number]


def test_the_reason_names_the_right_that_stands_against(people, organisations, right):
    other = make_right(organisations.enterprise, name="乙数据集")
    case = filed(people, organisations, right, others=[other])
    registered(people, organisations, other)
    with pytest.raises(Refused, match=other.number) as refused:
        perform(case.pk, "accept", actor=people.clerk, data=JOINT)
    assert refused.value.code == "claimed"
    assert not register.open_claims(right).exists(), "all rights of a deal, or none"


@pytest.mark.parametrize(
    "code",
    ["not_holder", "not_valid", "term_over", "contested", "frozen", "no_consent", "claimed", "revocation_open"],
)
def test_every_right_of_a_deal_is_asked(code, people, organisations, right):
    other = make_right(organisations.enterprise, name="乙数据集")
    case = filed(people, organisations, right, others=[other])
    TROUBLE[code][1](case, other, people, organisations)
    assert code_of(lambda: perform(case.pk, "accept", actor=people.clerk, data=JOINT)) == code


def test_the_shortest_validity_counts_for_the_sixth(people, organisations, right):
    short = make_right(organisations.enterprise, name="乙数据集", valid_until=date(2026, 12, 31))
    case = filed(people, organisations, right, others=[short], ends_on=date(2027, 1, 1))
    assert code_of(lambda: perform(case.pk, "accept", actor=people.clerk, data=JOINT)) == "past_validity"
