"""The deadline calculator."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.desk.access import for_officials
from apps.desk.forms import DeadlineForm
from apps.rules.clock import legal_today
from apps.rules.deadlines import DeadlineError, deadline, load_calendar


@for_officials
@require_safe
def deadline_page(request: HttpRequest) -> HttpResponse:
    """The last day of a period with its working, day by day; asked for in the address."""
    asked = "start" in request.GET
    usual = {"start": legal_today(), "count": 10, "unit": "workday"}
    form = DeadlineForm(request.GET) if asked else DeadlineForm(initial=usual)
    found = None
    if asked and form.is_valid():
        try:
            found = deadline(calendar=load_calendar(), **form.cleaned_data)
        except DeadlineError as fault:
            form.add_error(None, str(fault))
    return render(request, "desk/deadline.html", {"form": form, "found": found})
