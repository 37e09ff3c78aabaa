"""What the secretariat looks at before it takes an application to the council."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.workflow.checklist import DOUBT, Criterion, Remark, Subject


def has_sponsors(subject: Subject) -> Remark | None:
    return None if subject.values.get("sponsors") else Remark(DOUBT, _("Nobody sponsors the application."))


CHECKLIST = (
    Criterion("sector", _("The organisation works in the sector it states"), ("sector",)),
    Criterion("purpose", _("It says what it brings and what it seeks"), ("purpose",)),
    Criterion("representative", _("The representative may speak for the organisation"), ("representative",)),
    Criterion("sponsors", _("The sponsors are members and agree"), ("sponsors",), test=has_sponsors),
)
