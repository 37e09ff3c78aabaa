"""Filters of the public face: ``{% load public %}``."""

import re

from django import template

register = template.Library()


@register.filter
def plain_number(text: str) -> str:
    """The digits of a number without the Chinese name of its series, for the title of a window, which knows no lang."""
    return re.sub(r"[^\x21-\x7e]+", " ", text).strip(" -")
