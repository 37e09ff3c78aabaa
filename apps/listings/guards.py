"""What must hold before a product goes up, comes back, or is sold; each with the code of its reason."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.certificates import consent, register
from apps.certificates.models import Registration
from apps.enterprises.models import Capacity, Organisation
from apps.listings.models import Transaction
from apps.workflow.clocks import legal_day
from apps.workflow.machine import Act
from apps.workflow.states import Refusal


def rights(act: Act) -> list[Registration]:
    """The data IPs of the listing; the root's comes first."""
    further = [case.pk for case in act.bases] if act.move.opens else act.case.bases.values("on")
    rows = Registration.objects.filter(Q(pk=act.case.root_id) | Q(pk__in=further)).select_related("case", "holder")
    return sorted(rows, key=lambda row: (row.pk != act.case.root_id, row.pk))


def of_each(guard: Callable[[Act, Registration], Refusal | None]) -> Callable[[Act], Refusal | None]:
    """The first reason that one of the data IPs gives."""

    def ask(act: Act) -> Refusal | None:
        return next((found for right in rights(act) if (found := guard(act, right)) is not None), None)

    ask.__name__ = guard.__name__
    return ask


def hangs_on_a_right(act: Act) -> Refusal | None:
    if act.case.root is not None and act.case.root.kind == "registration":
        return None
    return Refusal("no_registration", _("A registration is listed: choose one first."))


def exchange_is_one(act: Act) -> Refusal | None:
    if Organisation.objects.with_capacity(Capacity.EXCHANGE).filter(pk=act.data["exchange"]).exists():
        return None
    return Refusal("no_exchange", _("The organisation named as exchange is not one."))


@of_each
def holder_lists(act: Act, right: Registration) -> Refusal | None:
    if right.holder_id == act.case.organisation_id:
        return None
    return Refusal("not_holder", _("Only the holder of the registration can list it."))


@of_each
def right_is_valid(act: Act, right: Registration) -> Refusal | None:
    return register.must_be_valid_for(act, right)


@of_each
def right_is_undisputed(act: Act, right: Registration) -> Refusal | None:
    return register.must_be_undisputed(right)


@of_each
def right_is_not_frozen(act: Act, right: Registration) -> Refusal | None:
    return register.must_not_be_frozen(right)


@of_each
def no_licence_shuts_out(act: Act, right: Registration) -> Refusal | None:
    return register.must_not_be_licensed(right)


def consented(act: Act) -> Refusal | None:
    """Pledgees and the other holders agree (Civil Code, art. 444); a listing on record says that their papers are kept."""
    if act.move.opens:
        seen = act.recording or (act.data or {}).get("consents_seen")
        return None if seen else consent.missing(None, asked_of(rights(act)))
    return None if act.recording else consent.missing(act.case, asked_of(rights(act)))


def is_unasked(act: Act) -> bool:
    """Whether somebody must agree by now whom the case has not asked: a right may be pledged while it is listed."""
    asked = act.case.parties.filter(role=consent.ROLE).values_list("organisation", flat=True)
    known = {*asked, *consent.given(act.case)}
    return any(firm.pk not in known for firm in asked_of(rights(act)))


def asked_of(rows: list[Registration]) -> list[Organisation]:
    """Whose consent a listing of these data IPs needs."""
    found = {organisation.pk: organisation for right in rows for organisation in consent.asked_of(right)}
    return list(found.values())


MAY_STAND = (holder_lists, right_is_valid, right_is_undisputed, right_is_not_frozen, no_licence_shuts_out)
"""Asked when a product is brought to the exchange, goes up, comes back, or is sold."""


def successor_holds(act: Act) -> Refusal | None:
    """Whoever takes the listing over holds all its data IPs now."""
    mine = act.standing.organisations
    if all(right.holder_id in mine for right in rights(act)):
        return None
    return Refusal("not_holder", _("Only the new holder of every data IP of the listing can take it over."))


# ------------------------------------------------------------------------------------------------ what a form said


def stands_some_days(act: Act) -> Refusal | None:
    if act.data["valid_until"] >= act.data.get("listed_on", legal_day(act.at)):
        return None
    return Refusal("ends_before", _("The listing ends before it begins."))


def listed_by_now(act: Act) -> Refusal | None:
    if act.data["listed_on"] <= legal_day(act.at):
        return None
    return Refusal("future", _("A listing that stands already began today or before."))


def sold_as_offered(act: Act) -> Refusal | None:
    """A licence is sold as it is offered; a transfer always can be."""
    if act.data["kind"] == Transaction.Kind.TRANSFER or act.data["licence"] == act.row.licence:
        return None
    return Refusal("other_licence", _("The listing offers another licence than the one that is sold."))


def agreed_while_listed(act: Act) -> Refusal | None:
    if act.row.listed_on <= act.data["agreed_on"] <= legal_day(act.at):
        return None
    return Refusal("not_listed_then", _("A transaction is agreed while the product is listed, and not in the future."))


def names_a_transaction(act: Act) -> Refusal | None:
    row = act.row.transactions.filter(contract_number=act.data["contract_number"]).first()
    if row is None:
        return Refusal("no_transaction", _("No transaction of this contract number is on record here."))
    days = [act.data[name] for name in ("delivered_on", "paid_on") if act.data.get(name)]
    if any(day > legal_day(act.at) for day in days):
        return Refusal("future", _("What has not happened yet cannot be noted."))
    if act.data.get("delivered_on") and act.data["delivered_on"] < row.agreed_on:
        return Refusal("too_early", _("Nothing was delivered before it was agreed."))
    refund = act.data.get("refund")
    if refund is not None and refund * 100 > row.amount_fen:
        return Refusal("refund_too_large", _("More cannot be refunded than was paid."))
    return None
