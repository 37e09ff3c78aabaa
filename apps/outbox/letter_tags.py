"""All a letter's text can do: ``if``, ``for``, ``comment``, ``passage`` and a few filters.

Nothing here opens a file, includes a template, names a URL or grows without bound, so that a text an
administrator edits reads the facts of its letter and nothing else.
"""

from datetime import date

from django.template import Library, Node, TemplateSyntaxError, defaultfilters, defaulttags
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


class Passage(Node):
    """A paragraph that the sender may word himself; everything outside stands as the text has it."""

    def __init__(self, name: str, nodelist) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context):
        own = context.get("letter") or {}
        standing = self.nodelist.render(context)
        if (found := context.get("passages")) is not None:
            found[self.name] = standing.strip()
        return own.get(self.name) or standing


@register.tag("passage")
def do_passage(parser, token):
    """``{% passage opening %}…{% endpassage %}``"""
    _tag, *names = token.split_contents()
    if len(names) != 1 or not names[0].isidentifier():
        raise TemplateSyntaxError("A passage has one name.")
    nodelist = parser.parse(("endpassage",))
    parser.delete_first_token()
    return Passage(names[0], nodelist)


@register.filter
def day(value: str) -> str:
    """An ISO date or time as a date in the language of the letter: 2026年9月18日, 18 September 2026."""
    when = date.fromisoformat(value[:10])
    return date_format(when, "j F Y" if get_language() == "en" else "Y年n月j日")
