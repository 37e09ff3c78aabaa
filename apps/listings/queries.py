"""Listings as they stood at the end of a day, and the data IPs on them: each counted once, however often it was listed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from apps.rules.deadlines import end_of
from apps.workflow.models import Basis, Clock, Event

if TYPE_CHECKING:
    from apps.certificates.models import Registration

LISTED = "listed"


class ListingQuerySet(models.QuerySet):
    def ever_listed(self, on: date):
        """Those that had come onto the exchange by a day, whatever became of them since."""
        return self.filter(listed_on__lte=on)

    def listed(self, on: date):
        """Those that were on the exchange on a day and not suspended; what a clock had decided by its end counts, whether
        or not a sweep has written it down."""
        before = end_of(on)
        mine = OuterRef("case")
        last = Event.objects.standing().filter(case=mine, effective_at__lt=before).order_by("-seq")
        over = Clock.objects.filter(
            case=mine, outcome=Clock.Outcome.RUNNING, provisional=False, due_at__lt=before
        ).exclude(on_expiry="")
        then = self.ever_listed(on).annotate(then=Subquery(last.values("to_status")[:1])).exclude(Exists(over))
        return then.filter(
            Q(then=LISTED) | Q(then__isnull=True)
        )  # entered later than it was listed: it was listed then

    def rights(self) -> QuerySet[Registration]:
        """The data IPs of these listings."""
        from apps.certificates.models import Registration

        roots = self.values("registration")
        further = Basis.objects.filter(case__in=self.values("case")).values("on")
        return Registration.objects.filter(Q(pk__in=roots) | Q(pk__in=further))
