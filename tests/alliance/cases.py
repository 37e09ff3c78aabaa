"""Memberships applied for by the real move."""

from apps.workflow.machine import open_case
from apps.workflow.models import Case
from apps.workflow.states import kind

GIVEN = {
    "sector": "enterprise", "representative": "林远航", "contact_name": "沈听潮", "contact_phone": "13800005678",
    "sponsors": "", "purpose": "近岸浪高与海况数据", "charter": True,
}  # fmt: skip


def filed(people, organisations, actor=None, firm=None, **words) -> Case:
    given = kind("membership").filing("file", firm or organisations.enterprise, None, GIVEN)
    return open_case("membership", actor=actor or people.filer, **given, **words)
