"""Home, data sets, lists, moves, and filing of the other kinds."""

import zipfile
from io import BytesIO

import pytest
from django.urls import reverse

from apps.insurance.models import Line, Policy
from apps.workflow.documents import keep
from apps.workflow.machine import perform
from apps.workflow.models import Case, Document
from tests import ways
from tests.portal.forms import hidden, paper, words
from tests.rights import make_right
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
