"""What a case shows to its parties: the form as filed, its files, and its story without the office's inner steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.applications.items import label_of
from apps.enterprises.models import Membership
from apps.pages import facts
from apps.pages.fields import Field
from apps.portal.access import Viewer
from apps.workflow.documents import of_parties
from apps.workflow.forms import CorrectionForm
from apps.workflow.letters import OFFICE
from apps.workflow.models import Case, Document, Event
from apps.workflow.people import FOLLOWING
from apps.workflow.service import SERVED

OWNERS = frozenset({"applicant", "co_applicant", "agent", "objector", "holder"})
"""Party roles that may read the sealed values of the form, because they wrote them."""


def filed_form(case: Case, roles: Iterable[str]) -> list[Field]:
    """The form as it stands; sealed columns of another party's form are left out, empty ones too."""
    row = case.row
    if hasattr(row, "facts"):
        return facts.facts(row)
    hidden = frozenset() if OWNERS.intersection(roles) else row.SEALED
    columns = [c for c in row._meta.concrete_fields if c.name not in {"case", "checked"} | hidden]
    fields = [Field(facts.capital(c.verbose_name), facts.foreign(facts.text_of(row, c))) for c in columns]
    fields += [Field(label, facts.foreign(text)) for label, text in facts.further(row)]
    return [shown for shown in fields if shown.value]


@dataclass(frozen=True)
class Paper:
    """A file for ``components/doc_list.html``."""

    name: str
    size: int
    sha256: str
    uploaded_at: datetime
    url: str
    purpose: Any
    secret: bool = False
    pk: int = 0
    filed: bool = False


def paper(document: Document, purpose: Any = "") -> Paper:
    return Paper(
        document.name, document.size, document.sha256, document.uploaded_at,
        reverse("portal:document", args=[document.pk]), purpose or purpose_of(document), pk=document.pk,
        filed=document.case_id is not None,
    )  # fmt: skip


def purpose_of(document: Document) -> Any:
    named = {"paper": _("Certificate or deed"), "licence": _("Business licence"), "data": _("Data file")}
    return named.get(document.path) or label_of(document.path)


def papers(case: Case) -> list[Paper]:
    rows = of_parties(Document.objects.filter(case=case)).order_by("uploaded_at", "pk")
    return [paper(row) for row in rows]


# ------------------------------------------------------------------------------------------------ story


@dataclass
class Entry:
    """One line of the timeline; without an actor it was the clock."""

    at: datetime
    sentence: Any
    actor: str = ""
    comment: Any = ""
    struck: bool = False
    items: list[Any] = field(default_factory=list)
    letters: tuple = ()
    recorded_at: datetime | None = None
    inner: bool = False


def events_of(case: Case, viewer: Viewer) -> list[Event]:
    """The events with the post of who acted; ``by_own`` where that was the viewer or one of the own organisations' people."""
    own = Membership.objects.filter(user=OuterRef("actor"), organisation__in=[o.pk for o in viewer.organisations])
    events = case.events.annotate(post=F("actor__role"), by_own=Q(actor=viewer.user) | Exists(own))
    return list(events.defer("canonical").order_by("seq"))


def story(case: Case, events: Iterable[Event]) -> list[Entry]:
    """The events of ``events_of`` as the parties may know them, oldest first; runs of inner steps become one line."""
    events = list(events)
    struck = {event.rectifies_id for event in events if event.rectifies_id}
    told: list[Entry] = []
    for event in events:
        entry = entry_of(case, event, event.pk in struck)
        if not (entry.inner and told and told[-1].inner):
            told.append(entry)
    return told


def entry_of(case: Case, event: Event, struck: bool) -> Entry:
    """A step is told where a letter told of it, the clock made it, or one of the parties did; else it was office work."""
    if event.move == SERVED.name:
        return Entry(event.effective_at, SERVED.past)
    move = case.kind_.move(event.move)
    if move is None or (event.actor_id and not is_told(move) and is_office(event)):
        return Entry(event.effective_at, _("worked on it"), actor=_("The office"), inner=True)
    comment = facts.foreign(event.comment) if is_reason(move) or not is_office(event) else ""
    return Entry(
        event.effective_at, move.past, actor="" if move.who is FOLLOWING else who(event), comment=comment, struck=struck,
        items=[facts.foreign(f"{i['label']}: {i['note']}") for i in event.data.get("items", [])],
    )  # fmt: skip


def is_told(move) -> bool:
    """Whether a letter to somebody outside the office tells of the move."""
    return any(role != OFFICE for spec in move.letters for role in spec.to)


def is_reason(move) -> bool:
    """Whether what the official wrote stands in the letter: a reason that must be given, or the words of a notice."""
    if move.form is None or not is_told(move):
        return False
    field = move.form.base_fields.get("comment")
    return issubclass(move.form, CorrectionForm) or (field is not None and field.required)


def is_office(event: Event) -> bool:
    return bool(event.post)


def who(event: Event) -> str:
    """The name of one's own people; of others only the side."""
    if event.actor_id is None:
        return ""
    if is_office(event):
        return _("The office")
    if agent := event.data.get("by_agent"):
        return f"{event.actor_name} ({agent})"  # whom one's own organisation empowered, or who did so for another
    return event.actor_name if event.by_own else _("The other side")
