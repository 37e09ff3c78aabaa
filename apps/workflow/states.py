"""The vocabulary of a procedure: states, clocks, moves, and the kind that holds them.

A kind is data. ``machine.perform`` is the only reader that acts on it; pages, docs, tests and system
checks read the same rows, so that what is drawn, said and allowed cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django import forms

    from apps.workflow.checklist import Criterion
    from apps.workflow.forms import FilingForm
    from apps.workflow.machine import Act
    from apps.workflow.people import Who

NEW: frozenset[str] = frozenset()
"""The sources of a move that opens a case: there is no state yet."""

STAYS = ""
"""The target of a move that leaves the status as it is."""

ANSWERS = frozenset({"answer", "refile"})
"""The moves by which whoever filed answers a correction notice."""


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
    ``office``) that its reminders are written to, where they are not the audience's own; with ``tells_resting`` the
    parties of the running cases that rest on the case are told as well, each about the own case. ``explains(case)`` adds
    a sentence to the reminder: what it is that ends.
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
    tells_resting: bool = False
    explains: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class LetterSpec:
    """A letter of a move: the text's name, and the party roles (or ``office``) it is written to."""

    text: str
    to: tuple[str, ...] = ("applicant",)


@dataclass(frozen=True)
class Consequence:
    """What an act on the case it rests on does to a case of this kind (连带后果), while that is in one of ``sources``
    (any open state where none is named).

    ``says`` is the outcome in words for whoever is about to act; ``move`` the row of the kind's own table that writes
    it down and tells the parties, "" where nothing changes. ``blocks(touched, cause)`` is asked for a reason why the
    act cannot be done yet (a consent that is missing); ``cause`` is the case that leads to the act, if there is one.
    """

    says: Any
    move: str = ""
    sources: frozenset[str] = frozenset()
    blocks: Callable[[Any, Any], Refusal | None] | None = None


STANDS = (Consequence(_("stays as it is")),)
"""The row of an act that changes nothing for the kind."""

Guard = Callable[["Act"], "Refusal | None"]
Effect = Callable[["Act"], None]


@dataclass(frozen=True)
class Move:
    """One row of a kind's table: all that may be known of an act before it is done.

    ``tag`` says what the actor has done to the case for good (examine, decide, review …); ``barred`` names the
    tags that whoever performs this move must not carry: four eyes. ``when`` tells whether the row belongs to this
    case at all (a track, for example); a row that does not is neither offered nor possible. ``undo`` makes a
    rectified act's effects unhappen; a move with effects and no undo cannot be rectified. ``touches`` says that the
    act ends or moves what other cases rest on: each of them needs a ``Consequence``, and has it in the same transaction.
    ``leads_to(case)`` is the touching act of the root that the move leads to, "" for none, where it is not the decision
    of the kind that does (``Kind.leads_to``).
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
    touches: bool = False
    leads_to: Callable[[Any], str] | None = None

    @property
    def opens(self) -> bool:
        return not self.sources


@dataclass(frozen=True)
class Sum:
    """An amount that lists of the kind add up: its name, and the column of the kind's row that holds it in fen."""

    label: Any
    field: str


@dataclass(frozen=True)
class SheetImport:
    """How a sheet of a partner's rows (台账导入) becomes cases of the kind: one row a contract or policy.

    ``capacity`` is what the organisation must be whose sheet it is, ``party`` the column and form field that names it,
    ``key`` the column that with it tells one row from another. ``columns`` are form fields with the headings they are
    known by, the first shown; the right is always read. ``opens`` is the opening move of a row that is not on record.
    Where a row on record differs in nothing but ``reported`` items, ``changes`` is the move that writes it down, with the
    words for its form from ``change_words(row, values)``.
    """

    capacity: str
    party: str
    key: str
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    opens: str
    reported: frozenset[str] = frozenset()
    changes: str = ""
    change_words: Callable[[Any, dict[str, Any]], dict[str, Any]] | None = None


@dataclass(frozen=True)
class Kind:
    """A procedure (事项): its model, states, moves and clocks, and how a case of it is named and numbered.

    ``filing(move, organisation, root, data)`` turns what an opening form gave into the keywords of ``open_case``:
    organisation, title, parties, root and data. ``correctable(row)`` are the paths and labels that a correction notice may
    name, the items of the form it is answered with where the kind says none. ``checklist`` is what an examiner goes through, and a filer before him.
    ``address(case, reader)`` is where a reader of its letters reads the case, "" for the portal. ``rests_on`` is the kind
    of its root where an act there has ``consequences`` here: by the act's move, the first that fits the state holds.
    ``rests_also_on`` is the kind of a further base whose acts have consequences in the same table.
    ``leads_to`` is the touching move of the root that the case ends in when it is accepted. ``way`` makes the kind a step
    on the way of a data set: its name there, and the words on the button that begins it. ``offered(root, organisations)``
    says whether one may be opened on a root by somebody of these organisations: its page offers it. ``notes(root, user)``
    are the sentences that cases of this kind tell whoever asks on their root: on its page, and where one files on it.
    ``sums`` are added up under a list of the kind, ``imports`` reads a partner's sheet. ``sheet_line(case)`` is what a
    due diligence sheet says of a case on the right, "" for nothing; without it an open case is named with its state.
    ``reads_at`` is the address (by the case's key) of a further page for its parties, with its words. ``joins(case)`` are the
    parties, role and organisation, that a later move brings in: until then they read nothing of the case.
    """

    name: str
    label: Any
    model: Any  # the model class, whose primary key is `case`
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    clocks: tuple[ClockSpec, ...] = ()
    checklist: tuple[Criterion, ...] = ()
    correctable: Callable[[Any], list[tuple[str, Any]]] | None = None
    series: str = ""
    seen_by: frozenset[str] = frozenset()
    rests_on: str = ""
    rests_also_on: str = ""
    consequences: Mapping[str, tuple[Consequence, ...]] = field(default_factory=dict)
    leads_to: str = ""
    way: tuple[Any, Any] | None = None
    filing: Callable[..., dict[str, Any]] | None = None
    letter_context: Callable[[Act], dict[str, Any]] | None = None
    public_path: Callable[[Any], str] | None = None
    address: Callable[[Any, Any], str] | None = None
    sums: tuple[Sum, ...] = ()
    imports: SheetImport | None = None
    sheet_line: Callable[[Any], str] | None = None
    reads_at: tuple[str, Any] | None = None
    joins: Callable[[Any], list[tuple[str, Any]]] | None = None
    offered: Callable[[Any, Any], bool] | None = None
    notes: Callable[[Any, Any], list[str]] | None = None
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
    def answer_form(self) -> type[FilingForm] | None:
        """The form a correction notice is answered with; None where there is no notice, or an answer has pages of its own."""
        forms = (move.form for move in self.moves if move.name in ANSWERS and move.form is not None)
        return cast("type[FilingForm] | None", next(forms, None))

    def correction_items(self, row: Any) -> list[tuple[str, Any]]:
        """Paths and labels of what a correction notice on a row may name, which is what its answer can change."""
        if self.correctable is not None:
            return self.correctable(row)
        return self.answer_form.items() if self.answer_form is not None else []

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
