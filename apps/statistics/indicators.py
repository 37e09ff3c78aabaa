"""The public figures, counted from rows as they stood at the end of a day.

What counts is when an act became true in law (``effective_at``), whenever it was written down; a struck act does not
count. What a clock has decided counts from that moment, whether or not a sweep has written it down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Case as When_
from django.db.models import CharField, Count, Exists, F, OuterRef, QuerySet, Subquery, Sum, When
from django.utils.translation import gettext_lazy as _

from apps.insurance.models import Policy
from apps.listings.models import Listing
from apps.pledges.models import PLEDGED, Pledge
from apps.rules.clock import read_clock
from apps.rules.deadlines import ONE_DAY, end_of
from apps.workflow.models import Case, Clock, Event
from apps.workflow.money import yuan
from apps.workflow.states import all_kinds

KEPT = 300  # seconds
Counting = Callable[[datetime], dict[str, Any]]


def figures(on: date) -> dict[str, int | str]:
    """The figures reported outside, at 24:00 of ``on``; amounts in yuan, as text where there are fen.

    The keys of a kind that is not built are absent. One query a kind, however many rows.
    """
    logged = {kind: count for kind, count in COUNTS.items() if kind in FROM_EVENTS}
    rest = {kind: count for kind, count in COUNTS.items() if kind not in FROM_EVENTS}
    return {**remembered("figures", on, lambda: counted(logged, on)), **counted(rest, on)}


def more_figures(on: date) -> dict[str, int | str]:
    """What the page of figures shows beside them, in the same way."""
    return remembered("more", on, lambda: counted(MORE, on))


def remembered(name: str, on: date, count: Callable[[], Any]) -> Any:
    """What was counted, kept while no event was written and no calendar loaded: it depends on nothing else."""
    last = Event.objects.order_by("-pk").values_list("pk", "hash").first()
    key = f"statistics:{name}:{on}:{read_clock().calendar_version}:{last and f'{last[0]}.{last[1]}'}"
    found = cache.get(key)
    if found is None:
        found = count()
        cache.set(key, found, KEPT)
    return found


def counted(counts: dict[str, Counting], on: date) -> dict[str, int | str]:
    built = {kind.name for kind in all_kinds()}
    found: dict[str, int | str] = {}
    for kind, count in counts.items():
        if kind in built:
            found.update(count(end_of(on)))
    return found


def acts(kind: str, moves: tuple[str, ...], before: datetime) -> QuerySet[Event]:
    """The standing acts of a kind that were true before a moment."""
    return Event.objects.standing().filter(case__kind=kind, move__in=moves, effective_at__lt=before)


def deposits(before: datetime) -> dict[str, Any]:
    """Deposits (存证) that an official verified and that have not failed or become void since."""
    return {"deposits": lasting("deposit", ("verify",), ("verified",), before).count()}


def registrations(before: datetime) -> dict[str, Any]:
    """Rights ever entered in the register (登记)."""
    return {"registrations": acts("registration", ("enter",), before).count()}


def notices(before: datetime) -> dict[str, Any]:
    """Applications in public notice on that day (公示中), the provincial ones included."""
    published = lasting("application", ("publish", "mirror_notice"), ("in_notice",), before)
    over = Clock.objects.filter(
        case=OuterRef("pk"), name="notice", outcome=Clock.Outcome.RUNNING, provisional=False, due_at__lt=before
    ).exclude(on_expiry="")
    return {"notices": published.exclude(Exists(over)).count()}


def policies(before: datetime) -> dict[str, Any]:
    """Policies ever bound (承保), and their sums insured."""
    bound = acts("policy", ("bind", "record"), before)
    row = Policy.objects.filter(case__in=bound.values("case")).aggregate(count=Count("pk"), fen=Sum("sum_insured_fen"))
    return {"policies": row["count"], "insured_yuan": in_yuan(row["fen"])}


def pledges(before: datetime) -> dict[str, Any]:
    """Of pledges registered and not released on that day, three amounts that are never mixed: the credit lines (授信), what
    is secured (担保债权额), and what was drawn (放款)."""
    pledged = Pledge.objects.filter(case__in=lasting("pledge", ("accept",), PLEDGED, before))
    sums = pledged.aggregate(credit=Sum("credit_fen"), pledged=Sum("secured_fen"), drawn=Sum("drawn_fen"))
    return {f"{name}_yuan": in_yuan(fen) for name, fen in sums.items()}


def listings(before: datetime) -> dict[str, Any]:
    """Data IPs ever listed on an exchange (挂牌), each once however often it was listed."""
    return {"listed": Listing.objects.ever_listed(last_day(before)).rights().count()}


def standing_listings(before: datetime) -> dict[str, Any]:
    """Data IPs listed on that day, the suspended ones left out."""
    return {"listed_now": Listing.objects.listed(last_day(before)).rights().count()}


def last_day(before: datetime) -> date:
    """The day that ends at a moment."""
    return before.date() - ONE_DAY


def members(before: datetime) -> dict[str, Any]:
    """Members of the alliance (联盟成员) on that day, the suspended ones included."""
    return {"members": lasting("membership", ("accept",), ("member", "suspended"), before).count()}


def organisations(before: datetime) -> dict[str, Any]:
    """Organisations ever verified (核验主体), each once."""
    verified = acts("organisation", ("accept",), before)
    return {"organisations": verified.aggregate(count=Count("case__organisation", distinct=True))["count"]}


COUNTS: dict[str, Counting] = {
    "deposit": deposits,
    "registration": registrations,
    "application": notices,
    "policy": policies,
    "pledge": pledges,
    "listing": listings,
}
FROM_EVENTS = frozenset({"deposit", "registration", "application"})
"""Kinds whose figures rest on events alone, which never change: only these are kept. Sums are of the rows each time."""
MORE: dict[str, Counting] = {"organisation": organisations, "membership": members, "listing": standing_listings}
LABELS = {
    "deposits": _("Deposits verified"),
    "registrations": _("Data sets registered"),
    "notices": _("In public notice"),
    "policies": _("Policies bound"),
    "insured_yuan": _("Sum insured (yuan)"),
    "credit_yuan": _("Credit lines of pledges in force (yuan)"),
    "pledged_yuan": _("Secured by pledges in force (yuan)"),
    "drawn_yuan": _("Drawn under pledges in force (yuan)"),
    "listed": _("Data IPs ever listed on an exchange"),
    "listed_now": _("Data IPs listed now"),
    "organisations": _("Organisations verified"),
    "members": _("Members of the alliance"),
}


def lasting(kind: str, moves: tuple[str, ...], status: tuple[str, ...], before: datetime) -> QuerySet[Case]:
    """The cases that one of the moves brought about before the moment, and that were in one of the states then."""
    last = Event.objects.standing().filter(case=OuterRef("pk"), effective_at__lt=before).order_by("-seq")
    cases = Case.objects.filter(kind=kind, pk__in=acts(kind, moves, before).values("case"))
    then = Subquery(last.values("to_status")[:1])
    unchanged = When(changed_at__lt=before, then=F("status"))  # its last event is the one that is asked for
    return cases.annotate(then=When_(unchanged, default=then, output_field=CharField())).filter(then__in=status)


def in_yuan(fen: int | None) -> int | str:
    """Whole yuan as a number, otherwise text with two places, so that no reader rounds it."""
    amount = yuan(fen or 0)
    return int(amount) if amount == int(amount) else f"{amount:.2f}"
