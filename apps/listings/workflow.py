"""The table of a listing: brought by the holder, reviewed and put up by the exchange, suspended by what happens to its
rights, and taken down by its term, a sale that leaves nothing to offer, or a word of either side."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.certificates.consent import ROLE as CONSENTING
from apps.certificates.consent import consent_moves
from apps.certificates.models import Registration
from apps.enterprises.models import Organisation
from apps.listings import effects
from apps.listings.checklist import CHECKLIST
from apps.listings.forms import (
    AfterSaleForm,
    LastSaleForm,
    ListingForm,
    OrdinarySaleForm,
    ProductForm,
    RecordForm,
    TermsForm,
)
from apps.listings.guards import (
    MAY_STAND,
    agreed_while_listed,
    asked_of,
    consented,
    exchange_is_one,
    hangs_on_a_right,
    is_unasked,
    listed_by_now,
    names_a_transaction,
    sold_as_offered,
    stands_some_days,
    successor_holds,
)
from apps.listings.models import Listing
from apps.listings.touching import CONSEQUENCES, LISTED, PENDING, SUSPENDED
from apps.verifications.guards import must_be_verified
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.models import Case
from apps.workflow.people import APPLICANT, CLERKS, CLOCK, ENTERING, FOLLOWING, entering, parties
from apps.workflow.review import CORRECTION, LAPSED, REPLY, WITHDRAWN, nothing, rectification, reviewed
from apps.workflow.states import NEW, STAYS, ClockSpec, Kind, Move, State, letter, states

STATES = (
    State("submitted", _("Brought to the exchange"), _("Under review"), "waiting", next=_("the exchange reviews it")),
    CORRECTION,
    State(
        "compliance", _("Compliance assessment"), _("Compliance assessment"), "waiting",
        next=_("the law firm reports, and the exchange lists it"),
    ),
    State("listed", _("Listed"), _("Listed"), "good", next=_("nobody: it is listed to its end date")),
    State(
        "suspended", _("Suspended"), _("Suspended"), "attention",
        next=_("the exchange lists it again, or it comes down by itself"),
    ),
    State("delisted", _("Taken down"), _("No longer listed"), "ended", open=False),
    State("refused", _("Refused"), _("Not accepted by the exchange"), "bad", open=False),
    WITHDRAWN,
    LAPSED,
    State("moot", _("Ended with the right"), _("Ended with the right"), "ended", open=False),
)  # fmt: skip
BOTH = ("applicant", "exchange")
ALL = (*BOTH, "successor", "office")
EXCHANGE = parties("exchange") | ENTERING
FILER = APPLICANT | entering(Role.CLERK, Role.DISTRICT_CLERK)
OPENING = (hangs_on_a_right, must_be_verified, exchange_is_one, *MAY_STAND)
TOLD_DOWN = letter("listing.taken_down", *BOTH)


def filing(move: str, organisation: Organisation, root: Case | None, data: dict) -> dict:
    """The holder is the case's organisation, whoever files; an exchange's own record names itself. Whoever must consent
    is a party from the start."""
    if root is None or root.kind != "registration":
        return {
            "organisation": organisation, "title": data["product_name"], "root": root, "data": data,
            "parties": [("applicant", organisation)],
        }  # fmt: skip
    further = list(Registration.objects.filter(pk__in=data.get("further", ())).select_related("case"))
    holder, exchange = root.registration.holder, Organisation.objects.get(pk=data["exchange"])
    consenting = asked_of([root.registration, *further])
    return {
        "organisation": holder,
        "title": data["product_name"],
        "root": root,
        "bases": [right.case for right in further],
        "parties": [
            ("applicant", holder), ("exchange", exchange), *((CONSENTING, each) for each in consenting),
        ],
        "data": {name: value for name, value in data.items() if name != "further"},
    }  # fmt: skip


def following(name: str, verb, past, sources: frozenset[str], text: str, **more) -> Move:
    """A row for what follows from an act on one of the rights."""
    return Move(name, verb, past, sources, more.pop("target", STAYS), FOLLOWING, letters=letter(text, *ALL), **more)


def suspending(name: str, past, who=FOLLOWING, **more) -> Move:
    """A row by which a listing is suspended: the longest suspension begins, and the term runs on."""
    return Move(
        name, _("Suspend"), past, LISTED, "suspended", who, starts=("suspension",), stops=("validity",),
        letters=letter("listing.suspended", *ALL), **more,
    )  # fmt: skip


def reviewing() -> tuple[Move, ...]:
    """The common review, by the exchange: its answer opens the product sheet alone, its refusal is no act of an office."""
    rows = reviewed(
        examiner=EXCHANGE, decider=EXCHANGE, filer=FILER, form=ListingForm, accepted="compliance",
        accept=_("Order the compliance assessment"), accepted_past=_("ordered the compliance assessment"),
        texts="listing", to=BOTH, file_guards=OPENING, guards=MAY_STAND, filed=(effects.make_row,),
        answered=(effects.change_row, effects.ask_consents), effects=(effects.ask_consents,), starts=("compliance",),
        undo=nothing, again=EXCHANGE, reviewer="exchange",
    )  # fmt: skip
    own = {"answer": {"form": ProductForm}, "refuse": {"letters": letter("listing.refused", *BOTH)}}
    own["refuse"]["sources"] = states("submitted", "compliance")
    own["refuse"]["stops"] = ("review", "compliance")
    own["withdraw"] = {"sources": PENDING, "stops": ("review", "reply", "compliance")}
    return tuple(replace(row, **own.get(row.name, {})) for row in rows)


KIND = Kind(
    name="listing",
    label=_("Listing"),
    model=Listing,
    series="挂",
    states=STATES,
    checklist=CHECKLIST,
    clocks=(
        ClockSpec(
            "review", _("review by the exchange"), "listing_review_days", remind_before="remind_before",
            remind_after="remind_after", tells=("exchange",),
        ),
        REPLY,
        ClockSpec(
            "compliance", _("compliance assessment"), "listing_compliance_days", remind_before="remind_before",
            remind_after="remind_after", tells=("exchange",),
        ),
        ClockSpec(
            "term", _("end of the listing"), "", audience="applicant", on_expiry="end",
            remind_before="remind_before_listing", tells=BOTH,
        ),
        ClockSpec("validity", _("end of the right"), "", audience="applicant", on_expiry="right_ended"),
        ClockSpec(
            "suspension", _("longest suspension"), "listing_suspension_days", audience="applicant",
            on_expiry="come_down", remind_before="remind_before", tells=BOTH,
        ),
    ),
    moves=(
        *reviewing(),
        Move(
            "record", _("Record a listing"), _("recorded the listing"), NEW, "listed", parties("exchange") | CLERKS,
            form=RecordForm, guards=OPENING, checks=(consented, listed_by_now, stands_some_days),
            effects=(effects.make_row, effects.put_up), starts=("term", "validity"), tag="file", snapshot=True,
            letters=letter("listing.listed", *BOTH),
        ),
        *consent_moves(PENDING | LISTED, CLERKS),
        Move(
            "ask_consents", _("Ask for the consents"), _("asked those for their consent who have a say by now"), LISTED,
            STAYS, EXCHANGE | APPLICANT, form=CommentForm, when=is_unasked, effects=(effects.ask_consents,),
            undo=nothing, letters=letter("listing.consent_asked", CONSENTING),
        ),
        Move(
            "send_back", _("Back to the review"), _("sent it back to the review"), states("compliance"), "submitted",
            EXCHANGE, form=ReasonForm, effects=(effects.ask_consents,), undo=nothing, stops=("compliance",),
            starts=("review",), tag="examine",
            letters=letter("listing.sent_back"),
        ),
        Move(
            "list", _("List it"), _("listed it"), states("compliance"), "listed", EXCHANGE, form=TermsForm,
            guards=(*MAY_STAND, consented), checks=(stands_some_days,), effects=(effects.put_up,), undo=effects.take_off,
            stops=("compliance",), starts=("term", "validity"), tag="decide", tone="primary", snapshot=True,
            letters=letter("listing.listed", *BOTH),
        ),
        Move(
            "sell", _("Record a sale"), _("recorded the sale of an ordinary licence"), LISTED, STAYS, EXCHANGE,
            form=OrdinarySaleForm, guards=(*MAY_STAND, consented), checks=(sold_as_offered, agreed_while_listed),
            effects=(effects.sell,), undo=effects.unsell, tone="primary", letters=letter("listing.sold", *BOTH),
        ),
        Move(
            "sell_last", _("Record the sale of all that was offered"),
            _("recorded a sale that leaves nothing to offer"), LISTED, "delisted", EXCHANGE, form=LastSaleForm,
            guards=(*MAY_STAND, consented), checks=(sold_as_offered, agreed_while_listed), effects=(effects.sell,),
            undo=effects.unsell, leads_to=effects.leads_to, stops=("term", "validity"), letters=letter("listing.sold", *BOTH) + TOLD_DOWN,
        ),
        Move(
            "go_on", _("Note delivery, payment or refund"), _("noted what came of a sale"),
            states("listed", "suspended", "delisted"), STAYS, EXCHANGE, form=AfterSaleForm,
            checks=(names_a_transaction,), effects=(effects.go_on_with,), undo=effects.undo_after_sale,
            letters=letter("listing.sold", *BOTH),
        ),
        suspending("suspend", _("suspended it"), EXCHANGE | APPLICANT, form=ReasonForm),
        suspending("right_ended", _("the right ended: it is suspended"), CLOCK),
        suspending("suspend_ended", _("the right ended: it is suspended")),
        suspending("suspend_disputed", _("a dispute is open: it is suspended")),
        suspending("suspend_frozen", _("a court froze the right: it is suspended")),
        suspending(
            "suspend_transferred", _("the right has a new holder: it is suspended"), effects=(effects.ask_the_successor,),
        ),
        following(
            "note_transfer", _("Note the new holder"), _("the right has a new holder"), SUSPENDED,
            "listing.suspended", effects=(effects.ask_the_successor,),
        ),
        following(
            "moot", _("End with the right"), _("ended: another act on the right left nothing to decide"), PENDING,
            "listing.moot", target="moot", stops=("review", "reply", "compliance"),
        ),
        following(
            "hear_obstacle", _("Note what keeps it down"), _("something keeps it from going up"), PENDING,
            "listing.obstacle",
        ),
        following("note_ended", _("Note the end of the right"), _("the right ended"), SUSPENDED, "listing.suspended"),
        following(
            "hear_cleared", _("Note that the reason is over"), _("a reason of the suspension is over"), SUSPENDED,
            "listing.cleared",
        ),
        following(
            "redate", _("Follow the right"), _("follows the right's validity"), LISTED, "listing.redated",
            effects=(effects.run_with_the_rights,), starts=("validity",),
        ),
        following(
            "hear_licence", _("Note a licence"), _("a licence on the right was filed or sold"), LISTED | SUSPENDED,
            "listing.licensed", effects=(effects.come_down_if_shut_out,),
        ),
        Move(
            "take_over", _("Take the listing over"), _("took the listing over as the new holder"), SUSPENDED, STAYS,
            parties("successor"), form=CommentForm, guards=(successor_holds,), effects=(effects.take_over,),
            tone="primary", letters=letter("listing.taken_over", *BOTH, "former_applicant"), snapshot=True,
        ),
        Move(
            "resume", _("List it again"), _("listed it again"), SUSPENDED, "listed", EXCHANGE, form=CommentForm,
            guards=(*MAY_STAND,), effects=(effects.run_with_the_rights,), undo=nothing, stops=("suspension",),
            starts=("validity",), tone="primary", letters=letter("listing.resumed", *BOTH),
        ),
        Move(
            "take_down", _("Take it down"), _("took it down"), LISTED | SUSPENDED, "delisted", EXCHANGE | APPLICANT,
            form=ReasonForm, stops=("term", "validity", "suspension"), tone="danger", letters=TOLD_DOWN,
        ),
        Move(
            "end", _("End"), _("its term ended"), LISTED | SUSPENDED, "delisted", CLOCK,
            stops=("term", "validity", "suspension"), letters=TOLD_DOWN,
        ),
        Move(
            "come_down", _("Come down"), _("suspended too long: it came down"), SUSPENDED, "delisted", CLOCK,
            stops=("term", "suspension"), letters=TOLD_DOWN,
        ),
        *rectification(STATES),
    ),
    rests_on="registration",
    consequences=CONSEQUENCES,
    way=(_("Listing"), _("Apply for a listing")),
    filing=filing,
    letter_context=effects.letter_context,
)  # fmt: skip
