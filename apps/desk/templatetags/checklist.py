"""The answers of a checklist. Loaded with ``{% load checklist %}``."""

from django import template
from django.forms import BoundField
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

OUTCOME = (
    '<label class="outcome outcome-{0}"><input type="radio" name="{1}" value="{0}" id="{2}_{3}"{4}>'
    '<span><kbd aria-hidden="true">{5}</kbd> {6}</span></label>'
)


@register.filter
def outcomes(field: BoundField) -> SafeString:
    """The outcomes of a finding as keys to press. A checklist has four for each of some twenty items: by the widget's
    own templates they cost more than the rest of the page."""
    chosen = field.value()
    rows = (
        OUTCOME.format(
            value, field.html_name, field.auto_id, at, " checked" if value == chosen else "", at + 1, escape(label)
        )
        for at, (value, label) in enumerate(field.field.choices)
    )
    return mark_safe(f'<div class="outcomes">{"".join(rows)}</div>')
