"""The steps of an application's draft: how each stands, what is shown of it, where to go next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.applications import filing
from apps.applications.forms import STEP_FORMS, STEPS, StepForm
from apps.applications.items import FILES, label_of
from apps.pages.facts import foreign
from apps.pages.fields import Field, Step
from apps.pages.forms import FormError, target_of
from apps.portal import attachments
from apps.portal.shown import Paper
from apps.workflow.models import Draft
from apps.workflow.rows import RowsField, is_blank

NAMES = [name for name, _label, _form in STEPS]


def shown_form(draft: Draft, step: str, *, checked: bool = False) -> StepForm:
    """A step's form as it was typed; only a checked one says what is wrong, an untouched one what is known already."""
    if step in draft.data and checked:
        return filing.bound(draft, step)
    initial = draft.data[step] if step in draft.data else known(draft, step)
    return STEP_FORMS[step](initial=initial, organisation=draft.organisation)


def known(draft: Draft, step: str) -> dict[str, Any]:
    """What a new form begins with: the contact of the organisation, and the deposit it was begun from."""
    begun = draft.data.get("begun_from", {})
    firm = draft.organisation
    return {
        "basics": {"name": begun.get("name", "")},
        "evidence": {"deposit": begun.get("deposit")},
        "parties": {name: getattr(firm, name) for name in ("contact_name", "contact_phone", "contact_email")},
    }.get(step, {})


def kept_otherwise(draft: Draft, form: StepForm, step: str) -> list[Field]:
    """What the draft keeps where something else is typed in the form, in words."""
    kept, typed = draft.data.get(step, {}), filing.raw(form)
    return [
        Field(form.fields[name].label, foreign(spoken(form.fields[name], value)))
        for name, value in kept.items()
        if name in form.fields and value != typed.get(name)
    ]


def places(draft: Draft, step: str) -> list[tuple[str, Any, bool]]:
    """The places for files at a step: path, label, required; the basis only where an official enters it. The proofs of
    the sources stand in their rows."""
    needed = filing.needed_files(draft)
    return [
        (item.path, item.label, item.path in needed)
        for item in FILES
        if item.step == step and (item.path != "basis" or item.path in needed)
    ]


def paths(draft: Draft, step: str) -> list[str]:
    """Every place at a step that takes a file."""
    own = [path for path, _label, _required in places(draft, step)]
    return own + (attachments.proof_paths(draft.data.get(step, {})) if step == attachments.ROWS else [])


def labels(draft: Draft, step: str) -> dict[str, Any]:
    """What the files of a step prove, by their path."""
    found = {path: label for path, label, _required in places(draft, step)}
    if step == attachments.ROWS:
        found |= {path: label_of(path) for path in filing.live_proofs(draft)}
    return found


def rail(draft: Draft, current: str) -> list[Step]:
    """The steps with how each stands, and the review as the last."""
    present = set(filing.files_of(draft).values_list("path", flat=True))
    states = {step: state_of(draft, step, present) for step in NAMES}
    entries = [entry(draft, step, label, states[step], current) for step, label, _form in STEPS]
    last = Step(_("Check and file"), reverse("portal:draft_review", args=[draft.pk]), "todo" if current else "current")
    return [*entries, last]


def entry(draft: Draft, step: str, label: Any, state: str, current: str) -> Step:
    check = "?check=1" if state == "wrong" else ""
    url = reverse("portal:draft", args=[draft.pk, step]) + check
    return Step(label, url, "current" if step == current else state)


def state_of(draft: Draft, step: str, present: set[str]) -> str:
    if step not in draft.data:
        return "todo"
    missing = any(at == step and path not in present for path, (at, _label) in filing.needed_files(draft).items())
    return "wrong" if missing or not filing.bound(draft, step).is_valid() else "done"


def after(draft: Draft, step: str, then: str = "") -> str:
    """The address that follows a step: the next one, or the review after the last and where it was come from."""
    at = NAMES.index(step) + 1
    if then == "review" or at == len(NAMES):
        return reverse("portal:draft_review", args=[draft.pk])
    return reverse("portal:draft", args=[draft.pk, NAMES[at]])


def file_errors(draft: Draft, step: str, faults: dict[str, Any]) -> list[FormError]:
    """What was wrong with the files of a step, each leading to its place."""
    named = labels(draft, step)
    return [FormError(f"id_file_{path}", str(named.get(path, "")), str(fault)) for path, fault in faults.items()]


def problem_error(draft: Draft, problem: filing.Problem) -> FormError:
    """A problem as a line of the summary, leading to the field on its step's page."""
    label = problem.label or {name: label for name, label, _form in STEPS}[problem.step]
    return FormError(problem_url(draft, problem), str(label), str(problem.sentence))


def problem_url(draft: Draft, problem: filing.Problem) -> str:
    page = reverse("portal:draft", args=[draft.pk, problem.step])
    if problem.field == "organisation":
        return reverse("portal:organisation")
    if problem.step not in draft.data:
        return page
    fields = STEP_FORMS[problem.step](organisation=draft.organisation)
    if problem.field.startswith(f"{attachments.ROWS}."):
        return f"{page}?check=1#id_file_{problem.field}"
    if problem.field in fields.fields:
        return f"{page}?check=1#{target_of(fields[problem.field])}"
    return f"{page}?check=1#files"


# ------------------------------------------------------------------------------------------------ check your answers


@dataclass
class Section:
    """A step on the page on which answers are checked."""

    name: str
    label: Any
    url: str
    fields: list[Field] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    touched: bool = True


def sections(draft: Draft, problems: list[filing.Problem], *, to_write: bool) -> list[Section]:
    """Every step with its answers as words, and the files that hang there."""
    rows = list(attachments.files_of(draft))
    wrong = {(problem.step, problem.field): str(problem.sentence) for problem in problems}
    found = []
    for step, label, _form in STEPS:
        named = labels(draft, step)
        section = Section(step, label, reverse("portal:draft", args=[draft.pk, step]) if to_write else "")
        section.touched = step in draft.data
        section.papers = [attachments.paper(row, named[row.path]) for row in rows if row.path in named]
        section.fields = answers(draft, step, wrong) if section.touched else []
        found.append(section)
    return found


def answers(draft: Draft, step: str, wrong: dict) -> list[Field]:
    form = filing.bound(draft, step)
    return [
        Field(bound.label, foreign(spoken(bound.field, bound.value())), note=wrong.get((step, bound.name), ""),
              tone="wrong" if (step, bound.name) in wrong else "")
        for bound in form
    ]  # fmt: skip


def spoken(field, value: Any) -> str:
    """A raw answer as words: the label of a choice, rows line by line."""
    if value in (None, "", []):
        return ""
    if isinstance(field, RowsField):
        rows = [row if isinstance(row, str) else row_spoken(field, row) for row in value if not is_blank(row)]
        return "\n".join(rows)
    if isinstance(value, bool) or value in ("True", "on"):
        return _("yes") if value else _("no")
    if hasattr(field, "queryset"):
        return next((str(row) for row in field.queryset if str(row.pk) == str(value)), str(value))
    if hasattr(field, "choices"):
        labels = {str(code): str(label) for code, label in flat(field.choices)}
        codes = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(str(code), str(code)) for code in codes)
    return str(value)


def row_spoken(field: RowsField, row: dict) -> str:
    parts = (spoken(column.field, row.get(column.name, "")) for column in field.columns)
    return " · ".join(part for part in parts if part)


def flat(choices) -> list[tuple]:
    """Choices without their groups."""
    found = []
    for code, label in choices:
        found += list(label) if isinstance(label, list | tuple) else [(code, label)]
    return found
