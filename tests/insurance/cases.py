"""Policies and claims opened by the real moves."""

from datetime import date
from decimal import Decimal

from apps.workflow.machine import open_case
from apps.workflow.models import Case
from apps.workflow.states import kind
from apps.workflow.tasks import settle

TERMS = {
    "policy_number": "DH2026-0001", "sum_insured": Decimal("100000"), "premium": Decimal("3000.50"),
    "starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31),
}  # fmt: skip
LOSS = {
    "lost_on": date(2026, 5, 4), "known_on": date(2026, 5, 6), "cause": "infringed", "account": "平台抓取并转售数据。",
    "claimed": Decimal("40000"),
}  # fmt: skip


def opened(move, right, organisations, actor, data=None, **words) -> Case:
    values = {"insurer": organisations.insurer.pk, "product": "infringed", "sum_insured": Decimal("60000")}
    given = kind("policy").filing(move, organisations.enterprise, right.case, {**values, **(data or {})})
    return open_case("policy", move=move, actor=actor, **given, **words)


def in_force(people, organisations, right, **terms) -> Case:
    """A policy that the insurer recorded and whose cover has begun."""
    case = opened("record", right, organisations, people.insurer_person, TERMS | terms)
    settle(case.pk)
    return Case.objects.get(pk=case.pk)


def reported(people, policy: Case, actor=None, **loss) -> Case:
    """A loss reported on a policy."""
    given = kind("claim").filing("report", policy.organisation, policy, LOSS | loss)
    return open_case("claim", move="report", actor=actor or people.filer, **given)
