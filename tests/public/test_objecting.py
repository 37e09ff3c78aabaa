"""Objecting without an account: filed once, by name, until 24:00 of the last day; nothing typed is lost."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.models import User
from apps.notices.models import Objection
from apps.outbox.models import Letter
from apps.rules.clock import SHANGHAI
from apps.workflow.models import Case, Document
from tests.public.test_notices import day, notice, said

__all__ = ["day", "notice"]
pytestmark = pytest.mark.django_db


def typed(**changed):
    return {
        "name": "岱山老渔民合作社", "identity": "91330921MX00000017", "phone": "13900001111",
        "email": "objector@people.example", "ground": "ownership", "right_hurt": "数据持有权",
        "statement": "该浪高数据由我社浮标采集。", "truthful": "on", "key": str(uuid4()), **changed,
    }  # fmt: skip


def evidence(name="采集合同.pdf", content=b"%PDF-1.4 contract"):
    return SimpleUploadedFile(name, content)


def post(client, notice, **changed):
    return client.post(f"/notices/{notice.pk}/object/", typed(**changed))


def test_anonymous_objection_is_a_case_of_a_named_person(english, notice):
    response = post(english, notice, evidence=[evidence(), evidence("浮标照片.txt", b"photo")])
    assert response.url == f"/notices/{notice.pk}/object/filed/"
    case = Case.objects.get(kind="objection")
    assert (case.status, case.root_id, case.organisation_id) == ("filed", notice.case_id, notice.case.organisation_id)
    assert (case.objection.name, case.objection.identity) == ("岱山老渔民合作社", "91330921MX00000017")
    parties = {party.role: party for party in case.parties.all()}
    person = parties["objector"].person
    assert (person.full_name, person.role, person.has_usable_password()) == ("岱山老渔民合作社", "", False)
    assert parties["respondent"].organisation == notice.case.organisation
    assert sorted(case.documents.values_list("path", "name", "secret")) == [
        ("evidence", "浮标照片.txt", True), ("evidence", "采集合同.pdf", True),
    ]  # fmt: skip
    letter = Letter.objects.get(text="objection.received")
    assert (letter.email, letter.language) == ("objector@people.example", "en")
    page = english.get(response.url).content.decode()
    assert case.number in page
    assert "By 21 September 2026 at the latest." in said(page)
    assert english.get("/notices/999/object/filed/").status_code == 302


def test_receipt_is_shown_to_nobody_else(english, client_class, notice):
    response = post(english, notice)
    assert client_class().get(response.url).url == f"/notices/{notice.pk}/"


@pytest.fixture
def client_class():
    from django.test import Client

    return Client


def test_signed_in_person_objects_in_his_own_name(english, notice, people):
    english.force_login(people.rival)
    before = User.objects.count()
    assert post(english, notice).status_code == 302
    assert Case.objects.get(kind="objection").created_by == people.rival
    assert User.objects.count() == before
    assert Case.objects.visible_to(people.rival).filter(kind="objection").count() == 1


def test_button_pressed_twice_files_once(english, notice):
    key = str(uuid4())
    answers = [post(english, notice, key=key, evidence=[evidence()]).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Objection.objects.count() == Document.objects.filter(path="evidence").count() == 1
    assert User.objects.filter(username__startswith="person-").count() == 1


def test_objection_is_taken_to_the_last_minute_and_refused_after_it(english, day, notice):
    day.move_to(datetime(2026, 10, 8, 23, 59, 59, tzinfo=SHANGHAI))
    assert post(english, notice).status_code == 302
    day.move_to(datetime(2026, 10, 9, 0, 0, 0, tzinfo=SHANGHAI))
    response = post(english, notice, statement="迟到的理由，写了很久")
    page = response.content.decode()
    assert response.status_code == 200
    assert "This notice does not run: nobody can object to it now." in page
    assert "迟到的理由，写了很久" in page
    assert Objection.objects.count() == 1
    assert User.objects.filter(username__startswith="person-").count() == 1
    assert "<textarea" not in english.get(f"/notices/{notice.pk}/object/").content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"truthful": ""}, "An objection needs your word that it is true."),
        ({"identity": "身份证"}, "Letters and digits only, six at least."),
        ({"evidence": [evidence("a.exe", b"MZ\x90program")]}, "Programs and web pages cannot be attached."),
        ({"evidence": [evidence(f"{n}.txt", b"x") for n in range(6)]}, "Five files at the utmost."),
    ],
)
def test_what_was_typed_stays_with_the_reason(english, notice, changed, sentence):
    response = post(english, notice, **changed)
    page = response.content.decode()
    assert response.status_code == 200
    assert sentence in page
    assert "该浪高数据由我社浮标采集。" in page
    assert not Case.objects.filter(kind="objection").exists()
    assert not User.objects.filter(username__startswith="person-").exists()


def test_too_large_a_file_is_refused(english, notice, monkeypatch):
    monkeypatch.setattr("apps.public.forms.LARGEST_FILE", 4)
    assert "A file is larger than 20 MB." in post(english, notice, evidence=[evidence()]).content.decode()


def test_administrator_is_refused_in_a_sentence(english, notice, people):
    from apps.notices.filing import file_objection
    from apps.public.forms import PublicObjectionForm
    from apps.workflow.machine import Refused

    form = PublicObjectionForm(typed())
    assert form.is_valid()
    with pytest.raises(Refused) as refusal:
        file_objection(
            notice, form.cleaned_data, [], actor=people.system_admin, key=form.cleaned_data["key"], language="en"
        )
    assert refusal.value.code == "not_yours"


def test_many_objections_from_one_address_wait(english, notice, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"}}
    answers = [post(english, notice, name="").status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]
    assert english.get(f"/notices/{notice.pk}/object/").status_code == 200
