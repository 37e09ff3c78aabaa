"""Notices and bulletins for everybody."""

import re
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.notices import queries
from apps.notices.models import Notice
from apps.pages.fields import Field
from apps.pages.keyset import keyset_page
from apps.pages.tables import Column
from apps.pages.templatetags.portal import zh
from apps.public.forms import NoticeSearchForm

HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
TABS = (("", _("All")), ("running", _("On display")), ("ended", _("Display ended")), ("withdrawn", _("Withdrawn")))
BULLETIN_COLUMNS = (
    Column(_("Bulletin number")),
    Column(_("Issued on"), kind="day"),
    Column(_("Notices"), kind="number"),
)
COLUMNS = (
    Column(_("Bulletin number")),
    Column(_("Name and applicant")),
    Column(_("Published"), kind="day"),
    Column(_("Object until"), kind="day"),
    Column(_("State")),
)


@login_not_required
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """The published notices, newest first; ``?state=``, ``?q=`` and the other fields of the search."""
    state = request.GET.get("state", "")
    form = NoticeSearchForm(request.GET)
    wanted = form.wanted()
    page = keyset_page(
        queries.find_notices({**wanted, "state": state}),
        request.GET,
        order=("-published_at",),
        filled=("published_at",),
    )
    for row in page.rows:
        row.state = queries.state_of(row)
    return render(request, "public/notice_list.html", {
        "page": page, "columns": COLUMNS, "form": form, "tabs": TABS, "state": state, "query": wanted.get("q", ""),
        "searched": bool(wanted), "alert_query": urlencode({name: wanted[name] for name in KEPT if name in wanted}),
    })  # fmt: skip


KEPT = ("q", "marine_category", "industry")
"""What an alert keeps of a search: not the days, which lie behind it."""


@login_not_required
@require_safe
def bulletin_list(request: HttpRequest) -> HttpResponse:
    """The numbered bulletins, newest first."""
    page = keyset_page(queries.bulletins(), request.GET, order=("-issued_on", "-number"))
    return render(request, "public/bulletin_list.html", {"page": page, "columns": BULLETIN_COLUMNS})


@login_not_required
@require_safe
def bulletin(request: HttpRequest, number: str) -> HttpResponse:
    """One bulletin with the notices it carries."""
    found = get_object_or_404(queries.bulletins(), pk=number)
    page = keyset_page(
        queries.published().filter(bulletin=found), request.GET, order=("-published_at",), filled=("published_at",)
    )
    for row in page.rows:
        row.state = queries.state_of(row)
    return render(request, "public/bulletin.html", {"bulletin": found, "page": page, "columns": COLUMNS})


@login_not_required
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice as it was published; after a withdrawal the fact and the reason."""
    found = get_object_or_404(queries.published().select_related("replaces", "bulletin"), pk=pk)
    state = queries.state_of(found)
    return render(request, "public/notice.html", {
        "notice": found, "state": state, "fields": face(found), "objectable": objectable(found),
        "withdrawn": state is queries.WITHDRAWN, "open": state.open,
        "provincial": is_provincial(found), "later": later(found), "redactions": list(queries.redactions(found)),
    })  # fmt: skip


def face(found: Notice) -> list[Field]:
    """What the notice shows, in the reader's language; what was typed in Chinese is marked on an English page."""
    language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
    return [Field(item["label"][language], shown(item["value"], language)) for item in found.face]


def shown(value: dict[str, str], language: str) -> str:
    """A value in the reader's language: whole numbers in groups of three, on an English page Chinese words marked."""
    text = value[language]
    if text.isdecimal():
        return f"{int(text):,}"
    if value["zh-hans"] == value["en"]:
        return zh(text) if HAN.search(text) else text
    return format_html_join(" ", "{}", ((zh(word) if HAN.search(word) else word,) for word in text.split(" ")))


def later(found: Notice) -> Notice | None:
    """The notice that took a withdrawn one's place, if it was published."""
    if found.withdrawn_at is None:
        return None
    return queries.published().filter(replaces=found).first()


def is_provincial(found: Notice) -> bool:
    return found.case.track == "provincial"


def objectable(found: Notice) -> bool:
    return queries.state_of(found).open and not is_provincial(found)
