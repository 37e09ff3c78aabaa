"""Pages of imported sheets, the same on the desk and in the portal: hand one in, look at each row's fate, apply it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.diligence import importing, reading
from apps.diligence.models import ImportedSheet
from apps.enterprises.models import Organisation
from apps.pages.forms import PortalFormMixin
from apps.workflow.datafile.table import BadFile
from apps.workflow.smallsheet import MOST_BYTES
from apps.workflow.states import Kind, kind

FATES = {
    "new": (gettext_lazy("New"), "waiting"),
    "change": (gettext_lazy("Changes"), "waiting"),
    "fault": (gettext_lazy("Rows with faults"), "bad"),
    "unknown_right": (gettext_lazy("Unknown registrations"), "attention"),
    "unchanged": (gettext_lazy("Unchanged"), "ended"),
}


class SheetForm(PortalFormMixin, forms.Form):
    """Which sheet, of which procedure; on the desk also whose."""

    kind = forms.ChoiceField(label=gettext_lazy("What the sheet holds"))
    file = forms.FileField(
        label=gettext_lazy("The sheet: CSV or XLSX"), error_messages={"required": gettext_lazy("Choose the sheet.")}
    )

    def __init__(self, *args, tables: list[Kind], organisations: Any = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(table.name, table.label) for table in tables]
        if organisations is not None:
            label = gettext_lazy("Whose sheet it is")
            self.fields["organisation"] = forms.ModelChoiceField(label=label, queryset=organisations)
            self.fields["organisation"].widget.attrs["translate"] = "no"
            self.order_fields(["organisation", "kind", "file"])

    def keep(self, by: User, organisation: Organisation | None = None) -> ImportedSheet | None:
        """The kept sheet of a valid form; None with a sentence on the form where it cannot be read."""
        data = self.cleaned_data
        organisation, table, file = organisation or data["organisation"], kind(data["kind"]), data["file"]
        if table not in importing.kinds_of(organisation):
            self.add_error("kind", _("This organisation has no sheets of this procedure."))
            return None
        try:
            return importing.keep(file.read(MOST_BYTES + 1), file.name, table, organisation, by)
        except BadFile as fault:
            self.add_error("file", fault.sentence)
            return None


def columns_of(tables: list[Kind]) -> list[tuple[Any, list[tuple[str, ...]]]]:
    """What the headings of each kind's sheet may be."""
    return [(table.label, [words for _name, words in reading.headings(table)]) for table in tables]


def shown(sheet: ImportedSheet, user: User) -> dict[str, Any]:
    """The fates of a sheet: those of its dry run, or what came of it when it was applied."""
    done = sheet.applied_at is not None
    fates = [importing.Fate(**row) for row in sheet.result] if done else importing.rehearse(sheet, user)
    found = Counter(fate.verdict for fate in fates)
    return {
        "sheet": sheet, "table": kind(sheet.kind),
        "counts": [(label, tone, found[name]) for name, (label, tone) in FATES.items() if found[name]],
        "groups": [(name, *FATES[name], [fate for fate in fates if fate.verdict == name]) for name in FATES if found[name]],
        "seen": "" if done else importing.fingerprint(fates), "writes": found["new"] + found["change"],
    }  # fmt: skip
