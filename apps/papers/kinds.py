"""The kinds of printed papers: which letter each belongs to, its number series, and what it says beside its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.workflow.models import Event

Rows = list[tuple[str, str]]


def no_facts(event: Event) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class PaperKind:
    """A printed paper (文书). Its words stand in ``templates/documents/<name>.<language>.txt``: title, then paragraphs.

    ``texts`` are the letters whose paper it is: where one was written about an event, the paper can be printed.
    ``facts`` and ``rows`` (label, value) are asked in the paper's language; ``address`` is what a QR code leads to.
    """

    name: str
    label: Any
    series: str
    texts: tuple[str, ...]
    facts: Callable[[Event], dict[str, Any]] = no_facts
    rows: Callable[[Event], Rows] | None = None
    address: Callable[[Event], str] | None = None
    public: bool = False


_kinds: dict[str, PaperKind] = {}


def add(kind: PaperKind) -> None:
    """Make a kind of paper known; apps above add theirs when they are loaded."""
    _kinds[kind.name] = kind


def kind_named(name: str) -> PaperKind | None:
    return _kinds.get(name)


def kind_of_text(text: str) -> PaperKind | None:
    return next((kind for kind in _kinds.values() if text in kind.texts), None)


def all_kinds() -> list[PaperKind]:
    return list(_kinds.values())


RECEIPT = PaperKind(
    "receipt", _("Receipt"), "舟数知受",
    (
        "application.received", "objection.received", "organisation.received", "pledge.received", "policy.received",
        "claim.received", "membership.received", "personal_data.received",
    ),
)  # fmt: skip
CORRECTION = PaperKind("correction", _("Correction notice"), "舟数知补", ("case.correction",))
REFUSAL = PaperKind("refusal", _("Notice of refusal"), "舟数知不", ("application.refused", "case.refused"))

for _kind in (RECEIPT, CORRECTION, REFUSAL):
    add(_kind)
