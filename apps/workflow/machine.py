"""The one function that moves a case, and the one that opens it. Nothing else writes ``status``.

Both lock the case and its root, settle what the clock has already decided, check expected version, source, who and
guards, and write status, event, clocks and letters in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.enterprises.models import Organisation
from apps.outbox.failpoints import reach
from apps.rules.clock import clocks_agree, legal_now, legal_today
from apps.rules.lookup import rules_on
from apps.rules.models import RuleParameter
from apps.workflow import acting, chain, clocks, letters, snapshots
from apps.workflow.models import Absence, Basis, Case, Clock, Event, Party
from apps.workflow.numbering import next_number
from apps.workflow.people import Standing
from apps.workflow.states import Kind, Move, Refusal, kind
from apps.workflow.touch import Edge, edges_of, standing_against

Result = TypeVar("Result")

WEIGHTY = frozenset({"examine", "unlock", "decide", "review", "rectify"})
"""Tags of acts from which a filer, whoever entered the case for him, and an interested official are barred."""

LATELY = 30  # days for which a substitution that is over is remembered in a refusal


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
    the event, due dates of their own in ``dues`` (clock name to date; None: it does not begin now), and the number of a
    new case in ``case``. ``principal`` is where an absent colleague stands for whom the actor acts (see ``is_theirs``). ``bases`` are the
    further cases that a case being opened rests on. ``told`` are roles that the letters go to beside those of the row.
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
    dues: dict[str, date | None] = field(default_factory=dict)
    event: Event | None = None
    principal: Standing | None = None
    bases: tuple[Case, ...] = ()
    touched: list[Edge] | None = None
    told: tuple[str, ...] = ()
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
    """A move as a button: possible, or shown with the reason why not; ``acting_for`` names an absent colleague."""

    move: Move
    refusal: Refusal | None
    acting_for: User | None = None


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
    letter: dict[str, Any] | None = None,
) -> Event:
    """Move a case. Raises Refused with a code and a sentence; then nothing was written.

    ``effective_at`` is when the act became true in law (now unless told); ``recording`` writes down the past: no
    letter goes out. ``key`` makes a repeated call return the first call's event. ``letter`` is how the actor worded the
    move's letters: text to language to passage to words; it is kept in the event.
    """
    worded = {"letter": letter} if letter else {}

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
        at = effective_at or legal_now()
        act = Act(case, table, row, Standing(case, actor), at, data or {}, comment, recording, facts=worded)
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
    bases: Sequence[Case] = (),
    parties: Sequence[tuple[str, Organisation | User]] = (),
    track: str = "",
    entered_by: User | None = None,
    effective_at: datetime | None = None,
    recording: bool = False,
    key: str | None = None,
) -> Case:
    """Open a case by the opening move of its kind (the only one, unless ``move`` names it). Raises Refused.

    It rests on ``root`` and, where a deal is over several, on ``bases`` as well; all are locked in ascending key.
    """
    table = kind(kind_name)
    row = table.move(move) if move else next(row for row in table.moves if row.opens)

    def act() -> Case:
        at = effective_at or legal_now()
        ground = {row.pk: row for row in locked([case.pk for case in (root, *bases) if case is not None])}
        base = None if root is None else ground[root.pk]
        for row_ in ground.values():
            settle(row_, at if recording else None)
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
        agent = acting.agent_for(actor, organisation, table.name)
        named = [*parties, *([(acting.AGENT, agent)] if agent else [])]
        coming = tuple(make_party(role, who, rank) for rank, (role, who) in enumerate(named))
        act = Act(case, table, row, Standing(case, actor, coming), at, dict(data), recording=recording, bases=(*bases,))
        refuse(why_not(act) or wrong_time(act) or first_refusal(row.checks, act))
        reach("machine.opening")
        case.save(force_insert=True)
        for party in coming:
            party.case = case
        Party.objects.bulk_create(coming)
        if bases:
            Basis.objects.bulk_create(Basis(case=case, on=other) for other in bases)
        write(act, key)
        reach("machine.opened")
        return case

    return in_one_transaction(act)


def moves_for(case: Case, user: User, standing: Standing | None = None) -> list[Offer]:
    """The moves to offer this person: those meant for him, each with the reason when it is blocked."""
    table = kind(case.kind)
    standing = standing or Standing(case, user)
    row, now = case.row, legal_now()
    offers = []
    for move in table.moves_from(case.status_at(now)):
        act = Act(case, table, move, standing, now, _row=row)
        if not is_theirs(act) or (move.when and not move.when(act)):  # what a move asks only for whom it is
            continue
        acting_for = act.principal.actor if act.principal else None
        offers.append(Offer(move, barred(act) or first_refusal(move.guards, act), acting_for))
    return offers


# ------------------------------------------------------------------------------------------------ what is asked


def why_not(act: Act) -> Refusal | None:
    """Source, table row, who, four eyes and guards, in this order."""
    if not act.move.opens and act.case.status not in act.move.sources:
        return Refusal("wrong_state", _("This step is not possible in the case's present state."))
    if act.move.when and not act.move.when(act):
        return Refusal("not_this_case", _("This step does not belong to this case."))
    if not is_theirs(act):
        return substitution_over(act) or Refusal("not_yours", _("This step is not yours to take."))
    return barred(act) or first_refusal(act.move.guards, act) or (standing_against(act) if act.move.touches else None)


def is_theirs(act: Act) -> bool:
    """Whether the move is the actor's: in his own right, or for an absent colleague, whom ``act.principal`` then holds.

    He acts in his own right where he can; on a case that lies on the absent colleague's desk he acts for him.
    """
    standing, holder = act.standing, act.case.assigned_to_id
    own = act.move.who(standing)
    if own and (standing.actor is None or holder in (None, standing.actor.pk)):
        return True
    for principal in standing.principals:
        if not act.move.who(principal) or (own and principal.actor.pk != holder):
            continue
        act.principal = principal
        if barred(act) is None:
            return True
    if own:
        act.principal = None
    return own or act.principal is not None


def substitution_over(act: Act) -> Refusal | None:
    """The actor could have made the move for a colleague until lately: say since when he no longer can."""
    actor, today = act.actor, legal_today()
    if actor is None or not actor.is_official:
        return None
    over = Q(last_day__lt=today) | Q(ended_at__isnull=False)
    lately = Absence.objects.filter(over, substitute=actor, last_day__gte=today - timedelta(days=LATELY))
    for absence in lately.select_related("user").order_by("-last_day", "-pk"):
        if act.move.who(Standing(act.case, absence.user)):
            words = _("You no longer act for %(name)s: the substitution is over. This step is not yours to take.")
            return Refusal("substitution_over", words % {"name": absence.user.full_name})
    return None


def barred(act: Act) -> Refusal | None:
    """Four eyes, and the bars on who filed, who entered the case, and who declared an interest; whoever acts for a
    colleague is held by the colleague's bars as well."""
    if act.standing.is_clock or act.recording:
        return None
    found = bar(act.move, act.standing)
    if found is None and act.principal is not None and (found := bar(act.move, act.principal)):
        words = _("%(name)s, for whom you act, is barred from this step; somebody else must take it.")
        return Refusal(found.code, words % {"name": act.principal.actor.full_name})
    return found


def bar(move: Move, standing: Standing) -> Refusal | None:
    """What keeps one person from a move of one case."""
    bars = bars_of(move)
    if bars and not standing.done.isdisjoint(bars):
        return Refusal("four_eyes", _("You have taken an earlier step in this case; somebody else must take this one."))
    if move.tag in WEIGHTY and standing.interested:
        return Refusal(
            "interest", _("You declared an interest in this organisation; somebody else must take this step.")
        )
    return None


def bars_of(move: Move) -> set[str]:
    """The tags of earlier acts that keep a person from the move."""
    return {*move.barred, *(("file", "enter") if move.tag in WEIGHTY else ())}


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
    """The case, locked together with all it rests on in ascending key, so that two acts on one right stand in line."""
    itself = Case.objects.filter(pk=case_pk)
    keys = itself.values("pk").union(itself.values("root"), Basis.objects.filter(case=case_pk).values("on"))
    case = next((row for row in locked(keys) if row.pk == case_pk), None)
    if case is None:
        raise Refused("no_case", _("There is no such case."))
    return case


def locked(keys: Any) -> list[Case]:
    """The rows of some cases, locked in ascending key."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("organisation")
    return list(rows.filter(pk__in=keys).order_by("pk"))


def follow(case_pk: int, move: str, because: Act, data: dict[str, Any] | None = None) -> Event:
    """Move a case as the consequence of an act on another: in its transaction, by its actor, from its moment on.

    The row's ``who`` is FOLLOWING; its event says which case and act it follows from. The other case is locked already,
    and whoever moves this one must lock that first.
    """
    case = locked([case_pk])[0]
    settle(case, because.at if because.recording else None)
    table = kind(case.kind)
    row = table.move(move)
    cause = {"because": because.case.number or "", "because_case": because.case.pk, "because_move": because.move.name}
    act = Act(
        case, table, row, Standing(case, because.actor, cause=because.case), because.at, data or {}, because.comment,
        because.recording, facts=cause,
    )  # fmt: skip
    refuse(why_not(act) or first_refusal(row.checks, act))
    return write(act)


def settle(case: Case, until: datetime | None = None) -> None:
    """Write down what the clock has already decided about a locked case; afterwards its status is true now.

    ``until``: only what was decided by then, for an act of the past that is being recorded; no letter tells of it.
    While this machine's clock and the database's disagree nothing is written: which of them is right, a person finds out.
    """
    recording = until is not None
    until = until or legal_now()
    while case.next_due_at is not None and case.next_due_at <= until and clocks_agree():
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
    if move.touches:
        carry_on(act)
    return event


def carry_on(act: Act) -> None:
    """What an act on a case makes of the cases that rest on it: each outcome that is a move is performed."""
    for edge in edges_of(act):
        if edge.move is not None:
            follow(edge.case.pk, edge.move.name, act)


WRITTEN = (
    "status", "version", "number", "title", "organisation", "district", "track", "changed_at", "closed_at", "next_due_at",
    "due_status", "due_on", "due_clock", "due_provisional", "event_count", "head_hash", "assigned_to",
)  # fmt: skip


def append(act: Act, key: str | None = None) -> Event:
    """The act's event, chained to the case's last and saved."""
    case, move, actor = act.case, act.move, act.actor
    principal = act.principal.actor if act.principal else None
    if principal is not None:
        act.facts["acting_for"] = principal.full_name
    data = {**(act.data or {}), **act.facts}
    if act.standing.by_agent:
        data["by_agent"] = act.standing.by_agent
    if move.snapshot:
        data["form"] = snapshots.seal_paths(case, act.row.snapshot(), act.row.SEALED)
    event = Event(
        case=case,
        seq=case.event_count + 1,
        move=move.name,
        actor=actor,
        actor_name=actor.full_name if actor else "",
        acting_for=principal,
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
    """Stop, pause, resume and start the clocks that the move names; a closed case has none running.

    A running clock that the move does not name runs to another day where an effect gave one in ``dues``.
    """
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
        elif clock.name in act.dues and clock.outcome == Clock.Outcome.RUNNING:
            clocks.run_to(clock, act.dues[clock.name], act.kind.clock(clock.name), rules)
        else:
            continue
        changed.append(clock)
    save_clocks(changed)
    begun = [name for name in move.starts if act.dues.get(name, True) is not None]
    started = [clocks.make(act.kind.clock(name), event, rules, act.dues.get(name)) for name in begun]
    Clock.objects.bulk_create(started)
    clocks.show_on_case(case, [*open_, *started], act.kind)


def save_clocks(changed: list[Clock]) -> None:
    fields = [
        "outcome", "ended_at", "ended_by", "next_reminder_at", "reminders", "pauses", "started_on", "due_on", "due_at",
        "provisional", "calendar_version", "rule", "unit", "count",
    ]  # fmt: skip
    if len(changed) == 1:
        changed[0].save(update_fields=fields)
    elif changed:
        Clock.objects.bulk_update(changed, fields)


def rule_keys(act: Act) -> set[str]:
    """Every rule a move can need, so that one query brings them."""
    names = {*act.move.starts, *act.move.resumes, *act.dues}
    specs = [spec for spec in act.kind.clocks if spec.name in names]
    keys = {key for spec in specs for key in (spec.rule, spec.remind_before, spec.remind_after) if key}
    arrives = act.move.tag == "file" and any(spec.audience == "office" for spec in specs)
    return keys | ({"stale_letter_days"} if act.move.letters else set()) | ({"office_hours_end"} if arrives else set())


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
