"""Import of a partner's sheet: a dry run tells each row's fate, applying writes them once, importing again changes nothing.

The dry run is the import itself, undone: what it says is what the moves would do, guards and earlier rows included.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from hashlib import sha256
from json import dumps
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.certificates.models import Certificate, Registration
from apps.diligence.models import ImportedSheet
from apps.diligence.reading import RIGHT, read, values_of
from apps.enterprises.models import Organisation
from apps.outbox.failpoints import reach
from apps.workflow.acts import perform_form
from apps.workflow.forms import FilingForm
from apps.workflow.machine import Refused, open_case
from apps.workflow.models import Case
from apps.workflow.money import fen, spoken
from apps.workflow.states import Kind, SheetImport, all_kinds, kind

VERDICTS = ("new", "change", "fault", "unknown_right", "unchanged")


@dataclass
class Fate:
    """What becomes of one row: its verdict, a sentence where there is one, and the values that change (name, before, after)."""

    line: int
    right: str
    key: str
    verdict: str = "fault"
    said: str = ""
    case: int | None = None
    title: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)


def kinds_of(organisation: Organisation) -> list[Kind]:
    """The kinds of which this organisation may hand in a sheet."""
    return [table for table in importable() if table.imports.capacity in organisation.capacities]


def importable() -> list[Kind]:
    return [table for table in all_kinds() if table.imports is not None]


def keep(content: bytes, name: str, table: Kind, organisation: Organisation, by: User) -> ImportedSheet:
    """Read a sheet and keep its rows; the same sheet handed in twice and not yet applied is one row. Raises BadFile."""
    rows = read(content, table)
    found = {
        "kind": table.name,
        "organisation": organisation,
        "sha256": sha256(content).hexdigest(),
        "applied_at": None,
    }
    fresh = {"name": name[-255:], "rows": rows, "uploaded_by": by, "uploaded_at": timezone.now()}
    waiting = ImportedSheet.objects.filter(**found).order_by("pk").first()
    return waiting or ImportedSheet.objects.create(**found, **fresh)


def rehearse(sheet: ImportedSheet, by: User) -> list[Fate]:
    """Each row's fate if the sheet were applied now; nothing is written."""
    with transaction.atomic():
        fates = fates_of(sheet, by)
        transaction.set_rollback(True)
    return fates


def apply(sheet: ImportedSheet, by: User, seen: str) -> ImportedSheet:
    """Write what the sheet calls for, once; ``seen`` is the fingerprint of the dry run. Raises Refused where the record
    has moved on since. Two sheets of one organisation stand in line."""
    with transaction.atomic():
        Organisation.objects.select_for_update(of=("self",)).get(pk=sheet.organisation_id)
        row = ImportedSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
        if row.applied_at is not None:
            return row
        fates = fates_of(row, by)
        reach("import.written")
        if fingerprint(fates) != seen:
            raise Refused("moved_on", _("The record has moved on since this preview: look at it again."))
        row.applied_at, row.applied_by, row.result = timezone.now(), by, [asdict(fate) for fate in fates]
        row.save(update_fields=["applied_at", "applied_by", "result"])
    return row


def fingerprint(fates: Iterable[Fate]) -> str:
    """What a dry run showed; the keys of cases that it would open are no part of it."""
    shown = [[fate.line, fate.verdict, fate.said, fate.changes] for fate in fates]
    return sha256(dumps(shown).encode()).hexdigest()


# ------------------------------------------------------------------------------------------------ row by row


def fates_of(sheet: ImportedSheet, by: User) -> list[Fate]:
    table = kind(sheet.kind)
    rights = rights_named(row.get(RIGHT, "") for row in sheet.rows)
    record = on_record(table, sheet)
    seen: dict[str, int] = {}
    found = []
    for row in sheet.rows:
        fate = Fate(row["line"], row.get(RIGHT, ""), row.get(table.imports.key, ""))
        try:
            with transaction.atomic():
                settle(fate, row, table, sheet.organisation, by, rights, record, seen)
        except Refused as refused:
            fate.verdict, fate.said = "fault", str(refused.sentence)
        found.append(fate)
    return found


def rights_named(numbers: Iterable[str]) -> dict[str, Registration]:
    """The registrations that the rows name, by their own number or a certificate's."""
    wanted = {number for number in numbers if number}
    rows = Registration.objects.select_related("case", "holder")
    found = {row.number: row for row in rows.filter(number__in=wanted)}
    for certificate in Certificate.objects.filter(number__in=wanted - set(found)).select_related(
        "registration__case", "registration__holder"
    ):
        found[certificate.number] = certificate.registration
    return found


def on_record(table: Kind, sheet: ImportedSheet) -> dict[str, Model]:
    """The rows of this organisation that bear the keys of the sheet; the newest of a key."""
    spec = table.imports
    keys = {row.get(spec.key, "") for row in sheet.rows} - {""}
    rows = table.model.objects.filter(**{spec.party: sheet.organisation, f"{spec.key}__in": keys})
    return {getattr(row, spec.key): row for row in rows.select_related("case").order_by("pk")}


def settle(fate, row, table: Kind, organisation: Organisation, by: User, rights, record, seen) -> None:
    """Find out what a row calls for, and do it. Raises Refused."""
    spec, right = table.imports, rights.get(fate.right)
    if not fate.key:
        fate.said = _("%(column)s is missing.") % {"column": heading_of(table, spec.key)}
    elif fate.key in seen:
        fate.said = _("The same number stands in line %(line)s already.") % {"line": seen[fate.key]}
    elif right is None:
        fate.verdict = "unknown_right"
        fate.said = _("No registration with this number is in this register.")
    elif fate.key in record:
        compare(fate, row, table, by, right, record[fate.key])
    else:
        open_new(fate, row, table, organisation, by, right)
    if fate.key:
        seen.setdefault(fate.key, fate.line)


def heading_of(table: Kind, name: str) -> str:
    return next(words[0] for column, words in table.imports.columns if column == name)


def bound(form: type[forms.Form], row: dict, table: Kind, organisation_pk: int, right: Registration) -> forms.Form:
    values = {**values_of(row, form), table.imports.party: organisation_pk}
    if issubclass(form, FilingForm):
        return form(values, organisation=right.holder, root=right.case)
    return form(values)


def faults_of(form: forms.Form, names: Iterable[str]) -> str:
    """The sentences about these fields, each with the field's name, and those about the whole."""
    told = [named(str(form.fields[name].label), " ".join(form.errors[name])) for name in names if name in form.errors]
    return " ".join([*told, *form.non_field_errors()])


def named(label: str, said: str) -> str:
    """A sentence with the name of its field, once."""
    return said if label in said else f"{label}: {said}"


def open_new(fate: Fate, row: dict, table: Kind, organisation: Organisation, by: User, right: Registration) -> None:
    move = table.move(table.imports.opens)
    form = bound(move.form, row, table, organisation.pk, right)
    if not form.is_valid():
        fate.said = faults_of(form, form.fields)
        return
    words = table.filing(move.name, right.holder, right.case, dict(form.cleaned_data))
    try:
        case = open_case(table.name, move=move.name, actor=by, entered_by=by if by.is_official else None, **words)
    except Refused as refused:
        if refused.code != "not_yours":
            raise
        fate.said = _("It is not on record, and the holder files it: a sheet of yours reports on what is on record.")
        return
    fate.verdict, fate.case, fate.title = "new", case.pk, case.title


def compare(fate: Fate, row: dict, table: Kind, by: User, right: Registration, known: Any) -> None:
    """A row on record: the same, or changed by the kind's move, or other than a sheet may change."""
    spec, case = table.imports, known.case
    fate.case, fate.title = case.pk, case.title
    if right.pk != case.root_id and not case.bases.filter(on=right.pk).exists():
        fate.said = _("It is on record for another registration.")
        return
    form = bound(table.move(spec.opens).form, row, table, getattr(known, f"{spec.party}_id"), right)
    form.is_valid()
    given = [name for name, _words in spec.columns if row.get(name) and name in form.fields]
    if fault := faults_of(form, given):
        fate.said = fault
        return
    fate.changes = [change for name in given if (change := difference(known, form, name))]
    changed = {name for name in given if difference(known, form, name)}
    if not changed:
        fate.verdict, fate.said = "unchanged", str(case.state_.label)
    elif not changed <= spec.reported:
        fate.said = _("It is on record otherwise, and a sheet does not change this: change it in the case.")
    else:
        report(fate, spec, by, case, spec.change_words(known, form.cleaned_data))


def report(fate: Fate, spec: SheetImport, by: User, case: Case, words: dict[str, Any]) -> None:
    """Make the kind's own move of what the sheet reports."""
    form = case.kind_.move(spec.changes).form(words)
    if not form.is_valid():
        fate.said = faults_of(form, form.fields)
        return
    perform_form(case, spec.changes, actor=by, cleaned=form.cleaned_data, version=case.version)
    fate.verdict = "change"


def difference(known: Any, form: forms.Form, name: str) -> tuple[str, str, str] | None:
    """The name of an item, what is on record and what the sheet says; None where they agree."""
    after = form.cleaned_data.get(name)
    if hasattr(known, f"{name}_fen"):
        before = getattr(known, f"{name}_fen")
        after = None if after is None else fen(after)
        shown = (spoken(before), spoken(after))
    else:
        before = getattr(known, name)
        shown = (plain(before), plain(after))
    return None if before == after else (str(form.fields[name].label), *shown)


def plain(value: Any) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
