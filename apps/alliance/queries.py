"""The sharing list as it stands now, and who may read it."""

from __future__ import annotations

from django.db import models

from apps.enterprises.models import Organisation
from apps.workflow.models import Case


def memberships(organisation: Organisation):
    """The membership that an organisation holds now; one that is suspended is none."""
    return Case.objects.filter(kind="membership", organisation=organisation).in_state("member")


class SharedEntryQuerySet(models.QuerySet):
    def on_the_list(self):
        """Those that are published now, whatever a sweep has written down."""
        return self.filter(case__in=Case.objects.filter(kind="sharing").in_state("published"))

    def readable_by(self, organisation: Organisation | None):
        """The published list for a member of the alliance; for everybody else it is empty."""
        member = organisation is not None and memberships(organisation).exists()
        return self.on_the_list() if member else self.none()
