"""Court freeze (司法冻结): entered by one official and confirmed by another; ends by its last day or by a court's paper."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.certificates import register
from apps.certificates.models import Claim
from apps.enterprises.models import Organisation
from apps.rights import shared
from apps.rights.models import Freeze
from apps.rights.shared import right
from apps.rules.clock import legal_today
from apps.workflow.checklist import Criterion
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CodeField, CommentForm, DayField, LineField, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.models import Case
from apps.workflow.people import CITY, CLOCK, FOLLOWING, officials
from apps.workflow.review import nothing, rectification
from apps.workflow.states import NEW, ClockSpec, Consequence, Kind, Move, Refusal, State, letter, states

ENTERING = officials(Role.CLERK, Role.CHIEF)
STANDING = states("in_force", "lifting")


class FreezeForm(shared.RightForm):
    """What the court's document says."""

    files = (("court_paper", _("The court's document")),)
    needed_files = frozenset({"court_paper"})

    court = LineField(label=_("Court"), max_length=120)
    document_number = CodeField(label=_("Number of the court's document"), max_length=80)
    starts_on = DayField(label=_("Frozen from"))
    ends_on = DayField(
        label=_("Frozen until"), help_text=_("It ends at 24:00 of this day, unless a court says otherwise.")
    )

    def clean(self):
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first."))
        elif last and last < legal_today():
            self.add_error("ends_on", _("This freeze is over already."))
        return data


class LiftForm(CommentForm):
    """The court's paper that lifts the freeze."""

    lifted_by = forms.CharField(
        label=_("Court and number of the document"), max_length=120,
        error_messages={"required": _("Name the court and the number of its document.")},
    )  # fmt: skip
    court_paper = forms.FileField(
        label=_("The court's document"), error_messages={"required": _("Attach the court's document.")}
    )
    field_order = ["lifted_by", "court_paper", "comment"]


# ------------------------------------------------------------------------------------------------ effects


def put_claim(act: Act) -> None:
    """A freeze is no exclusive claim: a second court may freeze what is frozen, pledged or licensed already."""
    register.claim(right(act), case=act.case, party=None, kind=Claim.Kind.FREEZE, at=act.at, exclusive=False)
    act.dues["term"] = act.row.ends_on
    shared.carry(act, "freeze", court=act.row.court, until=act.row.ends_on)


def let_go(act: Act) -> None:
    register.release(act.case, at=act.at, outcome=act.move.name)


def thaw(act: Act) -> None:
    """The right is free of this freeze; of one that has ended there is nothing to say in the register."""
    let_go(act)
    if register.is_in_force(right(act)):
        shared.carry(act, "thaw", court=act.row.court)


def keep_paper(act: Act) -> None:
    act.row.lifted_by = act.data["lifted_by"]
    act.row.save(update_fields=["lifted_by"])


def drop_paper(act: Act) -> None:
    act.row.lifted_by = ""
    act.row.save(update_fields=["lifted_by"])


# ------------------------------------------------------------------------------------------------ guards


def not_over(act: Act) -> Refusal | None:
    if act.recording or act.row.ends_on >= legal_day(act.at):
        return None
    return Refusal("freeze_over", _("The last day of this freeze has passed."))


def has_begun(act: Act) -> Refusal | None:
    if act.row.starts_on <= legal_day(act.at):
        return None
    return Refusal("freeze_to_come", _("This freeze has not begun yet."))


def is_frozen(freeze: Case, cause: Case | None) -> Refusal:
    return register.FROZEN


# ------------------------------------------------------------------------------------------------ the table

HELD = (
    Consequence(_("It waits to be confirmed."), sources=states("entered")),
    Consequence(_("The court's freeze forbids it."), blocks=is_frozen),
)
ENDS = (Consequence(_("It ends with the right; the court is to be told by letter."), "end_with_right"),)
STATES = (
    State("entered", _("Entered, to be confirmed"), _("Entered"), "waiting", next=_("another official confirms it")),
    State("in_force", _("Frozen"), _("Frozen by a court"), "bad", next=_("nobody: it ends after its last day or by a court's paper")),
    State("lifting", _("Frozen, lifting to be confirmed"), _("Frozen by a court"), "attention", next=_("another official confirms that it is lifted")),
    State("ended", _("Freeze ended"), _("Freeze ended"), "ended", open=False),
    State("discarded", _("Entered by mistake"), _("Entered by mistake"), "ended", open=False),
)  # fmt: skip
HOLDER = ("holder", "office")


def filing(move: str, organisation: Organisation, root: Case, data: dict) -> dict:
    holder = root.registration.holder
    return {
        "organisation": holder, "title": root.registration.name, "root": root, "parties": [("holder", holder)],
        "data": data,
    }  # fmt: skip


KIND = Kind(
    name="freeze",
    label=_("Court freeze"),
    model=Freeze,
    series="冻",
    states=STATES,
    checklist=(
        Criterion("paper", _("The court's document is attached and names this right"), ("court", "document_number"), _("Civil Procedure Law, arts. 103 and 253")),
        Criterion("term", _("The days are those of the document"), ("starts_on", "ends_on")),
    ),
    clocks=(
        ClockSpec(
            "term", _("end of the freeze"), "", audience="office", on_expiry="end", remind_before="remind_before_pledge",
            tells=HOLDER,
        ),
    ),
    moves=(
        Move(
            "file", _("Enter a freeze"), _("entered a court's freeze, to be confirmed"), NEW, "entered", ENTERING,
            form=FreezeForm, guards=(shared.hangs_on_a_right, shared.right_in_force),
            effects=(shared.maker("court", "document_number", "starts_on", "ends_on"),), tag="file", snapshot=True,
            silent="nothing is frozen before a second official confirms it",
        ),
        Move(
            "confirm", _("Confirm the freeze"), _("confirmed the freeze"), states("entered"), "in_force", CITY,
            form=CommentForm, guards=(shared.right_in_force, has_begun, not_over), effects=(put_claim,), starts=("term",), tag="decide",
            tone="primary", snapshot=True, letters=letter("freeze.entered", *HOLDER),
        ),
        Move(
            "discard", _("Discard the entry"), _("discarded the entry"), states("entered"), "discarded", CITY,
            form=ReasonForm, tone="danger", silent="nothing was frozen", undo=nothing,
        ),
        Move(
            "lift", _("Enter that it is lifted"), _("entered that a court lifted it, to be confirmed"), states("in_force"),
            "lifting", ENTERING, form=LiftForm, effects=(keep_paper,), undo=drop_paper, tag="lift",
            silent="it stays frozen until a second official confirms it",
        ),
        Move(
            "confirm_lift", _("Confirm that it is lifted"), _("confirmed that the freeze is lifted"), states("lifting"),
            "ended", CITY, form=CommentForm, effects=(thaw,), stops=("term",), tag="decide", barred=("lift",),
            tone="primary", snapshot=True, letters=letter("freeze.ended", *HOLDER),
        ),
        Move(
            "keep", _("It is not lifted"), _("found that the freeze is not lifted"), states("lifting"), "in_force", CITY,
            form=ReasonForm, effects=(drop_paper,), barred=("lift",), silent="nothing has changed",
        ),
        Move(
            "end", _("End"), _("the freeze ended after its last day"), STANDING, "ended", CLOCK, effects=(thaw,),
            stops=("term",), letters=letter("freeze.ended", *HOLDER),
        ),
        Move(
            "end_with_right", _("End with the right"), _("ended: the right it is about ended"),
            states("entered", *STANDING), "ended", FOLLOWING, effects=(let_go,), stops=("term",),
            letters=letter("freeze.ended", *HOLDER),
        ),
        *rectification(STATES),
    ),
    rests_on=shared.RESTS_ON,
    consequences=shared.consequences(
        expire=ENDS, revoke=ENDS, transfer=HELD, license=HELD,
        cancel=(Consequence(_("It waits to be confirmed."), "end_with_right", states("entered")), HELD[1]),
    ),
    leads_to="freeze",
    filing=filing,
    letter_context=shared.context("court", "document_number", "starts_on", "ends_on", "lifted_by"),
)  # fmt: skip
