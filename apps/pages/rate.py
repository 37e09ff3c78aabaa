"""How often one address may ask: counted in the cache, which answers "first time" while its server is away."""

from collections.abc import Callable
from functools import wraps

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.accounts.addresses import client_address


def limited(purpose: str, most: int, seconds: int, method: str = "GET") -> Callable:
    """A view that answers 429 when an address asked for ``purpose`` more than ``most`` times within ``seconds``."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.method == method and not allowed(f"limit:{purpose}:{client_address(request)}", most, seconds):
                response = render(request, "429.html", status=429)
                response["Retry-After"] = str(seconds)
                return response
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def allowed(key: str, most: int, seconds: int) -> bool:
    if cache.add(key, 1, seconds):
        return True
    try:
        return cache.incr(key) <= most
    except ValueError:  # it ran out between the two
        return True
