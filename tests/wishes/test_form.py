"""The wishes about the form, each by its row of the list of what people asked for."""

import re
from datetime import timedelta
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from apps.applications.filing import open_application
from apps.applications.models import Application
from apps.workflow.machine import perform
from apps.workflow.models import Case, Document, Draft, Event
from tests import ways
from tests.portal.conftest import evidence, portal, typed  # noqa: F401 - the fixtures of a complete form
from tests.portal.forms import FILES, hidden, paper, words
from tests.portal.test_answers import SCENARIO
from tests.portal.test_filing import begin, fill, send

OPENED = {"path": "scenario", "label": "Application scenario", "note": "请说明服务对象。"}
ALGORITHM = {"path": "algorithm", "label": "Processing rules in short", "note": "请补充去标识化方法。"}


def asked(people, organisations, *items) -> Case:
    case = ways.walk(ways.application(people, organisations), people, "examining")
    perform(case.pk, "ask_correction", actor=people.clerk, data={"items": list(items)})
    case.refresh_from_db()
    return case


def test_wish_13_the_next_correction_starts_from_the_record(people, organisations, sign_in):
    """What a first answer held and the office did not take is nowhere in the second one's form."""
    case = asked(people, organisations, OPENED)
    client = sign_in(people.filer)
    url = reverse("portal:answer", args=[case.pk])
    client.post(url, {"scenario": SCENARIO, "algorithm": "塞进来的内容" * 30})
    client.post(reverse("portal:answer_review", args=[case.pk]))
    Draft.objects.filter(kind="answer").update(data={**Draft.objects.get(kind="answer").data, "scenario": "作废"})
    ways.ask_again(case, people, [OPENED, ALGORITHM])
    page = client.get(url)
    assert SCENARIO in words(page)
    assert "塞进来的内容" not in words(page)
    drafts = list(Draft.objects.filter(kind="answer").order_by("pk"))
    assert len(drafts) == 2
    assert drafts[1].data["basics"]["scenario"] == Application.objects.get(case=case).scenario == SCENARIO


def test_wish_16_saved_how_long_ago_and_one_submit(people, organisations, typed, sign_in):  # noqa: F811
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    page = client.get(reverse("portal:draft", args=[draft.pk, "basics"])).content.decode()
    state = re.search(r"<p class=\"save-state\".*?</p>", page, re.DOTALL)[0]
    draft.refresh_from_db()
    assert f'data-at="{draft.updated_at.isoformat()}"' in state
    assert "{n}" in re.search(r'data-minutes="([^"]*)"', state)[1]
    assert f'data-autosave="{reverse("portal:draft_save", args=[draft.pk, "basics"])}"' in page
    review = client.get(reverse("portal:draft_review", args=[draft.pk])).content.decode()
    main = review[review.index("<main") : review.index("</main>")]
    assert len(re.findall(r"<button[^>]*btn-primary", main)) == 1


def test_wish_17_never_five_drafts(people, organisations, evidence, typed, sign_in):  # noqa: F811
    client = sign_in(people.filer)
    for _again in range(5):
        client.post(reverse("portal:draft_new"))
    draft = Draft.objects.get(kind="application")
    send(client, draft, "basics", typed["basics"])
    Draft.objects.filter(pk=draft.pk).update(updated_at=timezone.now() - timedelta(hours=3))
    page = client.get(reverse("portal:drafts"))
    [line] = page.context["drafts"]
    assert (line.title, line.url) == (typed["basics"]["name"], reverse("portal:draft", args=[draft.pk]))
    assert "3" in re.search(r"(?:saved 3.hours|3.小时)", words(page))[0]
    earlier = open_application(
        ways.values(evidence, name="另一数据集"), organisation=organisations.enterprise, actor=people.filer
    )
    client.post(reverse("portal:draft_new"), {"copy": earlier.pk})
    assert Draft.objects.filter(kind="application").count() == 1
    draft.refresh_from_db()
    assert draft.data["basics"]["name"] == typed["basics"]["name"]


def test_wish_18_a_draft_saves_empty_and_with_files(people, organisations, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    for step in ("basics", "sources", "structure", "evidence", "parties", "publication"):
        assert client.post(reverse("portal:draft_save", args=[draft.pk, step]), {}).status_code in (200, 204)
    client.post(reverse("portal:draft_file", args=[draft.pk, "evidence"]), {"file_sample": paper("样例.csv")})
    draft.refresh_from_db()
    assert draft.data["basics"]["name"] in ("", None)
    assert Document.objects.get(draft=draft).name == "样例.csv"
    again = sign_in(people.filer).get(reverse("portal:draft", args=[draft.pk, "evidence"]))
    assert "样例.csv" in words(again)


def test_wish_19_one_wrong_button_loses_nothing(people, organisations, typed, sign_in):  # noqa: F811
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    delete = reverse("portal:draft_discard", args=[draft.pk])
    before = Draft.objects.get(pk=draft.pk).data
    assert client.get(delete).status_code == 200  # it asks
    assert Draft.objects.get(pk=draft.pk).discarded_at is None
    client.post(delete)
    assert not client.get(reverse("portal:drafts")).context["drafts"]
    told = client.post(reverse("portal:draft_save", args=[draft.pk, "basics"]), {"name": "迟到的"})
    assert told.status_code == 409
    assert client.post(reverse("portal:draft_review", args=[draft.pk]))["Location"] == reverse("portal:drafts")
    assert not Case.objects.filter(kind="application").exists()
    [line] = client.get(reverse("portal:drafts")).context["discarded"]
    client.post(reverse("portal:draft_back", args=[line.pk]))
    back = Draft.objects.get(pk=draft.pk)
    assert (back.discarded_at, back.data) == (None, before)
    assert Document.objects.filter(draft=draft, removed_at__isnull=True).count() == len(FILES)
    client.post(reverse("portal:draft_review", args=[draft.pk]))
    assert Case.objects.filter(kind="application").count() == 1


def test_wish_23_pressed_twice_is_one_record(people, organisations, typed, sign_in):  # noqa: F811
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    url = reverse("portal:draft_review", args=[draft.pk])
    seen = hidden(client.get(url), "seen")
    first = client.post(url, {"seen": seen})
    again = client.post(url, {"seen": seen}, follow=True)
    assert again.redirect_chain[0][0] == first["Location"]
    case = Case.objects.get(kind="application")
    [told] = again.context["messages"]
    assert (told.level_tag, case.number in str(told)) == ("info", True)
    assert Event.objects.filter(case=case, move="file").count() == 1


def test_wish_23_the_same_form_from_two_windows_is_told(people, organisations, typed, sign_in):  # noqa: F811
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    url = reverse("portal:draft_review", args=[draft.pk])
    seen = hidden(client.get(url), "seen")
    send(client, draft, "basics", {**typed["basics"], "name": "另一窗口改的数据集"})
    page = client.post(url, {"seen": seen})
    assert not Case.objects.filter(kind="application").exists()
    assert page.context["refused"]
    assert str(page.context["refused"]) in words(page)
    client.post(url, {"seen": hidden(page, "seen")})
    assert Case.objects.get(kind="application").title == "另一窗口改的数据集"
    late = client.post(url, {"seen": seen}, follow=True)
    assert [message.level_tag for message in late.context["messages"]] == ["warning"]


def test_wish_23_a_key_with_another_body_is_refused(people, organisations, sign_in):
    """A filing by one form, and a move: the second body is neither filed nor taken for the first."""
    client = sign_in(people.filer)
    body = {
        "sector": "enterprise", "representative": "林远航", "contact_name": "沈听潮", "contact_phone": "13800005678",
        "sponsors": "", "purpose": "近岸浪高与海况数据", "charter": "on", "key": str(uuid4()),
    }  # fmt: skip
    url = reverse("portal:file", args=["membership"])
    first = client.post(url, body)
    assert client.post(url, body)["Location"] == first["Location"]
    other = client.post(url, {**body, "purpose": "另外的用途"})
    assert other.status_code == 409
    assert "另外的用途" in words(other)
    assert hidden(other, "key") != body["key"]
    assert Case.objects.filter(kind="membership").count() == 1
    case = Case.objects.get(kind="membership")
    move = reverse("portal:move", args=[case.pk, "withdraw"])
    sent = {"version": case.version, "key": "a" * 32, "comment": "不再申请"}
    assert client.post(move, sent).status_code == 302
    assert client.post(move, sent).status_code == 302
    refused = client.post(move, {**sent, "comment": "另一个理由"})
    assert refused.status_code == 200
    assert refused.context["refused"]
    assert "另一个理由" in words(refused)
    assert Event.objects.filter(case=case, move="withdraw").count() == 1
