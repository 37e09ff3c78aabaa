"""What an applicant changed: the copies of the form inside the events, laid side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from apps.pages.facts import CODES, foreign, words
from apps.pages.templatetags.portal import yuan
from apps.workflow import snapshots
from apps.workflow.difference import Change, difference
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


Veil = Callable[[Any, str], Any]
"""Covers in a value, by the name of its item, what the reader is not to see."""


def shown_whole(value: Any, _name: str) -> Any:
    return value


def rounds(case: Case, events: Iterable[Event], veil: Veil = shown_whole) -> list[Round]:
    """The acts that changed the form, newest first; ``events`` of the case in order."""
    copies = [(event, opened(case, event.data["form"])) for event in events if "form" in event.data]
    found = []
    for (_earlier, before), (event, after) in pairwise(copies):
        lines = since(case, before, after, veil)
        if lines:
            found.append(Round(event.effective_at, event.actor_name, lines))
    return found[::-1]


def since(case: Case, before: dict, after: dict, veil: Veil = shown_whole) -> list[Line]:
    """What reads differently between two copies of the form, item by item; a veiled item too, when it changed beneath."""
    return [line(case, change, veil) for change in difference(before, after)]


def opened(case: Case, form: dict) -> dict:
    """A copy of the form with its sealed values readable; the key is asked for only where something is sealed."""
    return snapshots.unseal_paths(case, form) if snapshots.SEALED in json.dumps(form) else form


def line(case: Case, change: Change, veil: Veil) -> Line:
    name = change.path.rpartition(".")[2]
    before, after = (text(case, change.path, veil(value, name)) for value in (change.before, change.after))
    return Line(label_of(case, change.path), before, after)


def label_of(case: Case, path: str) -> str:
    """The item's name, with row and part where the path leads into a list: "Data sources 2 · licensor"."""
    first, *rest = path.split(".")
    return " · ".join([item_label(case, first), *rest])


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
    if isinstance(value, int) and path.partition(".")[0].endswith("_fen"):
        return yuan(value)
    name = ".".join(part for part in path.split(".") if not part.isdecimal())
    if name in CODES:
        return foreign(words(CODES[name](value)))
    field = next((each for each in case.kind_.model._meta.concrete_fields if each.name == path), None)
    if field is None:
        return foreign(words(value))
    choices = dict(field.flatchoices or ())
    if not isinstance(value, list | dict) and value in choices:
        return str(choices[value])
    return _("number %(number)s") % {"number": value} if field.is_relation else foreign(words(value))
