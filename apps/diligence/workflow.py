"""The table of a view by consent: the holder grants it to a named organisation; it is taken back, given up, or lapses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.certificates import register
from apps.certificates.lookup import happened
from apps.diligence.forms import GrantForm, documents_of, readers
from apps.diligence.models import Grant
from apps.enterprises.models import Organisation
from apps.verifications.guards import must_be_verified
from apps.workflow import search
from apps.workflow.forms import CommentForm
from apps.workflow.machine import Act
from apps.workflow.models import Case
from apps.workflow.people import APPLICANT, CLOCK, FOLLOWING, parties
from apps.workflow.states import NEW, STANDS, STAYS, ClockSpec, Consequence, Kind, Move, Refusal, State, letter, states

STATES = (
    State("open", pgettext_lazy("grant", "Open"), pgettext_lazy("grant", "Open"), "good", next=_("nobody: it runs to its last day")),
    State("ended", pgettext_lazy("grant", "Ended"), pgettext_lazy("grant", "Ended"), "ended", open=False),
)  # fmt: skip
BOTH = ("applicant", "reader")
READER = parties("reader")


def hangs_on_a_right(act: Act) -> Refusal | None:
    if act.case.root is not None and act.case.root.kind == "registration":
        return None
    return Refusal("no_registration", _("A view is granted of the file of a registration: choose one first."))


def holder_grants(act: Act) -> Refusal | None:
    if act.case.root.registration.holder_id == act.case.organisation_id:
        return None
    return Refusal("not_holder", _("Only the holder of the registration opens its file."))


def reader_is_a_partner(act: Act) -> Refusal | None:
    reader = act.data["reader"]
    if reader.pk != act.case.organisation_id and readers().filter(pk=reader.pk).exists():
        return None
    return Refusal("no_partner", _("A view is granted to a verified bank, insurer, exchange or appraiser."))


def make_row(act: Act) -> None:
    """The row, and of the documents those that belong to this file."""
    data, root = act.data, act.case.root
    row = Grant.objects.create(
        case=act.case, registration=root.registration, reader=data["reader"], purpose=data["purpose"],
        until_on=data["until_on"], parts=sorted(data.get("parts") or ()),
    )  # fmt: skip
    row.documents.set(documents_of(root).filter(pk__in=[int(pk) for pk in data.get("documents") or ()]))
    act.dues["validity"] = row.until_on
    search.index(act.case.pk, f"{root.number} {root.title} {act.case.organisation.name} {row.reader.name}")
    act.data = {}


def filing(move: str, organisation: Organisation, root: Case, data: dict) -> dict:
    return {
        "organisation": organisation, "title": root.title if root else "", "root": root, "data": data,
        "parties": [("applicant", organisation), ("reader", data["reader"])],
    }  # fmt: skip


def letter_context(act: Act) -> dict:
    row = act.row
    return {
        "reader": row.reader.name, "registration": row.registration.number, "until_on": row.until_on.isoformat(),
        "purpose": row.purpose, "happened": happened(act),
    }  # fmt: skip


def left_out(case: Case) -> str:
    """Whom else the holder lets read is nobody's business."""
    return ""


ENDS = (Consequence(_("It ends: the new holder has not granted it."), "pass_on"),)
HEARD = (Consequence(_("The view stays open; whoever reads by it is told."), "hear"),)
CONSEQUENCES = {
    **dict.fromkeys(register.ACTS, STANDS), "transfer": ENDS,
    **dict.fromkeys(("license", "freeze", "thaw", "contest", "uphold", "expire", "cancel", "revoke"), HEARD),
}  # fmt: skip
"""Who reads by consent weighs a loan, a cover or a price by what is read: what changes the weight is told."""

KIND = Kind(
    name="grant",
    label=_("View by consent"),
    model=Grant,
    series="阅",
    states=STATES,
    clocks=(ClockSpec("validity", _("view by consent"), "", audience="applicant", on_expiry="lapse", tells=BOTH),),
    moves=(
        Move(
            "give", _("Open the file"), _("opened the file"), NEW, "open", APPLICANT, form=GrantForm,
            guards=(hangs_on_a_right, must_be_verified, holder_grants), checks=(reader_is_a_partner,), effects=(make_row,),
            starts=("validity",), tag="file", snapshot=True, letters=letter("grant.given", *BOTH),
        ),
        Move(
            "revoke", _("End the view"), _("ended the view"), states("open"), "ended", APPLICANT, form=CommentForm,
            stops=("validity",), tone="danger", letters=letter("grant.ended", *BOTH),
        ),
        Move(
            "give_up", _("Give the view up"), _("gave the view up"), states("open"), "ended", READER, form=CommentForm,
            stops=("validity",), tone="danger", letters=letter("grant.ended", *BOTH),
        ),
        Move(
            "lapse", _("Lapse"), _("its last day passed"), states("open"), "ended", CLOCK, stops=("validity",),
            letters=letter("grant.ended", *BOTH),
        ),
        Move(
            "pass_on", _("End with the transfer"), _("ended it: the right has a new holder"), states("open"), "ended",
            FOLLOWING, stops=("validity",), letters=letter("grant.ended", *BOTH),
        ),
        Move(
            "hear", _("Tell of an act on the right"), _("the reader was told of an act on the right"), states("open"), STAYS,
            FOLLOWING, letters=letter("grant.told", "reader"),
        ),
    ),
    rests_on="registration",
    consequences=CONSEQUENCES,
    filing=filing,
    letter_context=letter_context,
    sheet_line=left_out,
    reads_at=("portal:consented", _("The file by consent, and who looked at it")),
)  # fmt: skip
