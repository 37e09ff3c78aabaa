"""Who may take the next step of a case, and cases as rows of a list. Loaded with ``{% load duty %}``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.desk.queue import Line
from apps.pages.limits import Nearest
from apps.pages.templatetags.portal import badge, day
from apps.pages.templatetags.words import plain_number
from apps.workflow import duty
from apps.workflow.machine import Offer
from apps.workflow.models import Case
from apps.workflow.people import History

register = template.Library()


@register.inclusion_tag("desk/who_may.html")
def who_may(case: Case, offers: Iterable[Offer], history: History) -> dict[str, Any]:
    """Says why nobody present may act, and nothing else; asked only where the reader himself cannot."""
    if any(offer.refusal is None and offer.move.tone == "primary" for offer in offers):
        return {"chances": []}
    chances = duty.who_may(case, history=history)
    return {"chances": chances if duty.is_stuck(chances) else []}


@register.simple_tag
def queue_rows(lines: Iterable[Line], tick: bool = False, held: bool = True) -> SafeString:
    """Cases as the rows of a list, each two lines high: ``tick`` if they can be ticked, ``held`` to say with whom they
    are. Written here and not in a template: the rows were half of what the queue cost."""
    words = {
        "number_": _("Number"), "name_": _("Name and organisation"), "state_": _("Procedure and state"), "due_": _("Due"),
        "with_": _("With"), "none": _("no deadline"), "nobody": pgettext("desk", "nobody"), "quiet": _("provisional"),
        "why_quiet": _("Rests on a calendar that is not published yet"),
    }  # fmt: skip
    said = {key: escape(word) for key, word in words.items()}
    to_case = reverse("desk:case", args=[0])
    return mark_safe("".join(queue_row(line, said, to_case, tick, held) for line in lines))


def queue_row(line: Line, said: dict[str, str], to_case: str, tick: bool, held: bool) -> str:
    case = line.case
    shown = {
        **said, "pk": case.pk, "number": escape(case.number or case.pk), "title": escape(case.title),
        "url": to_case.replace("0", str(case.pk)), "badge": badge(line.state),
        "kind": KIND_NOTE.format(escape(line.kind), escape(line.note)) if line.note else KIND.format(escape(line.kind)),
        "spoken": escape(plain_number(case.number) or case.pk),
        "firm": FIRM.format(escape(case.organisation.name)) if case.organisation_id else "",
        "due": due_cell(line.nearest, said) if line.nearest else NONE.format(said["none"]),
    }  # fmt: skip
    parts = [TICK.format_map(shown) if tick else "", ROW.format_map(shown)]
    if held:
        holder = (
            HOLDER.format(escape(case.assigned_to.full_name)) if case.assigned_to_id else NONE.format(said["nobody"])
        )
        parts.append(HELD.format(said["with_"], holder))
    return f'<tr class="case-row" data-row>{"".join(parts)}</tr>\n'


def due_cell(nearest: Nearest, said: dict[str, str]) -> str:
    due = nearest.due
    provisional = PROVISIONAL.format_map(said) if due.provisional else ""
    return DUE.format(due.tone, escape(due.words), day(due.on), escape(nearest.why), provisional)


TICK = '<td class="row-tick"><input class="form-check-input" type="checkbox" name="case" value="{pk}" aria-label="{spoken}"></td>'
ROW = (
    '<th scope="row" data-label="{number_}" class="row-number"><a href="{url}" translate="no">{number}</a></th>'
    '<td class="row-name" data-label="{name_}"><span class="row-clip"><span class="row-title"><bdi translate="no">{title}</bdi></span>{firm}</span></td>'
    '<td class="row-state" data-label="{state_}"><span>{badge}{kind}</span></td>'
    '<td class="row-due" data-label="{due_}">{due}</td>'
)
HELD = '<td class="row-with nowrap" data-label="{}">{}</td>'
KIND = '<span class="row-note row-kind">{}</span>'
KIND_NOTE = '<span class="row-note"><span class="row-kind">{} · </span>{}</span>'
FIRM = '<span class="row-note"><bdi translate="no">{}</bdi></span>'
HOLDER = '<bdi translate="no">{}</bdi>'
NONE = '<span class="quiet">{}</span>'
DUE = (
    '<span class="due due-{}"><span class="due-words">{}</span>'
    '<span class="due-day">{}<span class="due-why"> · {}</span>{}</span></span>'
)
PROVISIONAL = ' <span class="due-provisional" title="{why_quiet}">{quiet}</span>'
