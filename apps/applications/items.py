"""The items of the form: one line each, read by pages, snapshots, correction, secrecy, notice and the province's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.applications.codes import DataFormat, SourceKind, SourceMethod
from apps.applications.industries import industry_name


@dataclass(frozen=True)
class Item:
    """One item (登记申请表 item): its stable path, label, step of the form, place and length on the province's form.

    ``public`` items stand in the notice unless withheld; ``correctable`` ones may be named in a correction notice.
    """

    path: str
    label: Any
    step: str
    province: int = 0
    length: int = 0
    public: bool = False
    withholdable: bool = False
    correctable: bool = True
    words: Callable[[Any], str] | None = None

    def code(self, row) -> Any:
        """The value as stored: codes, ISO dates, lists of dicts."""
        if self.path == "deposit":
            return row.deposit_id
        value = getattr(row, self.path)
        return value.isoformat() if hasattr(value, "isoformat") else value

    def text(self, row) -> str:
        """The value as words in the reader's language."""
        if self.words:
            return self.words(row)
        display = getattr(row, f"get_{self.path}_display", None)
        value = display() if display else getattr(row, self.path)
        return "" if value is None else str(value)


def sources_text(row) -> str:
    return "\n".join(source_text(source) for source in row.sources)


def source_text(source: dict) -> str:
    """One source as a line: kind, way, licensor and end of contract."""
    parts = [str(SourceKind(source["kind"]).label), str(SourceMethod(source["method"]).label), source.get("licensor")]
    if source.get("ends_on"):
        parts.append(gettext("until %(day)s") % {"day": source["ends_on"]})
    return " · ".join(part for part in parts if part)


def source_kinds_text(row) -> str:
    seen = dict.fromkeys((source["kind"], source["method"]) for source in row.sources)
    return "; ".join(f"{SourceKind(kind).label} · {SourceMethod(method).label}" for kind, method in seen)


def fields_text(row) -> str:
    return "\n".join(" ".join(part for part in (f["name"], f.get("type"), f.get("note")) if part) for f in row.fields)


def deposit_text(row) -> str:
    return f"{row.deposit.keeper} {row.deposit.certificate_number}"


def people_text(rows: list[dict]) -> str:
    return "\n".join(
        " ".join(str(part) for part in (r.get("name"), r.get("code"), r.get("share")) if part) for r in rows
    )


def store_text(store: dict) -> str:
    """Keeper and filing number, and that the copy is encrypted."""
    words = [store.get("keeper"), store.get("number"), gettext("encrypted and de-identified a second time")]
    return " · ".join(word for word in (words if store.get("encrypted") else words[:2]) if word)


ITEMS: tuple[Item, ...] = (
    Item("name", _("Name of the data IP"), "basics", 1, 100, public=True),
    Item("reg_kind", _("Kind of registration"), "basics", 2, correctable=False),
    Item("industry", _("Industry"), "basics", 3, public=True, words=lambda row: industry_name(row.industry)),
    Item("marine_category", _("Marine category"), "basics", 4),
    Item("scenario", _("Application scenario"), "basics", 5, 1000, public=True),
    Item("sources", _("Data sources"), "sources", 6, public=True, words=source_kinds_text),
    Item("data_type", _("Data type"), "structure", 7),
    Item("fields", _("Field table"), "structure", 8, words=fields_text),
    Item("record_count", _("Records"), "structure", 9, public=True),
    Item("volume_bytes", _("Volume in bytes"), "structure", 10, public=True),
    Item("formats", _("Data formats"), "structure", 11, words=lambda row: ", ".join(str(DataFormat(f).label) for f in row.formats)),
    Item("update_frequency", _("Update frequency"), "structure", 12, public=True),
    Item("update_until", _("Updated until"), "structure", 13),
    Item("algorithm", _("Processing rules in short"), "processing", 14, 2000, withholdable=True),
    Item("deposit", _("Evidence"), "evidence", 15, public=True, words=deposit_text),
    Item("formed_on", _("Data formed on"), "evidence", 16),
    Item("applicants", _("Co-applicants"), "parties", 17, words=lambda row: people_text(row.applicants)),
    Item("agent", _("Agent"), "parties", 18, words=lambda row: people_text([row.agent] if row.agent else [])),
    Item("contact_name", _("Contact"), "parties", 19),
    Item("contact_phone", _("Contact's phone"), "parties", 20),
    Item("contact_email", _("Contact's e-mail"), "parties", 21),
    Item("withheld", _("Withheld from the public"), "publication", 22, words=lambda row: ", ".join(str(label_of(p)) for p in row.withheld)),
    Item("checklist", _("Marine compliance"), "compliance", words=lambda row: checklist_text(row)),
    Item("store", _("Third-party store"), "compliance", words=lambda row: store_text(row.store)),
    Item("other_registrations", _("Other registrations of the same data"), "compliance", words=lambda row: people_text(row.other_registrations)),
    Item("remark", _("Other remarks"), "publication", 23, 2000),
)  # fmt: skip

FILES: tuple[Item, ...] = (
    Item("sample", _("Sample data"), "evidence", public=False),
    Item("statement", _("Signed statement of truth"), "publication"),
    Item("source_proof", _("Proof of the sources"), "sources"),
    Item("power_of_attorney", _("Power of attorney"), "parties"),
    Item("basis", _("Basis on which an official enters it"), "parties"),
)
"""The places where files hang; sample and statement are required."""

REQUIRED_FILES = ("sample", "statement")

_BY_PATH = {item.path: item for item in (*ITEMS, *FILES)}


def label_of(path: str) -> Any:
    """The label of an item, or of the item a row's path begins with."""
    item = _BY_PATH.get(path.split(".")[0])
    return item.label if item else path


def checklist_text(row) -> str:
    from apps.applications.codes import CHECKLIST, Answer

    answers = ((text, row.checklist.get(code)) for code, text in CHECKLIST)
    return "\n".join(f"{text}: {Answer(answer).label}" for text, answer in answers if answer)


def correctable() -> list[tuple[str, Any]]:
    """What a correction notice may name: paths and labels, files included."""
    return [(item.path, item.label) for item in (*ITEMS, *FILES) if item.correctable]


def public_face(row) -> list[dict]:
    """The face of a notice: label in both languages, value in both, of every public item that is not withheld."""
    shown = [item for item in ITEMS if item.path not in row.withheld and (item.public or item.withholdable)]
    return [
        {
            "path": item.path,
            "label": in_both(lambda item=item: str(item.label)),
            "value": in_both(lambda item=item: item.text(row)),
        }
        for item in shown
    ]


def in_both(build: Callable[[], str]) -> dict[str, str]:
    """One text in both languages; the same text where they agree."""
    found = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found[language] = build()
    return found
