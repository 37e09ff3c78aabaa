"""The watch list of an organisation: follow a registration by its number, see how it stands, end it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.diligence import watching
from apps.diligence.models import Change, DayReport, Watch
from apps.pages.forms import PortalFormMixin
from apps.pages.keyset import keyset_page
from apps.pages.tables import Column
from apps.portal.access import Viewer, for_parties
from apps.workflow.forms import CodeField

COLUMNS = (
    Column(gettext_lazy("Registration")), Column(gettext_lazy("Valid until"), kind="day"),
    Column(gettext_lazy("Last change told")), Column(pgettext_lazy("watch", "End"), kind="actions"),
)  # fmt: skip


class WatchForm(PortalFormMixin, forms.Form):
    number = CodeField(
        label=gettext_lazy("Registration or certificate number"), max_length=40,
        error_messages={"required": gettext_lazy("Give the number of a registration or certificate.")},
    )  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A followed registration as a row."""

    watch: Watch
    state: object
    url: str


@require_http_methods(["GET", "HEAD", "POST"])
@for_parties
def watches(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What the chosen organisation follows; whoever may file for it adds to the list."""
    form = WatchForm(request.POST or None)
    if request.method == "POST":
        if viewer.chosen is None or viewer.acting is not None or not viewer.may_file:
            raise Http404
        if form.is_valid() and follow(request, viewer, form):
            return redirect("portal:watches")
    return show(request, viewer, form)


def follow(request: HttpRequest, viewer: Viewer, form: WatchForm) -> bool:
    try:
        watch = watching.follow(viewer.chosen, form.cleaned_data["number"], request.user)
    except ValidationError as fault:
        form.add_error("number", fault)
        return False
    messages.success(request, _("%(number)s is followed from now on.") % {"number": watch.registration.number})
    return True


def show(request: HttpRequest, viewer: Viewer, form: WatchForm) -> HttpResponse:
    own = viewer.chosen is not None and viewer.acting is None
    rows = watching.open_watches().filter(organisation=viewer.chosen) if own else Watch.objects.none()
    last = Change.objects.filter(watch=OuterRef("pk")).order_by("-at", "-pk").values("at")[:1]
    rows = rows.select_related("registration__case").annotate(last_at=Subquery(last))
    page = keyset_page(rows, request.GET, order=("-begun_at", "-pk"))
    reports = DayReport.objects.filter(organisation=viewer.chosen) if own else DayReport.objects.none()
    context = {
        "viewer": viewer, "own": own, "form": form, "columns": COLUMNS, "page": replace(page, rows=[line(row) for row in page.rows]),
        "report": reports.order_by("-day").first(),
    }  # fmt: skip
    return render(request, "portal/watches.html", context, status=422 if form.is_bound else 200)


def line(watch: Watch) -> Line:
    right = watch.registration
    return Line(watch, right.case.state_, reverse("public:registration", args=[right.number]))


@require_POST
@for_parties
def end(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Follow a registration no longer."""
    row = get_object_or_404(
        watching.open_watches().select_related("registration"), pk=pk, organisation__in=viewer.filing
    )
    watching.unfollow(row, request.user)
    messages.success(request, _("%(number)s is followed no longer.") % {"number": row.registration.number})
    return redirect("portal:watches")
