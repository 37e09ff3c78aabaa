"""Filters for texts that people typed: ``{% load words %}``."""

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
