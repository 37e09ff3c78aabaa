"""Sheets of banks and insurers: each row's fate before anything is written, written once, the same sheet again changes
nothing."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from apps.diligence import importing
from apps.diligence.models import ImportedSheet
from apps.insurance.models import Policy
from apps.outbox.models import Letter
from apps.pledges.models import Pledge
from apps.workflow.datafile.table import BadFile
from apps.workflow.machine import Refused
from apps.workflow.models import Case, Event, Series
from apps.workflow.states import kind
from tests.diligence.cases import workbook
from tests.factories import make_member
from tests.insurance.cases import opened
from tests.pledges.cases import registered
from tests.rights import make_right

POLICIES = ["登记号", "保单号", "险种", "保险金额", "保费", "保险起期", "保险止期"]


@pytest.fixture
def right(people, organisations):
    return make_right(organisations.enterprise)


def policy(right, number="BD-1", **changed) -> list:
    values = {
        "right": right if isinstance(right, str) else right.number, "number": number, "product": "被侵权损失保险", "sum": "10万元",
        "premium": "３，０００．５０", "first": "2026/4/1", "last": "2027年3月31日", **changed,
    }  # fmt: skip
    return list(values.values())


def handed_in(rows, organisation, by, name="policy", headings=POLICIES):
    file = workbook([headings, *rows])
    return importing.keep(file.read(), "台账.xlsx", kind(name), organisation, by)


def verdicts(fates) -> list[str]:
    return [fate.verdict for fate in fates]


def everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, Event, Letter, Policy, Pledge)) + tuple(
        Series.objects.order_by("pk").values_list("last", flat=True)
    )


def applied(sheet, by):
    return importing.apply(sheet, by, importing.fingerprint(importing.rehearse(sheet, by)))


def test_each_row_has_its_fate_and_the_dry_run_writes_nothing(people, organisations, right):
    old = opened("record", right, organisations, people.insurer_person, {
        "policy_number": "BD-OLD", "sum_insured": Decimal("100000"), "premium": Decimal("3000.50"),
        "starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31),
    })  # fmt: skip
    rows = [
        policy(right), policy(right, "BD-OLD", product=old.policy.get_product_display()), policy("舟数知登-1999-0001", "BD-3"),
        policy(right, "BD-4", sum="100000.001"), policy(right, "BD-5", product="火灾险"), policy(right),
        policy(right, ""), policy(right, "BD-OLD", premium="9"),
    ]  # fmt: skip
    sheet = handed_in(rows, organisations.insurer, people.insurer_person)
    before = everything()
    with translation.override("zh-hans"):
        fates = importing.rehearse(sheet, people.insurer_person)
    assert everything() == before
    assert verdicts(fates) == ["new", "unchanged", "unknown_right", "fault", "fault", "fault", "fault", "fault"]
    assert "最多两位小数" in fates[3].said or "分" in fates[3].said
    assert "第2行" in fates[5].said.replace(" ", "")
    assert fates[6].said == "缺少保单号。"


def test_written_once_and_the_same_sheet_again_changes_nothing(people, organisations, right):
    sheet = handed_in(
        [policy(right), policy(right, "BD-2", sum="1.05e8")], organisations.insurer, people.insurer_person
    )
    applied(sheet, people.insurer_person)
    rows = {row.policy_number: row for row in Policy.objects.all()}
    assert rows["BD-1"].sum_insured_fen == 10_000_000
    assert rows["BD-1"].premium_fen == 300_050
    assert (rows["BD-1"].starts_on, rows["BD-1"].ends_on) == (date(2026, 4, 1), date(2027, 3, 31))
    assert rows["BD-2"].sum_insured_fen == 10_500_000_000
    before = everything()
    sheet.refresh_from_db()
    importing.apply(sheet, people.insurer_person, "")  # sent twice
    assert everything() == before
    again = handed_in(
        [policy(right), policy(right, "BD-2", sum="1.05e8")], organisations.insurer, people.insurer_person
    )
    assert again.pk != sheet.pk
    assert verdicts(importing.rehearse(again, people.insurer_person)) == ["unchanged", "unchanged"]
    applied(again, people.insurer_person)
    assert everything() == before


def test_a_sheet_handed_in_twice_before_it_is_applied_is_one(people, organisations, right):
    first = handed_in([policy(right)], organisations.insurer, people.insurer_person)
    assert handed_in([policy(right)], organisations.insurer, people.insurer_person) == first


def test_what_was_looked_at_is_what_is_written(people, organisations, right):
    sheet = handed_in([policy(right)], organisations.insurer, people.insurer_person)
    seen = importing.fingerprint(importing.rehearse(sheet, people.insurer_person))
    other = handed_in([policy(right), policy(right, "BD-9")], organisations.insurer, people.insurer_person)
    applied(other, people.insurer_person)
    before = everything()
    with pytest.raises(Refused) as refused:
        importing.apply(sheet, people.insurer_person, seen)
    assert refused.value.code == "moved_on"
    assert everything() == before
    sheet.refresh_from_db()
    assert sheet.applied_at is None


def test_a_policy_is_another_on_another_right(people, organisations, right):
    applied(handed_in([policy(right)], organisations.insurer, people.insurer_person), people.insurer_person)
    elsewhere = make_right(organisations.enterprise, name="另一数据集")
    sheet = handed_in([policy(elsewhere)], organisations.insurer, people.insurer_person)
    assert verdicts(importing.rehearse(sheet, people.insurer_person)) == ["fault"]


LOANS = ["登记号", "合同编号", "放款额"]


def test_a_bank_reports_what_was_drawn(people, organisations, right):
    case = registered(people, organisations, right)
    number = case.pledge.contract_number
    sheet = handed_in([[right.number, number, "2000万"]], organisations.bank, people.banker, "pledge", LOANS)
    fate = importing.rehearse(sheet, people.banker)[0]
    assert fate.verdict == "change"
    assert fate.changes[0][1:] == ("12,000,000.55", "20,000,000.00")
    assert Pledge.objects.get().drawn_fen == 1_200_000_055
    applied(sheet, people.banker)
    assert Pledge.objects.get().drawn_fen == 2_000_000_000
    again = handed_in([[right.number, number, "20,000,000"]], organisations.bank, people.banker, "pledge", LOANS)
    assert verdicts(importing.rehearse(again, people.banker)) == ["unchanged"]
    beyond = handed_in([[right.number, number, "6000万"]], organisations.bank, people.banker, "pledge", LOANS)
    assert verdicts(importing.rehearse(beyond, people.banker)) == ["fault"]


def test_a_sheet_does_not_change_what_the_parties_agreed(people, organisations, right):
    case = registered(people, organisations, right)
    headings = ["登记号", "合同编号", "担保金额"]
    rows = [[right.number, case.pledge.contract_number, "3100万元"]]
    sheet = handed_in(rows, organisations.bank, people.banker, "pledge", headings)
    fate = importing.rehearse(sheet, people.banker)[0]
    assert fate.verdict == "fault"
    assert fate.changes[0][1:] == ("30,000,000.00", "31,000,000.00")


def test_a_bank_files_no_pledge_for_the_holder_and_the_office_may_enter_it(people, organisations, right):
    headings = [
        "登记号",
        "合同编号",
        "合同签订日期",
        "主债权",
        "授信额度",
        "担保金额",
        "放款额",
        "贷款起始日",
        "贷款到期日",
    ]
    row = [right.number, "HT-7", "46080", "借款合同", "5000万", "3000万", "0", "2026-03-02", "2027-03-01"]
    sheet = handed_in([row], organisations.bank, people.banker, "pledge", headings)
    assert verdicts(importing.rehearse(sheet, people.banker)) == ["fault"]
    applied(sheet, people.clerk)
    pledge = Pledge.objects.get()
    assert (pledge.contract_number, pledge.secured_fen, pledge.contract_on) == (
        "HT-7",
        3_000_000_000,
        date(2026, 2, 27),
    )
    assert pledge.case.status == "submitted"
    assert pledge.case.entered_by == people.clerk


def test_two_loans_on_one_right_in_one_sheet_are_told_before(people, organisations, right):
    """The dry run is the import itself: a row sees what the rows before it would have done."""
    sheet = handed_in([policy(right, "A"), policy(right, "A", sum="5")], organisations.insurer, people.insurer_person)
    assert verdicts(importing.rehearse(sheet, people.insurer_person)) == ["new", "fault"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"), ("登记号,保单号\n".encode(), "empty"), ("保单号,保费\nBD-1,3\n".encode(), "columns"),
        (b"PK\x03\x04 broken", "type"), (b"\xff\x00\x01", "type"),
        ("登记号,保单号\n".encode() + b"a,b\n" * 501, "rows"),
    ],
)  # fmt: skip
def test_a_sheet_that_cannot_be_read_is_told_in_a_sentence(people, organisations, content, code):
    with pytest.raises(BadFile) as fault:
        importing.keep(content, "x.csv", kind("policy"), organisations.insurer, people.insurer_person)
    assert str(fault.value.sentence)
    assert not ImportedSheet.objects.exists()


def test_csv_in_the_encoding_of_a_chinese_spreadsheet(people, organisations, right):
    lines = [",".join(POLICIES), ",".join(policy(right, premium="3000.50"))]
    content = "\r\n".join(lines).encode("gb18030")
    sheet = importing.keep(content, "台账.csv", kind("policy"), organisations.insurer, people.insurer_person)
    assert verdicts(importing.rehearse(sheet, people.insurer_person)) == ["new"]


# ------------------------------------------------------------------------------------------------ the pages


def test_through_the_portal(client, people, organisations, right):
    client.force_login(people.insurer_person)
    file = workbook([POLICIES, policy(right), policy("没有", "BD-2")])
    answer = client.post(reverse("portal:imports"), {"kind": "policy", "file": file})
    sheet = ImportedSheet.objects.get()
    assert answer["Location"] == reverse("portal:import", args=[sheet.pk])
    page = client.get(answer["Location"])
    assert [(name, len(fates)) for name, _label, _tone, fates in page.context["groups"]] == [
        ("new", 1),
        ("unknown_right", 1),
    ]
    assert not Policy.objects.exists()
    done = client.post(answer["Location"], {"seen": page.context["seen"]})
    assert done.status_code == 302
    assert Policy.objects.get().policy_number == "BD-1"
    told = client.get(answer["Location"]).content.decode()
    assert reverse("portal:case", args=[Policy.objects.get().pk]) in told


def test_another_organisations_sheet_is_not_there(client, people, organisations, right):
    sheet = handed_in([policy(right)], organisations.insurer, people.insurer_person)
    url = reverse("portal:import", args=[sheet.pk])
    reader = make_member(organisations.insurer, role="reader")
    for person in (people.banker, people.filer, reader):
        client.force_login(person)
        assert client.get(url).status_code == 404
        assert client.post(url, {"seen": ""}).status_code == 404
    for person in (people.filer, reader):
        client.force_login(person)
        assert client.get(reverse("portal:imports")).status_code == 404
    assert not Policy.objects.exists()


def test_on_the_desk_for_an_insurer(client, people, organisations, right):
    client.force_login(people.clerk)
    file = workbook([POLICIES, policy(right)])
    body = {"organisation": organisations.insurer.pk, "kind": "policy", "file": file}
    url = client.post(reverse("desk:imports"), body)["Location"]
    seen = client.get(url).context["seen"]
    assert client.post(url, {"seen": seen}).status_code == 302
    assert Policy.objects.get().case.parties.get(role="insurer").organisation == organisations.insurer
    for person in (people.deputy, people.secretariat, people.district_clerk):
        client.force_login(person)
        assert client.get(url).status_code == 404


def test_a_bank_has_no_sheet_of_policies(client, people, organisations):
    client.force_login(people.clerk)
    body = {"organisation": organisations.bank.pk, "kind": "policy", "file": BytesIO(b"a,b\n1,2\n")}
    answer = client.post(reverse("desk:imports"), body)
    assert answer.status_code == 422
    assert "该机构不提交此类台账" in answer.content.decode()


def test_looking_rows_up_costs_the_same_at_one_and_three(people, organisations, right):
    """Rows that nothing is done with: rights and record are read for all of them at once."""
    applied(
        handed_in([policy(right, f"N{n}") for n in range(3)], organisations.insurer, people.insurer_person),
        people.insurer_person,
    )
    counts = []
    for most in (1, 3):
        sheet = handed_in([policy("没有", f"N{n}") for n in range(most)], organisations.insurer, people.insurer_person)
        with CaptureQueriesContext(connection) as asked:
            importing.rehearse(sheet, people.insurer_person)
        counts.append(len([q for q in asked.captured_queries if "SAVEPOINT" not in q["sql"]]))
    assert counts[0] == counts[1]
