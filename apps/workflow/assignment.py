"""Whose desk a case lies on, and an official's word of an interest. Nothing here moves a case; each change is an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role, User
from apps.enterprises.models import Organisation
from apps.enterprises.queries import people_in_role
from apps.outbox.failpoints import reach
from apps.outbox.letters import post, post_all
from apps.rules.clock import SHANGHAI, legal_now, legal_today
from apps.workflow import duty, letters, lots, machine
from apps.workflow.machine import Refused
from apps.workflow.models import Case, DaySeed, Event, Interest
from apps.workflow.people import Standing
from apps.workflow.service import ASSIGNED, note

GIVERS = frozenset({Role.CHIEF, Role.DEPUTY, Role.DISTRICT_REVIEWER})
"""Posts that give the cases they see to others, whosever desk these lie on."""


# ------------------------------------------------------------------------------------------------ the one change


def put(case: Case, to: User | None, *, by: User | None, how: str, **facts: Any) -> Event:
    """Put a locked case on a desk (or on nobody's): the row, the event, and a letter to whoever did not do it himself."""
    before = case.assigned_to
    case.assigned_to = to
    data = {"how": how, "from": before and duty.facts_of(before), "to": to and duty.facts_of(to), **facts}
    event = note(case, ASSIGNED, legal_now(), data, by)
    case.save(update_fields=["assigned_to", "event_count", "head_hash"])
    if how not in QUIET:
        tell(case, event, by, before, to, facts)
    return event


QUIET = frozenset({"taken", "next", "released", "taken_over", "freed"})
"""Ways after which no letter about the single case goes out: one's own acts, and those told in one letter for all."""


def tell(
    case: Case, event: Event, by: User | None, before: User | None, to: User | None, facts: dict[str, Any]
) -> None:
    written = []
    for reader, text in ((to, "desk.escalated" if "reasons" in facts else "desk.assigned"), (before, "desk.moved")):
        if reader is None or reader == by or (text == "desk.moved" and before == to):
            continue
        person = [letters.recipient(reader, None)]
        build = partial(words_of, case, by, to, facts)
        written += letters.letters_to(person, text, f"event:{event.pk}:{text}", case, event.pk, build)
    post_all(written)


def words_of(case: Case, by: User | None, to: User | None, facts: dict[str, Any]) -> dict[str, Any]:
    """What the letters about a desk say, in the language that is active."""
    return {
        **letters.about(case, case.kind_), "url": letters.desk_url(case), "reason": facts.get("reason", ""),
        "by": by.full_name if by else "", "to": to.full_name if to else "", "reasons": facts.get("reasons", []),
    }  # fmt: skip


def locked(case_pk: int) -> Case:
    """The case, locked and brought up to now; Refused when it is over."""
    case = machine.lock(case_pk)
    machine.settle(case)
    if case.closed_at is not None:
        raise Refused("closed", _("This procedure is over; it lies on nobody's desk."))
    return case


# ------------------------------------------------------------------------------------------------ one's own desk


def take(case: Case, user: User) -> None:
    """Put a case on the own desk. Refused when a colleague took it first; a second time changes nothing."""

    def act() -> None:
        row = locked(case.pk)
        if row.assigned_to_id == user.pk:
            return
        if row.assigned_to_id is not None:
            raise Refused("taken", _("A colleague has taken this case already."))
        put(row, user, by=user, how="taken")

    machine.in_one_transaction(act)


def release(case: Case, user: User) -> None:
    """Put a case back where anybody may take it. Refused when it lies on somebody else's desk."""

    def act() -> None:
        row = machine.lock(case.pk)
        if row.assigned_to_id != user.pk:
            raise Refused("not_yours", _("This case does not lie on your desk."))
        put(row, None, by=user, how="released")

    machine.in_one_transaction(act)


def take_next(user: User, waiting: Any) -> Case | None:
    """Give the first case of ``waiting`` (a queryset in the order of the queue) that the person may act on and that lies
    on nobody's desk, or on that of a colleague who has no step in it, and put it on his desk; None when there is none.
    Two at once never get the same one."""

    def act() -> Case | None:
        elsewhere = waiting.exclude(assigned_to=user)
        seen: list[int] = []
        while batch := list(elsewhere.exclude(pk__in=seen)[:BATCH]):
            seen += [case.pk for case in batch]
            standings = duty.standings_to(batch, user)
            for case in batch:
                if not may_lead(case, standings[case.pk]):
                    continue
                row = claim(case)
                if row is not None:
                    put(row, user, by=user, how="next")
                    return row
        return None

    return machine.in_one_transaction(act)


BATCH = 50


def claim(case: Case) -> Case | None:
    """The case locked, if it still is as it was read; None when somebody has moved or taken it, or is just doing so."""
    free = Case.objects.select_for_update(skip_locked=True, of=("self",))
    same = free.filter(pk=case.pk, version=case.version, assigned_to=case.assigned_to_id)
    row = same.select_related("organisation").first()
    if row is not None:
        reach("assignment.claimed")
    return row


def may_lead(case: Case, standing: Standing) -> bool:
    """Whether the person, in his own right or for an absent colleague, may take a step that leads on."""
    return any(
        offer.refusal is None and offer.move.tone == "primary"
        for offer in machine.moves_for(case, standing.actor, standing)
    )


# ------------------------------------------------------------------------------------------------ given by another


def may_give(user: User, case: Case) -> bool:
    """The head of the office gives any case, everybody the one on the own desk."""
    return user.role in GIVERS or (user.is_official and case.assigned_to_id == user.pk)


def give(case_pk: int, to: User, *, by: User, reason: str = "") -> None:
    """Put a case on a colleague's desk; he is told, and so is the one who had it."""

    def act() -> None:
        case = locked(case_pk)
        if not may_give(by, case):
            raise Refused("not_yours", _("Only the head of the office gives away a case of another desk."))
        if case.assigned_to_id == to.pk:
            return
        refuse_unfit(case, to)
        put(case, to, by=by, how="given", **({"reason": reason} if reason else {}))

    machine.in_one_transaction(act)


def refuse_unfit(case: Case, to: User) -> None:
    """Refused when the person does not see the case, or may not take its next step."""
    if not (to.is_active and to.is_official and Case.objects.visible_to(to).filter(pk=case.pk).exists()):
        raise Refused("blind", _("This colleague does not see the case."))
    chances = duty.who_may(case)
    own = [chance for chance in chances if chance.user.pk == to.pk]
    if own and all(chance.refusal for chance in own):
        raise Refused(own[0].refusal.code, own[0].refusal.sentence)
    if chances and not own and to.role != Role.DEPUTY:
        raise Refused("not_theirs", _("The next step is not one of this colleague's post."))


@dataclass(frozen=True)
class Result:
    """What became of one case of many."""

    case: Case
    refusal: Any = None


def take_over(case_pks: Iterable[int], *, of: User, to: User, by: User) -> list[Result]:
    """Move these cases of one desk to another, each for itself; both are told in one letter each."""
    results = [move_desk(case_pk, of, to, by) for case_pk in case_pks]
    moved = [result.case for result in results if result.refusal is None]
    if moved:
        names = {"from": of.full_name, "to": to.full_name, "by": by.full_name, "count": len(moved)}
        write_list("desk.taken_over", [of, to], names, moved)
    return results


def move_desk(case_pk: int, of: User, to: User, by: User) -> Result:
    def act() -> Result:
        case = locked(case_pk)
        if case.assigned_to_id != of.pk:
            raise Refused("moved", _("It does not lie on that desk any more."))
        refuse_unfit(case, to)
        put(case, to, by=by, how="taken_over")
        return Result(case)

    try:
        return machine.in_one_transaction(act)
    except Refused as refused:
        return Result(Case.objects.get(pk=case_pk), refused.sentence)


def free(user: User) -> list[Case]:
    """Take every open case off the desk of an official who left or changed the post; the heads of the office are told."""

    def act() -> list[Case]:
        freed = []
        for case_pk in Case.objects.filter(assigned_to=user, closed_at__isnull=True).order_by("pk").values_list("pk"):
            case = machine.lock(case_pk[0])
            if case.assigned_to_id == user.pk and case.closed_at is None:
                put(case, None, by=None, how="freed")
                freed.append(case)
        if freed:
            heads = [head for head in heads_of(freed) if head != user]
            write_list("desk.freed", heads, {"name": user.full_name, "count": len(freed)}, freed)
        return freed

    return machine.in_one_transaction(act)


def free_leavers() -> int:
    """Free what lies on the desks of people who are in no office any more; how many cases."""
    holders = Case.objects.filter(closed_at__isnull=True, assigned_to__isnull=False).order_by().values("assigned_to")
    gone = User.objects.filter(Q(is_active=False) | ~Q(role__in=duty.OFFICIAL_ROLES), pk__in=holders)
    return sum(len(free(user)) for user in gone)


def heads_of(cases: list[Case]) -> list[User]:
    """The chiefs, and the reviewers of the districts concerned."""
    districts = {case.district_id for case in cases}
    reviewers = User.objects.filter(is_active=True, role=Role.DISTRICT_REVIEWER, district__in=districts)
    return [*people_in_role((Role.CHIEF,)), *reviewers.order_by("pk")]


def write_list(text: str, readers: Iterable[User], facts: dict[str, Any], cases: list[Case]) -> None:
    """One letter about many cases, a row each."""
    rows = [
        {"number": case.number or str(case.pk), "title": case.title, "due_on": f"{case.due_on or ''}"} for case in cases
    ]
    key = f"{text}:{timezone.now().isoformat()}"
    post(text, key, [letters.recipient(user, None) for user in readers], {**facts, "rows": rows})


# ------------------------------------------------------------------------------------------------ by lot


def draw(case_pk: int, *, by: User) -> lots.Draw:
    """Give a case on nobody's desk to one of those who may act on it, by lot; the event keeps all that made the lot."""

    def act() -> lots.Draw:
        case = locked(case_pk)
        if by.role not in GIVERS:
            raise Refused("not_yours", _("The head of the office has lots drawn."))
        if case.assigned_to_id is not None:
            raise Refused("taken", _("A colleague has taken this case already."))
        chances = duty.who_may(case)
        people = {user.pk: user for user in duty.free_people(chances)}
        if not people:
            raise Refused("nobody", _("Nobody who is present may take the next step; there is nobody to draw."))
        seed, desks = seed_of_today(), duty.loads(people.values())
        weights = lots.weights({pk: load.open for pk, load in desks.items()})
        drawn = lots.lot(seed.value, case.number or str(case.pk), weights)
        table = [
            {"pk": pk, "name": people[pk].full_name, "open": desks[pk].open, "weight": weight} for pk, weight in weights
        ]
        put(
            case, people[drawn.result], by=by, how="lot", lot=lots.VERSION, day=seed.day.isoformat(), seed=seed.value,
            number=case.number or str(case.pk), candidates=table, left_out=duty.why_nobody(chances),
            ticket=drawn.ticket, total=drawn.total, digest=drawn.digest,
        )  # fmt: skip
        return drawn

    return machine.in_one_transaction(act)


def seed_of_today() -> DaySeed:
    """The seed of the legal day, made at its first lot from the last event of earlier days and the seed before it."""
    today = legal_today()
    found = DaySeed.objects.filter(day=today).first()
    if found is not None:
        return found
    begins = min(dt.datetime.combine(today, dt.time(), SHANGHAI), timezone.now())
    event = Event.objects.filter(recorded_at__lt=begins).order_by("-pk").only("pk", "hash").first()
    previous = DaySeed.objects.filter(day__lt=today).order_by("-day").first()
    before, digest = (previous.value if previous else ""), (event.hash if event else "")
    row = DaySeed(
        day=today, previous=before, event_pk=event and event.pk, event_hash=digest,
        value=lots.seed_of(today, before, digest), made_at=timezone.now(),
    )  # fmt: skip
    DaySeed.objects.bulk_create([row], ignore_conflicts=True)  # two at once: the first one's stands
    return DaySeed.objects.get(day=today)


# ------------------------------------------------------------------------------------------------ nobody may act


def escalate(case_pk: int) -> User | None:
    """Put a case whose next step nobody present may take on the deputy director's desk, with the reasons; the deputy,
    or None where it needs nobody or there is no deputy."""

    def act() -> User | None:
        case = locked(case_pk)
        chances = duty.who_may(case)
        deputy = next(iter(people_in_role((Role.DEPUTY,))), None)
        if deputy is None or not duty.is_stuck(chances) or case.assigned_to_id == deputy.pk:
            return None
        put(case, deputy, by=None, how="escalated", reasons=duty.why_nobody(chances))
        return deputy

    return machine.in_one_transaction(act)


def escalate_stuck(organisation: Organisation | None = None) -> int:
    """Escalate every case that nobody present may act on; how many."""
    return sum(escalate(pk) is not None for pk in duty.stuck_cases(organisation.pk if organisation else None))


def declare_interest(user: User, organisation: Organisation, reason: str) -> None:
    """Keep an interest in an organisation: its cases are examined and decided by others from now on."""
    try:
        with transaction.atomic():
            Interest.objects.create(user=user, organisation=organisation, reason=reason, declared_at=timezone.now())
    except IntegrityError as fault:
        raise Refused("declared", _("You declared an interest in this organisation already.")) from fault
    escalate_stuck(organisation)
