"""What a case's own row says, item by item, for pages that do not know its kind."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.applications.codes import MarineCategory, SourceKind, UpdateFrequency
from apps.applications.industries import industry_name
from apps.pages.fields import Field
from apps.pages.templatetags.portal import is_chinese, yuan

HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")
LATIN = re.compile(r"[A-Za-z]{2,}")


def facts(row: models.Model) -> list[Field]:
    """The row's items: what its own ``facts()`` gives as (label, text), else every column but the case, by its name, and
    what ``further_facts()`` adds of the rows that hang on it."""
    return [Field(label, foreign(text)) for label, text in plain_facts(row)]


def plain_facts(row: models.Model) -> list[tuple[Any, str]]:
    """The same as pairs of name and plain words."""
    own = getattr(row, "facts", None)
    return [*(own() if own else _columns(row)), *further(row)]


def further(row: models.Model) -> list[tuple[Any, str]]:
    """What a row tells of the rows that hang on it (``further_facts``), after its columns."""
    more = getattr(row, "further_facts", None)
    return [(capital(label), text) for label, text in more()] if more else []


def _columns(row: models.Model) -> Iterable[tuple[Any, str]]:
    for field in row._meta.concrete_fields:
        if field.name != "case" and not field.name.endswith("_id") and field.name != "id":
            yield capital(field.verbose_name), text_of(row, field)


def capital(label: Any) -> str:
    label = str(label)
    return label[:1].upper() + label[1:]


def text_of(row: models.Model, field: models.Field) -> str:
    """The value of a column as words in the reader's language; empty where there is none."""
    value = getattr(row, field.name)
    if field.name.endswith("_fen"):
        return yuan(value)
    if field.flatchoices:
        value = dict(field.flatchoices).get(value, value)
    return words(CODES[field.name](value) if field.name in CODES else value)


def _contract(row: dict[str, Any]) -> str:
    parts = row["name"], str(_label(SourceKind)(row["kind"])), row["ends_on"]
    return " · ".join(part for part in parts if part)


def _stood(columns: dict[str, Any]) -> dict[str, Any]:
    """What stood in some columns of the register, by column."""
    return {name: CODES[name](value) if name in CODES else value for name, value in columns.items()}


def _label(choices: type[models.TextChoices]) -> Callable[[str], Any]:
    return lambda code: dict(choices.choices).get(code, code)


CODES: dict[str, Callable[[Any], Any]] = {
    "industry": industry_name,
    "marine_category": _label(MarineCategory),
    "update_frequency": _label(UpdateFrequency),
    "source_kinds": lambda codes: [_label(SourceKind)(code) for code in codes],
    "contracts": lambda rows: [_contract(row) for row in rows],
    "contracts.kind": _label(SourceKind),
    "before": _stood,
    "track": lambda code: {"local": _("examined here"), "provincial": _("examined by the province")}.get(code, code),
}
"""Columns that hold the application's codes without a list of their own, such as the register's; parts of a column's rows
by its name and theirs."""


def words(value: Any) -> str:
    """A plain value as words: yes and no, days, moments, and the parts of lists and dicts line by line."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dict):
        return " · ".join(text for text in map(words, value.values()) if text)
    if isinstance(value, list | tuple):
        return "\n".join(text for text in map(words, value) if text)
    return f"{value:,}" if isinstance(value, int) else str(value)


def foreign(text: Any) -> SafeString | str:
    """A text that people typed, marked with its language where that is not the page's."""
    text = str(text)
    if is_chinese() and LATIN.search(text):
        return format_html('<span translate="no">{}</span>', text) if HAN.search(text) else _marked(text, "en")
    return _marked(text, "zh-Hans") if HAN.search(text) and not is_chinese() else text


def _marked(text: str, language: str) -> SafeString:
    return format_html('<span lang="{}" translate="no">{}</span>', language, text)
