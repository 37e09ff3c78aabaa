"""Memberships and entries of the sharing list, brought about by the real moves."""

from datetime import timedelta

from apps.rules.clock import legal_today
from apps.workflow.machine import open_case, perform
from apps.workflow.models import Case
from apps.workflow.states import kind

GIVEN = {
    "sector": "enterprise", "representative": "林远航", "contact_name": "沈听潮", "contact_phone": "13800005678",
    "sponsors": "", "purpose": "近岸浪高与海况数据", "charter": True,
}  # fmt: skip


def filed(people, organisations, actor=None, firm=None, **words) -> Case:
    given = kind("membership").filing("file", firm or organisations.enterprise, None, GIVEN)
    return open_case("membership", actor=actor or people.filer, **given, **words)


ENTRY = {
    "description": "逐时有效波高与周期，2024年起。", "mode": "free", "scope": "members", "delivery": "api", "terms": "不得转售。",
    "contact_name": "沈听潮", "contact_phone": "13800005678", "statement": "none",
}  # fmt: skip
MEETING = {"minutes": "海数盟纪〔2026〕3号", "grade": "member"}


def joined(people, organisations, firm=None, actor=None) -> Case:
    """The membership of a firm, admitted on the day of its application."""
    case = filed(people, organisations, actor, firm)
    perform(case.pk, "accept", actor=people.secretariat, data={**MEETING, "meeting_on": legal_today()})
    return Case.objects.get(pk=case.pk)


def membership_of(people, organisations) -> Case:
    """The enterprise's membership, which is made where it never had one."""
    found = Case.objects.filter(kind="membership", organisation=organisations.enterprise).first()
    return found or joined(people, organisations)


def offered(people, organisations, right, actor=None, **values) -> Case:
    """An entry of the sharing list that the enterprise offered, as a member."""
    membership_of(people, organisations)
    data = {**ENTRY, "until_on": legal_today() + timedelta(days=90), **values}
    given = kind("sharing").filing("file", organisations.enterprise, right.case, data)
    return open_case("sharing", actor=actor or people.filer, **given)


def shared(people, organisations, right, **values) -> Case:
    """The same, published."""
    case = offered(people, organisations, right, **values)
    perform(case.pk, "accept", actor=people.secretariat)
    return Case.objects.get(pk=case.pk)
