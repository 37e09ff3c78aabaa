"""Filters for texts that people typed: ``{% load words %}``."""

import re

from django import template
from django.utils.safestring import SafeString

from apps.pages.facts import foreign as mark
from apps.pages.templatetags.portal import is_chinese

register = template.Library()


@register.filter
def spoken(texts: dict[str, str]) -> str:
    """Of a text kept in both languages ({"zh-hans": …, "en": …}) the page's."""
    return texts["zh-hans" if is_chinese() else "en"]


@register.filter
def foreign(text: str | None) -> SafeString | str:
    """A text that people typed, marked with its language where that is not the page's."""
    return mark(text) if text else ""


@register.filter
def plain_number(text: str | None) -> str:
    """The digits of a number without the Chinese name of its series, for the title of a window, which knows no lang."""
    return re.sub(r"[^\x21-\x7e]+", " ", text or "").strip(" -")
