"""The places of each face, in the order in which people look for them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """A named address, the words and the icon (lucide) it is shown with."""

    route: str
    label: Promise
    icon: str


PLACES: dict[str, tuple[Place, ...]] = {
    "public": (
        Place("public:notice_list", _("Notices"), "megaphone"),
        Place("public:register", _("Register"), "book-open"),
        Place("public:verify", _("Verify"), "shield-check"),
        Place("public:figures", _("Figures"), "chart-column"),
    ),
    "portal": (
        Place("portal:home", _("My matters"), "list-checks"),
        Place("portal:data_sets", _("Data sets"), "database"),
        Place("portal:inbox", _("Inbox"), "mail"),
        Place("portal:organisation", _("Organisation"), "building-2"),
    ),
    "desk": (
        Place("desk:queue", _("Queue"), "inbox"),
        Place("desk:notices", _("Notices"), "megaphone"),
        Place("desk:register", _("Register"), "book-open"),
        Place("desk:letters", _("Letters"), "mail"),
        Place("desk:deadline", _("Deadlines"), "calendar-days"),
    ),
}


@dataclass(frozen=True)
class Entry:
    """A place as one page shows it."""

    url: str
    label: Promise
    icon: str
    route: str
    current: bool


def entries(face: str, path: str) -> list[Entry]:
    """The places of ``face`` seen from the page at ``path``; the deepest place that holds the page is current."""
    urls = {place.route: reverse(place.route) for place in PLACES[face]}
    holding = max((url for url in urls.values() if path.startswith(url)), key=len, default="")
    return [
        Entry(urls[place.route], place.label, place.icon, place.route, urls[place.route] == holding)
        for place in PLACES[face]
    ]
