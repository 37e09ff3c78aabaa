from collections.abc import Callable
from contextlib import nullcontext

from django.http import HttpRequest, HttpResponse

from apps.rules.clock import clock_reading
from apps.rules.lookup import rules_reading
from apps.rules.startup import refuse_demonstration


class LegalClockMiddleware:
    """One look at the legal clock per request, and one at the same rules for a page that changes nothing; no web process
    starts in production on a clock that was ever moved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        refuse_demonstration()
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock_reading(), rules_reading() if request.method in ("GET", "HEAD") else nullcontext():
            return self.get_response(request)
