"""What is looked at before an objection is admitted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.workflow.checklist import DOUBT, Criterion, Remark, Subject

SHORT = 40  # characters in which nobody states facts and reasons


def states_facts(subject: Subject) -> Remark | None:
    if len(subject.values.get("statement") or "") >= SHORT:
        return None
    return Remark(DOUBT, _("The statement is very short: are there facts in it?"))


def has_papers(subject: Subject) -> Remark | None:
    return None if subject.files else Remark(DOUBT, _("No paper is attached."))


CHECKLIST = (
    Criterion("in_time", _("It came within the period of the notice")),
    Criterion("identity", _("Who objects is known: identity proved, or a tip and no objection"), ("name", "identity")),
    Criterion("right", _("It names the right that is hurt, the objector's own"), ("right_hurt",)),
    Criterion("facts", _("It states facts and reasons, and asks for something"), ("statement",), test=states_facts),
    Criterion("proof", _("What it says is proved at least on the face of it"), test=has_papers),
)
