"""Filters that an official keeps under a name: saved, renamed by saving again, put in order, dropped, opened first."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.desk.access import for_officials
from apps.desk.forms import SavedFilterForm
from apps.workflow.models import SavedFilter

MOST = 20
DROPPED = ("after", "before", "csrfmiddlewaretoken")
"""Parts of an address that belong to one look at the list, not to the filter."""


def filters_of(user: User) -> list[SavedFilter]:
    return list(SavedFilter.objects.filter(user=user))


def plain_query(params: QueryDict) -> str:
    """The filters of an address, without its page and what is empty."""
    kept = params.copy()
    for name in list(kept):
        if name in DROPPED or not any(kept.getlist(name)):
            del kept[name]
    return kept.urlencode()


@for_officials
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the queue under a name; a name that is there already gets the new ones."""
    form = SavedFilterForm(request.POST)
    query = plain_query(QueryDict(request.POST.get("query", "")[:500]))
    back = f"{reverse('desk:queue')}?{query}"
    if not form.is_valid():
        messages.error(request, _("Give the filter a name of at most 40 characters."))
        return redirect(back)
    own = SavedFilter.objects.filter(user=request.user)
    name = form.cleaned_data["name"]
    if own.exclude(name=name).count() >= MOST:
        messages.error(request, _("You keep %(count)s filters already; drop one first.") % {"count": MOST})
        return redirect(back)
    rank = (own.aggregate(last=Max("rank"))["last"] or 0) + 1
    SavedFilter.objects.update_or_create(
        user=request.user, name=name, defaults={"query": query}, create_defaults={"query": query, "rank": rank}
    )
    messages.success(request, _("The filter is kept; it stands at the left."))
    return redirect(back)


@for_officials
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a filter, open the queue with it (or no more), or put it one place up."""
    row = get_object_or_404(SavedFilter, pk=pk, user=request.user)
    act = ACTS.get(request.POST.get("act", ""))
    if act is not None:
        with transaction.atomic():
            act(row)
    return redirect(f"{reverse('desk:queue')}?view=todo")


def drop(row: SavedFilter) -> None:
    row.delete()


def start(row: SavedFilter) -> None:
    SavedFilter.objects.filter(user=row.user_id, is_start=True).exclude(pk=row.pk).update(is_start=False)
    SavedFilter.objects.filter(pk=row.pk).update(is_start=not row.is_start)


def up(row: SavedFilter) -> None:
    rows = filters_of(row.user)
    at = next(place for place, other in enumerate(rows) if other.pk == row.pk)
    if at:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    for rank, other in enumerate(rows, 1):
        SavedFilter.objects.filter(pk=other.pk).update(rank=rank)


ACTS = {"drop": drop, "start": start, "up": up}
