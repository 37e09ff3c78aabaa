"""The places of each face, in the order in which people look for them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from apps.accounts.models import Role


@dataclass(frozen=True)
class Place:
    """A named address, the words and the icon (lucide) it is shown with."""

    route: str
    label: Promise
    icon: str
    closed_to: tuple[str, ...] = ()
    """Roles for whom the page does not exist."""


PLACES: dict[str, tuple[Place, ...]] = {
    "public": (
        Place("public:notice_list", pgettext_lazy("place", "Notices"), "megaphone"),
        Place("public:register", pgettext_lazy("place", "Register"), "book-open"),
        Place("public:verify", pgettext_lazy("place", "Verify"), "shield-check"),
        Place("public:figures", pgettext_lazy("place", "Figures"), "chart-column"),
    ),
    "portal": (
        Place("portal:home", pgettext_lazy("place", "My matters"), "list-checks"),
        Place("portal:data_sets", pgettext_lazy("place", "Data sets"), "database"),
        Place("portal:watches", pgettext_lazy("place", "Watch list"), "eye"),
        Place("portal:inbox", pgettext_lazy("place", "Inbox"), "mail"),
        Place("portal:organisation", pgettext_lazy("place", "Organisation"), "building-2"),
    ),
    "desk": (
        Place("desk:day", pgettext_lazy("place", "My day"), "sun"),
        Place("desk:queue", pgettext_lazy("place", "Queue"), "inbox"),
        Place("desk:team", pgettext_lazy("place", "Team"), "users"),
        Place("desk:calls", pgettext_lazy("place", "Who to call"), "phone", (Role.SECRETARIAT,)),
        Place("desk:notices", pgettext_lazy("place", "Notices"), "megaphone"),
        Place("desk:register", pgettext_lazy("place", "Register"), "book-open"),
        Place("desk:letters", pgettext_lazy("place", "Letters"), "mail"),
        Place("desk:papers", pgettext_lazy("place", "Papers"), "printer"),
        Place("desk:deadline", pgettext_lazy("place", "Deadlines"), "calendar-days"),
    ),
}


BELOW = {
    "/desk/absences/": "desk:team",
    "/desk/disclosures/": "desk:papers", "/desk/retention/": "desk:papers",
}  # fmt: skip
"""Pages that belong to a place by what they are about, not by their address."""


@dataclass(frozen=True)
class Entry:
    """A place as one page shows it."""

    url: str
    label: Promise
    icon: str
    route: str
    current: bool


def entries(face: str, path: str, role: str = "") -> list[Entry]:
    """The places of ``face`` that are open to ``role``, seen from the page at ``path``; the deepest place that holds the page is current."""
    urls = {place.route: reverse(place.route) for place in PLACES[face]}
    holding = max((url for url in urls.values() if path.startswith(url)), key=len, default="")
    holding = next((urls[route] for below, route in BELOW.items() if path.startswith(below)), holding)
    return [
        Entry(urls[place.route], place.label, place.icon, place.route, urls[place.route] == holding)
        for place in PLACES[face]
        if not role or role not in place.closed_to
    ]
