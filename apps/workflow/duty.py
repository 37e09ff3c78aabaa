"""Who is there, how much lies on each desk, and who may take the next step of a case: read only, a few queries each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import OFFICIAL_ROLES, Role, User
from apps.rules.clock import legal_now, legal_today
from apps.workflow import machine
from apps.workflow.machine import Act
from apps.workflow.models import Absence, Case, Event, Interest
from apps.workflow.people import History, Standing, absences_on, may_stand_in
from apps.workflow.querysets import kinds_seen_by
from apps.workflow.states import Kind, Move, Refusal, State, all_kinds, kind

TRACKS = ("", "local", "provincial")


@dataclass(frozen=True)
class Load:
    """What lies on one desk: open cases, and those of them that fall due within seven days or are overdue."""

    open: int = 0
    soon: int = 0


@dataclass(frozen=True)
class Chance:
    """One way in which a step could be taken: by whom, for which absent colleague, and why it is not possible."""

    user: User
    refusal: Refusal | None
    acting_for: User | None = None


def loads(users: Iterable[User]) -> dict[int, Load]:
    """The desks of these officials by key; one query. A case on nobody's desk counts for nobody."""
    week = legal_today() + dt.timedelta(days=7)
    mine = Case.objects.filter(closed_at__isnull=True, assigned_to__in=[user.pk for user in users]).order_by()
    rows = (
        mine.values("assigned_to")
        .annotate(every=Count("pk"), soon=Count("due_on", filter=Q(due_on__lte=week)))
        .values_list("assigned_to", "every", "soon")
    )
    found = {pk: Load(every, soon) for pk, every, soon in rows}
    return {user.pk: found.get(user.pk, Load()) for user in users}


def team_of(user: User) -> QuerySet[User]:
    """The active officials of the same district, or of the bureau."""
    return User.objects.filter(is_active=True, role__in=OFFICIAL_ROLES, district=user.district_id).order_by(
        "role", "pk"
    )


def away_today() -> dict[int, Absence]:
    """Who is away today, by key; one query."""
    return {row.user_id: row for row in absences_on(legal_today()).select_related("substitute", "user")}


def away_refusal(absence: Absence) -> Refusal:
    said = _("Away until %(day)s.") % {"day": date_format(absence.last_day, "Y-m-d")}
    if absence.substitute_id:
        said += " " + _("Substitute: %(name)s.") % {"name": absence.substitute.full_name}
    return Refusal("away", said)


# ------------------------------------------------------------------------------------------------ of one case


def leading_moves(case: Case, history: History) -> list[Move]:
    """The moves that lead on from the case's present state: the primary ones of officials that belong to it."""
    table = case.kind_
    act = Act(case, table, table.moves[0], Standing(case, None, history=history), legal_now())
    found = []
    for move in table.moves_from(case.status_at()):
        if is_leading(move) and (move.when is None or move.when(act)):
            found.append(move)
    return found


def who_may(case: Case, move: Move | None = None, history: History | None = None) -> list[Chance]:
    """Every official whose post has the move (or a leading move of the state), present and free or with the reason why
    not; substitutes of the absent follow them. Two queries however many officials, one more when somebody is away.

    A person who may not take the one move and may take the other is free. ``history``: where the case's was read before.
    """
    history = history or History(case)
    moves = [move] if move else leading_moves(case, history)
    if not moves:
        return []
    standings = standings_of(case, history)
    away = away_today() if any(standing.is_away for standing in standings.values()) else {}
    found = []
    for standing in standings.values():
        if not any(move.who(standing) for move in moves):
            continue
        absence = away.get(standing.actor.pk)
        if absence is None:
            found.append(Chance(standing.actor, refusal_of(case, moves, standing)))
            continue
        found.append(Chance(standing.actor, away_refusal(absence)))
        deputising = standings.get(absence.substitute_id)
        if deputising and deputising.actor.pk not in away and may_stand_in(deputising.actor, standing.actor):
            refusal = refusal_of(case, moves, deputising, principal=standing)
            found.append(Chance(deputising.actor, refusal, acting_for=standing.actor))
    return found


def refusal_of(
    case: Case, moves: Sequence[Move], standing: Standing, principal: Standing | None = None
) -> Refusal | None:
    """Why this person may take none of the moves, or None."""
    whose = principal or standing
    acts = [
        Act(case, case.kind_, move, standing, legal_now(), principal=principal) for move in moves if move.who(whose)
    ]
    refusals = [machine.barred(act) for act in acts]
    return None if None in refusals else told_of(refusals[0], standing, principal, moves)


def told_of(found: Refusal, standing: Standing, principal: Standing | None, moves: Sequence[Move]) -> Refusal:
    """A refusal as it is said of a person to somebody else."""
    if principal is not None and all(machine.bar(move, standing) is None for move in moves):
        return Refusal(
            found.code, _("%(name)s, for whom he would act, is barred.") % {"name": principal.actor.full_name}
        )
    words = {"four_eyes": _("Took an earlier step in this case."), "interest": _("Declared an interest here.")}
    return Refusal(found.code, words[found.code])


def standings_of(case: Case, history: History) -> dict[int, Known]:
    """Where each active official who may see the case stands to it: one query for the people, one for their acts.

    Each says ``is_away`` too, so that nobody need ask for absences on the usual day without any.
    """
    mine = Interest.objects.filter(user=OuterRef("pk"), organisation=case.organisation_id, ended_at__isnull=True)
    people = User.objects.filter(
        Q(district__isnull=True) | Q(district=case.district_id), is_active=True, role__in=OFFICIAL_ROLES
    ).annotate(is_interested=Exists(mine), is_away=Exists(absences_on(legal_today()).filter(user=OuterRef("pk"))))
    return {user.pk: Known(history, user, user.is_interested, user.is_away) for user in people.order_by("pk")}


class Known(Standing):
    """A standing whose answers were read for many people, or for many cases, at once."""

    def __init__(
        self, history: History, actor: User, interested: bool, is_away: bool = False, principals: tuple[Known, ...] = ()
    ) -> None:
        super().__init__(history.case, actor, history=history)
        self.is_away = is_away
        self.__dict__.update(interested=interested, principals=principals)


def standings_to(cases: Sequence[Case], user: User) -> dict[int, Known]:
    """Where one official, with the colleagues for whom he acts, stands to many cases: a query for their histories, one
    for interests, one for absences, and one for the rows of each kind, however many cases."""
    histories = histories_of(cases)
    absent = [each.actor for each in Standing(Case(), user).principals]
    near = set(
        Interest.objects.filter(user__in=[user, *absent], ended_at__isnull=True).values_list("user", "organisation")
    )
    read_rows(cases)

    def known(case: Case, person: User, principals: tuple[Known, ...] = ()) -> Known:
        return Known(histories[case.pk], person, (person.pk, case.organisation_id) in near, principals=principals)

    return {case.pk: known(case, user, tuple(known(case, person) for person in absent)) for case in cases}


def histories_of(cases: Sequence[Case]) -> dict[int, History]:
    """The histories of many cases, by one query."""
    found = {case.pk: History(case, []) for case in cases}
    for event in Event.objects.filter(case__in=found).only("case", *History.TOLD).order_by("seq"):
        found[event.case_id].events.append(event)
    return found


def read_rows(cases: Iterable[Case]) -> None:
    """Read the kinds' own rows of many cases, by one query a kind."""
    by_kind: dict[str, dict[int, Case]] = defaultdict(dict)
    for case in cases:
        by_kind[case.kind][case.pk] = case
    for name, of_kind in by_kind.items():
        model = kind(name).model
        for row in model.objects.filter(case__in=of_kind):
            row.case = of_kind[row.case_id]


def free_people(chances: Iterable[Chance]) -> list[User]:
    """Who may take the step now in his own right, each once."""
    return [chance.user for chance in chances if chance.refusal is None and chance.acting_for is None]


def is_stuck(chances: Sequence[Chance]) -> bool:
    """Whether the step belongs to somebody and nobody present may take it."""
    return bool(chances) and all(chance.refusal is not None for chance in chances)


def why_nobody(chances: Iterable[Chance]) -> list[str]:
    """A sentence for each person who cannot."""
    return [f"{label(chance)}: {chance.refusal.sentence}" for chance in chances if chance.refusal is not None]


def label(chance: Chance) -> str:
    if chance.acting_for is None:
        return chance.user.full_name
    return _("%(name)s, acting for %(absent)s") % {
        "name": chance.user.full_name,
        "absent": chance.acting_for.full_name,
    }


# ------------------------------------------------------------------------------------------------ of all cases


def stuck_cases(organisation_pk: int | None = None) -> list[int]:
    """The keys of the cases whose next step nobody present may take; of one organisation where it is named.

    One query for each step of ``office_steps``. Those on a deputy director's desk already are left out.
    """
    away = away_today()
    officials = list(User.objects.filter(is_active=True, role__in=OFFICIAL_ROLES))
    deputies = [user.pk for user in officials if user.role == Role.DEPUTY]
    cases = Case.objects.filter(closed_at__isnull=True).exclude(assigned_to__in=deputies)
    if organisation_pk is not None:
        cases = cases.filter(organisation=organisation_pk)
    found: list[int] = []
    for table, state, track, moves in office_steps():
        free = Q(pk__in=[])
        for move in moves:
            for person, absent in acting(officials, away, move):
                free |= free_condition(move, person, absent)
        at_state = cases.filter(kind=table.name).in_state(state.name)
        stuck = at_state.exclude(free) if track is None else at_state.filter(track=track).exclude(free)
        found += stuck.values_list("pk", flat=True)
    return sorted(set(found))


@cache
def office_steps() -> list[tuple[Kind, State, str | None, list[Move]]]:
    """The open states in which the office acts next, by track where the tracks differ, with the moves that lead on."""
    found = []
    for table in all_kinds():
        for state in table.states:
            if not state.open or state.tone != "waiting":
                continue
            leading = [move for move in table.moves_from(state.name) if is_leading(move)]
            by_track = {track: [move for move in leading if belongs(move, track)] for track in TRACKS}
            if all(moves == leading for moves in by_track.values()):
                by_track = {None: leading}
            found += [(table, state, track, moves) for track, moves in by_track.items() if moves]
    return found


def is_leading(move: Move) -> bool:
    """A primary move of officials."""
    return move.tone == "primary" and not OFFICIAL_ROLES.isdisjoint(move.who.roles)


def belongs(move: Move, track: str) -> bool:
    """Whether a move is of a track; one that asks for more than the track is taken to be."""
    try:
        return move.when is None or move.when(SimpleNamespace(case=SimpleNamespace(track=track)))
    except AttributeError:
        return True


def acting(officials: list[User], away: dict[int, Absence], move: Move) -> list[tuple[User, User | None]]:
    """Who is there to take the move, each with the absent colleague for whom."""
    by_pk = {user.pk: user for user in officials}
    found: list[tuple[User, User | None]] = []
    for user in officials:
        if user.role not in move.who.roles:
            continue
        if user.pk not in away:
            found.append((user, None))
            continue
        substitute = by_pk.get(away[user.pk].substitute_id)
        if substitute and substitute.pk not in away and may_stand_in(substitute, user):
            found.append((substitute, user))
    return found


def free_condition(move: Move, person: User, absent: User | None) -> Q:
    """The cases in which this person, acting for the other where there is one, is not barred from the move."""
    reach = Q() if (absent or person).district_id is None else Q(district=(absent or person).district_id)
    free, bars = Q(), machine.bars_of(move)
    for each in (person, absent):
        if each is None:
            continue
        own = Q(actor=each) | Q(acting_for=each)
        if bars:
            free &= ~Q(Exists(Event.objects.standing().filter(own, case=OuterRef("pk"), tag__in=bars)))
        if "enter" in bars:
            free &= ~Q(entered_by=each) | Q(entered_by__isnull=True)
        if move.tag in machine.WEIGHTY:
            mine = Interest.objects.filter(user=each, ended_at__isnull=True).values("organisation")
            free &= ~Q(organisation__in=mine) | Q(organisation__isnull=True)
    return reach & free


def facts_of(user: User) -> dict[str, Any]:
    """A person as a record keeps him: key and name at the time."""
    return {"pk": user.pk, "name": user.full_name}


def takers(case: Case) -> list[Chance]:
    """On whose desk the case could lie: those of its next step; while it waits for somebody outside, all who see it."""
    chances = who_may(case)
    if chances:
        return [chance for chance in chances if chance.acting_for is None]
    away = away_today()
    return [
        Chance(standing.actor, away_refusal(away[pk]) if pk in away else None)
        for pk, standing in standings_of(case, History(case)).items()
        if case.kind in kinds_seen_by(standing.actor.role)
    ]
