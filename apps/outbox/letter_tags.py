"""All a letter's text can do: ``if``, ``for``, ``comment`` and a few filters.

Nothing here opens a file, includes a template, names a URL or grows without bound, so that a text an
administrator edits reads the facts of its letter and nothing else.
"""

from datetime import date

from django.template import Library, TemplateSyntaxError, defaultfilters, defaulttags
from django.template.base import FilterExpression
from django.utils.formats import date_format
from django.utils.translation import get_language

register = Library()
register.tag("if", defaulttags.do_if)
register.tag("comment", defaulttags.comment)
for name in ("default", "first", "join", "last", "length", "lower", "pluralize", "upper"):
    register.filter(name, getattr(defaultfilters, name))

DEEPEST_LOOP = 2


class Named(FilterExpression):
    """A loop's sequence that, unlike Django's own, is not empty when it does not exist."""

    def __init__(self, expression):
        self.expression = expression

    def resolve(self, context, ignore_failures=False):
        return self.expression.resolve(context)


@register.tag("for")
def do_for(parser, token):
    """Django's ``for``, at most two deep, over a name that must be known."""
    depth = sum(command == "for" for command, _ in parser.command_stack)
    if depth > DEEPEST_LOOP:
        raise TemplateSyntaxError(f"At most {DEEPEST_LOOP} loops inside each other.")
    node = defaulttags.do_for(parser, token)
    node.sequence = Named(node.sequence)
    return node


@register.filter
def day(value: str) -> str:
    """An ISO date or time as a date in the language of the letter: 2026年9月18日, 18 September 2026."""
    when = date.fromisoformat(value[:10])
    return date_format(when, "j F Y" if get_language() == "en" else "Y年n月j日")
