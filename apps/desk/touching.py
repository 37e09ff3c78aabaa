"""Who would be touched: the page of a right on which an act is chosen and what it does to each case is shown."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.desk.access import case_or_404, for_officials
from apps.pages import touched


@for_officials
@require_safe
def touching(request: HttpRequest, pk: int) -> HttpResponse:
    """A case with the acts on it that touch others; ``?act=`` chooses one, the first stands for none."""
    case = case_or_404(request, pk)
    acts = touched.acts_on(case)
    if not acts:
        raise Http404
    chosen = next((move for move in acts if move.name == request.GET.get("act")), acts[0])
    context = {
        "case": case, "state": case.state_, "acts": acts, "chosen": chosen,
        "touched": touched.of_act(case, chosen.name, request.user, None),
    }  # fmt: skip
    return render(request, "desk/touching.html", context)
