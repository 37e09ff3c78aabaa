"""Transfer (转移): both sides ask, whoever else has a say agrees, and the right gets another holder."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.fieldsets import Group
from apps.certificates import consent, register
from apps.certificates.models import Claim
from apps.rights import face, shared
from apps.rights.change import in_time
from apps.rights.models import Transfer
from apps.rights.shared import FILING, MOOT, right
from apps.rules.clock import legal_today
from apps.workflow.checklist import Criterion
from apps.workflow.forms import CodeField, DayField
from apps.workflow.machine import Act
from apps.workflow.people import CITY_CLERK, DECIDERS
from apps.workflow.review import REPLY, REVIEW_STATES, rectification, review_clock, reviewed
from apps.workflow.states import Kind, Refusal, State, states

BOTH = ("applicant", "transferee")
ALL = (*BOTH, consent.ROLE)


class TransferForm(shared.RightForm):
    """To whom the right goes, and on what ground."""

    files = (
        ("contract", _("Contract, judgment or other document")),
        ("application", _("Joint application, signed by both")),
    )
    fixed = frozenset({"transferee"})

    groups = (
        Group(_("Transferee"), ("transferee",)),
        Group(_("Contract or other document"), ("ground",), ("paper_number", "happened_on")),
    )

    transferee = shared.PartyField(label=_("Transferee's unified social credit code"))
    ground = forms.ChoiceField(label=_("What it is based on"), choices=Transfer.Ground)
    paper_number = CodeField(label=_("Number of the contract or document"), max_length=80)
    happened_on = DayField(label=_("Day of the contract or document"))

    def clean(self):
        data = super().clean()
        self.must_be_past("happened_on", legal_today())
        if self.organisation is not None and data.get("transferee") == self.organisation.pk:
            self.add_error("transferee", _("The transferee is the holder already."))
        return data


class TransferAcceptForm(face.FaceForm):
    """What the official has checked."""

    joint_paper = forms.BooleanField(
        label=_("I have seen the joint application signed by both sides."), required=False,
        help_text=_("Not needed where the transferee has agreed in the portal, or a judgment transfers the right."),
    )  # fmt: skip
    field_order = ["joint_paper", *face.FACE, "comment"]


# ------------------------------------------------------------------------------------------------ guards


def nobody_else_takes_it(act: Act) -> Refusal | None:
    """One transfer at a time, whether or not its claim is the exclusive one."""
    under_way = register.open_claims(right(act)).filter(kind=Claim.Kind.TRANSFER).exclude(case=act.case.pk)
    if not under_way.exists():
        return None
    return Refusal("transfer_open", _("A transfer of this right is under way already."))


def two_sides(act: Act) -> Refusal | None:
    if act.data["transferee"] != act.case.organisation_id:
        return None
    return Refusal("same_side", _("The transferee is the holder already."))


def both_apply(act: Act) -> Refusal | None:
    """The transferee agrees in the portal or on paper; a judgment stands for both."""
    row = act.row
    if act.recording or act.data.get("joint_paper") or row.ground == Transfer.Ground.JUDGMENT:
        return None
    if row.transferee_id in consent.given(act.case):
        return None
    return Refusal("not_joint", _("The transferee has not agreed, and no joint application was seen."))


# ------------------------------------------------------------------------------------------------ effects


def make_row(act: Act) -> None:
    data = act.data
    shared.make(
        act, transferor=act.case.organisation, transferee_id=data["transferee"], ground=data["ground"],
        paper_number=data["paper_number"], happened_on=data["happened_on"], late=shared.filed_late(act),
    )  # fmt: skip


def ask_all(act: Act) -> None:
    consent.ask(act, act.row.transferee)


def put_claim(act: Act) -> None:
    """The right is spoken for while the transfer is under way; beside a claim whose party must agree it is not exclusive."""
    taken = register.open_claims(right(act)).filter(exclusive=True, own=True).exists()
    register.claim(
        right(act), case=act.case, party=act.row.transferee, kind=Claim.Kind.TRANSFER, at=act.at, exclusive=not taken
    )


def let_go(act: Act) -> None:
    register.release(act.case, at=act.at, outcome="not transferred")


def enter(act: Act) -> None:
    register.release(act.case, at=act.at, outcome="transferred")
    shared.carry(act, "transfer", holder=act.row.transferee_id, **face.new_certificate(act))


# ------------------------------------------------------------------------------------------------ the table

CONSENTING = _("Civil Code, art. 444")
CHECKLIST = (
    Criterion("ground", _("The document is attached and transfers this right to this transferee"), ("transferee", "ground", "paper_number", "happened_on")),
    Criterion("both", _("Both sides have asked for it"), ("transferee",)),
    Criterion("claims", _("Whoever has a claim on the right agrees"), basis=CONSENTING),
    Criterion("late", _("It was filed in time"), ("happened_on",), _("By analogy with the Measures for Registration of Patent Pledges"), in_time),
)  # fmt: skip
STATES = (*REVIEW_STATES, State("transferred", _("Transferred"), _("Transferred"), "good", open=False), MOOT)


KIND = Kind(
    name="transfer",
    label=_("Transfer"),
    model=Transfer,
    series="转",
    states=STATES,
    checklist=CHECKLIST,
    clocks=(review_clock("transfer_decision_days", _("decision on the transfer")), REPLY),
    moves=(
        *reviewed(
            examiner=CITY_CLERK, decider=DECIDERS, filer=shared.FILER, form=TransferForm,
            accept_form=TransferAcceptForm, accepted="transferred", accept=_("Enter the transfer"),
            accepted_past=_("entered the transfer"), texts="right", to=ALL,
            file_guards=(*FILING, shared.not_frozen, nobody_else_takes_it, two_sides),
            guards=(shared.holder_applies, shared.right_in_force, shared.not_frozen, shared.claimants_consent),
            checks=(both_apply, face.face_stands), filed=(make_row, ask_all, put_claim), answered=(shared.change_row, ask_all),
            effects=(enter,), ended=(let_go,), undo_ended=put_claim,
        ),
        *consent.consent_moves(states("submitted"), CITY_CLERK),
        shared.moot(ALL, effects=(let_go,)),
        *rectification(STATES),
    ),
    rests_on=shared.RESTS_ON,
    consequences=shared.consequences(**shared.ENDS, transfer=(shared.OVER_WITH_HOLDER,), freeze=shared.WAITS),
    leads_to="transfer",
    filing=shared.filing("transferee"),
    letter_context=shared.context("transferor", "transferee", "ground", "paper_number", "happened_on", "late"),
)  # fmt: skip
