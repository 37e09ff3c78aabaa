"""Co-applicants in order with shares, the agent's power, and what of them becomes a party to the case."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from apps.applications.filing import open_application
from apps.applications.models import Application
from apps.applications.parties import check_identity_card, shares_fault
from apps.workflow.machine import perform
from apps.workflow.models import Case, Event, Party
from apps.workflow.snapshots import SEALED
from tests import ways
from tests.portal.forms import paper, words
from tests.portal.test_filing import begin, fill, send
from tests.samples import close_notice

CARD = "330902199001010010"


def good_card(body: str = "33090219900101001") -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def party(at: int, name: str, code: str, share: str = "", kind: str = "organisation") -> dict[str, str]:
    words = {"type": kind, "name": name, "code": code, "share": share, "address": "", "phone": ""}
    return {f"applicants-{at}-{column}": word for column, word in words.items()}


def test_identity_card_is_checked_by_its_last_character():
    card = good_card()
    assert check_identity_card(f" {card.lower()} ") == card
    for wrong in (
        card[:-1] + ("0" if card[-1] != "0" else "1"),
        card[:6] + "19901332" + card[14:],
        card[:10],
        "x" * 18,
    ):
        with pytest.raises(ValidationError):
            check_identity_card(wrong)


@pytest.mark.parametrize(
    ("own", "others", "good"),
    [
        (None, ["", ""], True), ("50", ["30", "20"], True), ("33.34", ["33.33", "33.33"], True), ("50", ["50", ""], False),
        (None, ["100"], False), ("50", ["49.99"], False), (None, [], True), ("100", [], True), ("40", [], False),
    ],
)  # fmt: skip
def test_shares_are_whole_or_none(own, others, good):
    fault = shares_fault(Decimal(own) if own else None, [{"share": share} for share in others])
    assert bool(fault) is not good


def test_code_fits_the_type_and_nobody_stands_twice(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    rival, own = organisations.rival_enterprise, organisations.enterprise
    for rows in (
        party(0, "甲", "12345"),
        party(0, "某人", CARD[:-1] + "9", kind="person"),
        {**party(0, "乙", rival.uscc), **party(1, "乙", rival.uscc)},
        party(0, own.name, own.uscc),
        {**party(0, "乙", rival.uscc, "60"), "share": "30"},
    ):
        page = send(client, draft, "parties", {**typed["parties"], **rows})
        assert [error.target for error in page.context["errors"]] == ["id_applicants-0-type"], rows
    good = {**party(0, "乙", rival.uscc, "40"), **party(1, "某人", good_card(), "10", "person"), "share": "50"}
    assert send(client, draft, "parties", {**typed["parties"], **good}).status_code == 302


def test_co_applicants_are_parties_in_their_order_and_see_the_case(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    rival, bank = organisations.rival_enterprise, organisations.bank
    rows = {**party(0, "某人", good_card(), kind="person"), **party(1, bank.name, bank.uscc), **party(2, rival.name, rival.uscc)}  # fmt: skip
    send(client, draft, "parties", {**typed["parties"], **rows})
    send(client, draft, "parties", {**typed["parties"], **rows, "row": "applicants:up:2"})
    client.post(reverse("portal:draft_review", args=[draft.pk]))
    case = Case.objects.get(kind="application")
    assert list(Party.objects.filter(case=case).order_by("rank").values_list("role", "organisation", "rank")) == [
        ("applicant", organisations.enterprise.pk, 0), ("co_applicant", rival.pk, 2), ("co_applicant", bank.pk, 3),
    ]  # fmt: skip
    assert sign_in(people.rival).get(reverse("portal:case", args=[case.pk])).status_code == 200
    assert sign_in(people.insurer_person).get(reverse("portal:case", args=[case.pk])).status_code == 404
    form = Event.objects.get(case=case, move="file").data["form"]
    assert form["applicants"][0]["code"].startswith(SEALED)
    assert good_card() not in str(form)
    face = {line["path"]: line["value"]["zh-hans"] for line in case.application.public_face()}
    assert face["applicants"] == f"某人\n{rival.name}\n{bank.name}"


def test_corrected_co_applicants_change_the_parties(people, organisations, evidence, sign_in):
    rival, bank = organisations.rival_enterprise, organisations.bank
    rows = [{"type": "organisation", "name": rival.name, "code": rival.uscc, "share": "", "address": "", "phone": ""}]
    case = open_application(
        ways.values(evidence, applicants=rows, track="local"), organisation=organisations.enterprise, actor=people.filer
    )
    assert Party.objects.get(case=case, role="co_applicant").organisation == rival
    perform(case.pk, "pass_pre_check", actor=people.district_clerk)
    items = [{"path": "applicants", "label": "Co-applicants", "note": "请核对。"}]
    perform(case.pk, "ask_correction", actor=people.clerk, data={"items": items})
    client = sign_in(people.filer)
    url = reverse("portal:answer", args=[case.pk])
    client.post(url, {**party(0, bank.name, bank.uscc, "40"), "share": "60"})
    client.post(reverse("portal:answer_review", args=[case.pk]))
    assert Party.objects.get(case=case, role="co_applicant").organisation == bank
    assert Application.objects.get(case=case).share == 60
    assert sign_in(people.rival).get(reverse("portal:case", args=[case.pk])).status_code == 404


def test_right_is_held_together(people, organisations, evidence):
    rival = organisations.rival_enterprise
    rows = [{"type": "organisation", "name": rival.name, "code": rival.uscc, "share": "50", "address": "", "phone": ""}]
    case = open_application(
        ways.values(evidence, applicants=rows, share=Decimal(50), track="local"),
        organisation=organisations.enterprise, actor=people.filer,
    )  # fmt: skip
    ways.walk(case, people, "in_notice")
    close_notice(case)
    perform(case.pk, "register", actor=people.deputy)
    holders = Party.objects.filter(case=case.entered_registration.case, role="holder").order_by("rank")
    assert [row.organisation for row in holders] == [organisations.enterprise, rival]


def test_agent_needs_the_power_of_attorney(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    agent = {**typed["parties"], "agent_name": "东海代理所", "agent_code": organisations.bank.uscc}
    send(client, draft, "parties", agent)
    url = reverse("portal:draft_review", args=[draft.pk])
    [problem] = client.post(url).context["problems"]
    assert problem.target == f"{reverse('portal:draft', args=[draft.pk, 'parties'])}?check=1#files"
    send(client, draft, "parties", agent, file_power_of_attorney=paper("委托书.pdf", b"%PDF-1.4"))
    client.post(url)
    assert Case.objects.get(kind="application").application.agent["name"] == "东海代理所"


def test_phone_lies_sealed_and_reads_plain(people, organisations, evidence):
    from django.db import connection

    case = ways.open_application(ways.values(evidence), organisation=organisations.enterprise, actor=people.filer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone FROM applications_application WHERE case_id = %s", [case.pk])
        [stored] = cursor.fetchone()
    assert stored.startswith("v1.")
    assert "13800005678" not in stored
    assert Application.objects.get(case=case).contact_phone == "13800005678"


def test_statement_names_every_party(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    rival = organisations.rival_enterprise
    send(client, draft, "parties", {**typed["parties"], **party(0, rival.name, rival.uscc), "agent_name": "东海代理所"})
    page = words(client.get(reverse("portal:draft_statement", args=[draft.pk])))
    for name in (organisations.enterprise.name, rival.name, "东海代理所", typed["basics"]["name"]):
        assert name in page
