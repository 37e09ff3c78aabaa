"""The table of a registration's own life: it is entered by the application's last move, changed by what follows from
the procedures after registration (``apps.rights``), and ends by one of them or by the clock.

Each act that ends or moves the right, or that others must know of, ``touches`` what rests on it. Each act, whatever it
is, ends by writing the register's journal.
"""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from apps.certificates import contracts, register
from apps.certificates.journal import write_version
from apps.certificates.models import Registration
from apps.workflow.people import CITY, CLOCK, FOLLOWING
from apps.workflow.states import NEW, STAYS, ClockSpec, Kind, Move, State, letter, states

IN_FORCE = states(*register.IN_FORCE)
TOLD = "the procedure that it follows from writes the letter"

MOVES = (
    Move(
        "enter", _("Enter"), _("entered it in the register"), NEW, "valid", CITY | CLOCK, effects=(register.make_row,),
        starts=("validity",), tag="register", letters=letter("registration.certificate", "holder"), snapshot=True,
    ),
    Move(
        "expire", _("Expire"), _("the validity ended"), states("valid"), "expired", CLOCK, stops=("validity",),
        letters=letter("registration.expired", "holder"), touches=True,
    ),
    Move(
        "hold", _("Keep in force"), _("keeps it in force: a renewal was filed in time"), states("valid"), "renewing",
        FOLLOWING, stops=("validity",), silent=TOLD, touches=True,
    ),
    Move(
        "let_run", _("Let the validity run"), _("lets the validity run: the renewal is over"), states("renewing"),
        "valid", FOLLOWING, effects=(register.let_run,), starts=("validity",), silent=TOLD, touches=True,
    ),
    Move(
        "renew", _("Renew"), _("renewed it"), IN_FORCE, "valid", FOLLOWING, effects=(register.renew,),
        starts=("validity",), tag="register", silent=TOLD, snapshot=True, touches=True,
    ),
    Move(
        "change", _("Change the entry"), _("changed the entry"), IN_FORCE, STAYS, FOLLOWING,
        effects=(register.change,), tag="register", silent=TOLD, snapshot=True, touches=True,
    ),
    Move(
        "transfer", _("Enter the new holder"), _("entered the new holder"), IN_FORCE, STAYS, FOLLOWING,
        effects=(register.transfer,), tag="register", silent=TOLD, snapshot=True, touches=True,
    ),
    Move(
        "license", _("Enter a licence"), _("entered a licence"), IN_FORCE, STAYS, FOLLOWING, tag="register",
        silent=TOLD, touches=True,
    ),
    Move(
        "reissue", _("Re-issue the certificate"), _("re-issued the certificate"), IN_FORCE, STAYS, FOLLOWING,
        effects=(register.reissue,), tag="register", silent=TOLD, touches=True,
    ),
    Move(
        "freeze", _("Enter a freeze"), _("entered a court's freeze"), IN_FORCE, STAYS, FOLLOWING, tag="register",
        silent=TOLD, touches=True,
    ),
    Move(
        "thaw", _("End a freeze"), _("ended a court's freeze"), IN_FORCE, STAYS, FOLLOWING, tag="register",
        silent=TOLD, touches=True,
    ),
    Move(
        "contest", _("Enter a dispute"), _("entered a dispute"), IN_FORCE, STAYS, FOLLOWING, tag="register",
        silent=TOLD, touches=True,
    ),
    Move(
        "uphold", _("End a dispute"), _("ended a dispute; the right stands"), IN_FORCE, STAYS, FOLLOWING,
        tag="register", silent=TOLD, touches=True,
    ),
    Move(
        "cancel", _("Cancel the right"), _("cancelled it"), IN_FORCE, "cancelled", FOLLOWING, effects=(register.end,),
        stops=("validity",), tag="register", silent=TOLD, snapshot=True, touches=True,
    ),
    Move(
        "revoke", _("Revoke the registration"), _("revoked it, from the beginning"), IN_FORCE | states("expired"), "revoked",
        FOLLOWING, effects=(register.end,), stops=("validity",), tag="register", silent=TOLD, snapshot=True,
        touches=True,
    ),
)  # fmt: skip

KIND = Kind(
    name="registration",
    label=_("Registration"),
    model=Registration,
    states=(
        State("valid", _("In force"), _("In force"), "good", next=_("nobody: it runs to its end date")),
        State(
            "renewing", _("In force, renewal filed"), _("In force, renewal filed"), "good",
            next=_("the office decides on the renewal"),
        ),
        State("expired", _("Expired"), _("Expired"), "ended", open=False),
        State("cancelled", _("Cancelled"), _("Cancelled"), "ended", open=False),
        State("revoked", _("Revoked"), _("Revoked"), "bad", open=False),
    ),
    clocks=(
        ClockSpec(
            "validity", _("validity"), "certificate_years", audience="applicant", on_expiry="expire",
            remind_before="remind_before_certificate", tells=("holder",), tells_resting=True,
            explains=contracts.what_ends,
        ),
    ),
    moves=tuple(replace(move, effects=(*move.effects, write_version)) for move in MOVES),
)  # fmt: skip
