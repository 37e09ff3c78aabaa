"""The form as it was filed, what changed since, and the rules and the form's edition that the case is under."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.desk.reveal import veil
from apps.pages import changes
from apps.pages.facts import foreign
from apps.pages.fields import Field
from apps.rules.deadlines import load_calendar
from apps.rules.lookup import rules_on
from apps.rules.models import CalendarVersion, RuleParameter
from apps.workflow.models import Case, Event


def changes_tab(case: Case, events: list[Event]) -> dict[str, Any]:
    """The copy of the filing beside the record of today, the acts between, and what the case is under."""
    first = next((event for event in events if "form" in event.data), None)
    filed = changes.opened(case, first.data["form"]) if first else {}
    now = plain(case)
    return {
        "first": first,
        "filed": list(as_filed(case, filed, now)),
        "rounds": changes.rounds(case, events, veil),
        "rules": rules_of(case),
        "edition": edition_of(case, filed, now),
        "calendar": CalendarVersion.objects.select_related("changed_by").filter(number=load_calendar().version).first(),
        "counted_with": sorted(set(case.clocks.exclude(calendar_version=0).values_list("calendar_version", flat=True))),
    }


def as_filed(case: Case, filed: dict, now: dict) -> Iterable[Field]:
    """Every item as it was filed; one that reads differently today says how. Numbers of persons are masked."""
    stood, stands = words_of(case, veil(filed)), words_of(case, veil(now))
    for path in sorted(filed, key=list({**now, **filed}).index):  # a database may keep a form in any order
        label = changes.item_label(case, path)
        if filed[path] == now.get(path):
            yield Field(label, stood[path])
        else:
            today = format_html(_("today: {value}"), value=stands.get(path) or _("empty"))
            yield Field(label, stood[path], note=today, tone="changed")


def words_of(case: Case, form: dict) -> dict[str, Any]:
    """A copy of the form in words, item by item: as its own row would say them, else by the columns.

    A copy of an earlier edition may lack an item of today's form; then no row can be made of it.
    """
    model = case.kind_.model
    columns = {field.name: field for field in model._meta.concrete_fields}
    if hasattr(model, "facts") and case.row.snapshot().keys() <= form.keys() <= columns.keys():
        given = {
            columns[path].attname: columns[path].to_python(value) for path, value in form.items() if value is not None
        }
        row = model(case_id=case.pk, **given)  # not by the case: the copy must not take the place of the case's own row
        for name, field in columns.items():  # what it points to and still does is at hand
            if field.is_relation and getattr(row, field.attname) == getattr(case.row, field.attname):
                field.set_cached_value(row, getattr(case.row, name))
        paths, said = list(row.snapshot()), row.facts()
        if len(said) == len(paths):  # both in the order of the form
            return {path: foreign(text) for path, (_label, text) in zip(paths, said, strict=True)}
    return {path: changes.text(case, path, value) for path, value in form.items()}


def plain(case: Case) -> dict:
    """The record as an event would keep it, days as text."""
    record = case.row.snapshot()
    return {path: value.isoformat() if hasattr(value, "isoformat") else value for path, value in record.items()}


@dataclass(frozen=True)
class RuleLine:
    """A rule as the case is under it, with who proposed and who confirmed it."""

    rule: RuleParameter
    what: Any
    proposed_by: User | None
    confirmed_by: User | None


def rules_of(case: Case) -> list[RuleLine]:
    """The rule row of each time limit of the kind that was in force on the day the case was filed."""
    limits = {spec.rule: spec.label for spec in case.kind_.clocks if spec.rule}
    if not limits:
        return []
    rows = rules_on(limits, case.rules_on)
    people = User.objects.in_bulk(
        {pk for row in rows.values() for pk in (row.proposed_by_id, row.confirmed_by_id) if pk}
    )
    return [
        RuleLine(rows[key], label, people.get(rows[key].proposed_by_id), people.get(rows[key].confirmed_by_id))
        for key, label in limits.items()
    ]


@dataclass(frozen=True)
class Edition:
    """The form of the kind as it was filed and as it is today: how many items, and which came or went since."""

    items: int
    came: list[str]
    went: list[str]


def edition_of(case: Case, filed: dict, now: dict) -> Edition:
    return Edition(
        len(filed),
        [changes.item_label(case, path) for path in now if path not in filed],
        [path for path in filed if path not in now],
    )


def changed_items(case: Case, events: Iterable[Event]) -> list[changes.Line]:
    """What reads differently now than in the first copy, item by item, numbers of persons masked."""
    first = next((event for event in events if "form" in event.data), None)
    if first is None:
        return []
    return changes.since(case, changes.opened(case, first.data["form"]), plain(case), veil)
