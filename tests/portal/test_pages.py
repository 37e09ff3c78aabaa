"""Home, data sets, lists, moves, and filing of the other kinds."""

import zipfile
from io import BytesIO

import pytest
from django.urls import reverse

from apps.enterprises.models import Membership
from apps.insurance.models import Line, Policy
from apps.workflow import drafts
from apps.workflow.documents import keep
from apps.workflow.machine import perform
from apps.workflow.models import Case, Document, Draft
from tests import ways
from tests.insurance.cases import opened
from tests.listings.cases import touch
from tests.portal.forms import hidden, paper, words
from tests.portal.test_filing import begin
from tests.rights import make_right
from tests.samples import a_claim
from tests.verifications.cases import stated


def many(people, organisations, count: int) -> list[Case]:
    """Applications of ``enterprise`` that wait for an answer."""
    found = []
    for number in range(count):
        deposit = ways.deposit(organisations.enterprise, people.filer, people.clerk2, number=f"EC-{number}")
        values = ways.values(deposit, track="provincial", name=f"数据集{number}")
        case = ways.open_application(values, organisation=organisations.enterprise, actor=people.filer)
        perform(case.pk, "pass_to_province", actor=people.district_clerk)
        found.append(case)
    return found


@pytest.mark.parametrize(("name", "queries"), [("home", 13), ("data_sets", 8), ("cases", 6), ("inbox", 7)])
@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_the_rows(
    name, queries, rows, people, organisations, sign_in, django_assert_num_queries
):
    many(people, organisations, rows)
    client = sign_in(people.filer)
    client.get(reverse("portal:home"))
    with django_assert_num_queries(queries):
        page = client.get(reverse(f"portal:{name}"))
    assert page.status_code == 200


def test_home_shows_what_waits_with_its_button(people, organisations, sign_in):
    (case,) = many(people, organisations, 1)
    page = sign_in(people.filer).get(reverse("portal:home"))
    assert [matter.url for matter in page.context["page"].waiting] == [reverse("portal:province", args=[case.pk])]
    assert "数据集0" in words(page)


def test_newcomer_is_asked_to_have_the_organisation_verified(people, organisations, sign_in):
    page = sign_in(people.newcomer).get(reverse("portal:home"))
    assert [matter.url for matter in page.context["page"].waiting] == [reverse("portal:file", args=["organisation"])]


def test_way_of_a_data_set_goes_on_from_step_to_step(people, organisations, evidence, sign_in):
    client = sign_in(people.filer)
    (begun,) = client.get(reverse("portal:data_sets")).context["sets"]
    assert [step.state for step in begun.steps] == ["done", *["todo"] * 4]
    assert begun.actions[0][1] == f"{reverse('portal:draft_new')}?deposit={evidence.pk}"
    case = ways.open_application(
        ways.values(evidence, track="local"), organisation=organisations.enterprise, actor=people.filer
    )
    (under_way,) = client.get(reverse("portal:data_sets")).context["sets"]
    assert [step.state for step in under_way.steps] == ["done", "current", *["todo"] * 3]
    assert not under_way.actions
    assert under_way.case == case


def test_province_page_gives_every_item_and_one_zip_and_takes_the_number(people, organisations, sign_in):
    (case,) = many(people, organisations, 1)
    keep([b"a,b\n"], "样例.csv", path="sample", by=people.filer, case=case)
    client = sign_in(people.filer)
    url = reverse("portal:province", args=[case.pk])
    page = client.get(url)
    assert [str(field.label).split(".")[0] for field in page.context["fields"]] == [str(n) for n in range(1, 24)]
    body = b"".join(client.get(reverse("portal:province_files", args=[case.pk])).streaming_content)
    with zipfile.ZipFile(BytesIO(body)) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [b"a,b\n"]
    data = {
        "province_number": "ＺＪ-2026-1", "effective_on": "2020-01-01", "comment": "",
        "version": hidden(page, "version"), "key": hidden(page, "key"),
    }  # fmt: skip
    wrong = client.post(reverse("portal:move", args=[case.pk, "enter_number"]), {**data, "effective_on": "2999-01-01"})
    assert wrong.context["errors"][0].target == "id_effective_on"
    assert "ＺＪ-2026-1" in wrong.content.decode()
    client.post(
        reverse("portal:move", args=[case.pk, "enter_number"]),
        {**data, "effective_on": case.filed_at.date().isoformat()},
    )
    case.refresh_from_db()
    assert case.status == "examining", words(client.get(url))
    assert case.application.province_number == "ZJ-2026-1"


def test_move_sent_twice_is_made_once(people, organisations, sign_in):
    case = ways.application(people, organisations)
    client = sign_in(people.filer)
    url = reverse("portal:move", args=[case.pk, "withdraw"])
    page = client.get(url)
    data = {"comment": "不再申请", "version": hidden(page, "version"), "key": hidden(page, "key")}
    assert client.post(url, data)["Location"] == client.post(url, data)["Location"]
    assert case.events.filter(move="withdraw").count() == 1


def test_verification_is_filed_with_its_licence_from_what_is_known(people, organisations, sign_in):
    client = sign_in(people.newcomer)
    url = reverse("portal:file", args=["organisation"])
    page = client.get(url)
    assert page.context["form"].initial["name"] == organisations.newcomer.name
    data = {**stated(organisations), "e_service": "on", "key": hidden(page, "key")}
    sent = client.post(url, {**data, "file_licence": paper("执照.txt", b"licence")})
    case = Case.objects.get(kind="organisation")
    assert sent["Location"] == reverse("portal:receipt", args=[case.pk])
    assert client.post(url, data)["Location"] == sent["Location"]
    assert Document.objects.get(case=case).path == "licence"
    again = client.post(url, {**data, "key": hidden(client.get(url), "key")})
    assert again.context["errors"]
    assert Case.objects.filter(kind="organisation").count() == 1


def test_insurance_is_applied_for_on_the_own_right(people, organisations, sign_in):
    right = make_right(organisations.enterprise)
    client = sign_in(people.filer)
    url = f"{reverse('portal:file', args=['policy'])}?root={right.pk}"
    data = {"insurer": organisations.insurer.pk, "product": Line.values[0], "sum_insured": "1,050,000.00"}
    sent = client.post(url, {**data, "key": hidden(client.get(url), "key")})
    policy = Policy.objects.get()
    assert sent["Location"] == reverse("portal:receipt", args=[policy.pk])
    assert policy.sum_insured_fen == 105_000_000
    waiting = sign_in(people.insurer_person).get(reverse("portal:home")).context["page"].waiting
    assert [matter.url for matter in waiting] == [reverse("portal:move", args=[policy.pk, "bind"])]


def test_kind_that_is_not_filed_here_does_not_exist(people, organisations, sign_in):
    client = sign_in(people.filer)
    assert client.get(reverse("portal:file", args=["nothing"])).status_code == 404
    assert client.get(reverse("portal:file", args=["registration"])).status_code == 404
    assert client.get(f"{reverse('portal:file', args=['policy'])}?root=999999").status_code == 404


def test_organisation_page_shows_its_people(people, organisations, sign_in):
    page = sign_in(people.reader).get(reverse("portal:organisation"))
    assert {member.user for member in page.context["members"]} == {people.manager, people.filer, people.reader}
    assert organisations.enterprise.contact_phone not in page.content.decode()


def test_deleted_draft_waits_no_more(people, organisations, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    assert [matter.url for matter in client.get(reverse("portal:home")).context["page"].waiting] == [
        reverse("portal:draft", args=[draft.pk])
    ]
    drafts.discard(draft)
    assert client.get(reverse("portal:home")).context["page"].waiting == []


def test_right_that_passed_on_shows_nothing_of_what_its_new_holder_does(people, organisations, evidence, sign_in):
    case = ways.open_application(
        ways.values(evidence, track="local"), organisation=organisations.enterprise, actor=people.filer
    )
    right = make_right(organisations.enterprise)
    right.origin = case
    right.save(update_fields=["origin"])
    client = sign_in(people.filer)
    (own,) = client.get(reverse("portal:data_sets")).context["sets"]
    assert next(url for _verb, url in own.actions).startswith(reverse("portal:file", args=["policy"]))
    touch(right, "transfer", {"holder": organisations.rival_enterprise.pk})
    right.refresh_from_db()
    theirs = opened("apply", right, organisations, people.rival)
    assert theirs.organisation == organisations.rival_enterprise
    (former,) = client.get(reverse("portal:data_sets")).context["sets"]
    assert former.registration == right
    assert (former.branches, former.actions) == ({}, [])


# ------------------------------------------------------------------------------------------------ sent from an old page


@pytest.fixture
def policy_page(people, organisations):
    """The address of an application for insurance, and what is typed there but for the sum."""
    url = f"{reverse('portal:file', args=['policy'])}?root={make_right(organisations.enterprise).pk}"
    return url, {"insurer": organisations.insurer.pk, "product": Line.values[0]}


def test_page_of_a_draft_that_was_deleted_keeps_what_is_typed(people, policy_page, sign_in):
    client, (url, data) = sign_in(people.filer), policy_page
    data["key"] = hidden(client.get(url), "key")
    assert client.post(url, data).status_code == 200
    drafts.discard(Draft.objects.get())
    told = client.post(url, {**data, "sum_insured": "100000"})
    assert (told.status_code, Policy.objects.count()) == (409, 0)
    assert 'value="100000"' in told.content.decode()
    client.post(url, {**data, "sum_insured": "100000", "key": hidden(told, "key")})
    assert Policy.objects.get().sum_insured_fen == 10_000_000


def test_page_opened_for_one_organisation_files_nothing_for_another(people, organisations, certificate, sign_in):
    Membership.objects.create(organisation=organisations.bank, user=people.filer)
    client, url = sign_in(people.filer), reverse("portal:deposit_new")
    page = client.get(url, {"organisation": organisations.enterprise.pk})
    data = {**certificate, "key": hidden(page, "key"), "firm": hidden(page, "firm")}
    client.get(reverse("portal:home"), {"organisation": organisations.bank.pk})
    told = client.post(url, data)
    assert (told.status_code, Case.objects.filter(kind="deposit").count()) == (409, 0)
    assert organisations.enterprise.name in words(told)
    client.post(url, {**data, "key": hidden(told, "key"), "firm": hidden(told, "firm")})
    assert Case.objects.get(kind="deposit").organisation == organisations.bank


def test_key_of_another_page_is_no_fault(people, organisations, policy_page, sign_in):
    Membership.objects.create(organisation=organisations.bank, user=people.filer)
    client, (url, data) = sign_in(people.filer), policy_page
    client.get(reverse("portal:home"), {"organisation": organisations.enterprise.pk})
    data["key"] = hidden(client.get(url), "key")
    client.post(url, data)
    client.get(reverse("portal:home"), {"organisation": organisations.bank.pk})
    assert client.post(url, data).status_code == 200
    assert {draft.organisation for draft in Draft.objects.all()} == {organisations.enterprise, organisations.bank}


def test_move_with_a_file_sent_twice_keeps_the_file_once(people, organisations, sign_in):
    case = a_claim(people, organisations)
    perform(case.pk, "ask_papers", actor=people.insurer_person, comment="缺合同")
    client = sign_in(people.filer)
    url = reverse("portal:move", args=[case.pk, "supply"])
    page = client.get(url)
    data = {"comment": "", "version": hidden(page, "version"), "key": hidden(page, "key")}
    sent = [client.post(url, {**data, "file_papers": paper("合同.txt", b"contract")}) for _press in range(2)]
    assert [answer.get("Location") for answer in sent] == [reverse("portal:case", args=[case.pk])] * 2
    assert Document.objects.filter(case=case, path="file_papers").count() == 1
    other = client.post(url, {**data, "file_papers": paper("合同.txt", b"another")})
    assert other.status_code == 200  # refused in a sentence
    assert Document.objects.filter(case=case, path="file_papers").count() == 1
