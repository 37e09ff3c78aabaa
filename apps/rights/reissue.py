"""Re-issue (补发、换发): another certificate of the same right; the old one stays findable as superseded."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.certificates.contracts import is_mirrored
from apps.certificates.models import Certificate
from apps.rights import face, shared
from apps.rights.models import Reissue
from apps.rights.shared import FILING, MOOT, right
from apps.workflow.checklist import Criterion
from apps.workflow.forms import CodeField
from apps.workflow.machine import Act
from apps.workflow.people import CITY_CLERK
from apps.workflow.review import REPLY, REVIEW_STATES, rectification, review_clock, reviewed
from apps.workflow.states import Kind, Refusal, State


class ReissueForm(shared.RightForm):
    """Why a new certificate is needed, and of which form."""

    files = (("proof", _("Statement of loss, or the damaged certificate")),)

    ground = forms.ChoiceField(label=_("What it is based on"), choices=Reissue.Ground)
    certificate_form = forms.ChoiceField(
        label=_("Form of the new certificate"),
        required=False,
        choices=[("", _("as before")), *Certificate.Form.choices],
    )
    certificate_number = CodeField(
        label=_("Number that another office gave the new certificate"), max_length=40, required=False
    )
    explanation = forms.CharField(
        label=_("Explanation"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self):
        data = super().clean()
        if data.get("ground") == Reissue.Ground.FORM and not data.get("certificate_form"):
            self.add_error("certificate_form", _("Say which form the new certificate is to have."))
        return data


def number_is_new(act: Act) -> Refusal | None:
    number = (act.data or {}).get("certificate_number")
    return face.number_taken(number) if number else None


def form_is_its_registrars(act: Act) -> Refusal | None:
    """The city prints no certificate of its own for what another office registered."""
    form = (act.data or {}).get("certificate_form") if act.move.opens else act.row.certificate_form
    if form != Certificate.Form.LOCAL or not is_mirrored(right(act)):
        return None
    return Refusal(
        "wrong_form", _("A right that another office registered has that office's certificate, no local one.")
    )


def enter(act: Act) -> None:
    face.keep_number(act)
    shared.carry(act, "reissue", **{"certificate_form": act.row.certificate_form, **face.new_certificate(act)})


CHECKLIST = (
    Criterion("ground", _("The loss, the damage or the other form is made plausible"), ("ground", "explanation")),
    Criterion("number", _("The number given elsewhere is the one on the certificate"), ("certificate_form", "certificate_number")),
)  # fmt: skip
STATES = (*REVIEW_STATES, State("reissued", _("Re-issued"), _("Re-issued"), "good", open=False), MOOT)

KIND = Kind(
    name="reissue",
    label=_("Re-issue of the certificate"),
    model=Reissue,
    series="补",
    states=STATES,
    checklist=CHECKLIST,
    clocks=(review_clock("reissue_days", _("re-issue")), REPLY),
    moves=(
        *reviewed(
            examiner=CITY_CLERK, decider=shared.REGISTRARS, filer=shared.FILER, form=ReissueForm, accepted="reissued",
            accept=_("Re-issue the certificate"), accepted_past=_("re-issued the certificate"), texts="right",
            accept_form=face.FaceForm, checks=(face.face_stands,),
            file_guards=(*FILING, number_is_new, form_is_its_registrars),
            guards=(shared.holder_applies, shared.right_in_force, form_is_its_registrars),
            filed=(shared.maker("ground", "certificate_form", "certificate_number", "explanation"),),
            answered=(shared.change_row,), effects=(enter,),
        ),
        shared.moot(),
        *rectification(STATES),
    ),
    rests_on=shared.RESTS_ON,
    consequences=shared.consequences(**shared.ENDS, transfer=(shared.OVER_WITH_HOLDER,)),
    leads_to="reissue",
    filing=shared.filing(),
    letter_context=shared.context("ground", "certificate_form", "certificate_number"),
)  # fmt: skip
