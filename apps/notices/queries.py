"""Notices as the public may read them, and in what state they are at a moment."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.notices.models import Notice
from apps.rules.clock import legal_now
from apps.workflow import search
from apps.workflow.states import State

RUNNING = State("running", _("Notice runs"), _("Open to objections"), "good")
OVER = State("over", _("Notice over"), _("Notice over"), "ended", open=False)
STOPPED = State("stopped", _("Matter closed during the notice"), _("Matter closed"), "ended", open=False)
WITHDRAWN = State("withdrawn", _("Notice withdrawn"), _("Notice withdrawn"), "bad", open=False)


def published() -> QuerySet[Notice]:
    """What exists for the public: published ones, those withdrawn later included; never a draft."""
    return Notice.objects.filter(published_at__isnull=False).select_related("case__organisation")


def standing() -> QuerySet[Notice]:
    """The published ones that were not withdrawn: the list of notices."""
    return published().filter(withdrawn_at__isnull=True)


def running(moment: datetime | None = None) -> QuerySet[Notice]:
    """Those that somebody may object to at the moment (now), whatever a sweep has written down."""
    return standing().filter(ends_at__gt=moment or legal_now(), case__closed_at__isnull=True)


def ended(moment: datetime | None = None) -> QuerySet[Notice]:
    """Those whose time is over, or whose matter was closed before."""
    return standing().filter(Q(ends_at__lte=moment or legal_now()) | Q(case__closed_at__isnull=False))


def search_notices(notices: QuerySet[Notice], query: str) -> QuerySet[Notice]:
    """Those whose case carries every term, or whose bulletin number it is."""
    return search.find(notices, query, "case") | notices.filter(bulletin=query.strip())


def state_of(notice: Notice, moment: datetime | None = None) -> State:
    """The state of a published notice at the moment (now)."""
    moment = moment or legal_now()
    if notice.withdrawn_at is not None:
        return WITHDRAWN
    if notice.ends_at <= moment:
        return OVER
    return STOPPED if notice.case.closed_at else RUNNING
