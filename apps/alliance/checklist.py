"""What the secretariat looks at before it takes an application to the council, and before it publishes an entry."""

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


def says_how_anonymous(subject: Subject) -> Remark | None:
    if subject.values.get("statement") != "anonymised" or "anonymised" in subject.files:
        return None
    return Remark(DOUBT, _("It is not shown how the personal data was made anonymous."))


SHARING_CHECKLIST = (
    Criterion("matter", _("What is shared is what the register names"), ("description",)),
    Criterion(
        "personal", _("No person can be told from the data"), ("statement",),
        _("Personal Information Protection Law, arts. 4 and 73"), says_how_anonymous,
    ),
    Criterion("secrets", _("It contains no secret and no important data"), ("description",)),
    Criterion("terms", _("Mode, delivery and terms of use are clear"), ("mode", "scope", "delivery", "terms")),
    Criterion("consent", _("Pledgee and other holders agree, where they must")),
)  # fmt: skip
