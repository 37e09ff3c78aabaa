"""A correction of any kind is answered on its page: the open item changes, the closed ones stand as the record has them."""

import pytest

from apps.workflow.machine import perform
from apps.workflow.models import Case
from apps.workflow.snapshots import typed
from apps.workflow.states import all_kinds
from tests.samples import SAMPLES

pytestmark = pytest.mark.django_db
ANSWERED = sorted(table.name for table in all_kinds() if table.answer_form)
ITEMS = {
    "cancellation": {"explanation": "数据已于上月停止采集。"},
    "entry_change": {"name": "近海浮标海况数据集（2027版）"},
    "licence_filing": {"area": "舟山市"},
    "listing": {"description": "逐日波高，按站点提供。"},
    "membership": {"purpose": "提供航道水深数据，寻求联合建模。"},
    "organisation": {"legal_representative": "顾望潮"},
    "pledge": {"credit": "60000000.00"},
    "reissue": {"explanation": "证书于搬迁时遗失。"},
    "renewal": {"early_because": "合同要求提前办理。"},
    "sharing": {"terms": "仅限内部研究。"},
    "transfer": {"paper_number": "ZR-2026-4"},
}
ASKERS = {"listing": "exchange_person", "membership": "secretariat", "sharing": "secretariat"}


def asker_of(case: Case, people):
    return getattr(people, ASKERS.get(case.kind, "clerk"))


def ask(case: Case, people, items) -> None:
    notice = [{"path": path, "label": str(label), "note": "请更正。"} for path, label in items]
    perform(case.pk, "ask_correction", actor=asker_of(case, people), data={"items": notice}, comment="一次性告知")


def sign_in_filer(case: Case, client) -> None:
    client.force_login(case.events.earliest("seq").actor)


@pytest.mark.parametrize("name", ANSWERED)
def test_a_correction_is_answered_and_nothing_else_changes(name, people, organisations, client):
    case, value = SAMPLES[name](people, organisations), ITEMS[name]
    before = typed(case.row)
    ask(case, people, [(path, path) for path in value])
    sign_in_filer(case, client)
    page = client.post(f"/portal/cases/{case.pk}/answer/", value, follow=True)
    assert page.redirect_chain == [(f"/portal/cases/{case.pk}/answer/review/", 302)]
    assert len(page.context["changes"]) == 1
    client.post(f"/portal/cases/{case.pk}/answer/review/")
    case = Case.objects.get(pk=case.pk)
    assert case.status == "submitted"
    assert client.get("/portal/drafts/").context["drafts"] == []  # what was sent lies nowhere any more
    after = typed(case.row)
    assert {path: str(after[path]) for path in after if after[path] != before[path]} == value


@pytest.mark.parametrize("name", ANSWERED)
def test_a_notice_names_what_an_answer_can_change_and_nothing_else(name, people, organisations, client):
    """The official at the desk, or the exchange at the portal, is offered the items that the answer opens."""
    case = SAMPLES[name](people, organisations)
    offered = case.kind_.correction_items(case.row)
    papers = {path for path, _label in case.kind_.answer_form.files}
    assert {path for path, _label in offered} - papers <= typed(case.row).keys()

    client.force_login(asker_of(case, people))
    face = "portal" if name == "listing" else "desk"
    form = client.get(f"/{face}/cases/{case.pk}/moves/ask_correction/").context["form"]
    assert [path for path, _label in form.items] == [path for path, _label in offered]

    ask(case, people, offered)
    sign_in_filer(case, client)
    opened = client.get(f"/portal/cases/{case.pk}/answer/").context["items"]
    assert [each.path for each in opened] == [path for path, _label in offered]
    assert all(each.fields or each.place for each in opened)
