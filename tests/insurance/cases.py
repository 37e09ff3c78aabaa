"""Policies opened by the real moves."""

from datetime import date
from decimal import Decimal

from apps.workflow.machine import open_case
from apps.workflow.models import Case
from apps.workflow.states import kind

TERMS = {
    "policy_number": "DH2026-0001", "sum_insured": Decimal("100000"), "premium": Decimal("3000.50"),
    "starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31),
}  # fmt: skip


def opened(move, right, organisations, actor, data=None, **words) -> Case:
    values = {"insurer": organisations.insurer.pk, "product": "infringed", "sum_insured": Decimal("60000")}
    given = kind("policy").filing(move, organisations.enterprise, right.case, {**values, **(data or {})})
    return open_case("policy", move=move, actor=actor, **given, **words)
