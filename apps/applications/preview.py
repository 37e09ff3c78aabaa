"""The public page of an application before there is one: the same face that the notice will copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.applications import filing
from apps.applications.items import ITEMS, Item, in_both, label_of, public_items, public_line
from apps.applications.models import Application
from apps.workflow.models import Draft

LANGUAGES = {"zh-hans": "中文", "en": "English"}


@dataclass(frozen=True)
class Face:
    """The notice in one language: (label, value) of each item, an empty value where it is not filled in yet."""

    code: str
    language: str
    lines: list[tuple[str, str]]


def faces(draft: Draft) -> list[Face]:
    """Exactly what the notice will show, in each language; what is missing or wrong is empty."""
    values = filing.subject_of(draft).values
    row = Application(**{item.path: values[item.path] for item in ITEMS if item.path in values})
    shown = [item for item in public_items(withheld_of(values)) if item.path != "applicants" or row.applicants]
    lines = [public_line(item, row) if item.path in values else empty_line(item) for item in shown]
    return [
        Face(code, name, [(line["label"][code], line["value"][code]) for line in lines])
        for code, name in LANGUAGES.items()
    ]


def empty_line(item: Item) -> dict:
    return {"label": in_both(lambda: str(item.label)), "value": dict.fromkeys(LANGUAGES, "")}


def withheld_of(values: Mapping[str, Any]) -> dict[str, str]:
    """What is kept back; before the step is filled in, what is kept back unless it is released."""
    return values.get("withheld", {"algorithm": ""})


def hidden(draft: Draft) -> list[tuple[Any, str]]:
    """What the applicant keeps from the public, each with the reason given."""
    return [(label_of(path), reason) for path, reason in withheld_of(filing.subject_of(draft).values).items()]
