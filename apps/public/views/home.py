"""The start page, and the statements behind it."""

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.notices import queries
from apps.public.numbers import all_figures, tiles
from apps.rules.clock import legal_today

LATEST = 5
NEWS_DAY = date(2023, 9, 18)
"""The day of the published report on the city's data registrations: its figures are shown where the rows give any."""


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, three doors, the figures with their day, the latest notices."""
    latest = list(queries.standing().order_by("-published_at", "-pk")[:LATEST])
    for row in latest:
        row.state = queries.state_of(row)
    then = all_figures(NEWS_DAY)
    return render(request, "public/home.html", {
        "latest": latest, "tiles": tiles(all_figures(legal_today())),
        "then": tiles(then) if any(then.values()) else [], "then_day": NEWS_DAY,
    })  # fmt: skip


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "public/privacy.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "public/accessibility.html")
