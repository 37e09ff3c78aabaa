"""The one function that moves a case, and the one that opens it. Nothing else writes ``status``.

Both lock the case and its root, settle what the clock has already decided, check expected version, source, who and
guards, and write status, event, clocks and letters in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.enterprises.models import Organisation
from apps.outbox.failpoints import reach
from apps.rules.clock import legal_now
from apps.rules.lookup import rules_on
from apps.rules.models import RuleParameter
from apps.workflow import chain, clocks, letters, snapshots
from apps.workflow.models import Case, Clock, Event, Party
from apps.workflow.numbering import next_number
from apps.workflow.people import Standing
from apps.workflow.states import Kind, Move, Refusal, kind

Result = TypeVar("Result")

WEIGHTY = frozenset({"examine", "decide", "review"})
"""Tags of acts from which a filer, whoever entered the case for him, and an interested official are barred."""


class Refused(Exception):
    """An act that is not possible; ``code`` for programs, ``sentence`` for the reader."""

    def __init__(self, code: str, sentence: Any) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass
class Act:
    """A move under way, as guards, checks and effects see it.

    ``data`` is what the form gave (None while only asking whether the move may be made). Effects leave ``facts`` for
    the event, due dates of their own in ``dues`` (clock name to date), and the number of a new case in ``case``.
    """

    case: Case
    kind: Kind
    move: Move
    standing: Standing
    at: datetime
    data: dict[str, Any] | None = None
    comment: str = ""
    recording: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    dues: dict[str, date] = field(default_factory=dict)
    event: Event | None = None
    _row: Any = None

    @property
    def actor(self) -> User | None:
        return self.standing.actor

    @property
    def row(self) -> Any:
        """The kind's own row, read once, after the lock."""
        if self._row is None:
            self._row = self.kind.model.objects.get(case=self.case)
        return self._row


@dataclass(frozen=True)
class Offer:
    """A move as a button: possible, or shown with the reason why not."""

    move: Move
    refusal: Refusal | None


def perform(
    case_pk: int,
    move: str,
    *,
    actor: User | None,
    data: dict[str, Any] | None = None,
    comment: str = "",
    expected_version: int | None = None,
    effective_at: datetime | None = None,
    recording: bool = False,
    key: str | None = None,
) -> Event:
    """Move a case. Raises Refused with a code and a sentence; then nothing was written.

    ``effective_at`` is when the act became true in law (now unless told); ``recording`` writes down the past: no
    letter goes out. ``key`` makes a repeated call return the first call's event.
    """

    def act() -> Event:
        case = lock(case_pk)
        if key and (done := Event.objects.filter(key=key, case=case).first()):
            return done
        if expected_version is not None and case.version != expected_version:
            raise Refused("stale", _("Somebody else was faster: the case has moved on. Look at it again."))
        settle(case, effective_at if recording else None)  # later: what the clock decided, the page showed already
        table = kind(case.kind)
        row = table.move(move)
        if row is None or row.opens:
            raise Refused("unknown_move", _("There is no such step in this procedure."))
        act = Act(case, table, row, Standing(case, actor), effective_at or legal_now(), data or {}, comment, recording)
        refuse(why_not(act) or wrong_time(act) or first_refusal(row.checks, act))
        reach("machine.allowed")
        return write(act, key)

    return in_one_transaction(act)


def open_case(
    kind_name: str,
    *,
    actor: User | None,
    organisation: Organisation | None,
    title: str,
    data: dict[str, Any],
    move: str = "",
    root: Case | None = None,
    parties: Sequence[tuple[str, Organisation | User]] = (),
    track: str = "",
    entered_by: User | None = None,
    effective_at: datetime | None = None,
    recording: bool = False,
    key: str | None = None,
) -> Case:
    """Open a case by the opening move of its kind (the only one, unless ``move`` names it). Raises Refused."""
    table = kind(kind_name)
    row = table.move(move) if move else next(row for row in table.moves if row.opens)

    def act() -> Case:
        at = effective_at or legal_now()
        base = None if root is None else lock(root.pk)
        if base is not None:
            settle(base, at if recording else None)
        if key and (done := Event.objects.select_related("case").filter(key=key).first()):
            return done.case
        case = Case(
            kind=table.name,
            title=title,
            organisation=organisation,
            district_id=organisation.district_id if organisation else base.district_id if base else None,
            root=base,
            track=track,
            status=row.target,
            version=0,
            created_by=actor,
            entered_by=entered_by,
            rules_on=clocks.legal_day(at),
            filed_at=at,
            changed_at=at,
        )
        coming = tuple(make_party(role, who, rank) for rank, (role, who) in enumerate(parties))
        act = Act(case, table, row, Standing(case, actor, coming), at, dict(data), recording=recording)
        refuse(why_not(act) or wrong_time(act) or first_refusal(row.checks, act))
        case.save(force_insert=True)
        for party in coming:
            party.case = case
        Party.objects.bulk_create(coming)
        write(act, key)
        return case

    return in_one_transaction(act)


def moves_for(case: Case, user: User) -> list[Offer]:
    """The moves to offer this person: those meant for him, each with the reason when it is blocked."""
    table = kind(case.kind)
    standing = Standing(case, user)
    row = case.row
    offers = []
    for move in table.moves_from(case.status_at()):
        act = Act(case, table, move, standing, legal_now(), _row=row)
        if (move.when and not move.when(act)) or not move.who(standing):
            continue
        offers.append(Offer(move, barred(act) or first_refusal(move.guards, act)))
    return offers


# ------------------------------------------------------------------------------------------------ what is asked


def why_not(act: Act) -> Refusal | None:
    """Source, table row, who, four eyes and guards, in this order."""
    if not act.move.opens and act.case.status not in act.move.sources:
        return Refusal("wrong_state", _("This step is not possible in the case's present state."))
    if act.move.when and not act.move.when(act):
        return Refusal("not_this_case", _("This step does not belong to this case."))
    if not act.move.who(act.standing):
        return Refusal("not_yours", _("This step is not yours to take."))
    return barred(act) or first_refusal(act.move.guards, act)


def barred(act: Act) -> Refusal | None:
    """Four eyes, and the bars on who filed, who entered the case, and who declared an interest."""
    move, standing = act.move, act.standing
    if standing.is_clock or act.recording:
        return None
    bars = {*move.barred, *(("file", "enter") if move.tag in WEIGHTY else ())}
    if bars and not standing.done.isdisjoint(bars):
        return Refusal("four_eyes", _("You have taken an earlier step in this case; somebody else must take this one."))
    if move.tag in WEIGHTY and standing.interested:
        return Refusal(
            "interest", _("You declared an interest in this organisation; somebody else must take this step.")
        )
    return None


def wrong_time(act: Act) -> Refusal | None:
    if act.at > legal_now():
        return Refusal("future", _("An act cannot take effect in the future."))
    return None


def first_refusal(guards: Sequence[Callable[[Act], Refusal | None]], act: Act) -> Refusal | None:
    return next((refusal for guard in guards if (refusal := guard(act)) is not None), None)


def refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal.code, refusal.sentence)


# ------------------------------------------------------------------------------------------------ what is written


def lock(case_pk: int) -> Case:
    """The case, locked together with its root in ascending key, so that two acts on one right stand in line."""
    mine = Q(pk=case_pk) | Q(pk__in=Case.objects.filter(pk=case_pk).values("root"))
    rows = list(Case.objects.select_for_update(of=("self",)).select_related("organisation").filter(mine).order_by("pk"))
    case = next((row for row in rows if row.pk == case_pk), None)
    if case is None:
        raise Refused("no_case", _("There is no such case."))
    return case


def settle(case: Case, until: datetime | None = None) -> None:
    """Write down what the clock has already decided about a locked case; afterwards its status is true now.

    ``until``: only what was decided by then, for an act of the past that is being recorded; no letter tells of it.
    """
    recording = until is not None
    until = until or legal_now()
    while case.next_due_at is not None and case.next_due_at <= until:
        reach("machine.due")
        table = kind(case.kind)
        due = case.clocks.filter(outcome=Clock.Outcome.RUNNING, due_at=case.next_due_at).exclude(on_expiry="")
        move = table.move(due.values_list("on_expiry", flat=True)[0])
        write(Act(case, table, move, Standing(case, None), case.next_due_at, {}, recording=recording))


def write(act: Act, key: str | None = None) -> Event:
    """Effects, event, clocks, case and letters of an act that was allowed."""
    case, move = act.case, act.move
    for effect in move.effects:
        effect(act)
    if move.opens and act.kind.series and not case.number:
        case.number = next_number(act.kind.series, clocks.legal_day(act.at).year)
    rules = rules_on(rule_keys(act), case.rules_on)
    act.event = event = append(act, key)
    case.status = event.to_status
    move_clocks(act, rules)
    case.version += 1
    case.changed_at = act.at
    case.closed_at = None if act.kind.state(case.status).open else (case.closed_at or act.at)
    case.save(update_fields=WRITTEN)
    if not act.recording and not stale(act, rules):
        letters.write_for(act, rules)
    return event


WRITTEN = (
    "status", "version", "number", "title", "organisation", "district", "track", "changed_at", "closed_at", "next_due_at",
    "due_status", "due_on", "due_clock", "due_provisional", "event_count", "head_hash", "assigned_to",
)  # fmt: skip


def append(act: Act, key: str | None = None) -> Event:
    """The act's event, chained to the case's last and saved."""
    case, move, actor = act.case, act.move, act.actor
    data = {**(act.data or {}), **act.facts}
    if move.snapshot:
        data["form"] = snapshots.seal_paths(case, act.row.snapshot(), act.row.SEALED)
    event = Event(
        case=case,
        seq=case.event_count + 1,
        move=move.name,
        actor=actor,
        actor_name=actor.full_name if actor else "",
        tag=move.tag,
        from_status="" if move.opens else case.status,
        to_status=act.facts.get("to_status") or move.target or case.status,
        effective_at=act.at,
        recorded_at=timezone.now(),
        comment=act.comment,
        data=data,
        key=key,
        rectifies_id=act.facts.get("rectifies"),
    )
    chain.link(event, case.head_hash)
    event.save(force_insert=True)
    case.event_count, case.head_hash = event.seq, event.hash
    return event


def move_clocks(act: Act, rules: dict[str, RuleParameter]) -> None:
    """Stop, pause, resume and start the clocks that the move names; a closed case has none running."""
    case, move, event = act.case, act.move, act.event
    open_ = [] if move.opens else list(case.clocks.filter(ended_at__isnull=True).select_related("rule"))
    day = clocks.legal_day(act.at)
    closes = not act.kind.state(event.to_status).open
    changed = []
    for clock in open_:
        if closes or clock.name in move.stops or (clock.name in move.starts):
            clocks.end(clock, event)
        elif clock.name in move.pauses and clock.outcome == Clock.Outcome.RUNNING:
            clocks.pause(clock, day)
        elif clock.name in move.resumes and clock.outcome == Clock.Outcome.PAUSED:
            clocks.resume(clock, day, act.kind.clock(clock.name), rules)
        else:
            continue
        changed.append(clock)
    save_clocks(changed)
    started = [clocks.make(act.kind.clock(name), event, rules, act.dues.get(name)) for name in move.starts]
    Clock.objects.bulk_create(started)
    clocks.show_on_case(case, [*open_, *started], act.kind)


def save_clocks(changed: list[Clock]) -> None:
    fields = [
        "outcome", "ended_at", "ended_by", "next_reminder_at", "reminders", "pauses", "started_on", "due_on", "due_at",
        "provisional", "calendar_version",
    ]  # fmt: skip
    if len(changed) == 1:
        changed[0].save(update_fields=fields)
    elif changed:
        Clock.objects.bulk_update(changed, fields)


def rule_keys(act: Act) -> set[str]:
    """Every rule a move can need, so that one query brings them."""
    names = {*act.move.starts, *act.move.resumes}
    specs = [spec for spec in act.kind.clocks if spec.name in names]
    keys = {key for spec in specs for key in (spec.rule, spec.remind_before, spec.remind_after) if key}
    return keys | ({"stale_letter_days"} if act.move.letters else set())


def stale(act: Act, rules: dict[str, RuleParameter]) -> bool:
    """The act took effect so long ago that a letter about it would only confuse."""
    return bool(act.move.letters) and (legal_now() - act.at).days > rules["stale_letter_days"].value


def make_party(role: str, who: Organisation | User, rank: int) -> Party:
    side = {"organisation": who} if isinstance(who, Organisation) else {"person": who}
    return Party(role=role, rank=rank, **side)


def in_one_transaction(act: Callable[[], Result]) -> Result:
    """Run an act in a transaction, once more after a deadlock; a second one is a sentence."""
    if connection.in_atomic_block:
        with transaction.atomic():
            return act()
    for last in (False, True):
        try:
            with transaction.atomic():
                return act()
        except (OperationalError, IntegrityError) as fault:
            if last or not is_race(fault):
                if is_race(fault):
                    raise Refused("busy", _("Somebody else is working on this case just now. Try again.")) from fault
                raise
    raise AssertionError("unreachable")


def is_race(fault: Exception) -> bool:
    """A deadlock, a serialisation failure, a locked SQLite file, or two that inserted the same unique row at once."""
    state = getattr(fault.__cause__, "sqlstate", "") or ""
    return state in {"40P01", "40001", "55P03"} or "locked" in str(fault) or is_twin(fault)


def is_twin(fault: Exception) -> bool:
    text = str(fault)
    return isinstance(fault, IntegrityError) and (
        "event_seq_once" in text or "workflow_event_key" in text or "event.key" in text
    )
