"""What changes while a pledge stands: the deal and the loan's end by agreement of both sides, and the payments.

Both apply, as for the registration (§ model rule: within thirty days of the change). After a release nothing can be
changed, extended or renewed: the act is refused with the reason.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.certificates import register
from apps.pledges import effects
from apps.pledges.forms_after import ChangeForm, DrawingForm, EnterChangeForm
from apps.pledges.guards import named, outlasts, rights_of
from apps.pledges.models import Amendment, Drawing
from apps.pledges.releasing import BOTH, CONCERNED, PLEDGEE, PLEDGOR, REGISTRARS
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.money import fen
from apps.workflow.people import DECIDERS, entering
from apps.workflow.review import newest_act
from apps.workflow.states import STAYS, ClockSpec, Move, Refusal, letter, states

CHANGEABLE = states("registered", "overdue")
ASKABLE = CHANGEABLE | {"release_asked", "second_key", "cooling", "released", "enforced"}
"""Where the button stands: in the later ones to say why nothing can be changed any more."""
CHANGES = ClockSpec(
    "change_review", _("examination of the change"), "pledge_review_days", remind_before="remind_before",
    remind_after="remind_after",
)  # fmt: skip


def open_amendment(act: Act) -> Amendment | None:
    known = act.standing.history.known
    if "amendment" not in known:
        rows = Amendment.objects.filter(pledge=act.case.pk, ended_at__isnull=True)
        known["amendment"] = rows.first() if "ask_change" in act.standing.happened else None
    return known["amendment"]


def change_is_open(act: Act) -> bool:
    return open_amendment(act) is not None


def still_runs(act: Act) -> Refusal | None:
    """After the release no change, no extension and no renewal is possible; while it cools neither."""
    if act.case.status in CHANGEABLE:
        return None
    if act.case.status in ("released", "enforced"):
        return Refusal(
            "released",
            _("The pledge has ended: it cannot be changed, extended or renewed any more. Apply for a new pledge."),
        )
    return Refusal("release_under_way", _("A release is under way: nothing can be changed until it is decided."))


def no_open_change(act: Act) -> Refusal | None:
    if not change_is_open(act):
        return None
    return Refusal("change_open", _("A change is asked for already: it must be decided first."))


def other_side_agrees(act: Act) -> Refusal | None:
    """Pledgor, agent and a new holder are one side, for whom an official may have entered it; the pledgee is the other."""
    row = open_amendment(act)
    other = PLEDGOR if row is not None and row.asked_by_id == act.row.pledgee_id else PLEDGEE
    if row is None or other(act.standing):
        return None
    return Refusal("own_request", _("Your own side asked for the change; the other side agrees to it."))


def not_yet_agreed(act: Act) -> Refusal | None:
    row = open_amendment(act)
    return Refusal("agreed", _("The other side has agreed already.")) if row is not None and row.agreed_at else None


def both_agree(act: Act) -> Refusal | None:
    if act.recording or act.data.get("joint_paper") or open_amendment(act).agreed_at:
        return None
    return Refusal("not_joint", _("The other side has not agreed, and no agreement signed by both was seen."))


def right_still_stands(act: Act) -> Refusal | None:
    """A change of the deal needs a right in force, as the registration did."""
    for right in rights_of(act):
        if (refusal := None if act.recording else register.must_be_valid(right)) is not None:
            return named(right, refusal)
    return None


def new_end(act: Act) -> date | None:
    row = open_amendment(act)
    text = row.changes.get("ends_on") if row else None
    return date.fromisoformat(text) if isinstance(text, str) else text


def extension_within_validity(act: Act) -> Refusal | None:
    """Ground 6 again: a longer loan past the right's validity is the chief's, with a reason."""
    ends_on = new_end(act)
    if ends_on is None or act.recording or not outlasts(act, ends_on):
        return None
    if not act.standing.holds(Role.CHIEF):
        return Refusal(
            "past_validity",
            _("The loan ends after the right's validity: only the section chief may register it, with a reason."),
        )
    if act.data is not None and not act.data.get("past_validity_because"):
        return Refusal(
            "no_reason", _("The loan ends after the right's validity: give the reason to register it all the same.")
        )
    return None


def amounts_hold(act: Act) -> Refusal | None:
    """What was drawn stays within the credit line, and the loan ends after it began."""
    row, changes = act.row, effects.columns(asked_values(open_amendment(act)))
    if row.drawn_fen > (changes.get("credit_fen") or row.credit_fen):
        return Refusal("over_credit", _("More was drawn than the credit line would then be."))
    if (changes.get("ends_on") or row.ends_on) < row.starts_on:
        return Refusal("ends_early", _("The last day of the loan lies before the first."))
    return None


def asked_values(row: Amendment) -> dict:
    """The changes as the form gave them: JSON keeps amounts as text and days as ISO words."""
    values = dict(row.changes)
    for name in (*effects.AMOUNTS, "interest"):
        if values.get(name) is not None:
            values[name] = Decimal(values[name])
    if isinstance(values.get("ends_on"), str):
        values["ends_on"] = date.fromisoformat(values["ends_on"])
    return values


def words_of(row: Amendment | None) -> str:
    """A change in words, a line for each item."""
    if row is None:
        return ""
    labels = ChangeForm.base_fields
    return "\n".join(f"{labels[name].label}：{value}" for name, value in row.changes.items() if name in labels)


# ------------------------------------------------------------------------------------------------ effects


def keep_change(act: Act) -> None:
    changes = {name: value for name, value in act.data.items() if value not in (None, "") and name != "comment"}
    asker = next(
        (party.organisation for party in act.case.parties.filter(organisation__in=act.standing.organisations)), None
    )
    Amendment.objects.create(pledge=act.row, changes=changes, asked_at=act.at, asked_by=asker)


def agree(act: Act) -> None:
    Amendment.objects.filter(pk=open_amendment(act).pk).update(agreed_at=act.at)


def apply_change(act: Act) -> None:
    """The deal as changed; what stood before stays in the event."""
    row, amendment = act.row, open_amendment(act)
    changes = effects.columns(asked_values(amendment))
    act.facts["before"] = {name: getattr(row, name) for name in changes}
    act.facts["extended"] = changes.get("ends_on", row.ends_on) > row.ends_on
    for name, value in changes.items():
        setattr(row, name, value)
    if act.data.get("past_validity_because"):
        row.past_validity_because = act.data["past_validity_because"]
    row.save()
    effects.close_change(act, "entered")
    act.dues["loan_end"] = row.ends_on


def drop_change(act: Act) -> None:
    effects.close_change(act, "refused")


def within_credit(act: Act) -> Refusal | None:
    """A payment neither exceeds the credit line nor pays back more than was drawn; it has happened already."""
    balance = balance_after(act)
    if act.data["on"] > legal_day(act.at):
        return Refusal("future", _("A payment is recorded when it was made."))
    if balance > act.row.credit_fen:
        return Refusal("over_credit", _("More cannot be drawn than the credit line."))
    return Refusal("below_zero", _("More cannot be paid back than was drawn.")) if balance < 0 else None


def balance_after(act: Act) -> int:
    sign = 1 if act.data["kind"] == Drawing.Kind.DRAWN else -1
    return act.row.drawn_fen + sign * fen(act.data["amount"])


def keep_drawing(act: Act) -> None:
    data = act.data
    Drawing.objects.create(
        pledge=act.row, kind=data["kind"], amount_fen=fen(data["amount"]), on=data["on"], recorded_at=act.at
    )
    act.row.drawn_fen = balance_after(act)
    act.row.save(update_fields=["drawn_fen"])


MOVES = (
    Move(
        "draw", _("Record a payment of the loan"), _("recorded a payment of the loan"),
        CHANGEABLE | {"release_asked", "gone"}, STAYS, PLEDGEE | entering(Role.CLERK), form=DrawingForm,
        checks=(within_credit,), effects=(keep_drawing,), letters=letter("pledge.drawn", "applicant", "pledgee"),
    ),
    Move(
        "ask_change", _("Ask for a change or an extension"), _("asked for a change of the pledge"), ASKABLE, STAYS,
        PLEDGOR | PLEDGEE | entering(Role.CLERK), form=ChangeForm, guards=(still_runs, no_open_change),
        effects=(keep_change,), starts=("change_review",), tag="file", letters=letter("pledge.change_asked", *BOTH, "office"),
    ),
    Move(
        "agree_change", _("Agree to the change"), _("agreed to the change"), CHANGEABLE, STAYS, PLEDGOR | PLEDGEE,
        form=CommentForm, when=change_is_open, guards=(other_side_agrees, not_yet_agreed), effects=(agree,), tone="primary",
        letters=letter("pledge.change_agreed", *BOTH, "office"),
    ),
    Move(
        "enter_change", _("Register the change"), _("registered the change"), CHANGEABLE, "registered", REGISTRARS,
        form=EnterChangeForm, when=change_is_open, guards=(right_still_stands,),
        checks=(both_agree, amounts_hold, extension_within_validity), effects=(apply_change,),
        stops=("change_review",), starts=("loan_end",), tag="decide", tone="primary",
        letters=letter("pledge.changed", *CONCERNED), snapshot=True,
    ),
    Move(
        "refuse_change", _("Refuse the change"), _("refused the change"), CHANGEABLE, STAYS, REGISTRARS, form=ReasonForm,
        when=change_is_open, effects=(drop_change,), stops=("change_review",), tag="decide", tone="danger",
        letters=letter("pledge.change_refused", *BOTH),
    ),
)  # fmt: skip


def void_proposed(act: Act) -> Refusal | None:
    """The last word on it is a proposal that nobody has answered by another act."""
    last = newest_act(act)
    if last is not None and last.move == "propose_void":
        return None
    return Refusal("not_proposed", _("Nobody has proposed to revoke the pledge."))


VOID = (
    Move(
        "propose_void", _("Propose to revoke the pledge"), _("proposed to revoke the pledge"),
        CHANGEABLE | {"release_asked", "gone"}, STAYS, REGISTRARS, form=ReasonForm, tag="propose_void", tone="danger",
        silent="nothing is decided yet",
    ),
    Move(
        "void", _("Revoke the pledge"), _("revoked the pledge, from the beginning"),
        CHANGEABLE | {"release_asked", "gone"}, "void", DECIDERS, form=ReasonForm, guards=(void_proposed,),
        effects=(effects.make_void,), stops=("loan_end", "release_answer", "change_review"), tag="decide",
        barred=("propose_void",), tone="danger", letters=letter("pledge.void", *CONCERNED, "office"), snapshot=True,
    ),
)  # fmt: skip
