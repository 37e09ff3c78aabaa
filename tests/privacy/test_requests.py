"""Requests about personal data: asked by anybody with an account, answered by an official, done or refused with reasons."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.outbox.models import Letter
from apps.workflow import documents, drafts
from apps.workflow.chain import broken_link
from apps.workflow.clocks import legal_day
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case, Document, Draft
from tests import ways
from tests.privacy.cases import ask


def fresh(row):
    row.refresh_from_db()
    return row


def test_request_has_a_number_a_day_and_letters(people):
    case = ask(people.filer)
    assert case.number.startswith("个-2026-")
    answer = case.clocks.get(name="answer")
    assert (answer.count, answer.unit, case.due_on) == (15, "day", answer.due_on)
    assert answer.due_on >= legal_day(case.filed_at) + timedelta(days=15)
    texts = set(Letter.objects.filter(case_pk=case.pk).values_list("text", "user__username"))
    assert ("personal_data.received", "filer") in texts
    assert ("personal_data.filed", "clerk") in texts


def test_second_request_waits_for_the_first(people):
    ask(people.filer)
    with pytest.raises(Refused) as refused:
        ask(people.filer)
    assert refused.value.code == "asked_already"


def test_copy_is_there_once_granted_and_holds_what_is_held(local_track, people, organisations, sign_in):
    User.objects.filter(pk=people.filer.pk).update(phone="13900001234")
    ways.application(people, organisations)
    client = sign_in(people.filer)
    address = reverse("portal:personal_data_copy")
    case = ask(people.filer)
    assert client.get(address).status_code == 404
    perform(case.pk, "grant", actor=people.clerk)
    with zipfile.ZipFile(BytesIO(client.get(address).content)) as box:
        held = json.loads(box.read("data.json"))
    assert held["account"]["phone"] == "13900001234"
    assert [row["organisation"] for row in held["organisations"]] == [organisations.enterprise.name]
    assert any(act["move"] == "file" for act in held["acts"])
    assert any("personal_data" in row["kind"] for row in held["procedures"])
    assert sign_in(people.rival).get(address).status_code == 404


def test_correction_changes_the_account_and_not_the_past(people):
    case = ask(people.filer, "correct", new_name="沈听澜", new_phone="13900009999")
    before = bytes(case.events.get().canonical)
    perform(case.pk, "grant", actor=people.clerk)
    person = User.objects.get(pk=people.filer.pk)
    assert (person.full_name, person.phone, person.email) == ("沈听澜", "13900009999", people.filer.email)
    assert bytes(case.events.order_by("seq").first().canonical) == before
    assert broken_link(fresh(case)) is None
    assert "13900009999" not in str([event.data for event in case.events.all()])


def test_erasure_does_what_it_may_and_lists_what_stays(local_track, people, organisations):
    User.objects.filter(pk=people.filer.pk).update(phone="13900001234")
    filed = ways.application(people, organisations)
    draft = drafts.begin("application", by=people.filer, organisation=organisations.enterprise)
    drafts.save(draft, {"name": "未提交"})
    file = documents.keep([b"x"], "x.txt", path="sample", by=people.filer, draft=draft)
    case = ask(people.filer, "erase", statement="请删除")
    perform(case.pk, "grant", actor=people.clerk)
    assert User.objects.get(pk=people.filer.pk).phone == ""
    assert Draft.objects.get(pk=draft.pk).data == {}
    assert Document.objects.get(pk=file.pk).removed_at is not None
    assert Case.objects.get(pk=filed.pk).application.contact_name == "沈听潮"
    done = fresh(case).personal_data.done
    assert len(done) >= 4
    assert broken_link(case) is None


def test_refusal_tells_the_reason(people):
    case = ask(people.filer, "erase")
    perform(case.pk, "refuse", actor=people.clerk, comment="案卷依法保存三十年。")
    letter = Letter.objects.get(case_pk=case.pk, text="personal_data.refused")
    assert "案卷依法保存三十年。" in letter.shown()[1]


def test_only_the_bureau_answers_and_district_does_not_see(people, sign_in):
    case = ask(people.filer)
    for stranger in (people.rival, people.district_clerk, people.secretariat, people.system_admin):
        with pytest.raises(Refused):
            perform(case.pk, "grant", actor=stranger)
    assert sign_in(people.district_clerk).get(reverse("desk:case", args=[case.pk])).status_code == 404


def test_portal_page_files_once_and_keeps_what_was_typed(people, sign_in):
    client = sign_in(people.filer)
    address = reverse("portal:personal_data")
    answer = client.post(address, {"right": "correct", "key": "k1"})
    assert answer.status_code == 422
    for _ in range(2):
        client.post(address, {"right": "correct", "statement": "姓名有误", "key": "k2"})
    assert Case.objects.filter(kind="personal_data").count() == 1
    again = client.post(address, {"right": "see", "statement": "再问一次", "key": "k3"})
    assert "再问一次" in again.content.decode()
    assert Case.objects.filter(kind="personal_data").count() == 1
