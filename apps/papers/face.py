"""What stands on a paper: its words from the text of its kind and the facts of its event, in one language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template import Context
from django.utils import translation

from apps.outbox.texts import compiled
from apps.papers.kinds import PaperKind
from apps.papers.models import Paper
from apps.papers.typesetting import REGISTRAR, TEMPLATES, breakable, long_day, qr, typeset, watermark
from apps.rules.lookup import rules_on
from apps.workflow import letters
from apps.workflow.clocks import legal_day
from apps.workflow.machine import Act
from apps.workflow.models import Clock, Event
from apps.workflow.people import Standing
from apps.workflow.states import LetterSpec, kind

TEMPLATE = "notice.typ"
VOID = {"zh-hans": "作废", "en": "Void"}
NOTHING = {
    "comment": "",
    "items": [],
    "remedy": "",
    "period": "",
    "due_on": "",
    "provisional": False,
    "bulletin": "",
    "ends_on": "",
}


def render(paper: Paper, kind: PaperKind, language: str) -> bytes:
    """The unsigned PDF of a paper: the same rows give the same bytes. Raises typesetting.Unprintable."""
    address = kind.address(paper.event) if kind.address else ""
    return typeset(TEMPLATE, face_of(paper, kind, language), qr=qr(address) if address else "")


def face_of(paper: Paper, paper_kind: PaperKind, language: str) -> dict[str, Any]:
    """Title, numbers, addressee, paragraphs, rows and foot of a paper as texts."""
    event = paper.event
    with translation.override(language):
        title, paragraphs = words_of(paper_kind, event, language)
        rows = [(breakable(label), breakable(value)) for label, value in (paper_kind.rows or no_rows)(event)]
        to = addressee(paper_kind, event)
    day = legal_day(event.effective_at)
    return {
        "language": language,
        "title": title,
        "number": paper.number,
        "document_number": paper.document_number or "",
        "addressee": to,
        "paragraphs": paragraphs,
        "rows": rows,
        "registrar": REGISTRAR[language],
        "day": long_day(day, language),
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "seal": "(seal)" if language == "en" else "（盖章）",
        "number_label": "No. " if language == "en" else "编号：",
        "watermark": VOID[language] if is_void(event) else watermark(language),
        "qr_alt": paper_kind.address(event) if paper_kind.address else "",
    }


def no_rows(event: Event) -> list[tuple[str, str]]:
    return []


def is_void(event: Event) -> bool:
    """Whether the event was struck by a rectification: its papers count no more and stay listed."""
    return Event.objects.filter(rectifies=event).exists()


def words_of(paper_kind: PaperKind, event: Event, language: str) -> tuple[str, list[str]]:
    """Title and paragraphs of a paper; the language must be active."""
    source = (TEMPLATES / f"{paper_kind.name}.{language}.txt").read_text(encoding="utf-8")
    text = compiled(source).render(Context(facts_of(paper_kind, event), autoescape=False))
    title, *lines = (line.strip() for line in text.splitlines())
    return title, [breakable(line) for line in lines if line]


def facts_of(paper_kind: PaperKind, event: Event) -> dict[str, Any]:
    """What the text may name: what the event's letter could, and the time limit that the event started."""
    case = event.case
    table = kind(case.kind)
    act = Act(
        case, table, table.move(event.move), Standing(case, event.actor), event.effective_at, dict(event.data),
        event.comment, event=event,
    )  # fmt: skip
    own = letters.context_of(act)
    return {**NOTHING, **own, **limit_of(act), "site_url": settings.SITE_URL, **paper_kind.facts(event)}


def limit_of(act: Act) -> dict[str, Any]:
    """The first time limit the event started: its length in words, and its last day where it runs already."""
    name = next(iter(act.move.starts), "")
    if not name:
        return {"period": "", "due_on": ""}
    rule = rules_on([act.kind.clock(name).rule], act.case.rules_on)[act.kind.clock(name).rule]
    clock = Clock.objects.filter(begins=act.event, name=name).first()
    due = clock.due_on if clock else None
    return {
        "period": rule.value_text,
        "due_on": due.isoformat() if due else "",
        "provisional": bool(clock and clock.provisional),
    }


def addressee(paper_kind: PaperKind, event: Event) -> str:
    """Whom the paper is for: the parties its letter is written to; empty for a paper for everybody."""
    if paper_kind.public:
        return ""
    spec = letter_of(paper_kind, event)
    rows = event.case.parties.filter(role__in=spec.to if spec else ()).select_related("organisation", "person")
    names = [
        row.organisation.name if row.organisation_id else row.person.full_name for row in rows.order_by("rank", "pk")
    ]
    return "、".join(dict.fromkeys(names))


def letter_of(paper_kind: PaperKind, event: Event) -> LetterSpec | None:
    """The letter of the event's move that the paper belongs to."""
    move = kind(event.case.kind).move(event.move)
    return next((spec for spec in move.letters if spec.text in paper_kind.texts), None) if move else None
