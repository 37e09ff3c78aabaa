"""Word by e-mail of notices: asked for, confirmed, ended."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.addresses import client_address
from apps.notices import queries
from apps.notices.alerts import ask_alert, confirm_alert, end_alert
from apps.notices.models import Alert, Notice
from apps.pages.rate import limited
from apps.public.forms import AlertForm, NoticeSearchForm
from apps.public.views.notices import KEPT
from apps.workflow.machine import Refused

UNPROCESSABLE = 422


@login_not_required
@never_cache
@limited("alert", 10, 3600, method="POST")
@require_http_methods(["GET", "HEAD", "POST"])
def new_alert(request: HttpRequest) -> HttpResponse:
    """Ask to be told: of new notices that fit the search in the address, or (``?notice=``) of one notice."""
    notice = get_object_or_404(queries.standing(), pk=number_of(request)) if "notice" in request.GET else None
    search = NoticeSearchForm(request.GET)
    query = {} if notice else {name: value for name, value in search.wanted().items() if name in KEPT}
    what = words_of(search, query, notice)
    form = AlertForm(request.POST or None, initial={"email": getattr(request.user, "email", "")})
    if request.method == "POST" and form.is_valid():
        email, language = form.cleaned_data["email"], get_language() or ""
        try:
            ask_alert(email, query=query, notice=notice, what=what, address=client_address(request), language=language)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "public/alert_asked.html", {"email": email, "what": what})
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "public/alert_new.html", {"form": form, "what": what, "notice": notice}, status=status)


def number_of(request: HttpRequest) -> int:
    text = request.GET.get("notice", "")
    return int(text) if text.isdecimal() and len(text) < 15 else 0


def words_of(search: NoticeSearchForm, query: dict[str, Any], notice: Notice | None) -> str:
    """What the alert is about, as its letters say it."""
    if notice is not None:
        return f"{notice.bulletin_id} {notice.case.title}"
    said = [query["q"]] if "q" in query else []
    for name in KEPT[1:]:
        if name in query:
            said.append(str(label_of(search.fields[name].choices, query[name])))
    return " · ".join(said) or _("every new notice")


def label_of(choices, value: str) -> Any:
    """The words of a choice, in groups or not."""
    flat = [pair for one, more in choices for pair in (more if isinstance(more, list) else [(one, more)])]
    return dict(flat).get(value, value)


@login_not_required
@never_cache
@limited("alert_page", 60, 3600)
@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of each letter: confirm, or end. One button; following the link does nothing."""
    found = get_object_or_404(Alert.objects.select_related("notice__case"), token=token)
    if request.method == "POST":
        if request.POST.get("act") == "end":
            end_alert(found)
            messages.success(request, _("No more letters will come."))
        else:
            confirm_alert(found)
            messages.success(request, _("Confirmed: you will be told by e-mail."))
        return redirect("public:alert", token)
    return render(request, "public/alert.html", {"alert": found, "what": found.query.get("what", "")})
