"""Registered rights for the kinds that rest on one."""

from datetime import datetime, timedelta

from apps.certificates.models import Registration
from apps.certificates.register import Entry, enter
from apps.enterprises.models import Organisation
from apps.rules.clock import legal_now
from apps.workflow.models import Case


def make_right(holder: Organisation, name="近海浮标海况数据集", at: datetime | None = None, **entry) -> Registration:
    """A registration in force since a month, unless told otherwise; entered as the past, so no letter."""
    at = at or legal_now() - timedelta(days=30)
    origin = Case.objects.create(
        kind="application", title=name, organisation=holder, district=holder.district, track="local", status="registered",
        rules_on=at.date(), filed_at=at, changed_at=at, closed_at=at,
    )  # fmt: skip
    values = {
        "industry": "64", "marine_category": "", "scenario": "航行预报", "source_kinds": ("enterprise",), "structure": "",
        "record_count": 1000, "volume_bytes": 10**9, "update_frequency": "daily", "evidence": "存-2026-0001", **entry,
    }  # fmt: skip
    return enter(Entry(name=name, holders=(holder,), **values), origin=origin, actor=None, at=at, recording=True)
