"""Pledges brought to a state by the real moves."""

from datetime import date
from decimal import Decimal

from apps.workflow.machine import open_case, perform
from apps.workflow.models import Case
from apps.workflow.states import kind


def terms(bank, **values) -> dict:
    """The cleaned values of a complete form."""
    return {
        "pledgee": bank.pk, "branch": "定海支行", "contract_number": "ZY-2026-88", "contract_on": date(2026, 2, 27),
        "debt": "流动资金借款合同 LD-2026-9", "credit": Decimal("50000000"), "secured": Decimal("30000000"),
        "drawn": Decimal("12000000.55"), "starts_on": date(2026, 3, 2), "ends_on": date(2027, 3, 1),
        "interest": Decimal("3.65"), "combined_with": "", "appraised": None, "appraised_on": None, "appraiser": "",
        "appraisal_method": "", **values,
    }  # fmt: skip


def filed(people, organisations, right, actor=None, words=None, **values) -> Case:
    """A pledge filed by the firm's filer; ``words`` go to open_case."""
    given = kind("pledge").filing("file", organisations.enterprise, right.case, terms(organisations.bank, **values))
    return open_case("pledge", actor=actor or people.filer, **given, **(words or {}))


def registered(people, organisations, right, **values) -> Case:
    case = filed(people, organisations, right, **values)
    perform(case.pk, "accept", actor=people.clerk, data={"joint_paper": True})
    case.refresh_from_db()
    return case
