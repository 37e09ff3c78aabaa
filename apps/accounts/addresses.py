"""Where a request comes from, for the audit and the lockout, without handing the request around."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

_here: ContextVar[str] = ContextVar("address", default="")


def client_address(request: HttpRequest) -> str:
    """The reader's address; behind a proxy the one that the proxy itself saw, the last of the list."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return forwarded.rsplit(",", 1)[-1].strip()[:45] or request.META.get("REMOTE_ADDR", "")


def current_address() -> str:
    """The address of the request being answered; empty in a task or a command."""
    return _here.get()


@contextmanager
def answering(request: HttpRequest) -> Iterator[None]:
    token = _here.set(client_address(request))
    try:
        yield
    finally:
        _here.reset(token)


def neighbourhood(address: str) -> str:
    """What is counted as one place: an IPv4 address, or the /64 network that one IPv6 user commands."""
    try:
        known = ip_address(address)
    except ValueError:
        return address[:45]
    if isinstance(known, IPv6Address):
        return str(ip_network(f"{known}/64", strict=False).network_address)
    return str(known)
