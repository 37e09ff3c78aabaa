"""The table of an entry of the sharing list: offered by the member that holds the right, published by the secretariat,
ended by its day, by a word of either side, or by what happens to the right or to the membership."""

from __future__ import annotations

from django.utils.translation import gettext as plain_text
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.alliance.checklist import SHARING_CHECKLIST
from apps.alliance.forms import ShareForm
from apps.alliance.models import SharedEntry
from apps.alliance.queries import memberships
from apps.certificates import consent, register
from apps.certificates.codes import SourceKind
from apps.certificates.models import Registration
from apps.enterprises.models import Organisation
from apps.verifications.guards import must_be_verified
from apps.workflow import machine, search
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.models import Case
from apps.workflow.once import save_once
from apps.workflow.people import APPLICANT, CLOCK, FOLLOWING, officials
from apps.workflow.review import REPLY, REVIEW_STATES, nothing, rectification, review_clock, reviewed
from apps.workflow.rounds import unlocked
from apps.workflow.states import STANDS, STAYS, ClockSpec, Consequence, Kind, Move, Refusal, State, letter, states

STATES = (
    *REVIEW_STATES,
    State("published", _("On the sharing list"), _("On the sharing list"), "good", next=_("nobody: it runs to its last day")),
    State("paused", _("Off the list for the time being"), _("Off the list for the time being"), "attention", next=_("the secretariat puts it back")),
    State("ended", _("No longer shared"), _("No longer shared"), "ended", open=False),
)  # fmt: skip
PENDING, PUBLISHED, PAUSED = states("submitted", "correction"), states("published"), states("paused")
OPEN = PENDING | PUBLISHED | PAUSED
FIELDS = (
    "description", "mode", "scope", "delivery", "terms", "contact_name", "contact_phone", "until_on", "statement",
)  # fmt: skip
SECRETARIAT = officials(Role.SECRETARIAT)
BOTH = ("applicant", "office")
ALREADY = Refusal("already_shared", _("The registration is on the sharing list already, or its entry is under way."))
PERSONAL = Refusal(
    "personal_data", _("Data that contains personal data is not shared: it must be made anonymous first.")
)


# ------------------------------------------------------------------------------------------------ guards


def right_of(act: Act) -> Registration:
    return act.case.root.registration


def hangs_on_a_right(act: Act) -> Refusal | None:
    if act.case.root is not None and act.case.root.kind == "registration":
        return None
    return Refusal("no_registration", _("A registration is shared: choose one first."))


def is_member(act: Act) -> Refusal | None:
    if memberships(act.case.organisation).exists():
        return None
    return Refusal("not_member", _("Only members of the alliance share by its list."))


def holder_shares(act: Act) -> Refusal | None:
    if right_of(act).holder_id == act.case.organisation_id:
        return None
    return Refusal("not_holder", _("Only the holder of the registration can share it."))


def right_is_valid(act: Act) -> Refusal | None:
    return register.must_be_valid_for(act, right_of(act))


def right_is_undisputed(act: Act) -> Refusal | None:
    return register.must_be_undisputed(right_of(act))


def right_is_not_frozen(act: Act) -> Refusal | None:
    return register.must_not_be_frozen(right_of(act))


def no_licence_shuts_out(act: Act) -> Refusal | None:
    return register.must_not_be_licensed(right_of(act))


def filed_now(act: Act, name: str):
    """An item as it is being filed, or as the row keeps it."""
    return act.data[name] if act.move.opens else getattr(act.row, name)


def no_personal_data(act: Act) -> Refusal | None:
    """The application said so, or the register names personal data as a source and the statement denies it."""
    right = right_of(act)
    application = getattr(right.origin, "application", None)
    if application is not None and application.checklist.get("personal") == "yes":
        return PERSONAL
    denied = filed_now(act, "statement") == SharedEntry.Statement.NONE
    return PERSONAL if denied and SourceKind.PERSONAL in right.source_kinds else None


def ends_with_the_right(act: Act) -> Refusal | None:
    if legal_day(act.at) <= filed_now(act, "until_on") <= right_of(act).valid_until:
        return None
    return Refusal("wrong_end", _("An entry ends today or later, and not after the right: look at the date."))


def not_on_the_list(act: Act) -> Refusal | None:
    others = Case.objects.filter(kind=KIND.name, root=act.case.root)
    return ALREADY if others.in_state(*OPEN).exists() else None


def consented(act: Act) -> Refusal | None:
    """Who shares a pledged right lets others use it: the pledgee agrees first (Civil Code, art. 444), the holders too."""
    return None if act.recording else consent.missing(act.case, consent.asked_of(right_of(act)))


MAY_STAND = (
    is_member, holder_shares, right_is_valid, right_is_undisputed, right_is_not_frozen, no_licence_shuts_out,
    no_personal_data, ends_with_the_right,
)  # fmt: skip
"""Asked when an entry is filed, published, and put back."""


# ------------------------------------------------------------------------------------------------ effects


def make_row(act: Act) -> None:
    right, firm = right_of(act), act.case.organisation
    write_down_ended(right)
    values = {name: act.data[name] for name in FIELDS}
    save_once(SharedEntry(case=act.case, registration=right, **values), ALREADY)
    search.index(act.case.pk, f"{right.number} {right.name} {firm.name}")
    act.data = {}


def write_down_ended(right: Registration) -> None:
    """Settle the entry whose case the clock has ended and no sweep has written down: it must not stand in the way."""
    for row in right.shared_entries.filter(ended_on__isnull=True).select_related("case"):
        if not row.case.state_.open:
            machine.settle(machine.locked([row.pk])[0])


def change_row(act: Act) -> None:
    for name, value in unlocked(act).items():
        if name in FIELDS:
            setattr(act.row, name, value)
    act.row.save()
    act.data = {}


def publish(act: Act) -> None:
    act.row.published_on = legal_day(act.at)
    act.row.save(update_fields=["published_on"])
    act.dues["term"] = act.row.until_on


def unpublish(act: Act) -> None:
    act.row.published_on = None
    act.row.save(update_fields=["published_on"])


def close(act: Act) -> None:
    act.row.ended_on = legal_day(act.at)
    act.row.save(update_fields=["ended_on"])


def reopen(act: Act) -> None:
    act.row.ended_on = None
    save_once(act.row, ALREADY)


def close_if_shut_out(act: Act) -> None:
    """A licence was entered on the right: one that shuts out others leaves nothing to share."""
    if register.is_licensed(right_of(act)):
        act.facts["to_status"] = "ended"
        close(act)


# ------------------------------------------------------------------------------------------------ what touches it

FALLS = Consequence(_("It ends with the right."), "fall_away")
WAITS = Consequence(_("It cannot be published until this is over."), sources=PENDING)
STAYS_OFF = Consequence(_("It stays off the list."), sources=PAUSED)
CLEARED = (Consequence(_("It stays off the list until the secretariat puts it back."), "hear_cleared", PAUSED), *STANDS)
PAUSES = (WAITS, Consequence(_("It is taken off the list meanwhile."), "pause", PUBLISHED), STAYS_OFF)
LEFT = (Consequence(_("It ends with the membership."), "fall_away"),)
CONSEQUENCES = {
    **dict.fromkeys(register.ACTS, STANDS),
    **dict.fromkeys(("expire", "cancel", "revoke"), (FALLS,)),
    "transfer": (Consequence(_("It ends: the new holder has not offered it."), "fall_away"),),
    "license": (Consequence(_("An exclusive licence ends it; an ordinary one leaves it."), "hear_licence"),),
    **dict.fromkeys(("freeze", "contest"), PAUSES),
    **dict.fromkeys(("thaw", "uphold"), CLEARED),
    "suspend": PAUSES, "resume": CLEARED, "leave": LEFT, "remove": LEFT,
}  # fmt: skip
"""By the acts on the right, and by those on the membership."""


def reason(act: Act) -> str:
    """Why it is off the list, in the reader's language: what happened to what it rests on, or the words of whoever acted."""
    texts = {
        "transfer": plain_text("the registration has a new holder, who has not offered it"),
        "freeze": plain_text("a court has frozen the registration"),
        "contest": plain_text("a dispute over the registration is open"),
        "license": plain_text("a licence that shuts out others is in force on the registration"),
        "suspend": plain_text("the membership in the alliance is suspended"),
        "leave": plain_text("the membership in the alliance has ended"),
        "remove": plain_text("the membership in the alliance has ended"),
        "": plain_text("its last day has passed") if act.move.name == "end" else act.comment,
    }
    return texts.get(act.facts.get("because_move", ""), plain_text("the registration is no longer in force"))


def letter_context(act: Act) -> dict:
    row = act.row
    return {
        "registration": row.registration.number, "name": row.registration.name, "holder": act.case.organisation.name,
        "until_on": row.until_on.isoformat(), "reason": reason(act),
        "ended": act.event is not None and act.event.to_status == "ended",
    }  # fmt: skip


def filing(move: str, organisation: Organisation, root: Case | None, data: dict) -> dict:
    """It rests on the right, and on the membership of whoever offers it."""
    return {
        "organisation": organisation, "title": root.title if root else organisation.name, "root": root,
        "bases": list(memberships(organisation)), "parties": [("applicant", organisation)], "data": data,
    }  # fmt: skip


def reviewing() -> tuple[Move, ...]:
    """The common review; its lapse ends the entry like every other way out."""
    return reviewed(
        examiner=SECRETARIAT, decider=SECRETARIAT, again=SECRETARIAT, form=ShareForm, accepted="published", accept=_("Publish on the list"),
        accepted_past=_("published it on the sharing list"), texts="sharing",
        file_guards=(hangs_on_a_right, must_be_verified, *MAY_STAND, not_on_the_list), guards=(*MAY_STAND, consented),
        filed=(make_row, consent.ask), answered=(change_row, consent.ask), effects=(publish,), starts=("term",),
        undo=unpublish, ended=(close,), undo_ended=reopen,
    )  # fmt: skip


KIND = Kind(
    name="sharing",
    label=_("Entry of the sharing list"),
    model=SharedEntry,
    series="享",
    states=STATES,
    checklist=SHARING_CHECKLIST,
    seen_by=frozenset({Role.SECRETARIAT, Role.CHIEF, Role.DEPUTY, Role.CLERK}),
    clocks=(
        review_clock("sharing_check_days", _("check of the entry")),
        REPLY,
        ClockSpec("term", _("end of the entry"), "", audience="applicant", on_expiry="end", remind_before="remind_before"),
    ),
    moves=(
        *reviewing(),
        *consent.consent_moves(PENDING, SECRETARIAT),
        Move(
            "take_down", _("Take it off the list"), _("took it off the list"), PUBLISHED | PAUSED, "ended",
            APPLICANT | SECRETARIAT, form=ReasonForm, effects=(close,), undo=reopen, stops=("term",), tone="danger",
            letters=letter("sharing.ended", *BOTH), snapshot=True,
        ),
        Move(
            "end", _("End"), _("its last day passed"), PUBLISHED | PAUSED, "ended", CLOCK, effects=(close,),
            stops=("term",), letters=letter("sharing.ended", *BOTH),
        ),
        Move(
            "fall_away", _("Fall away"), _("what it rests on has ended, or is in other hands"), OPEN, "ended", FOLLOWING,
            effects=(close,), letters=letter("sharing.ended", *BOTH),
        ),
        Move(
            "hear_licence", _("Note a licence"), _("a licence on the right was filed or sold"), OPEN, STAYS, FOLLOWING,
            effects=(close_if_shut_out,), letters=letter("sharing.licensed", *BOTH),
        ),
        Move(
            "pause", _("Take it off for the time being"), _("taken off the list for the time being"), PUBLISHED, "paused",
            FOLLOWING, letters=letter("sharing.paused", *BOTH),
        ),
        Move(
            "hear_cleared", _("Note that the reason is over"), _("a reason for being off the list is over"), PAUSED, STAYS,
            FOLLOWING, letters=letter("sharing.cleared", *BOTH),
        ),
        Move(
            "resume", _("Put it back on the list"), _("put it back on the list"), PAUSED, "published", SECRETARIAT,
            form=CommentForm, guards=MAY_STAND, tag="decide", tone="primary",
            letters=letter("sharing.resumed"), undo=nothing,
        ),
        *rectification(STATES),
    ),
    rests_on="registration",
    rests_also_on="membership",
    consequences=CONSEQUENCES,
    filing=filing,
    letter_context=letter_context,
)  # fmt: skip
