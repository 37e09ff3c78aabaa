"""The case file (案卷) in words: cover, chronology, form, papers, letters, documents with their digests; whole or redacted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from typing import Any

from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from apps.notices.private import without_address
from apps.outbox import texts
from apps.outbox.models import Letter
from apps.pages import changes, facts, story
from apps.papers import making
from apps.papers.typesetting import REGISTRAR, breakable, long_day, printable, typeset, watermark
from apps.rules.clock import legal_today
from apps.workflow.models import Case, Document, Event

TEMPLATE = "casefile.typ"
PERSONAL = frozenset(
    {"contact_name", "contact_phone", "contact_email", "email", "phone", "identity", "agent", "legal_representative"}
)
"""Items that tell of a person, whatever the kind; besides them those that a kind seals and a filer withholds."""
TRACES = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
"""Identity numbers, mobile phones and e-mail addresses inside a text."""
BLACK = "■■■"


@dataclass(frozen=True)
class Secrecy:
    """What is left out: nothing, or what is personal, sealed or withheld."""

    redacted: bool
    hidden: frozenset[str]

    def hides(self, path: str) -> bool:
        return self.redacted and path.split(".")[0] in self.hidden

    def value(self, path: str, value: str) -> str | None:
        """The value, or None where it is blacked out; traces of persons inside a text are blacked in any case."""
        return None if self.hides(path) else self.scrub(value)

    def scrub(self, text: str) -> str:
        return TRACES.sub(BLACK, text) if self.redacted else text


def secrecy_of(case: Case, *, redacted: bool) -> Secrecy:
    row = case.row
    sealed = {path.split(".")[0] for path in row.SEALED}
    withheld = set(getattr(row, "withheld", ()))
    return Secrecy(redacted, PERSONAL | sealed | withheld)


def documents_of(case: Case) -> list[Document]:
    """The files of a case, those taken off since included: their digests are part of the record."""
    return list(Document.objects.filter(case=case).order_by("uploaded_at", "pk"))


def is_withheld(document: Document, secrecy: Secrecy) -> bool:
    return document.removed_at is not None or (secrecy.redacted and document.secret)


def render(case: Case, *, redacted: bool, language: str) -> bytes:
    """The case file as PDF; a character that the font lacks is told by its number, so that no file ever fails."""
    return typeset(TEMPLATE, sure(face_of(case, redacted=redacted, language=language)))


def sure(value: Any) -> Any:
    """The face with every text printable and breakable."""
    if isinstance(value, dict):
        return {name: sure(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [sure(item) for item in value]
    return breakable(printable(value)) if isinstance(value, str) else value


def face_of(case: Case, *, redacted: bool, language: str) -> dict[str, Any]:
    """All that stands in the file as plain values; None where the redacted twin is black."""
    secrecy = secrecy_of(case, redacted=redacted)
    day = legal_today()
    with translation.override(language):
        return {
            "language": language, "title": f"{_('Case file')} {case.number or case.pk}", "number": case.number or str(case.pk),
            "twin": _("redacted") if redacted else _("complete, not for publication"), "registrar": REGISTRAR[language],
            "made": long_day(day, language), "date": {"year": day.year, "month": day.month, "day": day.day},
            "watermark": watermark(language), "words": headings(), "cover": cover(case), "form": form(case, secrecy),
            "chronology": chronology(case, secrecy), "papers": papers(case), "letters": list(letters(case, secrecy)),
            "documents": [document(n, d, secrecy) for n, d in enumerate(documents_of(case), 1)], "verify": verify(case),
            "internal": [] if redacted else internal(case),
        }  # fmt: skip


def headings() -> dict[str, Any]:
    return {
        "title": _("Case file"), "index": _("Index"), "chronology": _("Chronology"), "form": _("Form"),
        "papers": _("Papers"), "letters": _("Letters and their service"), "documents": _("Documents"),
        "hashes": _("Digests of the documents"), "verify": _("How to verify"), "none": _("None."),
        "internal": _("Internal: findings and notes, for no party"), "struck": _("rectified"), "recorded": _("written down"), "withheld": _("withheld"),
        "document_head": [_("No."), _("Name"), _("Size"), _("Handed in")],
    }  # fmt: skip


def cover(case: Case) -> list[tuple[str, str]]:
    rows = [
        (_("Number"), case.number or ""), (_("Procedure"), str(case.kind_.label)), (_("Name"), case.title),
        (_("Organisation"), case.organisation.name if case.organisation_id else ""),
        (_("State"), str(case.state_.label)), (_("Filed on"), moment(case.filed_at)),
        (_("Closed"), moment(case.closed_at) if case.closed_at else ""), (_("Events"), str(case.event_count)),
        (_("Head of the chain of events"), case.head_hash),
    ]  # fmt: skip
    return [(label, value) for label, value in rows if value]


def moment(at) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


# ------------------------------------------------------------------------------------------------ the parts


def form(case: Case, secrecy: Secrecy) -> list[tuple[str, str | None]]:
    """The form as it stands, and under it what was changed since it was filed."""
    rows: list[tuple[str, str | None]] = [
        (label, secrecy.value(path, text)) for path, label, text in items(case) if text
    ]
    events = case.events.order_by("seq").defer("canonical")
    copies = [(event, changes.opened(case, event.data["form"])) for event in events if "form" in event.data]
    for (_before, older), (event, newer) in pairwise(copies):
        for change in changes.difference(older, newer):
            line = changes.line(case, change)
            words = f"{bare(line.before) or '–'} → {bare(line.after) or '–'}"
            label = _("Changed %(at)s: %(item)s") % {"at": moment(event.effective_at), "item": line.label}
            rows.append((label, secrecy.value(change.path, words)))
    return rows


def items(case: Case) -> Iterator[tuple[str, str, str]]:
    """Path, name and words of each item of the case's own row."""
    row = case.row
    if hasattr(row, "facts"):
        paths = {str(label): path for path, label in row.labels().items()} if hasattr(row, "labels") else {}
        for label, text in facts.plain_facts(row):
            yield paths.get(str(label), str(label)), str(label), str(text)
        return
    for column in row._meta.concrete_fields:
        if column.name not in {"case", "checked"} and not isinstance(column, models.AutoField):
            yield column.name, facts.capital(column.verbose_name), str(facts.text_of(row, column))


def internal(case: Case) -> list[tuple[str, str]]:
    """What officials wrote for each other: findings item by item, dissents and older ones too, and notes."""
    labels = {criterion.name: str(criterion.label) for criterion in case.kind_.checklist}
    rows = [
        (
            row.at,
            row.by_name,
            f"{labels.get(row.criterion, row.criterion)}: {row.get_outcome_display()} {row.note}".strip(),
        )
        for row in case.findings.order_by("pk")
    ]
    rows += [(note.at, note.by_name, note.text) for note in case.notes.order_by("pk")]
    return [(f"{moment(at)} {name}", words) for at, name, words in sorted(rows)]


def bare(text: Any) -> str:
    return unescape(strip_tags(str(text)))


def chronology(case: Case, secrecy: Secrecy) -> list[dict[str, Any]]:
    """Every event in order, struck ones too; of a redacted file neither the names of persons nor what they wrote freely."""
    events = list(case.events.select_related("actor").order_by("seq").defer("canonical"))
    told = story.entries(case, events, Letter.objects.filter(case_pk=case.pk).defer("context", "body"))
    return [entry(event, line, secrecy) for event, line in zip(events, told, strict=True)]


def entry(event: Event, line: story.Entry, secrecy: Secrecy) -> dict[str, Any]:
    from_office = event.actor_id is None or bool(event.actor.role)
    return {
        "seq": str(event.seq), "at": moment(event.effective_at),
        "recorded": moment(event.recorded_at) if line.recorded_at else "",
        "actor": actor(event, from_office, secrecy), "sentence": bare(line.sentence), "struck": line.struck,
        "comment": None if secrecy.redacted and event.comment and not from_office else secrecy.scrub(event.comment),
        "items": [secrecy.scrub(bare(item)) for item in line.items], "letters": " ".join(bare(s) for s in line.letters),
        "hash": event.hash,
    }  # fmt: skip


def actor(event: Event, from_office: bool, secrecy: Secrecy) -> str | None:
    """The name of who acted; in a redacted file only the office is named."""
    if event.actor_id is None:
        return ""
    if not secrecy.redacted:
        return event.actor_name
    return _("The office") if from_office else None


def papers(case: Case) -> list[dict[str, Any]]:
    found = []
    for line in making.lines(case):
        paper = line.paper
        rows = [(_("Event"), f"{line.event.seq}, {moment(line.event.effective_at)}")]
        if paper is not None:
            rows += [(_("Number"), paper.number), (_("Document number"), paper.document_number or "")]
            rows += (
                [(_("Served"), f"{paper.get_served_how_display()} {moment(paper.served_at)}")]
                if paper.served_at
                else []
            )
            rows += [(f"SHA-256 ({row.language})", row.sha256) for row in paper.printings.order_by("language")]
        state = f" ({_('void')})" if line.void else "" if paper else f" ({_('not printed')})"
        found.append({"title": f"{line.kind.label}{state}", "rows": [(a, b) for a, b in rows if b]})
    return found


def letters(case: Case, secrecy: Secrecy) -> Iterator[dict[str, Any]]:
    """Each letter with its words and the ledger of its service; addresses and readers are personal."""
    rows = Letter.objects.filter(case_pk=case.pk).select_related("user", "organisation").prefetch_related("services")
    for letter in texts.show(rows.order_by("queued_at", "pk")):
        reader = " ".join(filter(None, (letter.user.full_name if letter.user else "", letter.email)))
        ledger = [
            (_("Reader"), secrecy.value("email", reader)), (_("Organisation"), letter.organisation.name if letter.organisation else ""),
            (_("Written"), moment(letter.queued_at)), (_("Sent"), letter.sent_at and moment(letter.sent_at)),
            (_("Opened"), letter.read_at and moment(letter.read_at)),
            (_("Came back"), letter.bounced_at and moment(letter.bounced_at)),
        ]  # fmt: skip
        ledger += [
            (_("Served"), " ".join((str(row.get_channel_display()), moment(row.at), secrecy.scrub(row.note))))
            for row in letter.services.all()
        ]
        yield {
            "title": secrecy.scrub(letter.subject), "rows": [(a, b) for a, b in ledger if b is None or b] if secrecy.redacted
            else [(a, b) for a, b in ledger if b],
            "body": [secrecy.scrub(line) for line in without_address(letter.body).splitlines() if line.strip()],
        }  # fmt: skip


def document(number: int, row: Document, secrecy: Secrecy) -> dict[str, Any]:
    return {
        "number": f"{number:02}", "name": None if is_withheld(row, secrecy) and secrecy.redacted else row.name,
        "size": bare(filesizeformat(row.size)).replace("\xa0", " "), "at": moment(row.uploaded_at)[:10], "sha256": row.sha256,
        "sm3": row.sm3, "withheld": is_withheld(row, secrecy),
    }  # fmt: skip


def verify(case: Case) -> list[str]:
    return [
        _("Each event's hash is the SHA-256 of the hash before it and of the event's canonical text; the ZIP of this file holds both, with a recipe in README.txt that needs nothing but public tools."),
        _("Head of the chain: %(head)s after %(count)s events.") % {"head": case.head_hash, "count": case.event_count},
        _("This shows that nothing was altered since it was recorded in this log; not that what was recorded is true."),
    ]  # fmt: skip
