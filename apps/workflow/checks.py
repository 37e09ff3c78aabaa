"""System checks over the kinds: a table with a hole fails the start."""

from django.contrib import admin
from django.core import checks

from apps.workflow.states import Kind, all_kinds


@checks.register("workflow")
def check_kinds(app_configs, **kwargs):
    return [
        checks.Error(f"{kind.name}: {problem}", id="workflow.E001")
        for kind in all_kinds()
        for problem in problems(kind)
    ]


def problems(kind: Kind) -> list[str]:
    """What is wrong with a kind's tables, a sentence each."""
    return [*_state_problems(kind), *_move_problems(kind), *_clock_problems(kind), *_row_problems(kind)]


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
