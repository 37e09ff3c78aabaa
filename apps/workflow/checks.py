"""System checks over the kinds: a table with a hole fails the start."""

from django.contrib import admin
from django.core import checks

from apps.workflow.forms import CorrectionForm
from apps.workflow.states import Kind, all_kinds
from apps.workflow.states import kind as find_kind
from apps.workflow.touch import outcome


@checks.register("workflow")
def check_kinds(app_configs, **kwargs):
    return [
        checks.Error(f"{kind.name}: {problem}", id="workflow.E001")
        for kind in all_kinds()
        for problem in problems(kind)
    ]


def problems(kind: Kind) -> list[str]:
    """What is wrong with a kind's tables, a sentence each."""
    return [
        *_state_problems(kind),
        *_move_problems(kind),
        *_correction_problems(kind),
        *_clock_problems(kind),
        *_row_problems(kind),
        *_consequence_problems(kind),
    ]


def _consequence_problems(kind: Kind) -> list[str]:
    """A kind says for every touching act on the kind it rests on what becomes of it, in each of its open states."""
    if not kind.rests_on:
        return []
    touching = [move.name for move in find_kind(kind.rests_on).moves if move.touches]
    found = [f"a consequence for the unknown act {name!r}" for name in sorted(set(kind.consequences) - set(touching))]
    found += [
        f"the act {act!r} on {kind.rests_on!r} has no outcome in the state {status!r}"
        for act in touching
        for status in sorted(kind.open_states)
        if outcome(kind, status, act) is None
    ]
    for name, rows in kind.consequences.items():
        for row in rows:
            move = kind.move(row.move) if row.move else None
            sources = row.sources or kind.open_states
            if row.move and move is None:
                found.append(f"the outcome of {name!r} is the unknown move {row.move!r}")
            elif move and not sources <= move.sources:
                found.append(
                    f"the outcome {row.move!r} of {name!r} is not possible in {sorted(sources - move.sources)}"
                )
            elif move and "consequence" not in move.who.roles:
                found.append(f"the outcome {row.move!r} of {name!r} is not a move that follows (FOLLOWING)")
    if kind.leads_to and kind.leads_to not in touching:
        found.append(f"it leads to {kind.leads_to!r}, which touches nothing")
    return found


def _state_problems(kind: Kind) -> list[str]:
    return [
        f"the open state {state.name!r} has no way out"
        for state in kind.states
        if state.open and not any(move.target and move.target != state.name for move in kind.moves_from(state.name))
    ]


def _move_problems(kind: Kind) -> list[str]:
    known = {state.name for state in kind.states}
    found = []
    if not any(move.opens for move in kind.moves):
        found.append("no move opens a case")
    for move in kind.moves:
        named = move.sources | ({move.target} if move.target else set())
        if named - known:
            found.append(f"the move {move.name!r} names unknown states {sorted(named - known)}")
        if not move.letters and not move.silent:
            found.append(f"the move {move.name!r} writes no letter and does not say why")
        if move.who is None:
            found.append(f"nobody may make the move {move.name!r}")
    return found


def _correction_problems(kind: Kind) -> list[str]:
    """While a correction is open nothing is decided: its states are no source of a decision."""
    open_ = {move.target for move in kind.moves if move.form and issubclass(move.form, CorrectionForm)}
    return [
        f"the move {move.name!r} decides while a correction is open ({sorted(move.sources & open_)})"
        for move in kind.moves
        if move.tag == "decide" and move.sources & open_
    ]


def _clock_problems(kind: Kind) -> list[str]:
    known = {clock.name for clock in kind.clocks}
    named = {name for move in kind.moves for name in (*move.starts, *move.stops, *move.pauses, *move.resumes)}
    found = [f"unknown clock {name!r}" for name in sorted(named - known)]
    for clock in kind.clocks:
        move = kind.move(clock.on_expiry) if clock.on_expiry else None
        if clock.on_expiry and move is None:
            found.append(f"the clock {clock.name!r} ends in the unknown move {clock.on_expiry!r}")
        if move and (move.guards or move.checks or not move.target or move.when):
            found.append(f"the clock's move {move.name!r} must have a target and no guards: it is true when due")
    return found


def _row_problems(kind: Kind) -> list[str]:
    field = next((f for f in kind.model._meta.fields if f.name == "case"), None)
    found = []
    if field is None or not field.primary_key:
        found.append("its model has no OneToOneField `case` as primary key")
    if kind.model not in admin.site._registry:
        found.append("its model has no admin")
    if not hasattr(kind.model, "snapshot") or not hasattr(kind.model, "SEALED"):
        found.append("its model cannot be copied into an event (snapshot, SEALED)")
    return found
