"""From a draft to a filed application: check it as the office will, file it once, answer a correction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.applications.forms import STEP_FORMS, STEPS, StepForm
from apps.applications.items import FILES, ITEMS, REQUIRED_FILES, label_of
from apps.rules.clock import legal_today
from apps.rules.lookup import switch_is_on
from apps.workflow import drafts
from apps.workflow.machine import Refused, open_case, perform
from apps.workflow.models import Case, Document, Draft, Event

KIND = "application"


@dataclass(frozen=True)
class Problem:
    """What stands between a draft and its filing: the step, the field's id in the page, one sentence."""

    step: str
    field: str
    label: Any
    sentence: Any


def bound(draft: Draft, step: str) -> StepForm:
    """A step's form bound to what the draft holds."""
    return STEP_FORMS[step](draft.data.get(step, {}), organisation=draft.organisation)


def save_step(draft: Draft, step: str, form: StepForm) -> Draft:
    """Keep a step as it was typed, right or wrong."""
    return drafts.save(draft, {step: raw(form)})


def raw(form: StepForm) -> dict[str, Any]:
    """What was typed into a form, as plain JSON that binds it again."""
    values = {}
    for name, field in form.fields.items():
        value = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        values[name] = value if isinstance(value, str | bool | list | int) or value is None else str(value)
    return values


def check(draft: Draft) -> list[Problem]:
    """Everything that would stop the filing, step by step: the forms, the files, the organisation."""
    found = []
    for step, _label, _form in STEPS:
        if step not in draft.data:
            found.append(Problem(step, "", "", _("This step is not filled in yet.")))
            continue
        form = bound(draft, step)
        for field, errors in form.errors.items():
            label = form.fields[field].label if field in form.fields else ""
            found += [Problem(step, field, label, sentence) for sentence in errors]
    present = set(files_of(draft).values_list("path", flat=True))
    needed = (*REQUIRED_FILES, *(("basis",) if draft.created_by.is_official else ()))
    for item in FILES:
        if item.path in needed and item.path not in present:
            found.append(Problem(item.step, item.path, item.label, _("Attach this file.")))
    if draft.organisation is not None and draft.organisation.verified_at is None and not draft.created_by.is_official:
        found.append(
            Problem(
                "parties", "organisation", "", _("Your organisation is not verified yet; only filing waits for it.")
            )
        )
    return found


def files_of(draft: Draft):
    """The files of a draft that were not taken off again."""
    return Document.objects.filter(draft=draft, removed_at__isnull=True)


def files_of_case(case: Case):
    """The files of a filed application, in the order in which they came."""
    return Document.objects.filter(case=case, removed_at__isnull=True).order_by("path", "uploaded_at", "pk")


def values_of(draft: Draft) -> dict[str, Any]:
    """The cleaned values of every step; Refused when a step is not ready."""
    values: dict[str, Any] = {}
    for step, _label, _form in STEPS:
        form = bound(draft, step)
        if not form.is_valid():
            raise Refused("incomplete", _("The form is not complete: look at the steps marked as wrong."))
        values.update(form.cleaned_data)
    values["fields"] = values.pop("fields_")
    return values


def file_application(draft: Draft, *, actor: User, **when) -> Case:
    """File a draft. ``when`` may carry ``effective_at`` and ``recording``. Raises Refused; pressed twice, files once."""
    if draft.case_id is not None:
        return draft.case
    if check(draft) and not when.get("recording"):
        raise Refused("incomplete", _("The form is not complete: look at the steps marked as wrong."))

    def open_(row: Draft) -> Case:
        return open_application(
            values_of(row), organisation=row.organisation, actor=actor, key=f"draft:{row.key}", **when
        )

    return drafts.file(draft, open_)


def open_application(
    values: dict[str, Any], *, organisation, actor: User | None, key: str | None = None, **when
) -> Case:
    """Open the case of cleaned values; the track is the office's, by its rule."""
    entered = actor is not None and actor.is_official
    track = values.pop("track", "") or ("local" if switch_is_on("local_track", legal_today()) else "provincial")
    parties = [("applicant", organisation)]
    return open_case(
        KIND,
        actor=actor,
        organisation=organisation,
        title=values["name"],
        data=values,
        parties=parties,
        track=track,
        entered_by=actor if entered else None,
        key=key,
        **when,
    )


def open_items(case: Case) -> list[dict]:
    """The items that the standing correction notice names: path, label, note."""
    asked = case.events.standing().filter(move__in=ASKING).order_by("-seq").first()
    return asked.data.get("items", []) if asked else []


ASKING = ("ask_correction", "ask_again", "return_pre_check")


def open_paths(case: Case) -> frozenset[str]:
    """The items that may change; a row of a list (``sources.1``) opens its list."""
    return frozenset(item["path"].split(".")[0] for item in open_items(case))


def begin_answer(case: Case, *, by: User) -> Draft:
    """The draft of an answer, begun from the record, with only the named items open."""
    found = Draft.objects.filter(kind="answer", root=case, case__isnull=True).order_by("-updated_at").first()
    if found is not None and found.data.get("version") == case.version:
        return found
    return _new_answer(case, by)


def _new_answer(case: Case, by: User) -> Draft:
    from django.utils import timezone

    now = timezone.now()
    data = {"version": case.version, **as_typed(case.application)}
    return Draft.objects.create(
        kind="answer",
        organisation=case.organisation,
        root=case,
        created_by=by,
        data=data,
        created_at=now,
        updated_at=now,
    )


def as_typed(row) -> dict[str, dict[str, Any]]:
    """The record as the steps' forms would hold it."""
    form = row.snapshot()
    typed: dict[str, dict[str, Any]] = {step: {} for step, _label, _form in STEPS}
    for step, _label, form_class in STEPS:
        for name in form_class.base_fields:
            if name in form:
                typed[step][name] = form[name]
    typed["structure"]["fields_"] = form["fields"]
    typed["parties"].update({f"agent_{name}": value for name, value in row.agent.items()})
    typed["compliance"].update({f"check_{code}": value for code, value in row.checklist.items()})
    typed["compliance"].update({f"store_{name}": value for name, value in row.store.items()})
    typed["publication"].update(
        release_algorithm="algorithm" not in row.withheld, remark=row.remark, truthful=True, not_classified=True
    )
    return typed


def fields_of(path: str) -> list[str]:
    """The names of the form fields in which an item is typed."""
    named = {
        "fields": ["fields_"],
        "withheld": ["release_algorithm"],
        "checklist": "check_",
        "agent": "agent_",
        "store": "store_",
    }
    found = named.get(path, [path])
    if isinstance(found, list):
        return found
    fields = STEP_FORMS[_ITEM[path].step]().fields
    return [name for name in fields if name.startswith(found)]


def answered(draft: Draft, paths: frozenset[str]) -> tuple[dict[str, Any], list[Problem]]:
    """The cleaned values of the open items, and what is wrong with them; closed items stand as they were filed."""
    values, problems = {}, []
    for step, _label, _form in STEPS:
        opened = [path for path in sorted(paths) if path in _ITEM and _ITEM[path].step == step]
        form = bound(draft, step) if opened else None
        for path in opened:
            faults = [(name, error) for name in fields_of(path) for error in form.errors.get(name, ())]
            problems += [Problem(step, name, form.fields[name].label, error) for name, error in faults]
            name = "fields_" if path == "fields" else path
            if not faults and name in form.cleaned_data:
                values[path] = form.cleaned_data[name]
    present = set(files_of(draft).values_list("path", flat=True))
    problems += [
        Problem(item.step, item.path, item.label, _("Attach this file."))
        for item in FILES
        if item.path in paths and item.path not in present
    ]
    return values, problems


_ITEM = {item.path: item for item in ITEMS}


def answer(draft: Draft, *, actor: User) -> Event:
    """Send the answer to a correction: only the items asked for change; every file of the draft joins the case."""
    case = draft.root
    changed, problems = answered(draft, open_paths(case))
    if problems:
        raise Refused("incomplete", _("The answer is not complete: look at the items marked as wrong."))
    event = perform(
        case.pk, "answer" if case.status_at() == "correction" else "refile", actor=actor, data={"values": changed},
        expected_version=draft.data["version"], key=f"draft:{draft.key}",
    )  # fmt: skip
    Document.objects.filter(draft=draft, case__isnull=True, removed_at__isnull=True).update(case=case)
    return event


__all__ = ["Problem", "answer", "begin_answer", "check", "file_application", "label_of", "open_application"]
