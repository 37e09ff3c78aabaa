"""What the moves of a listing write down."""

from __future__ import annotations

from django.utils.translation import gettext as plain_text
from django.utils.translation import gettext_lazy as _

from apps.certificates import consent, register
from apps.certificates.lookup import happened
from apps.certificates.models import Registration
from apps.enterprises.models import Organisation
from apps.listings.guards import asked_of, rights
from apps.listings.models import Listing, Transaction
from apps.workflow import search
from apps.workflow.clocks import legal_day
from apps.workflow.machine import Act, follow
from apps.workflow.models import Case
from apps.workflow.money import fen
from apps.workflow.once import save_once
from apps.workflow.review import last_act
from apps.workflow.rounds import unlocked
from apps.workflow.states import Refusal

PLAIN = (
    "product_name", "product_type", "description", "delivery", "price_mode", "licence", "use_limits", "security",
    "contact_name", "contact_phone",
)  # fmt: skip
NUMBER_TAKEN = Refusal("number_taken", _("The exchange has a listing of this number already: look for it in the list."))
CONTRACT_TAKEN = Refusal("contract_taken", _("A transaction of this contract number is on record here already."))
TERMS = ("listing_number", "compliance_number", "law_firm", "listed_on", "valid_until")


def columns(data: dict) -> dict:
    """The columns of what a form gave: yuan become fen."""
    plain = {name: data[name] for name in PLAIN if name in data}
    if "price" in data:
        plain["price_fen"] = None if data["price"] is None else fen(data["price"])
    return plain


def make_row(act: Act) -> None:
    data, case = act.data, act.case
    row = Listing.objects.create(
        case=case, registration=case.root.registration, exchange_id=data["exchange"], holder=case.organisation,
        **columns(data),
    )  # fmt: skip
    act.facts["rights"] = [right.number for right in rights(act)]
    if data.get("consents_seen"):
        act.facts["consenting"] = [firm.pk for firm in asked_of(rights(act))]
    index(act, row)
    act.data = {name: data[name] for name in (*TERMS, "consents_seen") if name in data}


def index(act: Act, row: Listing) -> None:
    numbers = " ".join(right.number for right in rights(act))
    search.index(
        act.case.pk,
        f"{numbers} {row.product_name} {row.registration.name} {row.holder.name} {row.exchange.name} {row.listing_number}",
    )


def ask_consents(act: Act) -> None:
    """Whoever must agree by now becomes a party: a right may be pledged while the exchange is at work."""
    consent.ask(act, *asked_of(rights(act)))


def change_row(act: Act) -> None:
    """An answer changes the items asked for; the exchange, the data IPs and the holder stay."""
    for name, value in columns(unlocked(act)).items():
        setattr(act.row, name, value)
    act.row.save()
    act.data = {}


# ------------------------------------------------------------------------------------------------ up and down


def put_up(act: Act) -> None:
    """The exchange's number and days; the listing runs to its end, or to the first end of its data IPs."""
    row, data = act.row, act.data
    for name in TERMS:
        setattr(row, name, data.get(name, ""))
    row.listed_on = data.get("listed_on") or legal_day(act.at)
    save_once(row, NUMBER_TAKEN)
    index(act, row)
    act.dues["term"] = row.valid_until
    run_with_the_rights(act)


def take_off(act: Act) -> None:
    """Rectification of a listing that went up by mistake."""
    for name in TERMS:
        setattr(act.row, name, None if name in ("listed_on", "valid_until") else "")
    act.row.save(update_fields=TERMS)


def run_with_the_rights(act: Act) -> None:
    """Let the clock end the listing's stand when the first of its data IPs ends; none where all outlast it, and none for a
    right whose renewal was filed in time."""
    day, term = legal_day(act.at), act.row.valid_until
    ends = [max(right.valid_until, day) for right in rights(act) if right.case.status_at() == "valid"]
    act.dues["validity"] = min((end for end in ends if end < term), default=None)


def ask_the_successor(act: Act) -> None:
    """The new holders of the data IPs become parties: it is theirs to say whether the product stays listed."""
    for right in rights(act):
        if right.holder_id != act.row.holder_id:
            act.case.parties.get_or_create(role="successor", organisation=right.holder)
            act.facts["successor"] = right.holder.name


def take_over(act: Act) -> None:
    """The new holder stands where the former stood; the former stays a party that may read the past."""
    case, new = act.case, rights(act)[0].holder
    act.facts["before"] = act.row.holder_id
    case.parties.filter(organisation=new, role__in=("successor", "former_applicant")).delete()
    case.parties.filter(role="applicant").update(role="former_applicant")
    case.parties.create(role="applicant", organisation=new)
    act.row.holder = case.organisation = new
    case.district_id = new.district_id
    act.row.save(update_fields=["holder"])
    index(act, act.row)


def come_down_if_shut_out(act: Act) -> None:
    """A licence was entered on the right: one that shuts out others leaves nothing to offer."""
    if any(register.is_licensed(right) for right in rights(act)):
        act.facts["to_status"] = "delisted"


# ------------------------------------------------------------------------------------------------ transactions


def sell(act: Act) -> None:
    data = dict(act.data)
    amount = fen(data.pop("amount"))
    row = Transaction(listing=act.row, amount_fen=amount, **data)
    save_once(row, CONTRACT_TAKEN, "transaction_contract_once")
    for right in put_claims(act, row):
        follow(right.pk, "license", because=act, data={"type": row.licence, "contract_number": row.contract_number})
    act.facts["told"] = row.told()


def put_claims(act: Act, row: Transaction) -> list[Registration]:
    """A licence that shuts out others binds the rights like one that is filed, from the sale to its last day or its full
    refund; gives the rights that it binds."""
    is_over = row.licence_until is not None and row.licence_until < legal_day(act.at)
    if row.licence not in register.SHUTTING_OUT or row.is_paid_back or is_over:
        return []
    buyer = Organisation.objects.filter(uscc=row.buyer_code, verified_at__isnull=False).first()
    bound = rights(act)
    for right in bound:
        register.claim_licence(right, row.licence, case=act.case, party=buyer, at=act.at, until=row.licence_until)
    return bound


def leads_to(case: Case) -> str:
    """The act on the rights that a sale of what is offered leads to."""
    return "license" if case.listing.licence in register.SHUTTING_OUT else ""


def unsell(act: Act) -> None:
    """Rectification of a transaction that was not: its event keeps what was written. What came down by it stays down, and
    may be listed anew: a listing comes back by a word of its exchange alone."""
    number = last_act(act).data["contract_number"]
    act.row.transactions.filter(contract_number=number).delete()
    register.release(act.case, at=act.at, outcome="rectified")


def go_on_with(act: Act) -> None:
    """Delivery, payment and refund, as far as the form named them."""
    data = act.data
    row = act.row.transactions.get(contract_number=data["contract_number"])
    was_paid_back = row.is_paid_back
    act.facts["before"] = {name: getattr(row, name) for name in ("delivered_on", "paid_on", "refund_fen")}
    for name in ("delivered_on", "paid_on"):
        if data.get(name):
            setattr(row, name, data[name])
    if data.get("refund") is not None:
        row.refund_fen = fen(data["refund"])
    row.save(update_fields=["delivered_on", "paid_on", "refund_fen"])
    follow_refund(act, row, was_paid_back)
    act.facts["told"] = row.told()


def undo_after_sale(act: Act) -> None:
    wrong = last_act(act).data
    row = act.row.transactions.get(contract_number=wrong["contract_number"])
    was_paid_back = row.is_paid_back
    for name, value in wrong["before"].items():
        setattr(row, name, value)
    row.save(update_fields=list(wrong["before"]))
    follow_refund(act, row, was_paid_back)


def follow_refund(act: Act, row: Transaction, was_paid_back: bool) -> None:
    """A licence that is wholly paid back binds no more; one that is not so after all binds again, and nobody's consent is
    asked to that: it is no new licence."""
    if row.is_paid_back == was_paid_back:
        return
    if row.is_paid_back:
        register.release(act.case, at=act.at, outcome="refunded")
    else:
        put_claims(act, row)


# ------------------------------------------------------------------------------------------------ letters


def reason(act: Act) -> str:
    """Why the listing stopped, in the reader's language."""
    texts = {
        "suspend_ended": plain_text("the registration is no longer in force"),
        "note_ended": plain_text("the registration is no longer in force"),
        "right_ended": plain_text("the validity of the registration has ended"),
        "suspend_disputed": plain_text("a dispute over the registration is open"),
        "suspend_frozen": plain_text("a court has frozen the registration"),
        "suspend_transferred": plain_text("the registration has a new holder, who has to confirm the listing"),
        "note_transfer": plain_text("the registration has a new holder, who has to confirm the listing"),
        "come_down": plain_text("it was suspended for the longest time"),
        "end": plain_text("its term is over"),
        "sell_last": plain_text("what was offered is sold"),
        "hear_licence": plain_text("a licence that shuts out others is in force on the registration"),
    }
    return texts.get(act.move.name, act.comment)


def letter_context(act: Act) -> dict:
    row = act.row
    return {
        "kind": str(act.kind.label),  # the procedure; a transaction's form has a kind of its own
        "exchange": row.exchange.name,
        "holder": row.holder.name,
        "registration": row.registration.number,
        "product": row.product_name,
        "listing_number": row.listing_number,
        "valid_until": row.valid_until.isoformat() if row.valid_until else "",
        "reason": reason(act),
        "happened": happened(act),
        "down": act.event is not None and act.event.to_status == "delisted",
    }
