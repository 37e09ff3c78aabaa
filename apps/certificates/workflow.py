"""The table of a registration's own life: it is entered by the application's last move and ends by the clock."""

from django.utils.translation import gettext_lazy as _

from apps.certificates.models import Registration
from apps.certificates.register import make_row
from apps.workflow.people import CITY, CLOCK
from apps.workflow.states import NEW, ClockSpec, Kind, Move, State, letter, states

KIND = Kind(
    name="registration",
    label=_("Registration"),
    model=Registration,
    states=(
        State("valid", _("In force"), _("In force"), "good", next=_("nobody: it runs to its end date")),
        State("expired", _("Expired"), _("Expired"), "ended", open=False),
    ),
    clocks=(
        ClockSpec(
            "validity", _("validity"), "certificate_years", audience="applicant", on_expiry="expire",
            remind_before="remind_before_certificate", tells=("holder",),
        ),
    ),
    moves=(
        Move(
            "enter", _("Enter"), _("entered it in the register"), NEW, "valid", CITY | CLOCK, effects=(make_row,),
            starts=("validity",), tag="register", letters=letter("registration.certificate", "holder"), snapshot=True,
        ),
        Move(
            "expire", _("Expire"), _("the validity ended"), states("valid"), "expired", CLOCK, stops=("validity",),
            letters=letter("registration.expired", "holder"),
        ),
    ),
)  # fmt: skip
