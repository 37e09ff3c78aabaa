"""What is typed again on the province's platform: every item in its order and length, ready to be copied."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.applications.items import ITEMS
from apps.pages.facts import foreign
from apps.pages.fields import Field

PLATFORM_LANGUAGE = "zh-hans"


def province_fields(row: models.Model) -> list[Field]:
    """The items of an application as the province's form asks for them, in Chinese whatever the reader's language."""
    placed = sorted((item for item in ITEMS if item.province), key=lambda item: item.province)
    return [_field(item, row) for item in placed]


def _field(item, row) -> Field:
    with override(PLATFORM_LANGUAGE):
        text = item.text(row)
    too_long = bool(item.length) and len(text) > item.length
    note = _("%(count)s of %(most)s characters") % {"count": len(text), "most": item.length} if item.length else ""
    return Field(
        f"{item.province}. {item.label}", foreign(text) if text else "", key=f"province-{item.path}" if text else "",
        note=note, tone="wrong" if too_long else "",
    )  # fmt: skip
