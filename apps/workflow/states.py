"""The vocabulary of a procedure: states, clocks, moves, and the kind that holds them.

A kind is data. ``machine.perform`` is the only reader that acts on it; pages, docs, tests and system
checks read the same rows, so that what is drawn, said and allowed cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django import forms

    from apps.workflow.machine import Act
    from apps.workflow.people import Who

NEW: frozenset[str] = frozenset()
"""The sources of a move that opens a case: there is no state yet."""

STAYS = ""
"""The target of a move that leaves the status as it is."""


@dataclass(frozen=True)
class State:
    """One status of a kind, with its name to officials and to the public, its tone, and who acts next."""

    name: str
    label: Any
    public_label: Any = None
    tone: str = "neutral"  # neutral, waiting, attention, good, bad, ended
    open: bool = True
    next: Any = ""

    def __post_init__(self) -> None:
        if self.public_label is None:
            object.__setattr__(self, "public_label", self.label)


@dataclass(frozen=True)
class Refusal:
    """Why an act is not possible: a code for programs and tests, a sentence for the reader."""

    code: str
    sentence: Any


@dataclass(frozen=True)
class ClockSpec:
    """A time limit of a kind (期限).

    ``rule`` names the RuleParameter with its length and unit. ``audience`` decides what a new holiday list
    may do to it: ``applicant`` keeps the later date, ``notice`` is never shortened, ``office`` takes the
    computed one. ``on_expiry`` names the move that the clock itself performs; without it the clock only reminds.
    ``from_service`` waits until the letter of the starting move is served. ``tells`` names the party roles (or
    ``office``) that its reminders are written to, where they are not the audience's own.
    """

    name: str
    label: Any
    rule: str
    audience: str = "office"
    on_expiry: str = ""
    from_service: bool = False
    remind_before: str = ""
    remind_after: str = ""
    tells: tuple[str, ...] = ()


@dataclass(frozen=True)
class LetterSpec:
    """A letter of a move: the text's name, and the party roles (or ``office``) it is written to."""

    text: str
    to: tuple[str, ...] = ("applicant",)


Guard = Callable[["Act"], "Refusal | None"]
Effect = Callable[["Act"], None]


@dataclass(frozen=True)
class Move:
    """One row of a kind's table: all that may be known of an act before it is done.

    ``tag`` says what the actor has done to the case for good (examine, decide, review …); ``barred`` names the
    tags that whoever performs this move must not carry: four eyes. ``when`` tells whether the row belongs to this
    case at all (a track, for example); a row that does not is neither offered nor possible. ``undo`` makes a
    rectified act's effects unhappen; a move with effects and no undo cannot be rectified.
    """

    name: str
    verb: Any
    past: Any
    sources: frozenset[str]
    target: str
    who: Who
    guards: tuple[Guard, ...] = ()
    checks: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    letters: tuple[LetterSpec, ...] = ()
    silent: str = ""
    form: type[forms.Form] | None = None
    tone: str = "quiet"  # primary, quiet, danger
    tag: str = ""
    barred: tuple[str, ...] = ()
    when: Callable[[Any], bool] | None = None
    undo: Effect | None = None
    snapshot: bool = False

    @property
    def opens(self) -> bool:
        return not self.sources


@dataclass(frozen=True)
class Kind:
    """A procedure (事项): its model, states, moves and clocks, and how a case of it is named and numbered.

    ``filing(move, organisation, root, data)`` turns what an opening form gave into the keywords of ``open_case``:
    organisation, title, parties, root and data.
    """

    name: str
    label: Any
    model: Any  # the model class, whose primary key is `case`
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    clocks: tuple[ClockSpec, ...] = ()
    series: str = ""
    seen_by: frozenset[str] = frozenset()
    filing: Callable[..., dict[str, Any]] | None = None
    letter_context: Callable[[Act], dict[str, Any]] | None = None
    public_path: Callable[[Any], str] | None = None
    _states: dict[str, State] = field(init=False, repr=False, default_factory=dict)
    _moves: dict[str, Move] = field(init=False, repr=False, default_factory=dict)
    _clocks: dict[str, ClockSpec] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._states.update((state.name, state) for state in self.states)
        self._moves.update((move.name, move) for move in self.moves)
        self._clocks.update((clock.name, clock) for clock in self.clocks)

    def state(self, name: str) -> State:
        return self._states[name]

    def move(self, name: str) -> Move | None:
        return self._moves.get(name)

    def clock(self, name: str) -> ClockSpec:
        return self._clocks[name]

    @property
    def open_states(self) -> frozenset[str]:
        return frozenset(state.name for state in self.states if state.open)

    def moves_from(self, status: str) -> list[Move]:
        return [move for move in self.moves if status in move.sources]


def states(*names: str) -> frozenset[str]:
    """A set of states, so that a source list reads as one."""
    return frozenset(names)


def letter(text: str, *to: str) -> tuple[LetterSpec, ...]:
    """One letter to the given roles (the applicant unless said otherwise)."""
    return (LetterSpec(text, to or ("applicant",)),)


_kinds: dict[str, Kind] = {}


def register(kinds: Iterable[Kind]) -> None:
    """Make the kinds known; called once at start from ``apps.kinds``."""
    _kinds.update((kind.name, kind) for kind in kinds)


def kind(name: str) -> Kind:
    return _kinds[name]


def all_kinds() -> list[Kind]:
    return list(_kinds.values())
