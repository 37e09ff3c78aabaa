"""Notices as the public may read them, in what state they are at a moment, and the search over them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.notices.models import END, Bulletin, Notice, Redaction
from apps.rules.clock import SHANGHAI, legal_now
from apps.rules.deadlines import end_of
from apps.workflow import search
from apps.workflow.states import State

RUNNING = State("running", _("Notice runs"), _("On display, open to objections"), "good")
HELD = State("held", _("Notice held"), _("On display, its end is held"), "attention")
OVER = State("over", _("Notice over"), _("Display ended"), "ended", open=False)
STOPPED = State("stopped", _("Matter closed during the notice"), _("Display ended: matter closed"), "ended", open=False)
WITHDRAWN = State("withdrawn", _("Notice withdrawn"), _("Withdrawn for an error"), "bad", open=False)


def published() -> QuerySet[Notice]:
    """What exists for the public: published ones, those withdrawn later included; never a draft."""
    return Notice.objects.filter(published_at__isnull=False).select_related("case__organisation")


def standing() -> QuerySet[Notice]:
    """The published ones that were not withdrawn."""
    return published().filter(withdrawn_at__isnull=True)


def running(moment: datetime | None = None) -> QuerySet[Notice]:
    """Those that somebody may object to at the moment (now), whatever a sweep has written down."""
    return standing().alias(end=END).filter(end__gt=moment or legal_now(), case__closed_at__isnull=True)


def ended(moment: datetime | None = None) -> QuerySet[Notice]:
    """Those whose time is over, or whose matter was closed before."""
    return standing().alias(end=END).filter(Q(end__lte=moment or legal_now()) | Q(case__closed_at__isnull=False))


def withdrawn() -> QuerySet[Notice]:
    """Those withdrawn for an error: their number and the reason stay."""
    return published().filter(withdrawn_at__isnull=False)


STANDS = {"": published, "running": running, "ended": ended, "withdrawn": withdrawn}


def find_notices(wanted: dict[str, Any], notices: QuerySet[Notice] | None = None) -> QuerySet[Notice]:
    """The notices of a search: ``state``, ``q``, ``industry``, ``marine_category``, ``since`` and ``until`` (dates)."""
    found = STANDS.get(wanted.get("state", ""), published)() if notices is None else notices
    for name in ("industry", "marine_category"):
        if wanted.get(name):
            found = found.filter(**{name: wanted[name]})
    if wanted.get("since"):
        found = found.filter(published_at__gte=beginning(wanted["since"]))
    if wanted.get("until"):
        found = found.filter(published_at__lt=end_of(wanted["until"]))
    return search_notices(found, wanted["q"]) if wanted.get("q") else found


def beginning(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def search_notices(notices: QuerySet[Notice], query: str) -> QuerySet[Notice]:
    """Those whose case carries every term, or whose bulletin number it is; words without a number are looked for alone,
    which an index can do."""
    found = search.find(notices, query, "case")
    return found | notices.filter(bulletin=query.strip()) if any(map(str.isnumeric, query)) else found


def state_of(notice: Notice, moment: datetime | None = None) -> State:
    """The state of a published notice at the moment (now)."""
    moment = moment or legal_now()
    if notice.withdrawn_at is not None:
        return WITHDRAWN
    if notice.held_at is not None:
        return STOPPED if notice.case.closed_at else HELD
    if notice.ends_at <= moment:
        return OVER
    return STOPPED if notice.case.closed_at else RUNNING


def bulletins() -> QuerySet[Bulletin]:
    """The office's own bulletins with how many notices each carries."""
    held = Notice.objects.filter(bulletin=OuterRef("pk")).order_by().values("bulletin").annotate(size=Count("pk"))
    return Bulletin.objects.filter(own=True).annotate(size=Coalesce(Subquery(held.values("size")), 0))


def redactions(notice: Notice) -> QuerySet[Redaction]:
    """What the public may read of the objections to a notice, and to those of the case it replaced."""
    shown = Redaction.objects.filter(case__root=notice.case_id, published_at__isnull=False)
    return shown.select_related("case", "made_by", "cleared_by").order_by("published_at", "pk")
