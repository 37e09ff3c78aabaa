"""Listings brought to a state by the real moves, and acts on their rights."""

from datetime import date, timedelta
from decimal import Decimal

from apps.rules.clock import legal_now, legal_today
from apps.workflow.machine import Act, follow, open_case, perform
from apps.workflow.models import Case
from apps.workflow.people import Standing
from apps.workflow.states import kind

SHEET = {
    "product_name": "近海浮标海况数据产品", "product_type": "api", "description": "逐时有效波高与周期，按站点提供。",
    "delivery": "api", "price_mode": "fixed", "price": Decimal("60000"), "licence": "ordinary", "use_limits": "不得转售。",
    "security": "general", "contact_name": "沈听潮", "contact_phone": "13800005678",
}  # fmt: skip


def terms(**changed) -> dict:
    return {
        "listing_number": "GP-2026-0012", "compliance_number": "HG-2026-3", "law_firm": "浙江示范律师事务所",
        "valid_until": legal_today() + timedelta(days=365), **changed,
    }  # fmt: skip


def sale(**changed) -> dict:
    """The cleaned values of a transaction's form."""
    return {
        "contract_number": "HT-2026-3", "buyer": "宁波示范航运有限公司", "buyer_code": "91330200MX0000001X",
        "amount": Decimal("60000"), "agreed_on": legal_today(), "licence_until": None, "source_stated": "自有浮标采集。",
        "sides_identified": True, "kept_at": "交易档案 2026-3", "kind": "licence", "licence": "ordinary", **changed,
    }  # fmt: skip


def brought(people, organisations, right, *, actor=None, move="file", words=None, **values) -> Case:
    """A listing brought to the exchange by the firm's filer; ``words`` go to open_case."""
    data = {**SHEET, "exchange": organisations.exchange.pk, **values}
    given = kind("listing").filing(move, organisations.enterprise, right.case, data)
    return open_case("listing", move=move, actor=actor or people.filer, **given, **(words or {}))


def assessed(people, organisations, right, **values) -> Case:
    case = brought(people, organisations, right, **values)
    perform(case.pk, "accept", actor=people.exchange_person)
    return fresh(case)


def listed(people, organisations, right, number="GP-2026-0012", until: date | None = None, **values) -> Case:
    case = assessed(people, organisations, right, **values)
    more = {"valid_until": until} if until else {}
    perform(case.pk, "list", actor=people.exchange_person, data=terms(listing_number=number, **more))
    return fresh(case)


def touch(right, act: str, data: dict | None = None, *, actor=None, cause: Case | None = None) -> None:
    """An act on a right, as it follows from some other case."""
    because = cause or Case.objects.get(pk=right.origin_id)
    table = kind(because.kind)
    follow(
        right.case.pk, act, Act(because, table, table.moves[0], Standing(because, actor), legal_now(), {}), data or {}
    )


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)
