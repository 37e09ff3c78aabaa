"""Claiming an organisation that is on record already."""

import pytest

from apps.enterprises.membership import managers_of
from apps.enterprises.models import Membership, Organisation
from apps.outbox.models import Letter
from apps.verifications.workflow import claim_filing
from apps.workflow.documents import keep
from apps.workflow.machine import Refused, open_case, perform
from apps.workflow.models import Case
from tests.factories import make_organisation, make_user


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def claimed(person, firm, **changed) -> Case:
    data = {
        "uscc": firm.uscc, "name": firm.name, "legal_representative": firm.legal_representative,
        "district": firm.district_id, "e_service": False, "claimant": person, **changed,
    }  # fmt: skip
    return open_case("organisation", actor=person, move="claim", **claim_filing("claim", None, None, data))


def with_paper(case: Case, person) -> Case:
    keep([b"%PDF-1.4 stamped"], "stamped.pdf", path="authorisation", by=person, case=case)
    return case


def code(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as fault:
        act(*args, **kwargs)
    return fault.value.code


def test_claim_that_is_accepted_makes_a_manager(people, organisations):
    person, firm = make_user("claimant"), make_organisation("舟山无人数据有限公司")
    case = with_paper(claimed(person, firm), person)
    perform(case.pk, "accept", actor=people.clerk, data={"basis": "counter"})
    assert [row.user for row in managers_of(firm.pk)] == [person]
    assert Organisation.objects.get(pk=firm.pk).verified_at
    assert Letter.objects.filter(user=person, text="people.joined").exists()


def test_claim_without_the_stamped_paper_is_not_accepted(people, organisations):
    person = make_user("claimant")
    case = claimed(person, make_organisation())
    assert code(perform, case.pk, "accept", actor=people.clerk, data={"basis": "counter"}) == "no_authorisation"


def test_the_organisation_is_told_and_keeps_its_manager(people, organisations):
    person = make_user("claimant")
    case = with_paper(claimed(person, organisations.enterprise), person)
    assert Letter.objects.filter(user=people.manager, text="organisation.claimed").exists()
    assert Case.objects.visible_to(people.manager).filter(pk=case.pk).exists()
    assert code(perform, case.pk, "withdraw", actor=people.manager) == "not_yours"
    perform(case.pk, "accept", actor=people.clerk, data={"basis": "counter"})
    assert {row.user for row in managers_of(organisations.enterprise.pk)} == {people.manager, person}


def test_claim_gives_nothing_before_it_is_accepted(people, organisations):
    person = make_user("claimant")
    case = claimed(person, organisations.enterprise)
    assert not Membership.objects.filter(user=person).exists()
    assert list(Case.objects.visible_to(person)) == [case]


def test_claims_refused(people, organisations):
    person = make_user("claimant")
    firm = organisations.enterprise
    assert code(claimed, person, firm, uscc="91330900MX00000000") == "unknown_code"
    assert code(claimed, people.filer, firm) == "belongs"
    assert code(claimed, people.clerk, firm) == "not_yours"
    claimed(person, firm)
    assert code(claimed, person, firm) == "already_filed"
    claimed(make_user("second"), firm)  # another person's claim does not stand in the way


def test_claim_does_not_stop_the_organisations_own_verification(people, organisations):
    from tests.verifications.cases import filed

    claimed(make_user("claimant"), organisations.newcomer)
    assert filed(people, organisations).status == "submitted"


def test_rectified_claim_puts_the_person_out_again(people, organisations):
    person, firm = make_user("claimant"), make_organisation()
    case = with_paper(claimed(person, firm), person)
    perform(case.pk, "accept", actor=people.clerk, data={"basis": "counter"})
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="误")
    perform(case.pk, "rectify", actor=people.chief, comment="误")
    assert not managers_of(firm.pk).exists()
    assert Membership.objects.get(user=person).ended_at
