"""Totals: of the whole filtered list, with its row count, equal to the exported sum and to the database's."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import AuditEntry
from apps.pages import totals
from apps.pledges.models import Pledge
from apps.workflow.datafile.workbook import open_workbook
from apps.workflow.models import Case
from apps.workflow.states import kind
from tests.pledges.cases import filed
from tests.rights import make_right

SECURED = (Decimal("30000000"), Decimal("0.01"), Decimal("1234567.89"))


@pytest.fixture
def pledges(people, organisations):
    return [
        filed(
            people, organisations, make_right(organisations.enterprise, name=name), secured=amount, contract_number=name
        )
        for name, amount in zip(("甲", "乙", "=1+1"), SECURED, strict=True)
    ]


def csv_rows(answer) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def xlsx_rows(answer) -> list[dict[str, str]]:
    table = open_workbook(BytesIO(b"".join(answer.streaming_content)), "cases.xlsx")
    return [dict(zip(table.headings, row, strict=False)) for row in table.rows]


@pytest.mark.parametrize(
    ("person", "page", "file"),
    [("clerk", "desk:queue", "desk:export"), ("banker", "portal:cases", "portal:cases_export")],
)
def test_total_export_and_database_agree(client, people, organisations, pledges, person, page, file):
    client.force_login(getattr(people, person))
    query = "?kind=pledge&show=all" if person == "clerk" else "?kind=pledge"
    shown = client.get(reverse(page) + query).context["totals"]
    by_label = {str(label): fen for label, fen in shown.sums}
    stored = Pledge.objects.aggregate(total=Sum("secured_fen"))["total"]
    assert shown.rows == 3
    assert stored == 3_123_456_790
    assert by_label["担保债权额"] == stored
    heading = "担保债权额（元）"
    rows = csv_rows(client.get(reverse(file, args=["csv"]) + query))
    assert sum(Decimal(row[heading]) for row in rows) * 100 == stored
    book = xlsx_rows(client.get(reverse(file, args=["xlsx"]) + query))
    assert len(book) == len(rows) == 3
    assert sum(Decimal(row[heading]) for row in book) * 100 == stored
    kept = AuditEntry.objects.filter(act="export.cases", actor=getattr(people, person)).order_by("number")
    assert [entry.detail["form"] for entry in kept] == ["csv", "xlsx"]
    assert {entry.about for entry in kept} == {"pledge"}


def test_the_whole_list_is_added_up_not_the_page(client, people, organisations, pledges):
    for n in range(26):
        filed(
            people,
            organisations,
            make_right(organisations.enterprise, name=f"第{n}"),
            contract_number=f"C{n}",
            secured=Decimal("1"),
        )
    client.force_login(people.banker)
    answer = client.get(reverse("portal:cases") + "?kind=pledge")
    assert len(answer.context["page"].rows) == 25
    assert answer.context["totals"].rows == 29
    assert {str(a): b for a, b in answer.context["totals"].sums}["担保债权额"] == 3_123_456_790 + 2_600


def test_summaries_are_in_ten_thousands_and_exact_in_the_title(client, people, organisations, pledges):
    client.force_login(people.clerk)
    text = client.get(reverse("desk:queue") + "?kind=pledge&show=all").content.decode()
    assert 'title="31,234,567.90 元"' in text
    assert "<b>3,123.46</b>" in text


def test_a_filter_narrows_the_total(client, people, organisations, pledges):
    client.force_login(people.clerk)
    shown = client.get(reverse("desk:queue") + "?kind=pledge&show=all&q=甲").context["totals"]
    assert shown.rows == 1
    assert {str(a): b for a, b in shown.sums}["担保债权额"] == 3_000_000_000


def test_lists_of_all_kinds_have_no_total(client, people, pledges):
    client.force_login(people.clerk)
    assert client.get(reverse("desk:queue") + "?show=all").context["totals"] is None
    assert totals.table_named("application") is None
    assert totals.table_named("nonsense") is None


def test_no_cell_of_an_export_is_a_formula(client, people, organisations, pledges):
    client.force_login(people.banker)
    rows = csv_rows(client.get(reverse("portal:cases_export", args=["csv"])))
    assert "'=1+1" in {row["名称"] for row in rows}
    book = open_workbook(
        BytesIO(b"".join(client.get(reverse("portal:cases_export", args=["xlsx"])).streaming_content)), "x.xlsx"
    )
    assert "=1+1" in {row[1] for row in book.rows}
    assert book.counts["formulas"] == 0


def test_others_rows_are_neither_listed_nor_added_up(client, people, organisations, pledges):
    client.force_login(people.insurer_person)
    answer = client.get(reverse("portal:cases") + "?kind=pledge")
    assert answer.context["totals"].rows == 0
    assert csv_rows(client.get(reverse("portal:cases_export", args=["csv"]) + "?kind=pledge")) == []
    assert client.get(reverse("desk:export", args=["csv"])).status_code == 404


def test_a_total_is_one_query_however_many_rows(people, organisations, pledges):
    with CaptureQueriesContext(connection) as asked:
        totals.totals_of(Case.objects.visible_to(people.clerk), kind("pledge"))
    assert len(asked) == 1


def test_an_export_asks_the_same_at_one_and_three(people, organisations, pledges):
    counts = []
    for most in (1, 3):
        cases = Case.objects.filter(pk__in=[case.pk for case in pledges[:most]]).order_by("pk")
        with CaptureQueriesContext(connection) as asked:
            list(totals.lines(cases, kind("pledge")))
        counts.append(len(asked))
    assert counts[0] == counts[1] == 1


def test_unknown_forms_are_not_there(client, people):
    client.force_login(people.clerk)
    assert client.get(reverse("desk:export", args=["pdf"])).status_code == 404
