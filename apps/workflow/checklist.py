"""The examiners' checklist (审查要点) of a kind: the filer runs it before filing, the examiner goes through it after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apps.enterprises.models import Organisation
    from apps.workflow.models import Case, Document

FAULT, DOUBT = "fault", "doubt"


@dataclass(frozen=True)
class Subject:
    """What is looked at: a filing that is no case yet, or a case.

    ``values`` are the cleaned values by item path (the attributes of the kind's row), ``files`` the places that hold
    a file, ``on`` the legal day of the look, ``documents`` the files themselves.
    """

    values: Mapping[str, Any]
    files: frozenset[str]
    organisation: Organisation | None
    on: date
    case: Case | None = None
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True)
class Remark:
    """What the machine finds: ``fault`` is wrong and can be mended, ``doubt`` is for a person to judge."""

    tone: str
    sentence: Any


@dataclass(frozen=True)
class Criterion:
    """One item of a checklist: the question, the form items it is about, its legal basis, and the machine's own look
    where there is one. A remark never refuses anything by itself. An ``inner`` one is for officials alone: whoever filed
    reads it neither before filing nor in a notice that is composed of findings."""

    name: str
    label: Any
    paths: tuple[str, ...] = ()
    basis: Any = ""
    test: Callable[[Subject], Remark | None] | None = None
    inner: bool = False


def subject_of(case: Case) -> Subject:
    """The case as its checklist sees it now."""
    from apps.rules.clock import legal_today
    from apps.workflow.models import Document

    row: Any = case.row
    rows = Document.objects.filter(case=case, removed_at__isnull=True).order_by("uploaded_at", "pk")
    documents = tuple(rows)
    values = {path: getattr(row, path) for path in row.snapshot()}
    return Subject(values, frozenset(d.path for d in documents), case.organisation, legal_today(), case, documents)


def look_through(checklist: tuple[Criterion, ...], subject: Subject) -> Iterator[tuple[Criterion, Remark | None]]:
    """Every criterion with the machine's remark, if it has one."""
    for criterion in checklist:
        yield criterion, criterion.test(subject) if criterion.test else None
