"""What a data file proposes for the structure step: beside what is typed, and taken over part by part, only when asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from apps.applications.codes import DataFormat, DataType
from apps.pages.fields import Field
from apps.portal.steps import spoken
from apps.workflow import drafts
from apps.workflow.datafile import ENDINGS, Profile
from apps.workflow.models import Draft

STEP = "structure"
SECONDS = 20
KEPT_AS = "proposal"

TYPES = {
    "number": pgettext_lazy("data type", "number"), "integer": pgettext_lazy("data type", "whole number"), "date": pgettext_lazy("data type", "date"),
    "time": pgettext_lazy("data type", "time"), "text": pgettext_lazy("data type", "text"), "boolean": pgettext_lazy("data type", "yes or no"),
}  # fmt: skip
PERSONAL = {
    "identity": gettext_lazy("identity card numbers with a right check digit"),
    "mobile": gettext_lazy("mobile phone numbers"),
    "landline": gettext_lazy("landline phone numbers"),
    "email": gettext_lazy("e-mail addresses"),
    "name": gettext_lazy("names of people"),
    "track": gettext_lazy("tracks of vessels: ship, place and time together"),
}


class DataFileForm(forms.Form):
    """A data file to be read; it is kept only where it is to be the sample."""

    datafile = forms.FileField(
        label=gettext_lazy("Data file"), max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=gettext_lazy("CSV, TSV, XLSX, JSON or Parquet, up to 2 GiB. It is read and not kept."),
        error_messages={
            "required": gettext_lazy("Choose the data file."),
            "empty": gettext_lazy("The file is empty: choose another."),
        },
    )  # fmt: skip
    keep_sample = forms.BooleanField(label=gettext_lazy("Keep this file as the sample data"), required=False)


@dataclass(frozen=True)
class Part:
    """One part of the proposal: what is typed and what the file says, as words; ``ticked`` where nothing is typed."""

    name: str
    label: Any
    typed: str
    found: str

    @property
    def same(self) -> bool:
        return self.typed == self.found

    @property
    def ticked(self) -> bool:
        return not self.typed


def remember(draft: Draft, name: str, found: Profile) -> Draft:
    """Keep the proposal with the draft, without a value of the file."""
    return drafts.save(draft, {KEPT_AS: {"name": name[-255:], **found.plain()}})


def values(draft: Draft) -> dict[str, Any]:
    """The proposal as raw values of the step's form. An incomplete count is no count."""
    found = draft.data[KEPT_AS]
    counted = {"record_count": str(found["records"])} if found["complete"] else {}
    return {
        "data_type": DataType.SEMI if found["format"] == "json" else DataType.STRUCTURED,
        "fields_": merge(typed_rows(draft), found["fields"]),
        **counted,
        "volume_bytes": str(found["size"]),
        "formats": sorted({*(draft.data.get(STEP, {}).get("formats") or []), DataFormat(found["format"])}),
    }


def typed_rows(draft: Draft) -> list[dict]:
    return [row for row in draft.data.get(STEP, {}).get("fields_") or [] if any(row.values())]


def merge(typed: list[dict], found: list[dict]) -> list[dict]:
    """The file's fields in its order, each with what was typed of it besides; typed fields it lacks stay, at the end."""
    known = {row.get("name", "").strip(): row for row in typed}
    rows = [{"note": "", **known.get(f["name"], {}), "name": f["name"], "type": str(TYPES[f["type"]])} for f in found]
    names = {f["name"] for f in found}
    return rows + [row for row in typed if row.get("name", "").strip() not in names]


def parts(draft: Draft, form: forms.Form) -> list[Part]:
    """Each part beside what is typed; ``form`` is the step's, for labels and words."""
    typed = draft.data.get(STEP, {})
    return [
        Part(
            name, form.fields[name].label, spoken(form.fields[name], typed.get(name)), spoken(form.fields[name], value)
        )
        for name, value in values(draft).items()
        if name in form.fields
    ]


def take_over(draft: Draft, names: list[str]) -> Draft:
    """Write the named parts into what is typed; every other part stays as it is."""
    proposed = values(draft)
    chosen = {name: proposed[name] for name in names if name in proposed}
    return drafts.save(draft, {STEP: {**draft.data.get(STEP, {}), **chosen}})


def warnings(draft: Draft) -> list[dict[str, Any]]:
    """What looks like personal data: column, count, kind."""
    return [
        {**each, "words": PERSONAL[each["kind"]], "count": f"{each['count']:,}"}
        for each in draft.data[KEPT_AS]["findings"]
    ]


def shape(draft: Draft) -> list[Field]:
    """Rows, size and time span, as the page lists them."""
    found = draft.data[KEPT_AS]
    size = " · ".join(part for part in (filesizeformat(found["size"]), found["encoding"]) if part)
    span = [Field(_("Time span"), f"{found['first']} – {found['last']}")] if found["first"] else []
    return [Field(_("Rows read"), f"{found['records']:,}"), Field(_("Size"), size), *span]


def notes(draft: Draft) -> list[str]:
    """What a reader should know of the file besides, one sentence each."""
    found = draft.data[KEPT_AS]
    facts, said = found["facts"], []
    if not found["complete"]:
        said.append(
            _(
                "The file is large: reading stopped after %(rows)s rows, and all that is said is of these; no number of records is proposed."
            )
            % {"rows": f"{found['records']:,}"}
        )
    if found["columns"] > len(found["fields"]):
        said.append(
            _("The file has %(count)d columns; the first %(read)d are described.")
            % {"count": found["columns"], "read": len(found["fields"])}
        )
    if facts.get("no_heading"):
        said.append(_("The first row holds values, no headings: name the columns yourself."))
    if facts.get("sheets", 1) > 1:
        said.append(_("The workbook has %(count)d sheets; the first is described.") % {"count": facts["sheets"]})
    if found["ragged"]:
        said.append(
            ngettext(
                "%(count)s row has more or fewer cells than the heading, the first of them row %(row)s of the data.",
                "%(count)s rows have more or fewer cells than the heading, the first of them row %(row)s of the data.",
                found["ragged"],
            )
            % {"count": f"{found['ragged']:,}", "row": f"{found['first_ragged']:,}"}
        )
    if found["formulas"]:
        said.append(
            ngettext(
                "%(count)s cell holds a formula: it was counted, not computed.",
                "%(count)s cells hold formulas: they were counted, not computed.",
                found["formulas"],
            )
            % {"count": f"{found['formulas']:,}"}
        )
    return said


def fields(draft: Draft) -> list[dict[str, Any]]:
    """The columns with their type as a word, their share of empty cells in percent, and the type that is typed."""
    typed = {row.get("name", "").strip(): row.get("type", "") for row in typed_rows(draft)}
    found = draft.data[KEPT_AS]
    return [
        {**each, "words": TYPES[each["type"]], "typed": typed.get(each["name"], ""),
         "share": 100 * each["empty"] / found["records"] if found["records"] else 0}
        for each in found["fields"]
    ]  # fmt: skip


def headed(draft: Draft, rows: list[list[str]]) -> list[list[tuple[str, str]]]:
    """Sample rows with the heading beside each cell, as narrow screens show them."""
    headings = [each["name"] for each in draft.data[KEPT_AS]["fields"]]
    return [list(zip(headings, row, strict=True)) for row in rows]
