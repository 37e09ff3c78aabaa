"""What an applicant changed: the copies of the form inside the events, laid side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from apps.pages.facts import foreign, words
from apps.workflow import snapshots
from apps.workflow.difference import difference
from apps.workflow.models import Case, Event


@dataclass(frozen=True)
class Line:
    """One item that reads differently, for ``components/diff.html``."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Round:
    """The changes that one act brought: who, when, and the items."""

    at: datetime
    actor: str
    changes: list[Line]


def rounds(case: Case, events: Iterable[Event]) -> list[Round]:
    """The acts that changed the form, newest first; ``events`` of the case in order."""
    copies = [(event, opened(case, event.data["form"])) for event in events if "form" in event.data]
    found = []
    for (_earlier, before), (event, after) in pairwise(copies):
        lines = [line(case, change) for change in difference(before, after)]
        if lines:
            found.append(Round(event.effective_at, event.actor_name, lines))
    return found[::-1]


def opened(case: Case, form: dict) -> dict:
    """A copy of the form with its sealed values readable; the key is asked for only where something is sealed."""
    return snapshots.unseal_paths(case, form) if snapshots.SEALED in json.dumps(form) else form


def line(case: Case, change) -> Line:
    return Line(
        label_of(case, change.path), text(case, change.path, change.before), text(case, change.path, change.after)
    )


def label_of(case: Case, path: str) -> str:
    """The item's name, with row and part where the path leads into a list: "Data sources 2 · licensor"."""
    first, *rest = path.split(".")
    parts = [str(int(part) + 1) if part.isdigit() else part for part in rest]
    return " · ".join([item_label(case, first), *parts])


def item_label(case: Case, name: str) -> str:
    labels = getattr(case.kind_.model, "labels", None)
    if labels:
        return str(labels().get(name, name))
    try:
        return str(case.kind_.model._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:
        return name


def text(case: Case, path: str, value: Any) -> str:
    """A value of a copy as words: the label of a code where the column has a list of them."""
    if value in (None, "", [], {}):
        return ""
    try:
        field = case.kind_.model._meta.get_field(path)
    except FieldDoesNotExist:
        return foreign(words(value))
    choices = dict(field.flatchoices or ())
    if not isinstance(value, list | dict) and value in choices:
        return str(choices[value])
    return _("number %(number)s") % {"number": value} if field.is_relation else foreign(words(value))
