"""Views by consent, brought about by the real moves; workbooks as spreadsheets write them."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from apps.diligence.models import Grant
from apps.pages.totals import as_xlsx
from apps.rules.clock import legal_today
from apps.workflow.machine import open_case
from apps.workflow.models import Case
from apps.workflow.states import kind


def granted(
    people, organisations, right, reader=None, documents=(), parts=("form", "sources"), days=10, **words
) -> Grant:
    """A view that the firm's filer opened to the bank."""
    data = {
        "reader": reader or organisations.bank, "purpose": "贷款审查", "until_on": legal_today() + timedelta(days=days),
        "parts": list(parts), "documents": [str(row.pk) for row in documents],
    }  # fmt: skip
    given = kind("grant").filing("give", organisations.enterprise, right.case, data)
    case: Case = open_case("grant", move="give", actor=people.filer, **given, **words)
    return case.grant


def workbook(rows: list[list[str | Decimal]], name="台账.xlsx") -> BytesIO:
    """A real XLSX file of these cells, ready to be uploaded."""
    file = BytesIO(b"".join(as_xlsx(rows)))
    file.name = name
    return file
