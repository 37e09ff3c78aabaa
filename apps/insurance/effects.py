"""What the moves of a policy do to its row, and how a mistake is taken back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.certificates.models import Registration
from apps.insurance.guards import not_renewed, rights
from apps.insurance.models import Endorsement, Item, Policy
from apps.workflow import machine, search
from apps.workflow.clocks import legal_day
from apps.workflow.machine import Act, Refused
from apps.workflow.money import fen
from apps.workflow.once import save_once
from apps.workflow.states import Refusal

AMOUNTS = ("sum_insured", "per_claim", "deductible", "premium", "subsidy")
PLAIN = ("branch", "beneficiary", "starts_on", "ends_on", "special_terms", "policy_number")
NUMBER_TAKEN = Refusal("number_taken", _("The insurer has a policy of this number already: look for it in the list."))
ENDORSED_BEFORE = Refusal("number_taken", _("There is an endorsement of this number already."))
NEVER_EMPTY = {"deductible": 0, "subsidy": 0}
BOUND = (*PLAIN, *(f"{name}_fen" for name in AMOUNTS))


def columns(data: dict[str, Any]) -> dict[str, Any]:
    """The columns of what a form gave: yuan become fen."""
    plain = {name: data[name] for name in PLAIN if name in data}
    amounts = {
        f"{name}_fen": NEVER_EMPTY.get(name) if data[name] is None else fen(data[name])
        for name in AMOUNTS
        if name in data
    }
    return {**plain, **amounts}


def make_row(act: Act) -> None:
    """The application's row: a policy on the root's registration, and on those of the case's further bases."""
    registration, firm, data = act.case.root.registration, act.case.organisation, act.data
    row = Policy.objects.create(
        case=act.case, registration=registration, insurer_id=data["insurer"], policyholder=firm,
        insured_id=data.get("insured") or firm.pk, product=data["product"], offered_as_id=data.get("offered_as"),
        sum_insured_fen=fen(data["sum_insured"]), renews=renewed_by(act),
    )  # fmt: skip
    words = " ".join(f"{right.number} {right.name}" for right in rights_named(act))
    search.index(act.case.pk, f"{words} {firm.name} {row.insurer.name} {data.get('policy_number', '')}")


def rights_named(act: Act) -> list[Registration]:
    return list(dict.fromkeys(rights(act)))


def renewed_by(act: Act) -> Policy | None:
    """The policy that this one renews: named by its key (the portal's button) or by the insurer's number of it."""
    given = act.data.pop("renews", None)
    if not given:
        return None
    mine = Policy.objects.filter(insurer=act.data["insurer"], policyholder=act.case.organisation).exclude(
        policy_number=""
    )
    old = mine.filter(pk=given).first() if isinstance(given, int) else mine.filter(policy_number=given).first()
    if old is None:
        raise Refused("no_such_policy", _("The insurer has no policy of this number for this policyholder."))
    machine.refuse(not_renewed(old))
    act.facts["renewed"] = old.policy_number
    return old


def bind(act: Act) -> None:
    """Write the policy's own terms, and let its clocks run to its first and after its last day."""
    row, data = act.row, act.data
    act.facts["before"] = {name: getattr(row, name) for name in BOUND}
    for name, value in columns(data).items():
        setattr(row, name, value)
    save_once(row, NUMBER_TAKEN, "policy_number_once")
    itemise(row, data.get("parts"))
    act.dues.update(start=row.starts_on - timedelta(days=1), end=row.ends_on)


def itemise(row: Policy, items: dict[str, Decimal] | None) -> None:
    """The parts of the sum insured; a sum that nobody parted is one part."""
    sums = {item: fen(amount) for item, amount in items.items()} if items else {Item.WHOLE.value: row.sum_insured_fen}
    keep_items(row, sums)


def keep_items(row: Policy, sums: dict[str, int]) -> None:
    row.items.all().delete()
    row.items.bulk_create(row.items.model(policy=row, item=item, sum_fen=sum_fen) for item, sum_fen in sums.items())


def unbind(act: Act) -> None:
    """Rectification: the application as it was before the policy."""
    put_back(act, "bind", BOUND)
    act.row.items.all().delete()


def put_back(act: Act, move: str, names: tuple[str, ...]) -> None:
    before = struck(act, move).data["before"]
    for name in names:
        setattr(act.row, name, before[name])
    act.row.save(update_fields=names)


def struck(act: Act, move: str):
    """The event that is being struck: the last standing one of the move."""
    return act.case.events.standing().filter(move=move).order_by("-seq").first()


def let_go(act: Act) -> None:
    """A renewal that does not come about leaves the old policy free to be renewed by another."""
    act.facts["before"] = {"renews_id": act.row.renews_id}
    act.row.renews = None
    act.row.save(update_fields=["renews"])


def hold_again(act: Act) -> None:
    event = act.case.events.standing().filter(move__in=("decline", "withdraw")).order_by("-seq").first()
    act.row.renews_id = event.data["before"]["renews_id"]
    act.row.save(update_fields=["renews"])


# ------------------------------------------------------------------------------------------------ endorsement


def endorse(act: Act) -> None:
    """Write the terms as they shall stand, and a row of what stood before; the cover's end may move."""
    row, data = act.row, act.data
    sum_before, items_before = row.sum_insured_fen, row.item_sums_fen
    changes = [
        {"path": name, "before": plain(getattr(row, name)), "after": plain(value)}
        for name, value in columns(data).items()
        if name not in ("policy_number", "starts_on") and getattr(row, name) != value
    ]
    for name, value in columns(data).items():
        setattr(row, name, value)
    row.save(update_fields=BOUND)
    itemise(row, data.get("parts") or (None if row.sum_insured_fen != sum_before else as_yuan(items_before)))
    if row.item_sums_fen != items_before:
        changes.append({"path": "item_sums_fen", "before": items_before, "after": row.item_sums_fen})
    if not changes:
        raise Refused("nothing_changed", _("An endorsement changes something: all terms read as before."))
    endorsement = Endorsement(
        policy=row,
        number=data["number"],
        effective_on=data["effective_from"],
        changes=changes,
        sum_before_fen=sum_before,
    )
    save_once(endorsement, ENDORSED_BEFORE, "endorsement_number_once")
    act.facts["changes"] = changes
    act.dues["end"] = row.ends_on


def as_yuan(sums: dict[str, int]) -> dict[str, Decimal]:
    return {item: Decimal(sum_fen).scaleb(-2) for item, sum_fen in sums.items()}


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def take_endorsement_back(act: Act) -> None:
    """Rectification: the terms as they stood before the last endorsement."""
    row, last = act.row, Endorsement.objects.filter(policy=act.row).latest("pk")
    for change in last.changes:
        before = change["before"]
        if change["path"] == "item_sums_fen":
            keep_items(row, before)
        else:
            setattr(row, change["path"], date.fromisoformat(before) if change["path"] == "ends_on" else before)
    row.save(update_fields=BOUND)
    last.delete()


# ------------------------------------------------------------------------------------------------ renewal and end


def open_renewal(act: Act) -> None:
    """Apply for the next period: a new policy, linked to this one, with the same insurer, kind and rights."""
    row: Policy = act.row
    further = list(act.case.bases.values_list("on", flat=True))
    data = {
        "insurer": row.insurer_id, "product": row.product, "offered_as": row.offered_as_id, "insured": row.insured_id,
        "sum_insured": act.data["sum_insured"], "renews": row.pk, "further": further,
    }  # fmt: skip
    given = act.kind.filing("apply", act.case.organisation, act.case.root, data)
    case = machine.open_case(
        act.kind.name, actor=act.actor, move="apply", effective_at=act.at, recording=act.recording,
        entered_by=act.actor if act.actor.is_official else None, **given,
    )  # fmt: skip
    act.facts["renewal"] = case.number


def cancel(act: Act) -> None:
    row = act.row
    row.refund_fen, row.cancelled_on = fen(act.data["refund"]), legal_day(act.at)
    row.cancel_ground = act.data.get("ground", "")
    act.facts["proposed_refund_fen"] = row.proposed_refund_fen(row.cancelled_on)
    row.save(update_fields=["refund_fen", "cancelled_on", "cancel_ground"])


def take_cancellation_back(act: Act) -> None:
    row = act.row
    row.refund_fen, row.cancelled_on, row.cancel_ground = None, None, ""
    row.save(update_fields=["refund_fen", "cancelled_on", "cancel_ground"])


def pass_to_new_holder(act: Act) -> None:
    """Insurance Law, art. 49: the new holder steps into the rights of the insured, who was the old one."""
    row, holder = act.row, act.row.registration.holder
    act.facts["before_insured"] = row.insured_id
    if row.insured_id != row.policyholder_id:
        return
    row.insured = holder
    row.save(update_fields=["insured"])
    act.case.parties.get_or_create(role="insured", organisation=holder, defaults={"rank": 2})


def hand_back(act: Act) -> None:
    """Rectification: the insured as before the transfer."""
    act.row.insured_id = struck(act, "hear_transfer").data["before_insured"]
    act.row.save(update_fields=["insured"])
