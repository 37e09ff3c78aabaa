"""From a draft to a filed application: check it as the office will, file it once, answer a correction."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.applications.checklist import CHECKLIST as CHECKS
from apps.applications.checklist import term_cut, term_sentence
from apps.applications.forms import STEP_FORMS, STEPS, StepForm
from apps.applications.items import FILES, ITEMS, REQUIRED_FILES, label_of, proof_path, proofs_needed
from apps.rules.clock import legal_today
from apps.rules.lookup import switch_is_on
from apps.workflow import drafts, rounds
from apps.workflow.checklist import DOUBT, FAULT, Criterion, Remark, Subject, look_through
from apps.workflow.machine import Refused, open_case, perform
from apps.workflow.models import Case, Document, Draft, Event
from apps.workflow.rows import is_blank

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


def save_step(draft: Draft, step: str, form: StepForm, *, seen: str = "", window: str = "") -> Draft:
    """Keep a step as it was typed, right or wrong.

    ``seen`` marks what the page showed of it, ``window`` the page itself: Refused where another window has saved other
    words since. A page that says neither saves over whatever is there.
    """
    typed, saved_by = raw(form), f"window:{step}"

    def guard(row: Draft) -> None:
        ours = window and row.data.get(saved_by) == window
        if seen and seen != mark_of(row, step) and not ours and row.data.get(step) != typed:
            raise Refused(CHANGED, _("Another window has saved this step since. What you typed here is not saved yet."))

    changed = {saved_by: window[:36]} if draft.data.get(step) != typed else {}
    return drafts.save(draft, {step: typed, **changed}, guard=guard)


CHANGED = "changed_in_another_window"


def mark_of(draft: Draft, step: str) -> str:
    """A digest of what a draft holds of a step."""
    return sha256(json.dumps(draft.data.get(step), sort_keys=True, default=str).encode()).hexdigest()[:32]


def raw(form: StepForm) -> dict[str, Any]:
    """What was typed into a form, as plain JSON that binds it again."""
    values = {}
    for name, field in form.fields.items():
        value = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        values[name] = value if isinstance(value, str | bool | list | int) or value is None else str(value)
    return values


def check(draft: Draft) -> list[Problem]:
    """Everything that would stop the filing, step by step: forms, files, organisation, and the checklist's faults."""
    return look(draft)[0]


def look(draft: Draft) -> tuple[list[Problem], list[Problem]]:
    """What would stop the filing, and the doubts an examiner would have, which stop nothing."""
    found, seen = [], Look(draft)
    for step, _label, _form in STEPS:
        if step not in draft.data:
            found.append(Problem(step, "", "", _("This step is not filled in yet.")))
            continue
        form = seen.forms[step]
        for field, errors in form.errors.items():
            label = form.fields[field].label if field in form.fields else ""
            found += [Problem(step, field, label, sentence) for sentence in errors]
    found += missing_files(draft, {row.path for row in seen.documents})
    if draft.organisation is not None and draft.organisation.verified_at is None and not draft.created_by.is_official:
        found.append(
            Problem(
                "parties", "organisation", "", _("Your organisation is not verified yet; only filing waits for it.")
            )
        )
    told = {(problem.step, root(problem.field)) for problem in found}
    told |= {(step, "") for step, _label, _form in STEPS if step not in draft.data}
    said = remarks(seen.subject())
    faults = [remark_at(*pair) for pair in said if pair[1].tone == FAULT]
    new = [fault for fault in faults if not {(fault.step, fault.field), (fault.step, "")} & told]
    return found + new, [remark_at(*pair) for pair in said if pair[1].tone == DOUBT]


def root(path: str) -> str:
    """The item of a row's path."""
    return path.partition(".")[0]


class Look:
    """A draft read once: the touched steps' forms, bound to what is typed, and the files."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.forms = {step: bound(draft, step) for step, _label, _form in STEPS if step in draft.data}
        self.documents = tuple(files_of(draft).order_by("uploaded_at", "pk"))

    def subject(self) -> Subject:
        """The draft as the checklist sees it: the values that could be read so far, and its files."""
        values: dict[str, Any] = {}
        for form in self.forms.values():
            form.is_valid()
            values.update(form.cleaned_data)
        if "fields_" in values:
            values["fields"] = values.pop("fields_")
        paths = frozenset(row.path for row in self.documents)
        return Subject(values, paths, self.draft.organisation, legal_today(), documents=self.documents)


def subject_of(draft: Draft) -> Subject:
    return Look(draft).subject()


def missing_files(draft: Draft, present: Collection[str] | None = None) -> list[Problem]:
    """The files that must be there and are not."""
    if present is None:
        present = set(files_of(draft).values_list("path", flat=True))
    return [
        Problem(step, path, label, _("Attach this file."))
        for path, (step, label) in needed_files(draft).items()
        if path not in present
    ]


def needed_files(draft: Draft) -> dict[str, tuple[str, Any]]:
    """The places that must hold a file, with step and label: sample and statement, a proof of each source, the agent's
    power, and the basis where an official enters it."""
    wanted = set(REQUIRED_FILES)
    if draft.created_by.is_official:
        wanted.add("basis")
    if draft.data.get("parties", {}).get("agent_name"):
        wanted.add("power_of_attorney")
    proofs = {path: ("sources", label) for path, label in proofs_needed(typed_sources(draft))}
    return proofs | {item.path: (item.step, item.label) for item in FILES if item.path in wanted}


def typed_sources(draft: Draft) -> list[dict]:
    """The sources as they are typed, blank rows left out."""
    return [row for row in draft.data.get("sources", {}).get("sources") or [] if not is_blank(row)]


def term_note(draft: Draft) -> str:
    """When and by which contract the certificate would end, as the sources stand; "" where no contract cuts it."""
    cut = term_cut([row for row in typed_sources(draft) if is_day(row.get("ends_on", ""))], legal_today())
    return str(term_sentence(cut)) if cut else ""


def is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def remarks(subject: Subject) -> list[tuple[Criterion, Remark]]:
    """What the examiners' checklist says to the filer; the criteria with nothing to say, or for officials alone, are
    left out."""
    found = look_through(tuple(each for each in CHECKS if not each.inner), subject)
    return [(criterion, remark) for criterion, remark in found if remark is not None]


def remark_at(criterion: Criterion, remark: Remark) -> Problem:
    """A remark at the place of the form that it is about."""
    path = criterion.paths[0]
    step = _ITEM[path].step if path in _ITEM else next(item.step for item in FILES if item.path == path)
    field = fields_of(path)[0] if path in _ITEM else path
    return Problem(step, field, criterion.label, remark.sentence)


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


def fingerprint(draft: Draft) -> str:
    """A digest of what a draft holds, files included: what was read before "file" was pressed is what is filed."""
    live = live_proofs(draft)
    rows = files_of(draft).values_list("path", "sha256")
    files = sorted(row for row in rows if not row[0].startswith("sources.") or row[0] in live)
    words = {step: draft.data.get(step) for step, _label, _form in STEPS}
    return sha256(json.dumps([words, files], sort_keys=True, default=str).encode()).hexdigest()


def file_application(draft: Draft, *, actor: User, seen: str = "", **when) -> Case:
    """File a draft. ``seen`` is the fingerprint of what was read before; ``when`` may carry ``effective_at`` and
    ``recording``. Raises Refused; pressed twice, files once."""
    if draft.case_id is not None:
        return draft.case
    if check(draft) and not when.get("recording"):
        raise Refused("incomplete", _("The form is not complete: look at the steps marked as wrong."))

    def open_(row: Draft) -> Case:
        if seen and seen != fingerprint(row):
            raise Refused(
                "changed_meanwhile",
                _("The draft was changed in another window since this page was shown. Read it again, then file it."),
            )
        drop_orphans(row)
        return open_application(
            values_of(row), organisation=row.organisation, actor=actor, key=f"draft:{row.key}", **when
        )

    return drafts.file(draft, open_)


def live_proofs(draft: Draft) -> list[str]:
    """The places of proofs whose source still stands in the table."""
    return [proof_path(row, at) for at, row in enumerate(typed_sources(draft))]


def drop_orphans(draft: Draft) -> None:
    """Take off the proofs whose source was deleted from the table."""
    gone = files_of(draft).filter(path__startswith="sources.").exclude(path__in=live_proofs(draft))
    gone.update(removed_at=timezone.now())


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


def open_paths(case: Case) -> frozenset[str]:
    """The items that may change."""
    return with_share(rounds.open_paths(case))


def with_share(paths: frozenset[str]) -> frozenset[str]:
    """Where the co-applicants are open, so is the applicant's own share."""
    return paths | {"share"} if "applicants" in paths else paths


def begin_answer(case: Case, acts: Sequence[Event], *, by: User) -> Draft:
    """The draft of an answer to the notice that stands by a case's acts (``History.acts``), begun from the record and
    never from an earlier answer.

    Within one notice it is found again, also after an item was unlocked: what was typed stays.
    """
    asked = rounds.asked_by(acts)
    found = Draft.objects.filter(kind="answer", root=case, case__isnull=True).order_by("-updated_at").first()
    if found is None or asked is None or found.data.get("asked") != asked.seq:
        return _new_answer(case, asked, by)
    return found if found.data["version"] == case.version else drafts.save(found, {"version": case.version})


def _new_answer(case: Case, asked: Event | None, by: User) -> Draft:
    now = timezone.now()
    data = {"version": case.version, "asked": asked.seq if asked else 0, **as_typed(case.application)}
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
    reasons = row.withheld if isinstance(row.withheld, dict) else dict.fromkeys(row.withheld, "")
    typed["publication"].update(
        release_algorithm="algorithm" not in reasons, remark=row.remark, truthful=True, not_classified=True,
        withheld_items=[{"item": path, "reason": why} for path, why in reasons.items() if path != "algorithm"],
    )  # fmt: skip
    return typed


LEFT_OUT = {
    "evidence": ("deposit", "formed_on"),
    "compliance": ("store_number", "other_registrations"),
    "publication": ("truthful", "not_classified", "e_service"),
}
"""What a copy leaves to be given anew: evidence and its day, numbers of other bodies, the word that it is true."""


def copied(case: Case) -> dict[str, dict[str, Any]]:
    """The values of an earlier application for a new draft: no files, no numbers; dates are checked again."""
    typed = as_typed(case.application)
    for step, names in LEFT_OUT.items():
        for name in names:
            typed[step].pop(name, None)
    return {step: values for step, values in typed.items() if values}


def fields_of(path: str) -> list[str]:
    """The names of the form fields in which an item is typed."""
    named = {
        "fields": ["fields_"],
        "withheld": ["release_algorithm", "withheld_items"],
        "applicants": ["applicants", "share"],
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
    if "sources" in paths:
        present |= set(files_of_case(draft.root).values_list("path", flat=True))
        wanted = proofs_needed(typed_sources(draft))
        problems += [Problem("sources", p, label, _("Attach this file.")) for p, label in wanted if p not in present]
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
