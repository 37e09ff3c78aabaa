"""The checklist of a case: what the machine remarks, what the examiner found, and from it the one complete notice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.examination.models import Finding
from apps.workflow import machine
from apps.workflow.checklist import Criterion, Remark, look_through, subject_of
from apps.workflow.machine import Act, Refused, is_theirs
from apps.workflow.models import Case
from apps.workflow.people import CLERKS, Standing
from apps.workflow.snapshots import item_of
from apps.workflow.states import Move

EXAMINES, DISSENTS, READS = "examines", "dissents", "reads"
EXAMINING = frozenset({"examine", "pre_check"})
"""Tags of moves whose maker goes through the checklist."""
LONGEST = 1000


@dataclass(frozen=True)
class Item:
    """A criterion with the machine's remark, the finding that counts, who dissents from it, and the older ones."""

    criterion: Criterion
    remark: Remark | None
    finding: Finding | None
    dissents: tuple[Finding, ...] = ()
    older: tuple[Finding, ...] = ()

    @property
    def moved_on(self) -> bool:
        """The case has changed since it was found."""
        return self.finding is not None and self.finding.version != self.finding.case.version


def part_of(case: Case, standing: Standing) -> str:
    """What a person may do with the checklist: go through it, dissent from what was found, or read.

    Whoever is to decide under four eyes never examines; a person barred from weighty acts only reads; whoever acts
    for an absent colleague does as the colleague would.
    """
    state, user = case.kind_.state(case.status_at()), standing.actor
    if (
        user is None
        or not user.is_official
        or not state.open
        or standing.interested
        or standing.done & {"file", "enter"}
    ):
        return READS
    if any(move.tag == "decide" and "examine" in move.barred and move.who(standing) for move in case.kind_.moves):
        return DISSENTS
    tags = {move.tag for move in case.kind_.moves_from(state.name) if possible(case, move, standing)}
    if tags & EXAMINING or (not examined_here(case) and CLERKS(standing)):
        return EXAMINES
    return DISSENTS if "decide" in tags else READS


def possible(case: Case, move: Move, standing: Standing) -> bool:
    act = Act(case, case.kind_, move, standing, case.changed_at, _row=case.row)
    return is_theirs(act) and (move.when is None or move.when(act))


def examined_here(case: Case) -> bool:
    """Whether officials examine the kind at all; where only parties act, clerks still look through it."""
    return any(move.tag in EXAMINING for move in case.kind_.moves)


def items_of(case: Case) -> list[Item]:
    """The checklist of a case as it stands: two queries, however long its history."""
    rows: dict[str, list[Finding]] = {}
    for row in case.findings.order_by("pk"):
        row.case = case
        rows.setdefault(row.criterion, []).append(row)
    return [
        item(criterion, remark, rows.get(criterion.name, []))
        for criterion, remark in look_through(case.kind_.checklist, subject_of(case))
    ]


def item(criterion: Criterion, remark: Remark | None, rows: list[Finding]) -> Item:
    found = [row for row in rows if row.dissents_id is None]
    latest = found[-1] if found else None
    dissents: dict[int, Finding] = {}
    for row in rows:
        if latest and row.dissents_id == latest.pk:
            dissents[row.by_id] = row
    standing = tuple(row for row in dissents.values() if row.outcome != latest.outcome or row.note)
    return Item(criterion, remark, latest, standing, tuple(found[:-1][::-1]))


def note(case: Case, by: User, given: Mapping[str, tuple[str, str]]) -> list[Finding]:
    """Write down findings, criterion to (outcome, note); what reads as before writes nothing. Raises Refused."""
    part = part_of(case, Standing(case, by))
    if part == READS:
        raise Refused("not_yours", _("These findings are not yours to make."))
    known = {criterion.name for criterion in case.kind_.checklist}
    if not given.keys() <= known:
        raise Refused("unknown_criterion", _("There is no such item in this checklist."))
    return machine.in_one_transaction(lambda: _note(case.pk, by, given, part))


def _note(case_pk: int, by: User, given: Mapping[str, tuple[str, str]], part: str) -> list[Finding]:
    case = machine.lock(case_pk)
    standing = {item.criterion.name: item for item in items_of(case)}
    made = []
    for name, (outcome, words) in given.items():
        item = standing[name]
        before = item.finding if part == EXAMINES else own(item, by)
        if not outcome or (before and (before.outcome, before.note) == (outcome, words)):
            continue
        if part == DISSENTS and item.finding is None:
            raise Refused("nothing_found", _("Nothing was found on this item yet that one could dissent from."))
        dissents = item.finding if part == DISSENTS else None
        made.append(
            Finding(
                case=case,
                criterion=name,
                version=case.version,
                outcome=outcome,
                note=words,
                dissents=dissents,
                by=by,
                by_name=by.full_name,
            )
        )
    for row in made:
        row.full_clean(exclude=["case", "by", "dissents"])
        row.save(force_insert=True)
    return made


def own(item: Item, by: User) -> Finding | None:
    """What this person said last of the item: the own dissent, else the finding itself."""
    return next((row for row in item.dissents if row.by_id == by.pk), item.finding)


# ------------------------------------------------------------------------------------------------ the notice


def asked(item: Item) -> str:
    """What to write where the examiner left no note: the machine's remark, else the criterion as a demand."""
    if item.remark:
        return str(item.remark.sentence)
    return _("Mend or show: %(item)s") % {"item": item.criterion.label}


@dataclass(frozen=True)
class Composed:
    """A correction notice built from findings: the text at each item's path, the rest, and what was not looked at."""

    notes: dict[str, str]
    comment: str
    wanting: int
    open: int
    total: int


def compose(case: Case, paths: Iterable[str]) -> Composed:
    """The one complete notice from what was found wanting, each form item named once.

    ``paths`` are the items a notice of this kind may name. A criterion about several items is told at the first of
    them; the others are named too, because only a named item may be changed, and point to it.
    """
    offered = set(paths)
    items = items_of(case)
    notes: dict[str, list[str]] = {}
    loose: list[str] = []
    pointed: dict[str, Criterion] = {}
    wanting = [item for item in items if item.finding and item.finding.is_wanting and not item.criterion.inner]
    for each in wanting:
        named = [item for item in map(item_of, each.criterion.paths) if item in offered]
        text = each.finding.note.strip() or asked(each)
        if not named:
            loose.append(text)
            continue
        told = notes.setdefault(named[0], [])
        if text not in told:
            told.append(text)
        for path in named[1:]:
            pointed.setdefault(path, each.criterion)
    for path, criterion in pointed.items():
        notes.setdefault(path, [_("See: %(item)s") % {"item": criterion.label}])
    unlooked = sum(item.finding is None for item in items)
    return Composed(
        {path: "\n".join(texts) for path, texts in notes.items()}, "\n".join(dict.fromkeys(loose)), len(wanting),
        unlooked, len(items),
    )  # fmt: skip
