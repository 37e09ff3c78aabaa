"""Cancellation (注销): the right ends for the future, when everybody who relies on it has agreed."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from apps.certificates import consent
from apps.rights import shared
from apps.rights.licence import licensees
from apps.rights.models import Cancellation
from apps.rights.shared import FILING, MOOT, right
from apps.workflow.checklist import Criterion
from apps.workflow.machine import Act
from apps.workflow.people import CITY_CLERK, DECIDERS
from apps.workflow.review import REPLY, REVIEW_STATES, rectification, review_clock, reviewed
from apps.workflow.states import Kind, Refusal, State, states

ALL = ("applicant", consent.ROLE)


class CancellationForm(shared.RightForm):
    """Why the right is to end."""

    files = (("proof", _("Application or proof of the ground")),)
    fixed = frozenset({"certain"})

    ground = forms.ChoiceField(label=_("What it is based on"), choices=Cancellation.Ground)
    explanation = forms.CharField(label=_("Explanation"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    certain = forms.BooleanField(
        label=_("We know that the right ends and cannot be brought back."),
        error_messages={"required": _("Confirm that the right is to end.")},
    )


def ask_all(act: Act) -> None:
    consent.ask(act, *licensees(right(act)))


def cancel(act: Act) -> None:
    """The end is announced in the register, in the office's language."""
    with override(settings.LANGUAGE_CODE):
        words = _("Cancelled. Ground: %(ground)s.") % {"ground": act.row.get_ground_display()}
    shared.carry(act, "cancel", announcement=str(words))


def licensees_consent(act: Act) -> Refusal | None:
    """A live licence of any type blocks the cancellation until its licensee agrees."""
    return None if act.recording else consent.missing(act.case, licensees(right(act)))


LICENSING = _("By analogy with the Administrative Licensing Law, arts. 69 and 70")
CHECKLIST = (
    Criterion("ground", _("The ground is proved"), ("ground", "explanation"), LICENSING),
    Criterion("claims", _("Pledgee and licensees agree"), basis=_("Civil Code, art. 444")),
)
STATES = (*REVIEW_STATES, State("cancelled", _("Cancelled"), _("Right cancelled"), "ended", open=False), MOOT)

KIND = Kind(
    name="cancellation",
    label=_("Cancellation"),
    model=Cancellation,
    series="注",
    states=STATES,
    checklist=CHECKLIST,
    clocks=(review_clock("cancellation_decision_days", _("decision on the cancellation")), REPLY),
    moves=(
        *reviewed(
            examiner=CITY_CLERK, decider=DECIDERS, filer=shared.FILER, form=CancellationForm, accepted="cancelled",
            accept=_("Cancel the right"), accepted_past=_("cancelled the right"), texts="right", to=ALL,
            file_guards=(*FILING, shared.not_frozen, shared.none_open("cancellation", _("A cancellation of this right is open already."))),
            guards=(
                shared.holder_applies, shared.right_in_force, shared.not_frozen, shared.claimants_consent, licensees_consent,
            ),
            filed=(shared.maker("ground", "explanation"), ask_all), answered=(shared.change_row, ask_all),
            effects=(cancel,),
        ),
        *consent.consent_moves(states("submitted"), CITY_CLERK),
        shared.moot(ALL),
        *rectification(STATES),
    ),
    rests_on=shared.RESTS_ON,
    consequences=shared.consequences(**shared.ENDS, transfer=(shared.OVER_WITH_HOLDER,), freeze=shared.WAITS),
    leads_to="cancel",
    filing=shared.filing(),
    letter_context=shared.context("ground", "explanation"),
)  # fmt: skip
