"""Verifications filed by the real move."""

from apps.workflow.machine import open_case
from apps.workflow.models import Case
from apps.workflow.states import kind
from tests.factories import make_uscc


def stated(organisations, **values) -> dict:
    district = organisations.newcomer.district_id
    return {
        "uscc": make_uscc(900001), "name": "舟山初航数据有限公司", "legal_representative": "林远航", "district": district,
        "e_service": True, **values,
    }  # fmt: skip


def filed(people, organisations, actor=None, entered_by=None, **values) -> Case:
    firm = organisations.newcomer
    words = kind("organisation").filing("file", firm, None, stated(organisations, **values))
    return open_case("organisation", actor=actor or people.newcomer, entered_by=entered_by, **words)
