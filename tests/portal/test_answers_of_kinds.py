"""A correction of any kind is answered on its page: the open item changes, the closed ones stand as the record has them."""

import pytest

from apps.workflow.machine import perform
from apps.workflow.models import Case
from tests.followups.cases import filed
from tests.listings.cases import brought
from tests.rights import make_right

pytestmark = pytest.mark.django_db
ITEMS = {
    "listing": ("description", "逐日波高，按站点提供。"),
    "transfer": ("paper_number", "ZR-2026-4"),
    "licence_filing": ("area", "舟山市"),
}


@pytest.mark.parametrize("kind", ITEMS)
def test_a_correction_is_answered_and_nothing_else_changes(kind, people, organisations, client):
    right, (path, value) = make_right(organisations.enterprise), ITEMS[kind]
    asker = people.exchange_person if kind == "listing" else people.clerk
    case = brought(people, organisations, right) if kind == "listing" else filed(kind, people, organisations, right)
    before = case.row.snapshot()
    items = [{"path": path, "label": "应更正的项", "note": "请更正。"}]
    perform(case.pk, "ask_correction", actor=asker, data={"items": items}, comment="一次性告知")
    client.force_login(people.filer)
    page = client.post(f"/portal/cases/{case.pk}/answer/", {path: value}, follow=True)
    assert page.redirect_chain == [(f"/portal/cases/{case.pk}/answer/review/", 302)]
    assert len(page.context["changes"]) == 1
    client.post(f"/portal/cases/{case.pk}/answer/review/")
    case = Case.objects.get(pk=case.pk)
    assert case.status == "submitted"
    assert case.row.snapshot() == before | {path: value}
