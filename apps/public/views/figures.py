"""The figures of a day, for people and for programs."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.pages.rate import limited
from apps.public import numbers
from apps.public.forms import DayForm
from apps.rules.clock import legal_today


@login_not_required
@require_safe
@limited("figures", 60, 60)
def figures_page(request: HttpRequest) -> HttpResponse:
    """The figures as of ``?on=`` (today); nonsense gets today's with a sentence, as 400."""
    form = DayForm({"on": request.GET.get("on", "")})
    good = form.is_valid()
    day = form.cleaned_data["on"] if good else legal_today()
    found = numbers.all_figures(day)
    years = numbers.years(day)
    return render(request, "public/figures.html", {
        "form": form, "day": day, "tiles": numbers.tiles(found), "meanings": numbers.MEANINGS, "funnel": numbers.funnel(found), "years": years,
        "drawn": any(found.values()), "registered": found.get("registrations", 0), "deposited": found.get("deposits", 0),
        "line": " ".join(year.point for year in years), "span": len(years) * 100,
        "most": max(years, key=lambda year: (year.fresh, year.year), default=None),
    }, status=200 if good else 400)  # fmt: skip


@login_not_required
@require_safe
@limited("figures", 60, 60)
def figures_json(request: HttpRequest) -> JsonResponse:
    """The figures as of ``?on=YYYY-MM-DD`` (today) as a flat object of numbers; nonsense is 400 with one sentence."""
    form = DayForm({"on": request.GET.get("on", "")})
    if not form.is_valid():
        return JsonResponse({"error": str(form.errors["on"][0])}, status=400)
    return JsonResponse(numbers.all_figures(form.cleaned_data["on"]))
