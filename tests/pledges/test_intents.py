"""What goes before a pledge: a notice without legal effect, a loan in preparation, and a pledge of another office."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from apps.certificates import lookup, register
from apps.certificates.models import Claim
from apps.enterprises.models import Membership
from apps.outbox.models import Letter
from apps.pledges.checklist import no_earlier_notice, nothing_elsewhere
from apps.pledges.forms import PledgeForm
from apps.pledges.intents import notes, notices_on
from apps.workflow.checklist import subject_of
from apps.workflow.machine import Refused, open_case, perform
from apps.workflow.models import Case
from apps.workflow.states import kind
from apps.workflow.tasks import sweep
from tests.factories import make_organisation, make_user
from tests.pledges.cases import JOINT, filed, financed, noticed, recorded_elsewhere, registered
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


@pytest.fixture
def other_bank(organisations):
    bank = make_organisation(
        "岱山示范银行", capacities=["bank"], verified_at=NOON, district=organisations.bank.district,
        e_service_consent_at=NOON,
    )  # fmt: skip
    person = make_user("banker2", factor=False)
    Membership.objects.create(organisation=bank, user=person, role=Membership.Role.MANAGER)
    return bank, person


def status(case: Case) -> str:
    return Case.objects.get(pk=case.pk).status


def code(act, *args, **words) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **words)
    return refused.value.code


# ------------------------------------------------------------------------------------------------ notice of intent


def test_a_notice_stands_five_working_days_and_lapses_by_the_clock(people, organisations, right):
    case = noticed(right, organisations.bank, people.banker)
    assert (case.clocks.get().due_on, status(case)) == (date(2026, 3, 9), "standing")
    with time_machine.travel(datetime(2026, 3, 10, 2, tzinfo=UTC), tick=False):
        assert notices_on([right]) == [], "before any sweep"
        sweep()
        assert status(case) == "lapsed"


def test_it_puts_no_claim_and_blocks_nobody(people, organisations, right, other_bank):
    noticed(right, other_bank[0], other_bank[1])
    assert not register.open_claims(right).exists()
    assert status(registered(people, organisations, right)) == "registered"


def test_another_banks_filing_is_told_that_it_came_later(people, organisations, right, other_bank):
    noticed(right, *other_bank)
    with time_machine.travel(datetime(2026, 3, 3, 4, tzinfo=UTC), tick=False):
        case = filed(people, organisations, right)
    letter = Letter.objects.filter(case_pk=case.pk, text="pledge.received").first()
    assert letter.context["behind"] == "岱山示范银行"
    remark = no_earlier_notice(subject_of(case))
    assert remark.tone == "doubt"
    assert "不具法律效力" in str(remark.sentence)


def test_the_noticing_banks_own_pledge_uses_the_notice_up(people, organisations, right):
    notice = noticed(right, organisations.bank, people.banker)
    case = registered(people, organisations, right)
    assert status(notice) == "used"
    assert Letter.objects.filter(case_pk=case.pk, text="pledge.received").first().context["behind"] == ""


def test_only_a_bank_gives_notice_once_on_a_right_in_force(people, organisations, right):
    firm = kind("intent_notice").filing("file", organisations.enterprise, right.case, {})
    assert code(open_case, "intent_notice", actor=people.filer, **firm) == "no_bank"
    noticed(right, organisations.bank, people.banker)
    assert code(noticed, right, organisations.bank, people.banker) == "noticed"
    ended = make_right(organisations.enterprise, registered_on=date(2023, 1, 9), valid_until=date(2026, 1, 8))
    assert code(noticed, ended, organisations.bank, people.banker) == "not_valid"


def test_it_is_shown_to_the_holder_to_banks_and_to_the_office_alone(people, organisations, right, other_bank, sign_in):
    noticed(right, organisations.bank, people.banker)
    assert all("不具法律效力" in notes(right.case, who)[0] for who in (people.filer, other_bank[1], people.clerk))
    assert notes(right.case, people.rival) == []
    page = reverse("public:registration", args=[right.number])
    shown = sign_in(other_bank[1]).get(page).content.decode()
    assert "舟山群岛示范银行" in shown
    assert reverse("portal:file", args=["intent_notice"]) in shown
    assert "舟山群岛示范银行" not in sign_in(people.rival).get(page).content.decode()


def test_the_day_of_a_notice_is_the_day_in_shanghai(people, organisations, right):
    with time_machine.travel(datetime(2026, 3, 2, 17, tzinfo=UTC), tick=False):
        noticed(right, organisations.bank, people.banker)
        assert "2026-03-03" in notes(right.case, people.clerk)[0]


def test_the_filing_page_of_a_pledge_shows_it(people, organisations, right, other_bank, sign_in):
    noticed(right, *other_bank)
    page = sign_in(people.filer).get(reverse("portal:file", args=["pledge"]), {"root": right.pk}).content.decode()
    assert "岱山示范银行" in page


# ------------------------------------------------------------------------------------------------ financing


VALUE = {
    "appraised": Decimal("9000000"), "appraised_on": date(2026, 2, 1), "appraiser": "示范评估所", "appraisal_method": "income",
}  # fmt: skip
CONTRACT = {"contract_number": "ZY-9", "contract_on": date(2026, 3, 1)}


def signed(people, organisations, right) -> Case:
    case = financed(right, organisations.bank, people.filer)
    perform(case.pk, "value", actor=people.filer)
    perform(case.pk, "record_value", actor=people.filer, data=VALUE)
    perform(case.pk, "approve", actor=people.banker, data={"credit": Decimal("6000000")})
    perform(case.pk, "sign", actor=people.banker, data=CONTRACT)
    return case


def test_from_the_intent_to_a_form_that_is_filled_in(people, organisations, right):
    case = signed(people, organisations, right)
    assert case.clocks.get(name="to_register").due_on == date(2026, 3, 16), "ten working days"
    known = PledgeForm.known_of(organisations.enterprise, right.case)
    assert (known["pledgee"], known["contract_number"], known["credit"], known["appraised"]) == (
        organisations.bank.pk, "ZY-9", Decimal("6000000"), Decimal("9000000"),
    )  # fmt: skip
    registered(people, organisations, right)
    assert status(case) == "filed"


def test_the_bank_alone_approves_and_declines(people, organisations, right):
    case = financed(right, organisations.bank, people.filer)
    perform(case.pk, "record_value", actor=people.filer, data=VALUE)
    assert code(perform, case.pk, "approve", actor=people.filer, data={"credit": Decimal(1)}) == "not_yours"
    perform(case.pk, "decline", actor=people.banker, comment="授信条件不足")
    assert status(case) == "declined"


def test_a_value_of_tomorrow_is_none(people, organisations, right):
    case = financed(right, organisations.bank, people.filer)
    later = VALUE | {"appraised_on": date(2026, 3, 3)}
    assert code(perform, case.pk, "record_value", actor=people.filer, data=later) == "future"


# ------------------------------------------------------------------------------------------------ elsewhere


def test_a_pledge_of_another_office_is_shown_as_a_conflict_and_never_refused(people, organisations, right):
    case = registered(people, organisations, right)
    assert lookup.clash(lookup.claims_on(right)) == ""
    other = recorded_elsewhere(right, people.clerk)
    claim = Claim.objects.get(case=other)
    assert (claim.own, claim.exclusive, claim.place_number) == (False, True, "ZD-2026-1")
    assert "ZD-2026-1" in lookup.clash(lookup.claims_on(right))
    assert "ZD-2026-1" in str(nothing_elsewhere(subject_of(case)).sentence)
    assert code(perform, other.pk, "end", actor=people.clerk, comment="已注销") == "four_eyes"
    perform(other.pk, "end", actor=people.clerk2, comment="已注销")
    assert lookup.clash(lookup.claims_on(right)) == ""


def test_our_own_entry_follows_one_of_another_office(people, organisations, right):
    recorded_elsewhere(right, people.clerk)
    case = filed(people, organisations, right)
    perform(
        case.pk, "accept", actor=people.clerk, data=JOINT | {"registered_at": "province", "registered_number": "ZJ-1"}
    )
    assert "ZD-2026-1" in lookup.clash(lookup.claims_on(right))
    assert "ZJ-1" not in lookup.clash(lookup.claims_on(right)), "the same pledge in another register is no conflict"


def test_the_pages_show_the_conflict(people, organisations, right, sign_in):
    registered(people, organisations, right)
    recorded_elsewhere(right, people.clerk)
    for client, page in (
        (sign_in(people.filer), reverse("public:registration", args=[right.number])),
        (sign_in(people.clerk), reverse("desk:registration", args=[right.pk])),
    ):
        assert "flash-warning" in client.get(page).content.decode()
