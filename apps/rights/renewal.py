"""Renewal (续展): filed in the window before the end, it keeps the right in force until it is decided."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.certificates import register
from apps.certificates.contracts import contracts_of, is_mirrored
from apps.certificates.models import Registration
from apps.rights import shared
from apps.rights.models import Renewal
from apps.rights.shared import FILING, MOOT, right
from apps.rules.deadlines import add_months, deadline, load_calendar
from apps.rules.lookup import rules_on
from apps.workflow.checklist import DOUBT, Criterion, Remark, Subject
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CommentForm, DayField
from apps.workflow.machine import Act, Refused
from apps.workflow.models import Case
from apps.workflow.people import CITY_CLERK, DECIDERS
from apps.workflow.review import REPLY, REVIEW_STATES, rectification, review_clock, reviewed
from apps.workflow.states import Consequence, Kind, Refusal, State


class RenewalForm(shared.RightForm):
    """That the data still exist and may still be used; the term follows from the rule."""

    files = (
        ("statement", _("Statement, signed and stamped")),
        ("sources", _("Contracts or licences of the sources")),
    )

    data_exists = forms.BooleanField(
        label=_("We state that the data still exist and are kept as registered."),
        error_messages={"required": _("A renewal needs this statement.")},
    )
    sources_licensed = forms.BooleanField(
        label=_("We state that the sources are still licensed, or need no licence."),
        error_messages={"required": _("A renewal needs this statement.")},
    )
    source_ends_on = DayField(
        label=_("Day on which a source contract ends first"), required=False,
        help_text=_("Leave it empty where none ends before the new term."),
    )  # fmt: skip
    early_because = forms.CharField(
        label=_("Reason, where it is filed before the renewal window"), required=False, max_length=300,
        help_text=_("Only the section chief may grant such a renewal."),
    )  # fmt: skip

    def clean(self):
        data = super().clean()
        end = data.get("source_ends_on")
        if end and self.registration is not None and end <= self.registration.valid_until:
            self.add_error("source_ends_on", _("A source contract that ends by then leaves nothing to renew."))
        return data


class GrantForm(CommentForm):
    """The grant; a reason where the renewal was filed outside its window."""

    outside_because = forms.CharField(
        label=_("Reason, where it was filed outside the window"), required=False, max_length=300,
        help_text=_("Only the section chief may grant it then."),
    )  # fmt: skip
    field_order = ["outside_because", "comment"]


# ------------------------------------------------------------------------------------------------ the window


def window_opens(registration: Registration, on: date) -> date:
    """The first day on which a renewal may be filed: the rule's months before the end."""
    months = rules_on(["renewal_window_months"], on)["renewal_window_months"].value
    return add_months(registration.valid_until, -months)


def is_early(act: Act) -> bool:
    return legal_day(act.case.filed_at) < window_opens(right(act), act.case.rules_on)


def early_says_why(act: Act) -> Refusal | None:
    if act.recording or not is_early(act) or act.data.get("early_because"):
        return None
    words = _("The renewal window opens on %(day)s: wait until then, or say why you file earlier.")
    return Refusal("outside_window", words % {"day": window_opens(right(act), act.case.rules_on).isoformat()})


def within_window(act: Act) -> Refusal | None:
    if act.recording or not is_early(act) or act.standing.holds(Role.CHIEF):
        return None
    return Refusal(
        "outside_window",
        _("It was filed outside the renewal window: only the section chief may grant it, with a reason."),
    )


def outside_has_reason(act: Act) -> Refusal | None:
    if act.recording or not is_early(act) or act.data.get("outside_because"):
        return None
    return Refusal("no_reason", _("It was filed outside the renewal window: give the reason to grant it all the same."))


def leaves_a_term(act: Act) -> Refusal | None:
    """A source contract that ends with the old term leaves nothing to renew."""
    if new_end(act) > right(act).valid_until:
        return None
    return Refusal("source_ended", _("A source contract ends before the new term begins: there is nothing to renew."))


def new_end(act: Act) -> date:
    """Old end and the rule's years, cut to the first end of a source contract: as stated, or as on record here."""
    years = rules_on(["certificate_years"], act.case.rules_on)["certificate_years"].value
    term = deadline(right(act).valid_until, years, "year", load_calendar()).date
    stated = [act.row.source_ends_on] if act.row.source_ends_on else []
    recorded = [] if is_mirrored(right(act)) else [row.ends_on for row in contracts_of(right(act))]
    return min([term, *stated, *(end for end in recorded if end > right(act).valid_until)])


# ------------------------------------------------------------------------------------------------ effects


def hold(act: Act) -> None:
    """Filed in time and undecided, the right stays in force (by analogy with the licensing law, art. 50)."""
    shared.carry(act, "hold")


def let_run(act: Act) -> None:
    """The renewal is over: the right runs to its end, unless another act has ended it meanwhile."""
    if Case.objects.values_list("status", flat=True).get(pk=act.case.root_id) == "renewing":
        shared.carry(act, "let_run")


def hold_again(act: Act) -> None:
    """Rectification of a refusal: undecided again; a right that ran out since cannot be held."""
    if refusal := shared.right_in_force(act):
        raise Refused(refusal.code, refusal.sentence)
    hold(act)


def grant(act: Act) -> None:
    row = act.row
    row.renewed_until, row.outside_because = new_end(act), act.data.get("outside_because", "")
    row.save(update_fields=["renewed_until", "outside_because"])
    shared.carry(act, "renew", valid_until=row.renewed_until)


# ------------------------------------------------------------------------------------------------ the table


def no_dispute(subject: Subject) -> Remark | None:
    """An open dispute warns and does not hinder."""
    if subject.case is None or not register.disputes(subject.case.root.registration):
        return None
    return Remark(DOUBT, _("A dispute about this right is open."))


BASIS = _("Pilot rules of Beijing and Shanghai; Zhejiang's to be confirmed")
CHECKLIST = (
    Criterion("data", _("The statement that the data still exist is signed"), ("data_exists",), BASIS),
    Criterion("sources", _("The sources are still licensed, and the first end of a contract is the one stated"), ("sources_licensed", "source_ends_on"), BASIS),
    Criterion("window", _("It was filed in the renewal window, or the reason is a good one"), ("early_because",), BASIS),
    Criterion("dispute", _("No dispute about the right is open"), test=no_dispute, inner=True),
)  # fmt: skip
STATES = (*REVIEW_STATES, State("granted", _("Renewed"), _("Renewed"), "good", open=False), MOOT)
FIRST = Consequence(
    _("It must be decided first."),
    blocks=lambda renewal, cause: Refusal(
        "renewal_open", _("A renewal is being examined: it is decided before the right changes hands.")
    ),
)
GOES_ON = (Consequence(_("It stays open; whoever decides it is warned.")),)

KIND = Kind(
    name="renewal",
    label=_("Renewal"),
    model=Renewal,
    series="续",
    states=STATES,
    checklist=CHECKLIST,
    clocks=(review_clock("renewal_decision_days", _("decision on the renewal")), REPLY),
    moves=(
        *reviewed(
            examiner=CITY_CLERK, decider=DECIDERS, filer=shared.FILER, form=RenewalForm, accept_form=GrantForm,
            accepted="granted", accept=_("Grant the renewal"), accepted_past=_("granted the renewal"), texts="right",
            file_guards=(*FILING, shared.none_open("renewal", _("A renewal of this right is open already.")), early_says_why),
            guards=(shared.right_in_force, within_window, leaves_a_term), checks=(outside_has_reason,),
            filed=(shared.maker("data_exists", "sources_licensed", "source_ends_on", "early_because"), hold),
            answered=(shared.change_row,), effects=(grant,), ended=(let_run,), undo_ended=hold_again,
        ),
        shared.moot(),
        *rectification(STATES),
    ),
    rests_on=shared.RESTS_ON,
    consequences=shared.consequences(
        **shared.ENDS, transfer=(FIRST,), contest=GOES_ON, renew=(shared.OVER,),
    ),
    leads_to="renew",
    filing=shared.filing(),
    letter_context=shared.context("renewed_until", "source_ends_on", "early_because", "outside_because"),
)  # fmt: skip
