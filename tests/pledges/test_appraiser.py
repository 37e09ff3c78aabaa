"""The appraiser named for a pledge: a party that confirms the valuation or says that it is not its own."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.outbox.models import Letter
from apps.pledges.forms import PledgeForm
from apps.rules.clock import legal_now
from apps.workflow.checklist import DOUBT, FAULT
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case
from tests.factories import make_member, make_organisation
from tests.pledges.cases import JOINT, filed, terms
from tests.rights import make_right

pytestmark = pytest.mark.django_db
VALUE = {"appraised": Decimal("80000000"), "appraised_on": date(2026, 2, 1)}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to("2026-03-02T04:00:00Z", tick=False)


@pytest.fixture
def firm(organisations):
    district = organisations.enterprise.district
    return make_organisation(
        "舟山示范资产评估有限公司", capacities=["appraiser"], district=district, verified_at=legal_now()
    )


@pytest.fixture
def appraiser(firm):
    return make_member(firm, "appraiser_person")


@pytest.fixture
def pledge(people, organisations, firm, appraiser) -> Case:
    return filed(people, organisations, make_right(organisations.enterprise), appraised_by=firm.pk, **VALUE)


def letters(text: str) -> set:
    return set(Letter.objects.filter(text=text).values_list("user__username", flat=True))


def remark(case: Case):
    from apps.examination.findings import items_of

    return next(item.remark for item in items_of(Case.objects.get(pk=case.pk)) if item.criterion.name == "appraisal")


def refusal(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_the_appraiser_is_asked_and_confirms_in_the_portal(pledge, people, appraiser, sign_in):
    assert letters("pledge.appraisal_stated") == {"appraiser_person"}
    assert remark(pledge).tone == DOUBT
    client = sign_in(appraiser)
    page = client.get(reverse("portal:case", args=[pledge.pk])).content.decode()
    assert "确认评估" in page
    body = {"version": pledge.version, "key": "a" * 32}
    assert client.post(reverse("portal:move", args=[pledge.pk, "confirm_appraisal"]), body).status_code == 302
    assert remark(pledge) is None
    assert {"banker", "filer", "clerk"} <= letters("pledge.appraisal_confirmed")
    assert refusal(lambda: perform(pledge.pk, "confirm_appraisal", actor=appraiser)) == "appraisal_confirmed"
    perform(pledge.pk, "accept", actor=people.clerk, data=JOINT)


def test_what_the_appraiser_disowns_is_registered_by_nobody(pledge, people, appraiser):
    perform(pledge.pk, "disown_appraisal", actor=appraiser, comment="报告编号不存在")
    assert remark(pledge).tone == FAULT
    assert {"banker", "filer", "clerk"} <= letters("pledge.appraisal_disowned")
    accept = lambda: perform(pledge.pk, "accept", actor=people.clerk, data=JOINT)  # noqa: E731
    assert refusal(accept) == "appraisal_disowned"
    perform(pledge.pk, "confirm_appraisal", actor=appraiser, comment="系我方另一份报告")
    accept()


def test_a_corrected_valuation_is_asked_about_anew_and_another_appraiser_takes_the_place(
    pledge, people, organisations, appraiser
):
    perform(pledge.pk, "disown_appraisal", actor=appraiser, comment="金额有误")
    items = [{"path": path, "label": path, "note": "请更正"} for path in ("appraised", "appraised_by")]
    perform(pledge.pk, "ask_correction", actor=people.clerk, data={"items": items})
    district = organisations.enterprise.district
    other = make_organisation(
        "宁波示范评估有限公司", capacities=["appraiser"], district=district, verified_at=legal_now()
    )
    answer = {**terms(organisations.bank), "appraised": Decimal("60000000"), "appraised_by": other.pk}
    perform(pledge.pk, "answer", actor=people.filer, data=answer)
    assert list(pledge.parties.filter(role="appraiser").values_list("organisation__name", flat=True)) == [other.name]
    assert not Case.objects.visible_to(appraiser).filter(pk=pledge.pk).exists()
    assert remark(pledge).tone == DOUBT
    perform(pledge.pk, "accept", actor=people.clerk, data=JOINT)


def test_nobody_else_speaks_for_the_appraiser(pledge, people):
    for person in (people.filer, people.banker, people.clerk, people.rival):
        assert refusal(lambda: perform(pledge.pk, "confirm_appraisal", actor=person)) == "not_yours"  # noqa: B023


def test_an_appraiser_needs_a_value_to_confirm(organisations, firm):
    form = PledgeForm({"appraised_by": firm.pk}, organisation=organisations.enterprise)
    assert "appraised" in form.errors


def test_a_pledge_without_a_known_appraiser_asks_nobody(people, organisations):
    case = filed(people, organisations, make_right(organisations.enterprise), appraiser="某评估公司", **VALUE)
    assert letters("pledge.appraisal_stated") == set()
    assert remark(case) is None
