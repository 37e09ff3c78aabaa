"""The events of a case told in sentences to the office, with what became of the letters: ``components/timeline.html``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.outbox.models import Letter
from apps.pages.facts import foreign
from apps.workflow.models import Case, Event
from apps.workflow.rounds import item_label
from apps.workflow.service import ASSIGNED, NOTES

WRITTEN_LATER = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; without an actor it was the clock."""

    at: datetime
    sentence: Any
    actor: str = ""
    comment: Any = ""
    recorded_at: datetime | None = None
    struck: bool = False
    letters: list[Any] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)


def entries(case: Case, events: Iterable[Event], letters: Iterable[Letter]) -> list[Entry]:
    """The story of a case, oldest first. ``events`` in order, ``letters`` of the case, each read once."""
    events = list(events)
    struck = {event.rectifies_id for event in events if event.rectifies_id}
    sent: dict[int, list[Letter]] = {}
    for letter in letters:
        sent.setdefault(letter.event_pk, []).append(letter)
    return [entry(case, event, event.pk in struck, sent.get(event.pk, [])) for event in events]


def entry(case: Case, event: Event, struck: bool, letters: list[Letter]) -> Entry:
    late = event.actor_name and event.recorded_at - event.effective_at > WRITTEN_LATER
    return Entry(
        at=event.effective_at,
        sentence=sentence(case, event),
        actor=who(event),
        comment=foreign(event.comment) if event.comment else "",
        recorded_at=event.recorded_at if late else None,
        struck=struck,
        letters=[what_became_of(letters)] if letters else [],
        items=details(case, event),
    )


def last_act(case: Case, acts: Sequence[Event]) -> list[Entry]:
    """Of a case's standing acts (``History.acts``, with their words) the last that is no note: what a move answers."""
    last = next((event for event in reversed(acts) if event.move not in NOTES), None)
    return [entry(case, last, False, [])] if last else []


def details(case: Case, event: Event) -> list[Any]:
    """What an act named beside its remark: items, reasons, the item asked for, why a second round."""
    data = event.data
    said = [item_text(item) for item in data.get("items", [])] or list(data.get("reasons", []))
    if event.move == "ask_unlock":
        said.append(item_label(case, data["item"]))
    if isinstance(data.get("reason"), str) and data["reason"]:
        said.append(foreign(_("Reason: %(words)s") % {"words": data["reason"]}))
    return said


def who(event: Event) -> str:
    """Who did it, and for whom where he acted for an absent colleague, or for an agent by a power of attorney."""
    absent = event.data.get("acting_for")
    if agent := event.data.get("by_agent"):
        return f"{event.actor_name} ({agent})"
    if not absent or not event.actor_name:
        return event.actor_name
    return _("%(name)s, acting for %(absent)s") % {"name": event.actor_name, "absent": absent}


def desk_sentence(data: dict[str, Any]) -> str:
    """On whose desk the case came, and how."""
    names = {side: (data.get(side) or {}).get("name", "") for side in ("from", "to")}
    said = {
        "taken": _("took it onto the own desk"),
        "next": _("got it as the next case"),
        "released": _("put it back where anybody may take it"),
        "given": _("gave it to %(to)s"),
        "taken_over": _("moved it from the desk of %(from)s to that of %(to)s"),
        "freed": _("it left the desk of %(from)s, who left the office or the post"),
        "lot": _("drew a lot: it fell to %(to)s"),
        "escalated": _("nobody present may take the next step; it came to %(to)s"),
    }
    return said.get(data.get("how", ""), _("changed whose desk it lies on")) % names


def sentence(case: Case, event: Event) -> Any:
    """What was done, in the words of the kind's table."""
    if event.move == ASSIGNED.name:
        return desk_sentence(event.data)
    move = NOTES.get(event.move) or case.kind_.move(event.move)
    if move is None:
        return event.move
    named = event.data.get("bulletin") or event.data.get("registration") or event.data.get("province_number")
    return f"{move.past} ({named})" if isinstance(named, str) else move.past


def item_text(item: dict) -> Any:
    return foreign(f"{item.get('label', '')}: {item.get('note', '')}")


def what_became_of(letters: list[Letter]) -> Any:
    """One sentence about the letters of an act: how many, and the first time one was read, sent or came back."""
    said = ngettext("letter to %(count)s reader", "letters to %(count)s readers", len(letters)) % {
        "count": len(letters)
    }
    for name, words in (
        ("read_at", _("read %(at)s")), ("bounced_at", _("came back %(at)s")), ("sent_at", _("sent %(at)s")),
    ):  # fmt: skip
        times = [getattr(letter, name) for letter in letters if getattr(letter, name)]
        if times:
            return f"{said}, {words % {'at': moment_text(min(times))}}"
    return f"{said}, {_('not sent yet')}"


def moment_text(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
