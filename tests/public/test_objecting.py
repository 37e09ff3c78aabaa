"""Objecting without an account: filed once, by name, until 24:00 of the last day; nothing typed is lost."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.notices.forgetting import forget_unconfirmed
from apps.notices.models import Filing, Objection, PrivatePage, Tip
from apps.outbox.models import Letter
from apps.outbox.services import announce_waiting
from apps.privacy import retention
from apps.rules.clock import SHANGHAI
from apps.rules.models import RuleParameter
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case, Document, Draft
from tests.public.test_notices import day, notice, said

__all__ = ["day", "notice"]
pytestmark = pytest.mark.django_db


def typed(**changed):
    return {
        "name": "岱山老渔民合作社", "identity": "91330921MX0000001D", "phone": "13900001111",
        "email": "objector@people.example", "ground": "ownership", "right_hurt": "数据持有权",
        "statement": "该浪高数据由我社浮标采集。", "truthful": "on", "key": str(uuid4()), **changed,
    }  # fmt: skip


def evidence(name="采集合同.pdf", content=b"%PDF-1.4 contract"):
    return SimpleUploadedFile(name, content)


def post(client, notice, **changed):
    return client.post(f"/notices/{notice.pk}/object/", typed(**changed))


def link():
    """The path of the link in the newest letter that asks to confirm."""
    context = Letter.objects.filter(text="objection.confirm").latest("pk").context
    return context["link"].removeprefix(settings.SITE_URL)


def confirm(client):
    return client.post(link())


def test_anonymous_objection_is_a_case_of_a_named_person(english, notice):
    response = post(english, notice, evidence=[evidence(), evidence("浮标照片.txt", b"photo")])
    assert response.url == f"/notices/{notice.pk}/object/filed/"
    page = said(english.get(response.url).content.decode())
    assert "confirm by e-mail" in page
    assert "2026-09-18 12:00" in page
    assert not Case.objects.filter(kind="objection").exists()
    assert english.get(link()).status_code == 200  # programs that follow links confirm nothing
    assert not Case.objects.filter(kind="objection").exists()
    private = confirm(english).url
    case = Case.objects.get(kind="objection")
    assert (case.status, case.root_id, case.organisation_id) == ("filed", notice.case_id, notice.case.organisation_id)
    assert (case.objection.name, case.objection.identity) == ("岱山老渔民合作社", "91330921MX0000001D")
    parties = {party.role: party for party in case.parties.all()}
    person = parties["objector"].person
    assert (person.full_name, person.role, person.has_usable_password()) == ("岱山老渔民合作社", "", False)
    assert "respondent" not in parties  # the applicant joins when it is forwarded
    assert sorted(case.documents.values_list("path", "name", "secret")) == [
        ("evidence", "浮标照片.txt", True), ("evidence", "采集合同.pdf", True),
    ]  # fmt: skip
    letter = Letter.objects.get(text="objection.received")
    assert (letter.email, letter.language) == ("objector@people.example", "en")
    assert private in letter.context["url"]
    page = english.get(private).content.decode()
    assert case.number in page
    assert "2026-09-21, 24:00" in said(page)
    assert "91330921MX0000001D" not in page
    assert confirm(english).status_code == 410  # the link serves once
    assert Case.objects.filter(kind="objection").count() == 1
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
    assert Letter.objects.filter(text="objection.confirm").count() == 1
    confirm(english)
    assert Objection.objects.count() == Document.objects.filter(path="evidence").count() == 1
    assert User.objects.filter(username__startswith="person-").count() == 1


def test_objection_is_taken_to_the_last_minute_and_refused_after_it(english, day, notice):
    day.move_to(datetime(2026, 10, 8, 23, 59, 59, tzinfo=SHANGHAI))
    assert post(english, notice).status_code == 302
    day.move_to(datetime(2026, 10, 9, 0, 0, 0, tzinfo=SHANGHAI))
    assert confirm(english).status_code == 302
    case = Case.objects.get(kind="objection")
    assert case.filed_at == datetime(2026, 10, 8, 23, 59, 59, tzinfo=SHANGHAI)
    response = post(english, notice, statement="迟到的理由，写了很久")
    page = response.content.decode()
    assert response.status_code == 422
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
    assert response.status_code == 422
    assert sentence in page
    assert "该浪高数据由我社浮标采集。" in page
    assert not Case.objects.filter(kind="objection").exists()
    assert not User.objects.filter(username__startswith="person-").exists()


def test_unconfirmed_objection_blocks_registering_until_its_time_is_over(english, day, notice, people):
    day.move_to(datetime(2026, 10, 8, 23, 59, 59, tzinfo=SHANGHAI))
    post(english, notice)
    day.move_to(datetime(2026, 10, 9, 9, 0, 0, tzinfo=SHANGHAI))
    with pytest.raises(Refused) as refusal:
        perform(notice.case_id, "register", actor=people.deputy)
    assert refusal.value.code == "objection_unconfirmed"
    day.move_to(datetime(2026, 10, 10, 9, 0, 0, tzinfo=SHANGHAI))
    late = confirm(english)
    assert (late.status_code, "counts as not sent" in late.content.decode()) == (410, True)
    perform(notice.case_id, "register", actor=people.deputy)
    assert not Case.objects.filter(kind="objection").exists()


def test_objection_sent_before_a_withdrawal_and_confirmed_after_it_is_carried(english, day, notice, people):
    post(english, notice)
    day.move_to(datetime(2026, 9, 17, 15, tzinfo=SHANGHAI))
    perform(notice.case_id, "withdraw_notice", actor=people.chief, comment="名称有误")
    perform(notice.case_id, "draft_notice", actor=people.clerk)
    perform(notice.case_id, "publish", actor=people.chief, data={"no_secret": True})
    assert confirm(english).status_code == 302
    objection = Objection.objects.get()
    assert (objection.notice, objection.carried_to.replaces) == (notice, notice)


def test_private_page_reads_letters_answers_and_withdraws(english, day, notice, people, client_class):
    post(english, notice)
    private = confirm(english).url
    case = Case.objects.get(kind="objection")
    perform(case.pk, "ask_supplement", actor=people.clerk2, comment="请附采集合同")
    stranger = client_class(headers={"accept-language": "en"})  # the address alone opens the page
    page = stranger.get(private).content.decode()
    letter = Letter.objects.get(case_pk=case.pk, text="objection.supplement")
    assert f"{private}letters/{letter.pk}/" in page
    assert "请附采集合同" in stranger.get(f"{private}letters/{letter.pk}/").content.decode()
    announce_waiting()
    assert case.clocks.get(name="supplement").outcome == "running"
    assert stranger.post(f"{private}supplement/", {"supplement": ""}).status_code == 422
    answer = stranger.post(f"{private}supplement/", {"supplement": "合同附后", "evidence": [evidence()]})
    assert answer.url == private
    case.refresh_from_db()
    assert (case.status, case.documents.count()) == ("filed", 1)
    assert stranger.get(f"{private}reply/").status_code == 404
    assert stranger.post(f"{private}withdraw/", {"comment": "已和解"}).url == private
    case.refresh_from_db()
    assert case.status == "withdrawn"
    assert stranger.get("/objections/" + "x" * 32 + "/").status_code == 404
    assert stranger.get("/objections/confirm/forged/").status_code == 404


def test_limits_hold_while_the_cache_is_away(english, notice, monkeypatch):
    """The tests' cache forgets everything, as one whose server is away: the rows count."""
    monkeypatch.setattr("apps.notices.filing.TO_ONE_EMAIL", 2)
    answers = [post(english, notice) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert "Too many objections came from here today." in answers[2].content.decode()
    assert Filing.objects.count() == 2


def test_tip_is_no_objection(english, notice, people, sign_in):
    assert english.post(f"/notices/{notice.pk}/tip/", {"text": ""}).status_code == 422
    answer = english.post(f"/notices/{notice.pk}/tip/", {"text": "该数据购自他处。"})
    assert answer.url == f"/notices/{notice.pk}/"
    assert not Case.objects.filter(kind="objection").exists()
    assert not User.objects.filter(username__startswith="person-").exists()
    told = Letter.objects.filter(text="notice.tip")
    assert {letter.user.role for letter in told} == {"clerk"}
    assert "该数据购自他处。" not in english.get(answer.url).content.decode()
    page = f"/desk/cases/{notice.case_id}/tips/"
    assert "该数据购自他处。" in sign_in(people.clerk).get(page).content.decode()
    assert sign_in(people.other_district_clerk).get(page).status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        Tip.objects.update(text="改写")


def test_unconfirmed_objection_is_forgotten_after_a_week(english, day, notice):
    post(english, notice, evidence=[evidence()])
    day.move_to(datetime(2026, 9, 27, 9, tzinfo=SHANGHAI))
    assert forget_unconfirmed(date(2026, 9, 23)) == 0
    assert forget_unconfirmed(date(2026, 9, 27)) == 1
    assert forget_unconfirmed(date(2026, 9, 27)) == 0
    draft = Filing.objects.get().draft
    assert (draft.data, draft.created_by.full_name, draft.created_by.email) == ({}, "—", "")
    assert not Document.objects.filter(path="evidence", removed_at=None).exists()
    assert not Letter.objects.filter(Q(email="objector@people.example") | Q(key__contains="objector@")).exists()
    confirmed = post(english, notice)
    assert confirmed.status_code == 302
    confirm(english)
    assert forget_unconfirmed(date(2026, 10, 20)) == 0
    assert Objection.objects.get().name == "岱山老渔民合作社"


def listed(what) -> list[str]:
    return [item.ref for item in retention.preview() if item.what == what]


def test_old_filings_and_private_pages_are_on_the_retention_list(english, day, notice, people, rules_loaded):
    post(english, notice, evidence=[evidence()])
    unconfirmed = Filing.objects.get().draft_id
    post(english, notice)
    confirm(english)
    case, private = Objection.objects.get().case, PrivatePage.objects.get()
    assert (listed("filing"), listed("private_page")) == ([], [])
    day.move_to(datetime(2027, 10, 1, 9, tzinfo=SHANGHAI))
    assert (len(listed("filing")), listed("private_page")) == (2, [])
    Case.objects.filter(pk=case.pk).update(closed_at=datetime(2026, 9, 29, tzinfo=SHANGHAI))
    assert listed("private_page") == [str(case.pk)]
    RuleParameter.objects.filter(key="retention_on").update(
        value=True, confirmed_by=people.deputy, confirmed_at=timezone.now()
    )
    done = retention.confirm(retention.propose(people.chief).pk, people.deputy).result
    assert (done["filing"], done["private_page"], done["left"]) == (2, 1, 0)
    assert not Filing.objects.exists()
    assert not Draft.objects.filter(pk=unconfirmed).exists()
    assert Draft.objects.get(case=case).data == {}
    assert english.get(f"/objections/{private.token}/").status_code == 404


def test_too_large_a_file_is_refused(english, notice, monkeypatch):
    monkeypatch.setattr("apps.public.forms.LARGEST_FILE", 4)
    assert "A file is larger than 20 MB." in post(english, notice, evidence=[evidence()]).content.decode()


def test_administrator_is_refused_in_a_sentence(english, notice, people):
    from apps.notices.filing import file_objection
    from apps.public.forms import PublicObjectionForm

    form = PublicObjectionForm(typed())
    assert form.is_valid()
    with pytest.raises(Refused) as refusal:
        file_objection(notice, form.cleaned_data, [], actor=people.system_admin, key=form.cleaned_data["key"])
    assert refusal.value.code == "not_yours"


def test_many_objections_from_one_address_wait(english, notice, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"}}
    answers = [post(english, notice, name="").status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]
    assert english.get(f"/notices/{notice.pk}/object/").status_code == 200
