"""System checks over the kinds: a table with a hole fails the start, and so does a rule that nobody reads."""

from collections.abc import Collection
from pathlib import Path

from django.conf import settings
from django.contrib import admin
from django.core import checks

from apps.outbox import texts
from apps.rules.catalogue import NOT_IN_USE, RULES
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


@checks.register("workflow")
def check_rules(app_configs, **kwargs):
    found = rule_problems({rule.key for rule in RULES}, NOT_IN_USE)
    return [checks.Error(f"the rule {problem}", id="workflow.E002") for problem in found]


def rule_problems(keys: Collection[str], not_in_use: Collection[str]) -> list[str]:
    """An official may change a rule only where it has an effect, or where the page says that it has none yet."""
    read = keys_read({*keys, *not_in_use})
    return [
        *(
            f"{key!r} is read by nothing and not declared as not in use"
            for key in sorted({*keys} - {*not_in_use} - read)
        ),
        *(f"{key!r} is declared as not in use, and read" for key in sorted(read & {*not_in_use})),
        *(f"{key!r} is declared as not in use, and in no catalogue" for key in sorted({*not_in_use} - {*keys})),
    ]


def keys_read(keys: set[str]) -> set[str]:
    """Those of the keys that a clock of a kind names, or that code names in quotation marks: a reader writes its keys out.
    The catalogue, migrations and the demonstration read none."""
    clocks = (clock for kind in all_kinds() for clock in kind.clocks)
    read = keys & {key for clock in clocks for key in (clock.rule, clock.remind_before, clock.remind_after)}
    apps = Path(settings.BASE_DIR) / "apps"
    for path in apps.rglob("*.py"):
        if path.name != "catalogue.py" and not {"migrations", "demo"} & {*path.relative_to(apps).parts}:
            source = path.read_text(encoding="utf-8")
            read |= {key for key in keys - read if f'"{key}"' in source}
    return read


def problems(kind: Kind) -> list[str]:
    """What is wrong with a kind's tables, a sentence each."""
    return [
        *_state_problems(kind),
        *_move_problems(kind),
        *_letter_problems(kind),
        *_correction_problems(kind),
        *_clock_problems(kind),
        *_row_problems(kind),
        *_consequence_problems(kind),
    ]


def _consequence_problems(kind: Kind) -> list[str]:
    """A kind says for every touching act on the kinds it rests on what becomes of it, in each of its open states."""
    grounds = [find_kind(name) for name in (kind.rests_on, kind.rests_also_on) if name]
    if not grounds:
        return []
    touching = {move.name: ground.name for ground in grounds for move in ground.moves if move.touches}
    found = [f"a consequence for the unknown act {name!r}" for name in sorted(set(kind.consequences) - set(touching))]
    found += [
        f"the act {act!r} on {ground!r} has no outcome in the state {status!r}"
        for act, ground in touching.items()
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


def _letter_problems(kind: Kind) -> list[str]:
    """Each letter has its words in both languages."""
    return [
        f"the letter {spec.text!r} of the move {move.name!r} lacks a text in {language}"
        for move in kind.moves
        for spec in move.letters
        for language in texts.LANGUAGES
        if not (settings.LETTERS_DIR / f"{spec.text}.{language}.txt").exists()
    ]


def _correction_problems(kind: Kind) -> list[str]:
    """While a correction is open nothing is decided: its states are no source of a decision. It names what can be answered."""
    open_ = {move.target for move in kind.moves if move.form and issubclass(move.form, CorrectionForm)}
    found = (
        ["it asks for corrections that no form answers"] if open_ and not (kind.correctable or kind.answer_form) else []
    )
    return found + [
        f"the move {move.name!r} decides while a correction is open ({sorted(move.sources & open_)})"
        for move in kind.moves
        if move.tag == "decide" and move.sources & open_
    ]


def _clock_problems(kind: Kind) -> list[str]:
    known = {clock.name for clock in kind.clocks}
    named = {name for move in kind.moves for name in (*move.starts, *move.stops, *move.pauses, *move.resumes)}
    found = [f"unknown clock {name!r}" for name in sorted(named - known)]
    rules = {rule.key for rule in RULES}
    for clock in kind.clocks:
        found += [
            f"the clock {clock.name!r} names the rule {key!r}, which is not in the catalogue"
            for key in (clock.rule, clock.remind_before, clock.remind_after)
            if key and key not in rules
        ]
        move = kind.move(clock.on_expiry) if clock.on_expiry else None
        if clock.on_expiry and move is None:
            found.append(f"the clock {clock.name!r} ends in the unknown move {clock.on_expiry!r}")
        if move and (move.guards or move.checks or move.when):
            found.append(f"the clock's move {move.name!r} must have no guards: it is true when due")
        if move and not move.target and clock.name not in move.stops:
            found.append(
                f"the clock's move {move.name!r} must have a target or stop the clock: else it is due for ever"
            )
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
