"""A file read by consent: opened to one partner, for a time, every look written down; the dated sheet."""

from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from apps.diligence.models import Sheet, Viewing
from apps.enterprises.models import Capacity, Membership
from apps.outbox.models import Letter
from apps.rules.clock import legal_now
from apps.workflow import documents, triggers
from apps.workflow.machine import Refused, follow, perform
from apps.workflow.models import Case, Document, Party
from apps.workflow.states import kind
from tests import samples
from tests.diligence.cases import granted
from tests.factories import make_member, make_organisation
from tests.pledges.cases import registered
from tests.rights import make_right


@pytest.fixture
def right(local_track, people, organisations):
    return samples.a_registration(people, organisations).registration


@pytest.fixture
def files(right):
    """Two files of the application; the holder opens the first."""
    texts = ((b"a,b\n1,2\n", "样例.csv"), (b"c,d\n3,4\n", "未开放.csv"))
    return [documents.keep([body], name, path="sample", by=None, case=right.origin) for body, name in texts]


def page(grant) -> str:
    return reverse("portal:consented", args=[grant.pk])


def test_the_bank_reads_what_was_ticked_and_each_look_is_a_row(client, people, organisations, right, files):
    grant = granted(people, organisations, right, documents=files[:1])
    client.force_login(people.banker)
    text = client.get(page(grant)).content.decode()
    assert right.origin.application.scenario in text
    assert "样例.csv" in text
    assert "未开放.csv" not in text
    assert right.origin.application.contact_phone not in text
    assert "13800005678" not in text
    answer = client.get(reverse("portal:consented_document", args=[grant.pk, files[0].pk]))
    assert b"".join(answer.streaming_content) == b"a,b\n1,2\n"
    assert client.get(reverse("portal:consented_document", args=[grant.pk, files[1].pk])).status_code == 404
    looks = list(Viewing.objects.order_by("pk").values_list("by_name", "what", "detail"))
    assert looks == [(people.banker.full_name, "file", ""), (people.banker.full_name, "document", "样例.csv")]


def test_the_holder_sees_who_looked_and_his_own_look_is_none(client, people, organisations, right, files):
    grant = granted(people, organisations, right, documents=files[:1])
    client.force_login(people.banker)
    client.get(page(grant))
    client.force_login(people.reader)
    text = client.get(page(grant)).content.decode()
    assert people.banker.full_name in text
    assert Viewing.objects.count() == 1


def test_the_bank_is_party_of_the_view_and_never_of_the_application(client, people, organisations, right):
    granted(people, organisations, right)
    assert not Party.objects.filter(case__in=[right.origin_id, right.pk], organisation=organisations.bank).exists()
    client.force_login(people.banker)
    assert client.get(reverse("portal:case", args=[right.origin_id])).status_code == 404
    assert client.get(reverse("portal:case", args=[right.pk])).status_code == 404


def test_parts_that_were_not_ticked_stay_shut(client, people, organisations, right):
    grant = granted(people, organisations, right, parts=())
    client.force_login(people.banker)
    assert right.origin.application.scenario not in client.get(page(grant)).content.decode()


def test_nobody_else_finds_it(client, people, organisations, right, files):
    grant = granted(people, organisations, right, documents=files[:1])
    sheet_url = None
    client.force_login(people.banker)
    client.post(reverse("portal:sheet_new", args=[grant.pk]))
    sheet_url = reverse("portal:sheet", args=[Sheet.objects.get().pk, "en"])
    for outsider in (people.insurer_person, people.rival, people.newcomer):
        client.force_login(outsider)
        for url in (page(grant), reverse("portal:consented_document", args=[grant.pk, files[0].pk]), sheet_url):
            assert client.get(url).status_code == 404, (outsider, url)
        assert client.post(reverse("portal:sheet_new", args=[grant.pk])).status_code == 404
    assert set(Viewing.objects.values_list("by", flat=True)) == {people.banker.pk}
    assert Sheet.objects.count() == 1


@pytest.mark.parametrize("end", ["revoke", "give_up", "lapse"])
def test_after_the_end_it_is_gone_for_the_bank(client, people, organisations, right, files, end):
    grant = granted(people, organisations, right, documents=files[:1])
    client.force_login(people.banker)
    client.post(reverse("portal:sheet_new", args=[grant.pk]))
    if end == "lapse":  # the day has passed, and no sweep has written it down
        Case.objects.filter(pk=grant.pk).update(next_due_at=legal_now() - timedelta(seconds=1))
    else:
        perform(grant.pk, end, actor=people.filer if end == "revoke" else people.banker)
    before = Viewing.objects.count()
    for url in (
        page(grant), reverse("portal:consented_document", args=[grant.pk, files[0].pk]),
        reverse("portal:sheet", args=[Sheet.objects.get().pk, "en"]),
    ):  # fmt: skip
        assert client.get(url).status_code == 404
    assert client.post(reverse("portal:sheet_new", args=[grant.pk])).status_code == 404
    assert Viewing.objects.count() == before
    client.force_login(people.filer)
    assert people.banker.full_name in client.get(page(grant)).content.decode()


def test_readers_filers_and_managers_of_the_bank_read_it(client, people, organisations, right):
    grant = granted(people, organisations, right)
    for role in Membership.Role.values:
        client.force_login(make_member(organisations.bank, role=role))
        assert client.get(page(grant)).status_code == 200


def test_both_sides_are_told(people, organisations, right):
    granted(people, organisations, right)
    told = set(Letter.objects.filter(text="grant.given").values_list("user__username", flat=True))
    assert {"filer", "manager", "banker"} == told


@pytest.mark.parametrize(
    ("case", "code"), [("another's right", "not_holder"), ("an enterprise", "no_partner"), ("unverified", "no_partner")]
)
def test_refused(people, organisations, right, case, code):
    reader, given = organisations.bank, right
    if case == "another's right":
        given = make_right(organisations.rival_enterprise)
    elif case == "an enterprise":
        reader = organisations.rival_enterprise
    else:
        reader = make_organisation("新银行", capacities=["bank"])
    with pytest.raises(Refused) as refused:
        granted(people, organisations, given, reader=reader)
    assert refused.value.code == code


def test_an_appraiser_may_be_let_in(client, people, organisations, right):
    firm = make_organisation("海天资产评估公司", capacities=[Capacity.APPRAISER.value], verified_at=timezone.now())
    grant = granted(people, organisations, right, reader=firm)
    client.force_login(make_member(firm, role="reader"))
    assert client.get(page(grant)).status_code == 200


def test_the_form_names_no_files_of_another(client, people, organisations, right, files):
    client.force_login(people.rival)
    url = f"{reverse('portal:file', args=['grant'])}?root={right.pk}"
    assert "样例.csv" not in client.get(url).content.decode()
    client.force_login(people.filer)
    assert "样例.csv" in client.get(url).content.decode()


def test_granted_through_the_page(client, people, organisations, right, files):
    client.force_login(people.filer)
    url = f"{reverse('portal:file', args=['grant'])}?root={right.pk}"
    body = {
        "reader": organisations.bank.pk, "purpose": "贷款审查", "until_on": (legal_now() + timedelta(days=5)).date().isoformat(),
        "parts": ["form"], "documents": [files[0].pk],
    }  # fmt: skip
    answer = client.post(url, body)
    assert answer.status_code == 302
    grant = Case.objects.get(kind="grant").grant
    assert grant.parts == ["form"]
    assert list(grant.documents.all()) == [files[0]]
    assert grant.case.status == "open"
    told = client.get(reverse("portal:case", args=[grant.pk])).content.decode()
    assert page(grant) in told


def test_it_ends_when_the_right_has_a_new_holder(people, organisations, right):
    grant = granted(people, organisations, right)
    outcome = kind("grant").consequences["transfer"][0]
    assert outcome.move == "pass_on"

    class Because:
        case, actor, at, comment, recording, move = (
            right.case,
            people.clerk,
            legal_now(),
            "",
            False,
            kind("grant").move("pass_on"),
        )

    with transaction.atomic():
        follow(grant.pk, "pass_on", Because)
    grant.case.refresh_from_db()
    assert grant.case.status == "ended"


def test_a_look_is_never_changed(client, people, organisations, right):
    triggers.install()
    grant = granted(people, organisations, right)
    client.force_login(people.banker)
    client.get(page(grant))
    with pytest.raises(DatabaseError), transaction.atomic():
        Viewing.objects.update(by_name="somebody")
    with pytest.raises(DatabaseError), transaction.atomic():
        Viewing.objects.all().delete()


# ------------------------------------------------------------------------------------------------ the dated sheet


def sheet_text(client, sheet, language) -> str:
    answer = client.get(reverse("portal:sheet", args=[sheet.pk, language]))
    assert answer["Content-Type"] == "application/pdf"
    assert sha256(answer.content).hexdigest() == sheet.sha256[language]
    pages = PdfReader(BytesIO(answer.content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_the_sheet_says_what_is_known_and_what_was_not_checked(client, people, organisations, right):
    pledge = registered(people, organisations, right)
    grant = granted(people, organisations, right)
    client.force_login(people.banker)
    answer = client.post(reverse("portal:sheet_new", args=[grant.pk]), follow=True)
    sheet = Sheet.objects.get()
    assert f"尽职调查单 {sheet.number} 已出具" in answer.content.decode()
    chinese, english = sheet_text(client, sheet, "zh-hans"), sheet_text(client, sheet, "en")
    for text in (chinese, english):
        for said in (
            sheet.number,
            right.number,
            organisations.enterprise.name,
            pledge.number,
            "30,000,000.00",
            right.valid_until.isoformat(),
        ):
            assert said in text
        assert "中登网" in text
    assert "Whatwasnotchecked" in english
    assert "Thisportalhasnorecordofacourt" in english
    assert "notpledged" not in english
    assert "未核查的事项" in chinese
    assert "本平台未见法院冻结记录" in chinese


def test_the_sheet_says_no_record_and_never_not_pledged(client, people, organisations, right):
    grant = granted(people, organisations, right, parts=())
    client.force_login(people.banker)
    client.post(reverse("portal:sheet_new", args=[grant.pk]))
    sheet = Sheet.objects.get()
    assert "本平台未见质押记录" in sheet_text(client, sheet, "zh-hans")
    assert "notopenedbytheholder" in sheet_text(client, sheet, "en")


def test_a_sheet_stays_as_it_was_made(client, people, organisations, right):
    grant = granted(people, organisations, right)
    client.force_login(people.banker)
    client.post(reverse("portal:sheet_new", args=[grant.pk]))
    first = Sheet.objects.get()
    registered(people, organisations, right)
    assert "本平台未见质押记录" in sheet_text(client, first, "zh-hans")
    client.post(reverse("portal:sheet_new", args=[grant.pk]))
    second = Sheet.objects.latest("pk")
    assert second.number != first.number
    assert "本平台未见质押记录" not in sheet_text(client, second, "zh-hans")
    documents.path_of(first.sha256["en"]).unlink()
    assert first.number in sheet_text(client, first, "en")  # made again from the frozen words, the same bytes


def test_other_views_are_nobodys_business(client, people, organisations, right):
    other = granted(people, organisations, right, reader=organisations.insurer)
    grant = granted(people, organisations, right)
    client.force_login(people.banker)
    client.post(reverse("portal:sheet_new", args=[grant.pk]))
    assert other.case.number not in sheet_text(client, Sheet.objects.get(), "zh-hans")


def test_an_open_file_costs_a_fixed_number_of_queries(
    client, people, organisations, right, files, django_assert_max_num_queries
):
    grant = granted(people, organisations, right, documents=files)
    client.force_login(people.banker)
    client.get(page(grant))
    for _again in range(3):
        client.get(page(grant))
    with django_assert_max_num_queries(22) as asked:
        client.get(page(grant))
    few = len(asked)
    Document.objects.filter(pk__in=[row.pk for row in files]).count()
    for _again in range(10):
        client.get(page(grant))
    with django_assert_max_num_queries(few):
        client.get(page(grant))
