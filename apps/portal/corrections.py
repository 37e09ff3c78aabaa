"""Answering a correction notice: only the named items open, each with the official's note, the answer shown as a difference."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.applications import filing
from apps.applications.forms import STEP_FORMS, STEPS
from apps.applications.items import FILES, ITEMS, label_of
from apps.pages.facts import foreign
from apps.pages.fields import Field
from apps.pages.forms import FormError, target_of
from apps.portal import attachments, shown
from apps.portal.forms import mark_names
from apps.portal.steps import spoken
from apps.workflow import drafts, rounds
from apps.workflow.acts import perform_form
from apps.workflow.machine import Offer
from apps.workflow.models import Document, Draft
from apps.workflow.people import Standing
from apps.workflow.snapshots import typed
from apps.workflow.states import ANSWERS, Move

_ITEMS = {item.path: item for item in ITEMS}
_PLACES = {item.path: item for item in FILES}


@dataclass
class Opened:
    """One item that is open: the note, and the fields or the place for files where it is mended."""

    path: str
    label: Any
    note: Any
    fields: list[forms.BoundField] = field(default_factory=list)
    place: attachments.Place | None = None
    before: list[shown.Paper] = field(default_factory=list)
    plain: str = ""


@dataclass(frozen=True)
class Change:
    """One item before and after, for ``components/diff.html``."""

    label: Any
    before: Any
    after: Any


def answering(offers: list[Offer]) -> Move | None:
    """The move with which a person answers the standing notice; None when there is nothing to answer."""
    return next((o.move for o in offers if o.move.name in ANSWERS and not o.refusal), None)


def answer_of(move: Move, standing: Standing) -> ApplicationAnswer | FormAnswer:
    """The answer under way. Applications have steps; every other kind answers by the form it is filed with.

    ``standing``: of whoever answers, with the events' words (``History.whole``).
    """
    return (FormAnswer if move.form is not None else ApplicationAnswer)(move, standing)


class Answer:
    """What both have in common: the notice, the draft, the files."""

    def __init__(self, move: Move, standing: Standing) -> None:
        self.case, self.move, self.by, self.acts = standing.case, move, standing.actor, standing.history.acts
        self.items = rounds.open_items(self.acts)
        self.paths = self.opens(rounds.paths_of(self.items))
        self.go_on(self.begin())

    def go_on(self, draft: Draft) -> None:
        """Go on with a draft as it was read or kept just now; its organisation and its case are known."""
        draft.organisation, draft.root = self.case.organisation, self.case
        self.draft = draft

    def opens(self, paths: frozenset[str]) -> frozenset[str]:
        """What is open by these items of the notice."""
        return paths

    @property
    def asked_for(self) -> Any:
        """The item that the filer asked to change besides, while the office has not answered; "" where there is none."""
        asked = rounds.unlock_request(self.acts)
        return rounds.item_label(self.case, asked.data["item"]) if asked else ""

    def opened(self, *, checked: bool = False, faults: dict | None = None) -> list[Opened]:
        """The open items in the order of the notice."""
        self.faults = faults or {}
        wanted = self.wanted()
        rows = list(attachments.files_of(self.draft))
        here = {place.path: place for place in attachments.places(rows, wanted, faults)}
        filed = list(Document.objects.filter(case=self.case, path__in=here, removed_at__isnull=True))
        found: dict[str, Opened] = {}
        for item in self.items:
            path, _dot, row = item["path"].partition(".")
            note = f"{item['label']}: {item['note']}" if row else item["note"]
            if path in found:  # rows of one table, or an item named again: one place, every note
                found[path].note = foreign("\n".join([str(found[path].plain), note]))
                found[path].plain += f"\n{note}"
                continue
            papers = [shown.paper(row) for row in filed if row.path == path]
            found[path] = Opened(
                path, self.label(path, item), foreign(note), self.fields(path, checked), here.get(path), papers, note
            )
        return list(found.values())

    def label(self, path: str, item: dict) -> Any:
        return item["label"]

    def file_paths(self) -> list[str]:
        """Every place that takes a file in this answer."""
        return [path for path, _label, _required in self.wanted()]

    def file_changes(self) -> list[Change]:
        """What the new files change, place by place."""
        new = list(attachments.files_of(self.draft))
        places = {path: label for path, label, _required in self.wanted()}
        places |= {path: label_of(path) for path in self.file_paths() if path not in places}
        filed = list(Document.objects.filter(case=self.case, path__in=places, removed_at__isnull=True))
        return [
            Change(label, names(filed, path), names([*filed, *new], path))
            for path, label in places.items()
            if names(new, path)
        ]


def names(rows: list[Document], path: str) -> Any:
    return foreign("\n".join(row.name for row in rows if row.path == path))


class ApplicationAnswer(Answer):
    """An application: the open items stand in its steps' forms."""

    def begin(self) -> Draft:
        return filing.begin_answer(self.case, self.acts, by=self.by)

    def opens(self, paths: frozenset[str]) -> frozenset[str]:
        return filing.with_share(paths)

    def wanted(self) -> list[tuple[str, Any, bool]]:
        return [(path, item.label, True) for path, item in _PLACES.items() if path in self.paths]

    def label(self, path: str, item: dict) -> Any:
        known = _ITEMS.get(path) or _PLACES.get(path)
        return known.label if known else item["label"]

    def form(self, step: str, checked: bool) -> forms.Form:
        if checked:
            return filing.bound(self.draft, step)
        return STEP_FORMS[step](initial=self.draft.data.get(step, {}), organisation=self.case.organisation)

    def fields(self, path: str, checked: bool) -> list[forms.BoundField]:
        if path not in _ITEMS:
            return []
        form = mark_names(self.form(_ITEMS[path].step, checked))
        if path == attachments.ROWS:
            attachments.hang_proofs(form, self.proofs(), self.faults)
        return [form[name] for name in filing.fields_of(path)]

    def proofs(self) -> list[Document]:
        """The proofs of the sources: those filed, and those of this answer."""
        rows = Document.objects.filter(removed_at__isnull=True, path__startswith=f"{attachments.ROWS}.")
        return list(rows.filter(Q(case=self.case) | Q(draft=self.draft)).order_by("uploaded_at", "pk"))

    def file_paths(self) -> list[str]:
        own = [path for path, _label, _required in self.wanted()]
        open_ = attachments.ROWS in self.paths
        return own + (attachments.proof_paths(self.draft.data[attachments.ROWS]) if open_ else [])

    def closed(self) -> list[Field]:
        """The items that stay as they were filed."""
        row = self.case.row
        return [Field(item.label, foreign(item.text(row))) for item in ITEMS if item.path not in self.paths]

    def keep(self, data, files) -> None:
        """Keep what was typed at the open items; nothing else of the form is read."""
        changed = {}
        for step, _label, form_class in STEPS:
            open_fields = [
                n for path in self.paths & _ITEMS.keys() if _ITEMS[path].step == step for n in filing.fields_of(path)
            ]
            if open_fields:
                typed = filing.raw(form_class(data, organisation=self.case.organisation))
                changed[step] = {**self.draft.data.get(step, {}), **{name: typed[name] for name in open_fields}}
        if changed:
            self.go_on(drafts.save(self.draft, changed))

    @cached_property
    def answered(self) -> tuple[dict[str, Any], list[filing.Problem]]:
        """What the answer says at the open items and what is wrong with it, asked once all that was sent is kept."""
        return filing.answered(self.draft, self.paths)

    def errors(self) -> list[FormError]:
        _values, problems = self.answered
        return [FormError(self.target(problem), str(problem.label), str(problem.sentence)) for problem in problems]

    def target(self, problem: filing.Problem) -> str:
        form = STEP_FORMS[problem.step](organisation=self.case.organisation)
        if problem.field.startswith(f"{attachments.ROWS}."):
            return f"id_file_{problem.field}"
        return target_of(form[problem.field]) if problem.field in form.fields else f"id_file_{problem.field}"

    def changes(self) -> list[Change]:
        """Item by item what the answer changes, in words."""
        values, _problems = self.answered
        before = self.case.row
        after = copy(before)
        for path, value in values.items():
            setattr(after, path, value)
        pairs = [(_ITEMS[path].label, _ITEMS[path].text(before), _ITEMS[path].text(after)) for path in ordered(values)]
        return [
            Change(label, foreign(old), foreign(new)) for label, old, new in pairs if old != new
        ] + self.file_changes()

    def send(self) -> None:
        """Raises Refused."""
        filing.answer(self.draft, actor=self.by)


def ordered(values) -> list[str]:
    return [path for path in _ITEMS if path in values]


class FormAnswer(Answer):
    """Any other kind: its filing form with the closed fields barred."""

    def begin(self) -> Draft:
        """The draft; begun anew from the record for another notice, and kept where an item was opened within this one."""
        asked = rounds.asked_by(self.acts)
        fresh = {"version": self.case.version, "asked": asked.seq if asked else 0, "form": self.filed}
        draft = drafts.begin(
            f"answer:{self.case.kind}"[:32], by=self.by, organisation=self.case.organisation, root=self.case, data=fresh
        )
        if draft.data["version"] == self.case.version:
            return draft
        same = draft.data.get("asked") == fresh["asked"]
        return drafts.save(draft, {"version": self.case.version} if same else fresh)

    def wanted(self) -> list[tuple[str, Any, bool]]:
        return [(path, label, True) for path, label in self.move.form.files if path in self.paths]

    def make(self, data=None) -> forms.Form:
        form = self.move.form(
            data, initial=self.draft.data["form"], organisation=self.case.organisation, root=self.case.root
        )
        for name in form.fields.keys() - self.paths:  # closed, and nothing to fill in
            form.fields[name].disabled, form.fields[name].required = True, False
        return form

    @cached_property
    def filed(self) -> dict[str, Any]:
        """The record as the form would hold it."""
        return typed(self.case.row)

    @cached_property
    def form(self) -> forms.Form:
        """The form as the draft holds it, made once all that was sent is kept."""
        return self.make()

    @cached_property
    def checked_form(self) -> forms.Form:
        """The same, looked through."""
        return self.make(self.draft.data["form"])

    def fields(self, path: str, checked: bool) -> list[forms.BoundField]:
        form = self.checked_form if checked else self.form
        return [form[path]] if path in form.fields else []

    def closed(self) -> list[Field]:
        rows = [bound for bound in self.form if bound.name not in self.paths]
        return [Field(bound.label, foreign(spoken(bound.field, bound.value()))) for bound in rows]

    def keep(self, data, files) -> None:
        typed = filing.raw(self.make(data))
        kept = {**self.draft.data["form"], **{name: value for name, value in typed.items() if name in self.paths}}
        self.go_on(drafts.save(self.draft, {"form": kept}))

    def errors(self) -> list[FormError]:
        form = self.checked_form
        wrong = [
            FormError(target_of(form[name]), str(form[name].label), str(e))
            for name in form.fields
            for e in form.errors.get(name, ())
        ]
        present = set(attachments.files_of(self.draft).values_list("path", flat=True))
        missing = [(path, label) for path, label, _required in self.wanted() if path not in present]
        return wrong + [FormError(f"id_file_{path}", str(label), _("Attach this file.")) for path, label in missing]

    def changes(self) -> list[Change]:
        pairs = [
            (b.label, spoken(b.field, b.field.prepare_value(self.filed.get(b.name))), spoken(b.field, b.value()))
            for b in self.form
        ]
        return [
            Change(label, foreign(old), foreign(new)) for label, old, new in pairs if old != new
        ] + self.file_changes()

    def send(self) -> None:
        """Raises Refused."""
        form = self.checked_form
        form.is_valid()
        perform_form(
            self.case, self.move.name, actor=self.by, cleaned=form.cleaned_data, version=self.draft.data["version"],
            key=f"draft:{self.draft.key}:{self.draft.data['version']}",
        )  # fmt: skip
        Document.objects.filter(draft=self.draft, case__isnull=True, removed_at__isnull=True).update(case=self.case)
