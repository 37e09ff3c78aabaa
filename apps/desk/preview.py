"""What a move will do, before it is done: the next state and day, the letters, the public page. Nothing is written."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.enterprises.models import Organisation
from apps.notices.models import Notice
from apps.outbox import texts
from apps.outbox.letters import Recipient
from apps.rules.clock import legal_now
from apps.rules.deadlines import deadline, load_calendar
from apps.rules.lookup import rules_on
from apps.workflow import clocks, letters
from apps.workflow.machine import Act
from apps.workflow.models import Case, Event
from apps.workflow.people import Standing
from apps.workflow.states import LetterSpec, Move


@dataclass(frozen=True)
class Letter:
    """A letter that will be sent, in one language; ``is_sample`` where it holds facts that only the act brings."""

    subject: str
    body: str
    language: str
    recipients: list[str]
    note: Any


@dataclass(frozen=True)
class Coming:
    """A time limit that the move starts: its name, and its last day where it does not wait for service."""

    label: Any
    on: date | None
    provisional: bool


def coming(case: Case, move: Move) -> list[Coming]:
    """The time limits the move starts, counted from today."""
    specs = [case.kind_.clock(name) for name in move.starts]
    keys = {spec.rule for spec in specs if spec.rule}
    rules = rules_on(keys, case.rules_on) if keys else {}
    today = clocks.legal_day(legal_now())
    return [_coming(spec, rules.get(spec.rule), today) for spec in specs]


def _coming(spec, rule, today: date) -> Coming:
    if rule is None or spec.from_service or not isinstance(rule.value, int):
        return Coming(spec.label, None, False)
    found = deadline(today, rule.value, rule.unit, load_calendar(), roll=True)
    return Coming(spec.label, found.date, found.provisional)


def letters_of(
    case: Case, move: Move, actor: User, cleaned: dict[str, Any] | None, limits: list[Coming]
) -> list[Letter]:
    """The letters of a move as its readers will see them. ``cleaned``: what the form gave, None while it is empty."""
    act = act_of(case, move, actor, cleaned, limits)
    return [found for spec in move.letters for found in _of_spec(act, spec, cleaned is None)]


def act_of(case: Case, move: Move, actor: User, cleaned: dict[str, Any] | None, limits: list[Coming]) -> Act:
    """The act as it would be, on a copy of the case that nobody saves."""
    after = copy.copy(case)
    after.status = move.target or case.status_at()
    first = min((limit for limit in limits if limit.on), key=lambda limit: limit.on, default=None)
    after.due_on = first.on if first else None
    after.due_provisional = bool(first and first.provisional)
    data = dict(cleaned or {})
    comment = data.pop("comment", "") or ""
    act = Act(after, case.kind_, move, Standing(case, actor), legal_now(), data, comment)
    act.event = Event(case=case, move=move.name, to_status=after.status)
    if "notice" in move.starts and first:
        act.facts["ends_on"] = first.on.isoformat()
    return act


def _of_spec(act: Act, spec: LetterSpec, is_empty: bool) -> Iterator[Letter]:
    readers = letters.readers(act.case, act.kind, spec.to)
    names = names_of(readers)
    for language in sorted({reader.language for reader in readers}, reverse=True):
        subject, body, is_sample = render(act, spec.text, language, is_empty)
        yield Letter(
            subject, body, language, [names[reader] for reader in readers if reader.language == language],
            _("Words and numbers that only the act brings are shown by an example.") if is_sample else "",
        )  # fmt: skip


def render(act: Act, text: str, language: str, is_empty: bool) -> tuple[str, str, bool]:
    """Subject, body, and whether a fact had to be borrowed from the text's sample."""
    with translation.override(language):
        known = letters.context_of(act)
        if is_empty and not known.get("comment") and act.move.form and "comment" in act.move.form.base_fields:
            known["comment"] = _("[what you write below]")
    sample = texts.sample(text)
    filled = {name: value for name, value in known.items() if value not in ("", [])}
    try:
        return *texts.render(text, known, language), False
    except texts.Broken:
        return *texts.render(text, {**known, **sample, **filled}, language), True


def names_of(readers: list[Recipient]) -> dict[Recipient, str]:
    """Who each reader is, by two queries."""
    users = User.objects.in_bulk({reader.user_id for reader in readers if reader.user_id})
    firms = Organisation.objects.in_bulk({reader.organisation_id for reader in readers if not reader.user_id})
    return {
        reader: users[reader.user_id].full_name if reader.user_id else firms[reader.organisation_id].name
        for reader in readers
    }


def face_of(case: Case, move: Move) -> list[dict]:
    """What the public will see, for the moves that draft and clear a notice; empty for every other."""
    if move.name == "draft_notice":
        return case.row.public_face()
    if move.name in ("publish", "return_notice"):
        notice = Notice.objects.filter(case=case, withdrawn_at__isnull=True).first()
        return notice.face if notice else []
    return []
