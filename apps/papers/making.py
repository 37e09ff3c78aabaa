"""Making papers: which ones a case has, their numbers, their kept bytes, their 文号 and their service."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.outbox.models import Letter
from apps.papers import face
from apps.papers.kinds import PaperKind, all_kinds, kind_named, kind_of_text
from apps.papers.models import Paper, Printing
from apps.rules.clock import legal_now
from apps.workflow import documents
from apps.workflow.clocks import legal_day
from apps.workflow.models import Case, Event
from apps.workflow.numbering import next_number

DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,16}〔20\d\d〕[1-9]\d{0,4}号")
BRACKETS = str.maketrans({"[": "〔", "]": "〕", "［": "〔", "］": "〕", "(": "〔", ")": "〕", "【": "〔", "】": "〕"})


@dataclass(frozen=True)
class Line:
    """A paper that a case has or can have: its kind, its event, the row once it was printed, and whether it is void."""

    kind: PaperKind
    event: Event
    paper: Paper | None
    void: bool

    @property
    def document_number(self) -> str:
        return (self.paper.document_number if self.paper else None) or ""

    @property
    def is_served(self) -> bool:
        return self.paper is not None and self.paper.served_at is not None

    @property
    def is_fixed(self) -> bool:
        """Whether nothing about it can be typed any more."""
        return self.void or (self.paper is not None and self.paper.is_fixed)


def lines(case: Case) -> list[Line]:
    """The papers of a case in the order of its events: three queries, however many."""
    events = {event.pk: event for event in case.events.order_by("seq").defer("canonical")}
    struck = {event.rectifies_id for event in events.values() if event.rectifies_id}
    texts = [text for kind in all_kinds() for text in kind.texts]
    told = set(Letter.objects.filter(case_pk=case.pk, text__in=texts).values_list("event_pk", "text"))
    made = {(paper.event_id, paper.kind): paper for paper in Paper.objects.filter(case=case)}
    found = []
    for pk, event in events.items():
        names = dict.fromkeys(kind_of_text(text).name for event_pk, text in sorted(told, key=str) if event_pk == pk)
        found += [Line(kind_named(name), event, made.get((pk, name)), pk in struck) for name in names]
    return found


def line_of_letter(letter: Letter) -> tuple[PaperKind, Event] | None:
    """The paper that belongs to a letter; None for a letter without one."""
    kind = kind_of_text(letter.text)
    event = Event.objects.filter(pk=letter.event_pk, case=letter.case_pk).select_related("case").first()
    return (kind, event) if kind and event else None


def paper_of(kind: PaperKind, event: Event) -> Paper:
    """The row of a paper, made with its number at the first call; two that come together get the same one."""
    found = Paper.objects.filter(event=event, kind=kind.name).select_related("event__case", "event__actor").first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            case = Case.objects.select_for_update(of=("self",)).get(pk=event.case_id)
            if standing := Paper.objects.filter(event=event, kind=kind.name).first():
                return standing
            letter = (
                Letter.objects.filter(case_pk=case.pk, event_pk=event.pk, text__in=kind.texts).order_by("pk").first()
            )
            return Paper.objects.create(
                case=case, event=event, kind=kind.name, letter=letter, made_at=timezone.now(),
                number=next_number(kind.series, legal_day(legal_now()).year),
            )  # fmt: skip
    except IntegrityError:  # somebody else's is there now
        return Paper.objects.get(event=event, kind=kind.name)


def print_paper(kind: PaperKind, event: Event, language: str) -> tuple[Paper, bytes]:
    """The paper and its PDF in a language: kept bytes where they stand, else made now, outside any transaction.

    Raises typesetting.Unprintable; then the paper keeps its number and stays listed.
    """
    paper = paper_of(kind, event)
    kept = paper.printings.filter(language=language).first()
    if kept is not None and documents.path_of(kept.sha256).exists():
        return paper, documents.path_of(kept.sha256).read_bytes()
    pdf = face.render(paper, kind, language)
    digest = keep_bytes(pdf)
    Printing.objects.update_or_create(
        paper=paper, language=language, defaults={"sha256": digest, "made_at": timezone.now()}
    )
    return paper, pdf


def keep_bytes(pdf: bytes) -> str:
    """Keep a printed paper beside the files of the cases, by its digest, which is given back."""
    digest = sha256(pdf).hexdigest()
    target = documents.path_of(digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        coming = target.with_suffix(".coming")
        coming.write_bytes(pdf)
        coming.replace(target)
    return digest


# ------------------------------------------------------------------------------------------------ 文号 and service


def clean_document_number(text: str) -> str:
    """A 文号 as it is printed, such as 舟市监知〔2026〕12号, from whatever brackets were typed. Raises ValidationError."""
    tidy = "".join(normalize("NFKC", text).split()).translate(BRACKETS)
    if not DOCUMENT_NUMBER.fullmatch(tidy):
        raise ValidationError(
            _("Write the document number with its year in brackets, for example 舟市监知〔2026〕12号."),
            code="document_number",
        )
    return tidy


def number_document(paper: Paper, text: str, by: User) -> Paper:
    """Put a 文号 on a paper. Raises ValidationError: malformed, on another paper already, or fixed because served."""
    number = clean_document_number(text)
    try:
        with transaction.atomic():
            row = Paper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
            if row.document_number == number:
                return row
            if row.is_fixed:
                raise ValidationError(_("The paper was served; its document number stands."), code="served")
            row.document_number, row.numbered_by = number, by
            row.save(update_fields=["document_number", "numbered_by"])
            row.printings.all().delete()  # what is printed next bears the number
    except IntegrityError as fault:
        raise ValidationError(_("Another paper bears this document number."), code="taken") from fault
    return row


def note_served(paper: Paper, how: str, by: User | None) -> bool:
    """Write down, once, that the paper itself reached its addressee; says whether this was the first time."""
    served = {"served_at": legal_now(), "served_how": how, "served_by": by}
    return bool(Paper.objects.filter(pk=paper.pk, served_at__isnull=True).update(**served))


def seen_by(user: User) -> QuerySet[Paper]:
    """The papers of the cases an official may see."""
    return Paper.objects.filter(case__in=Case.objects.visible_to(user).values("pk"))


def file_name(paper: Paper, kind: PaperKind) -> str:
    return f"{paper.number} {kind.label}.pdf"
