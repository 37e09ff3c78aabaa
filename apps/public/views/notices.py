"""Notices for everybody, and objecting to one."""

import re

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.notices import queries
from apps.notices.filing import file_objection
from apps.notices.models import Notice
from apps.pages.fields import Field
from apps.pages.keyset import keyset_page
from apps.pages.tables import Column
from apps.pages.templatetags.portal import zh
from apps.public.forms import NoticeSearchForm, PublicObjectionForm
from apps.public.limits import limited
from apps.workflow.machine import Refused
from apps.workflow.models import Case

HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
STANDS = {"running": queries.running, "ended": queries.ended, "": queries.standing}
TABS = (("", _("All")), ("running", _("Open to objections")), ("ended", _("Over")))
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
    """The published notices, newest first; ``?state=running|ended``, ``?q=``."""
    state = request.GET.get("state", "")
    form = NoticeSearchForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    rows = STANDS.get(state, queries.standing)()
    rows = queries.search_notices(rows, query) if query else rows
    page = keyset_page(rows, request.GET, order=("-published_at",))
    for row in page.rows:
        row.state = queries.state_of(row)
    context = {"page": page, "columns": COLUMNS, "form": form, "tabs": TABS, "state": state, "query": query}
    return render(request, "public/notice_list.html", context)


@login_not_required
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice as it was published; after a withdrawal the fact alone."""
    found = get_object_or_404(queries.published(), pk=pk)
    state = queries.state_of(found)
    return render(request, "public/notice.html", {
        "notice": found, "state": state, "fields": face(found), "objectable": objectable(found),
        "withdrawn": state is queries.WITHDRAWN, "open": state.open,
        "provincial": is_provincial(found), "later": later(found),
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
    return queries.standing().filter(case=found.case_id, published_at__gt=found.published_at).first()


def is_provincial(found: Notice) -> bool:
    return found.case.track == "provincial"


def objectable(found: Notice) -> bool:
    return queries.state_of(found).open and not is_provincial(found)


@login_not_required
@never_cache
@limited("objection", 20, 3600, method="POST")
@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Object by name to a running notice of the local track; of a provincial one, where that is done."""
    found = get_object_or_404(queries.standing(), pk=pk)
    form = PublicObjectionForm(request.POST or None, request.FILES or None, initial=known(request))
    if request.method == "POST" and form.is_valid():
        case = filed(request, found, form)
        if case is not None:
            request.session["objection"] = case.pk
            return redirect("public:objection_filed", pk=pk)
    context = {"notice": found, "form": form, "objectable": objectable(found), "provincial": is_provincial(found)}
    return render(request, "public/object.html", context)


def known(request: HttpRequest) -> dict[str, str]:
    """What an account already tells of the objector."""
    if not request.user.is_authenticated:
        return {}
    return {"name": request.user.full_name, "email": request.user.email}


def filed(request: HttpRequest, found: Notice, form: PublicObjectionForm) -> Case | None:
    """The objection's case, or None with the reason on the form."""
    values = dict(form.cleaned_data)
    actor = request.user if request.user.is_authenticated else None
    try:
        return file_objection(
            found, values, values["evidence"], actor=actor, key=values["key"], language=get_language() or ""
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as fault:
        form.add_error("evidence", fault)
    return None


@login_not_required
@never_cache
@require_safe
def objection_filed(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of the objection that this browser has just filed; anybody else is led to the notice."""
    case = Case.objects.filter(pk=request.session.get("objection"), kind="objection", objection__notice=pk).first()
    if case is None:
        return redirect("public:notice", pk=pk)
    return render(request, "public/objection_filed.html", {"case": case, "pk": pk})
