"""Every address with every method it answers to. An address that is missing here fails the gate, and so does a dead entry."""

from django.urls import URLPattern, URLResolver, get_resolver

from tests.gate.accounts import ACCOUNTS
from tests.gate.desk import DESK
from tests.gate.entries import Entry
from tests.gate.portal import PORTAL
from tests.gate.public import PUBLIC

TABLE: tuple[Entry, ...] = (*PUBLIC, *PORTAL, *DESK, *ACCOUNTS)
METHODS = ("GET", "POST")


def names(resolver: URLResolver | None = None, spaces: tuple[str, ...] = ()) -> list[str]:
    """The full names of all addresses; the admin site's own are walked by ``tests.gate.test_admin_site``."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            found.append(":".join((*spaces, pattern.name or f"(no name: {pattern.pattern})")))
        elif pattern.namespace != "admin":
            found += names(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces)
    return found


def declared(name: str) -> dict[str, Entry]:
    """Method to entry of one address."""
    return {entry.method: entry for entry in TABLE if entry.name == name}
