"""What other kinds ask of an organisation."""

from django.utils.translation import gettext_lazy as _

from apps.workflow.machine import Act
from apps.workflow.states import Refusal


def must_be_verified(act: Act) -> Refusal | None:
    """Guard of a filing: an unverified organisation may draft and deposit, only filing waits.

    What an official enters for a firm is checked on paper.
    """
    if act.recording or act.case.entered_by_id or act.case.organisation.verified_at is not None:
        return None
    return Refusal("not_verified", _("The organisation is not verified yet: file its verification first."))
