"""What an application's moves ask before they are made: tracks, evidence, names, rounds of correction, unlocking."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.applications.models import Application
from apps.evidence.models import Deposit
from apps.notices.models import Notice
from apps.notices.objecting import (
    has_upheld_objection,
)
from apps.workflow import clocks
from apps.workflow.machine import Act
from apps.workflow.models import Event
from apps.workflow.states import Refusal

LOCAL, PROVINCIAL = "local", "provincial"


def is_local(act: Act) -> bool:
    return act.case.track == LOCAL


def is_provincial(act: Act) -> bool:
    return act.case.track == PROVINCIAL


def is_asked_here(act: Act) -> bool:
    """The correction was asked by this office and not by the province."""
    return is_local(act) or act.case.status == "returned"


def is_unclaimed(act: Act) -> bool:
    """Entered by an official, and the firm has not taken it over yet."""
    return act.case.entered_by_id is not None and act.row.claimed_at is None


def evidence_founds(act: Act) -> Refusal | None:
    """No filing without verified evidence by a notary or a platform on file, older than the filing, of one's own."""
    deposit: Deposit = act.data["deposit"]
    if deposit.case.organisation_id != act.case.organisation_id:
        return Refusal("not_own_evidence", _("This deposit is another organisation's."))
    if deposit.deposited_at >= act.at:
        return Refusal("late_evidence", _("The evidence must be older than the filing."))
    if not act.recording and not deposit.founds_on(clocks.legal_day(act.at)):
        return Refusal(
            "no_evidence",
            _("This deposit founds no filing: it must be verified, and its platform on file with the authority."),
        )
    return None


def name_not_taken(act: Act) -> Refusal | None:
    """A name is unique for an applicant among what is under way and registered."""
    twins = Application.objects.filter(name=act.data["name"], case__organisation=act.case.organisation_id)
    if twins.filter(case__status__in=[*act.kind.open_states, "registered"]).exists():
        return Refusal("name_taken", _("You have filed or registered a data set under this name already."))
    return None


def proposed_again(act: Act) -> Event | None:
    """The examiner's standing proposal of a second round."""
    return act.case.events.standing().filter(move="propose_again").order_by("-seq").first()


def notice_not_provisional(act: Act) -> Refusal | None:
    if not Notice.objects.filter(case=act.case, withdrawn_at__isnull=True, provisional=True).exists():
        return None
    return Refusal(
        "provisional", _("The end of the notice is provisional: next year's working days are not published.")
    )


def upheld(act: Act) -> Refusal | None:
    if has_upheld_objection(act.case):
        return None
    return Refusal("no_upheld_objection", _("No objection to it was upheld."))
