"""Tags and filters that every face uses: icons, statuses, money, dates, languages.

Loaded with ``{% load portal %}``.
"""

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from apps.pages import nav
from apps.pages.due import Due, due_of
from apps.rules.calendars import load_calendar
from apps.rules.clock import SHANGHAI, legal_today
from apps.rules.steps import Day

register = template.Library()

SHOWN_FOR = dt.timedelta(days=14)

HAN_WORD = re.compile(r"([^\s,]*[\u3400-\u9fff][^\s,]*)")
TONE_ICONS = {
    "neutral": "circle",
    "waiting": "hourglass",
    "attention": "triangle-alert",
    "good": "circle-check",
    "bad": "circle-x",
    "ended": "archive",
}


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: int = 16) -> SafeString:
    """A lucide icon as inline SVG; always beside words, so hidden from readers of the screen."""
    return lucide(name, size=size, **{"class": "icon", "aria-hidden": "true", "focusable": "false"})


@register.simple_tag
def badge(state: Any, public: bool = False) -> SafeString:
    """A status (``tone``, ``label``, ``public_label``) as words with tint and icon."""
    return badge_of(state.tone, str((getattr(state, "public_label", "") if public else "") or state.label))


@lru_cache(maxsize=1024)
def badge_of(tone: str, label: str) -> SafeString:
    """The states of all kinds in both languages are some hundreds; a list shows the same few over and over."""
    return format_html('<span class="status status-{}">{}{}</span>', tone, icon(TONE_ICONS[tone], 14), label)


@register.inclusion_tag("components/outages.html")
def outages() -> dict[str, list[tuple[dt.date, Day]]]:
    """The declared days on which nothing could be filed, of the last two weeks or to come."""
    since = legal_today() - SHOWN_FOR
    return {"outages": sorted((day, what) for day, what in load_calendar().outages.items() if day >= since)}


@register.simple_tag(takes_context=True)
def places(context: template.Context, face: str) -> list[nav.Entry]:
    """The places of a face, the current one marked."""
    request = context["request"]
    return nav.entries(face, request.path, getattr(request.user, "role", ""))


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


@register.filter
def yuan(fen: int | None) -> str:
    """Integer fen as "1,050,000.00 元"."""
    return "" if fen is None else _("%(amount)s yuan") % {"amount": f"{Decimal(fen) / 100:,.2f}"}


@register.filter
def wan(fen: int | None) -> str:
    """Integer fen in units of 10,000 yuan, two decimals, without the unit: that stands in the head."""
    return "" if fen is None else f"{Decimal(fen) / 1_000_000:,.2f}"


def local_date(value: dt.date | dt.datetime) -> dt.date:
    return value.astimezone(SHANGHAI).date() if isinstance(value, dt.datetime) else value


@register.filter
def day(value: dt.date | dt.datetime | None, style: str = "") -> SafeString | str:
    """A day as 2026-11-22; with ``"long"`` as in letters, 2026年11月22日 or 22 November 2026."""
    if value is None:
        return ""
    date = local_date(value)
    text = long_day(date) if style == "long" else date.isoformat()
    return mark_safe(f'<time datetime="{date.isoformat()}">{text}</time>')


def long_day(date: dt.date) -> str:
    if is_chinese():
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date.day} {date.strftime('%B')} {date.year}"


@register.filter
def moment(value: dt.datetime | None) -> SafeString | str:
    """A moment in Shanghai, to the minute."""
    if value is None:
        return ""
    local = value.astimezone(SHANGHAI)
    return mark_safe(f'<time datetime="{local.isoformat()}">{local:%Y-%m-%d %H:%M}</time>')


@register.filter
def closing(value: dt.datetime | None) -> SafeString | str:
    """A moment at which a period ended by itself: 0:00 of a day is 24:00 of the last day, as the notice says it."""
    if value is None or value.astimezone(SHANGHAI).time() != dt.time():
        return moment(value)
    local = value.astimezone(SHANGHAI)
    return format_html('<time datetime="{}">{} 24:00</time>', local.isoformat(), local.date() - dt.timedelta(days=1))


@register.filter
def due(value: Any, unit: str = "") -> Due | None:
    """When a clock, a case or a date falls due, in words: see ``components/due.html``. ``unit``: see ``due_of``."""
    return due_of(value, unit)


@register.filter
def zh(text: str | None) -> SafeString | str:
    """Chinese text on a page of either language: marked where the page speaks English."""
    return in_language(text, "zh-Hans", is_chinese())


@register.filter
def en(text: str | None) -> SafeString | str:
    """English text on a page of either language: marked where the page speaks Chinese."""
    return in_language(text, "en", not is_chinese())


def in_language(text: str | None, language: str, is_ours: bool) -> SafeString | str:
    if not text or is_ours:
        return text or ""
    return format_html('<span lang="{}" translate="no">{}</span>', language, text)


@register.filter
def name(text: str | None) -> SafeString | str:
    """A proper name (person, firm, file) that stays as it is in every language."""
    return mark_safe(f'<bdi translate="no">{conditional_escape(text)}</bdi>') if text else ""


@register.filter
def mixed(text: Any) -> SafeString:
    """A sentence of the page in which a Chinese number or name stands: on an English page that alone is marked."""
    if is_chinese():
        return conditional_escape(text)
    parts = HAN_WORD.split(str(text))  # every second part is a word with a Chinese character
    said = ((zh(part) if at % 2 else part,) for at, part in enumerate(parts))
    return format_html_join("", "{}", said)


@register.filter
def local(row: Any, field: str) -> SafeString | str:
    """``field_zh`` or ``field_en`` of a row by the page's language; the other one, marked, where that is empty."""
    chinese, english = getattr(row, f"{field}_zh"), getattr(row, f"{field}_en")
    if is_chinese():
        return chinese or en(english)
    return english or zh(chinese)


@register.filter
def filesize(size: int | None) -> str:
    return "" if size is None else filesizeformat(size)


@register.filter
def hexdigest(text: str | None) -> SafeString | str:
    """A digest in groups of eight between which a line may break; copied, it is one word."""
    if not text:
        return ""
    groups = ((text[at : at + 8],) for at in range(0, len(text), 8))
    return format_html(
        '<code class="digest" translate="no">{}</code>', format_html_join(mark_safe("<wbr>"), "{}", groups)
    )
