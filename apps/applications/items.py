"""The items of the form: one line each, read by pages, snapshots, correction, secrecy, notice and the province's page."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.applications.codes import PROVEN, DataFormat, SourceKind, SourceMethod
from apps.applications.industries import industry_name
from apps.workflow.rows import row_key


@dataclass(frozen=True)
class Item:
    """One item (登记申请表 item): its stable path, label, step of the form, place and length on the province's form.

    ``public`` items stand in the notice unless withheld, with ``public_words`` where the public reads less than the
    office; ``correctable`` ones may be named in a correction notice.
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
    public_words: Callable[[Any], str] | None = None

    def code(self, row) -> Any:
        """The value as stored: codes, ISO dates, lists of dicts."""
        if self.path == "deposit":
            return row.deposit_id
        value = getattr(row, self.path)
        if isinstance(value, Decimal):
            return str(value)
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
    return "\n".join(" ".join(str(part) for part in (row.get("name"), row.get("code")) if part) for row in rows)


def applicants_text(row) -> str:
    """Co-applicants in their order: name, code, share."""
    lines = []
    for party in row.applicants:
        share = f"{party['share']} %" if party.get("share") else ""
        lines.append(" · ".join(part for part in (party.get("name"), party.get("code"), share) if part))
    return "\n".join(lines)


def names_text(row) -> str:
    return "\n".join(party["name"] for party in row.applicants)


def withheld_text(row) -> str:
    """What is kept from the public, each with its reason."""
    reasons = row.withheld if isinstance(row.withheld, dict) else dict.fromkeys(row.withheld, "")
    return "\n".join(
        f"{label_of(path)}: {reason}" if reason else str(label_of(path)) for path, reason in reasons.items()
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
    Item("scenario", _("Application scenario"), "basics", 5, 1000, public=True, withholdable=True),
    Item("sources", _("Data sources"), "sources", 6, public=True, withholdable=True, words=sources_text, public_words=source_kinds_text),
    Item("data_type", _("Data type"), "structure", 7),
    Item("fields", _("Field table"), "structure", 8, words=fields_text),
    Item("record_count", _("Records"), "structure", 9, public=True, withholdable=True),
    Item("volume_bytes", _("Volume in bytes"), "structure", 10, public=True, withholdable=True),
    Item("formats", _("Data formats"), "structure", 11, words=lambda row: ", ".join(str(DataFormat(f).label) for f in row.formats)),
    Item("update_frequency", _("Update frequency"), "structure", 12, public=True, withholdable=True),
    Item("update_until", _("Updated until"), "structure", 13),
    Item("algorithm", _("Processing rules in short"), "processing", 14, 2000, withholdable=True),
    Item("deposit", _("Evidence"), "evidence", 15, public=True, words=deposit_text),
    Item("formed_on", _("Data formed on"), "evidence", 16),
    Item("applicants", _("Co-applicants"), "parties", 17, public=True, words=applicants_text, public_words=names_text),
    Item("share", _("Applicant's own share in %"), "parties", words=lambda row: f"{row.share:f} %" if row.share else ""),
    Item("agent", _("Agent"), "parties", 18, words=lambda row: people_text([row.agent] if row.agent else [])),
    Item("contact_name", _("Contact"), "parties", 19),
    Item("contact_phone", _("Contact's phone"), "parties", 20),
    Item("contact_email", _("Contact's e-mail"), "parties", 21),
    Item("withheld", _("Withheld from the public"), "publication", 22, words=withheld_text),
    Item("checklist", _("Marine compliance"), "compliance", words=lambda row: checklist_text(row)),
    Item("store", _("Third-party store"), "compliance", words=lambda row: store_text(row.store)),
    Item("other_registrations", _("Other registrations of the same data"), "compliance", words=lambda row: people_text(row.other_registrations)),
    Item("remark", _("Other remarks"), "publication", 23, 2000),
)  # fmt: skip

FILES: tuple[Item, ...] = (
    Item("sample", _("Sample data"), "evidence", public=False),
    Item("statement", _("Signed statement of truth"), "publication"),
    Item("source_proof", _("Further proof of the sources"), "sources"),
    Item("power_of_attorney", _("Power of attorney"), "parties"),
    Item("basis", _("Basis on which an official enters it"), "parties"),
)
"""The places where files hang; sample and statement are required."""

REQUIRED_FILES = ("sample", "statement")

_BY_PATH = {item.path: item for item in (*ITEMS, *FILES)}


def label_of(path: str) -> Any:
    """The label of an item; of a row its item's with the row (``sources.2``)."""
    root, _dot, row = path.partition(".")
    item = _BY_PATH.get(root)
    if item is None:
        return path
    return format_lazy(_("{label}, row {row}"), label=item.label, row=row) if row else item.label


def withholdable() -> list[tuple[str, Any]]:
    """The public items that an applicant may keep back for a reason: paths and labels."""
    return [(item.path, item.label) for item in ITEMS if item.public and item.withholdable]


def checklist_text(row) -> str:
    from apps.applications.codes import CHECKLIST, Answer

    answers = ((text, row.checklist.get(code)) for code, text in CHECKLIST)
    return "\n".join(f"{text}: {Answer(answer).label}" for text, answer in answers if answer)


def correctable(row=None) -> list[tuple[str, Any]]:
    """What a correction notice may name: paths and labels, files and the rows of the application's sources included."""
    found = []
    for item in (*ITEMS, *FILES):
        if item.correctable:
            found.append((item.path, item.label))
        if item.path == "sources" and row is not None and len(row.sources) > 1:
            found += [(f"sources.{row_key(r, at)}", source_label(r, at)) for at, r in enumerate(row.sources)]
    return found


def source_label(source: dict, at: int) -> Any:
    """“Data sources, row 2: 东海浮标公司”; the row is named by its key, which it keeps when rows are moved."""
    label = label_of(f"sources.{row_key(source, at)}")
    return format_lazy("{label}: {licensor}", label=label, licensor=source.get("licensor", ""))


def proof_path(source: dict, at: int) -> str:
    """The place of the file that proves a source."""
    return f"sources.{row_key(source, at)}"


def proofs_needed(sources: list[dict]) -> list[tuple[str, Any]]:
    """The places at which a source's way of coming asks for a file, with their labels."""
    paths = [proof_path(row, at) for at, row in enumerate(sources) if row.get("method") in PROVEN]
    return [(path, label_of(path)) for path in paths]


def public_face(row) -> list[dict]:
    """The face of a notice: label in both languages, value in both, of every public item that is not withheld.

    Who applies alone has no line of co-applicants; any other empty item stays and shows that it is empty.
    """
    return [
        public_line(item, row) for item in public_items(row.withheld) if item.path != "applicants" or row.applicants
    ]


def public_items(withheld: Container[str]) -> list[Item]:
    """The items that the public may read when these are withheld."""
    return [item for item in ITEMS if item.path not in withheld and (item.public or item.withholdable)]


def public_line(item: Item, row) -> dict:
    return {
        "path": item.path,
        "label": in_both(lambda: str(item.label)),
        "value": in_both(lambda: item.public_words(row) if item.public_words else item.text(row)),
    }


def in_both(build: Callable[[], str]) -> dict[str, str]:
    """One text in both languages; the same text where they agree."""
    found = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found[language] = build()
    return found
