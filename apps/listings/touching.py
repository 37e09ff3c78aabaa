"""What an act on a registration makes of the listings of it."""

from django.utils.translation import gettext_lazy as _

from apps.workflow.states import STANDS, Consequence, states

PENDING = states("submitted", "correction", "compliance")
LISTED = states("listed")
SUSPENDED = states("suspended")

NEVER_UP = Consequence(_("It ends: it cannot go up any more."), "moot", PENDING)
NOT_YET_UP = Consequence(_("It cannot go up until this is over."), "hear_obstacle", PENDING)
STAYS_DOWN = Consequence(_("It stays suspended."), sources=SUSPENDED)
CLEARED = Consequence(_("It stays suspended until the exchange lists it again."), "hear_cleared", SUSPENDED)
REDATED = (Consequence(_("It stands as long as the right does."), "redate", LISTED), *STANDS)
ENDED = (
    NEVER_UP,
    Consequence(_("It is suspended, and comes down after the longest suspension."), "suspend_ended", LISTED),
    Consequence(_("It stays suspended, and comes down after the longest suspension."), "note_ended", SUSPENDED),
)
OVER = (*ENDED[:2], STAYS_DOWN)

CONSEQUENCES = {
    "expire": OVER,
    "hold": REDATED,
    "let_run": REDATED,
    "renew": (REDATED[0], CLEARED, *STANDS),
    "change": REDATED,
    "transfer": (
        NEVER_UP,
        Consequence(_("It is suspended until the new holder takes it over."), "suspend_transferred", LISTED),
        Consequence(_("It stays suspended; the new holder may take it over."), "note_transfer", SUSPENDED),
    ),
    "license": (
        Consequence(_("An exclusive licence keeps it from going up."), sources=PENDING),
        Consequence(_("An exclusive licence takes it down; an ordinary one leaves it listed."), "hear_licence", LISTED | SUSPENDED),
    ),
    "reissue": REDATED,
    "freeze": (
        NOT_YET_UP, Consequence(_("It is suspended while the freeze lasts."), "suspend_frozen", LISTED), STAYS_DOWN,
    ),
    "thaw": (CLEARED, *STANDS),
    "contest": (
        NOT_YET_UP, Consequence(_("It is suspended while the dispute is open."), "suspend_disputed", LISTED), STAYS_DOWN,
    ),
    "uphold": (CLEARED, *STANDS),
    "cancel": ENDED,
    "revoke": ENDED,
}  # fmt: skip
