"""Looking at a file by consent: whose view is open now, what it opens, and the row that each look leaves."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.applications.items import ITEMS
from apps.diligence.models import Grant, Part, Viewing
from apps.rules.clock import legal_now
from apps.workflow.models import Case, Document

PERSONAL = frozenset({"contact_name", "contact_phone", "contact_email", "agent"})
"""Items of an application that tell of persons: no consent of a firm opens them."""
SOURCES = frozenset({"sources"})


def held_by(organisations: Iterable[int]) -> QuerySet[Grant]:
    """The views that these organisations granted, ended ones too."""
    return with_rows().filter(case__organisation__in=organisations)


def open_to(organisations: Iterable[int]) -> QuerySet[Grant]:
    """The views that are open to these organisations now, whatever a sweep has written down."""
    cases = Case.objects.filter(kind="grant").in_state("open")
    return with_rows().filter(reader__in=organisations, case__in=cases.values("pk"))


def with_rows() -> QuerySet[Grant]:
    return Grant.objects.select_related("case__organisation", "registration__case", "registration__origin", "reader")


def note(grant: Grant, user: User, what: str, detail: str = "") -> Viewing:
    """Write down that somebody looks; called before anything is shown."""
    return Viewing.objects.create(
        grant=grant, by=user, by_name=user.full_name, at=legal_now(), what=what, detail=detail[:255]
    )


def items(grant: Grant) -> list[tuple[str, str]]:
    """Name and words of the items that are opened, in the reader's language; nothing personal."""
    origin = grant.registration.origin
    row = getattr(origin, "application", None)
    if row is None:
        return []
    shown = SOURCES if Part.SOURCES in grant.parts else frozenset()
    if Part.FORM in grant.parts:
        shown |= frozenset(item.path for item in ITEMS) - PERSONAL - frozenset(row.SEALED) - SOURCES
    found = [(str(item.label), item.text(row)) for item in ITEMS if item.path in shown]
    return [(label, text) for label, text in found if text]


def documents(grant: Grant) -> QuerySet[Document]:
    """The files that are opened and still stand."""
    return grant.documents.filter(removed_at__isnull=True).order_by("uploaded_at", "pk")
