from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.rules.clock import clock_reading
from apps.rules.startup import refuse_demonstration


class LegalClockMiddleware:
    """One look at the legal clock per request; no web process starts in production on a clock that was ever moved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        refuse_demonstration()
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock_reading():
            return self.get_response(request)
