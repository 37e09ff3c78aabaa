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
from apps.notices.objecting import redacted_face
from apps.outbox import texts
from apps.outbox.letters import Recipient
from apps.outbox.models import LetterText
from apps.rules.clock import legal_now
from apps.rules.lookup import rules_on
from apps.workflow import clocks, letters
from apps.workflow.machine import Act, is_theirs
from apps.workflow.models import Case, Event
from apps.workflow.people import Standing
from apps.workflow.states import LetterSpec, Move


@dataclass(frozen=True)
class Letter:
    """A letter that will be sent, in one language; ``note`` says so where it holds facts that only the act brings.

    ``passages`` are the parts its sender may word himself, each as it would stand.
    """

    text: str
    roles: tuple[str, ...]
    passages: dict[str, str]
    subject: str
    body: str
    language: str
    recipients: list[str]
    note: Any


Readers = dict[tuple[str, ...], tuple[list[Recipient], dict[Recipient, str]]]
"""Party roles to the readers behind them and their names."""


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
    found = clocks.counted(today, rule.value, rule.unit, spec.audience)
    return Coming(spec.label, found.date, found.provisional)


def letters_of(
    case: Case,
    move: Move,
    actor: User,
    cleaned: dict[str, Any] | None,
    limits: list[Coming],
    wording: dict[str, Any] | None = None,
    known: Readers | None = None,
) -> list[Letter]:
    """The letters of a move as its readers will see them. ``cleaned``: what the form gave, None while it is empty;
    ``wording``: how the sender words them, as ``perform`` takes it; ``known`` keeps the readers for a page of several
    moves."""
    act = act_of(case, move, actor, cleaned, limits)
    act.facts["letter"] = wording or {}
    known = {} if known is None else known
    return [found for spec in move.letters for found in _of_spec(act, spec, cleaned is None, known)]


def act_of(case: Case, move: Move, actor: User, cleaned: dict[str, Any] | None, limits: list[Coming]) -> Act:
    """The act as it would be, on a copy of the case that nobody saves."""
    after = copy.copy(case)
    after.status = move.target or case.status_at()
    first = min((limit for limit in limits if limit.on), key=lambda limit: limit.on, default=None)
    after.due_on = first.on if first else None
    after.due_provisional = bool(first and first.provisional)
    data = dict(cleaned or {})
    comment = data.pop("comment", "") or ""
    act = Act(after, case.kind_, move, Standing(case, actor), legal_now(), data, comment, _row=case.row)
    is_theirs(act)  # names the absent colleague for whom the actor acts
    act.event = Event(case=case, move=move.name, to_status=after.status)
    if "notice" in move.starts and first:
        act.facts["ends_on"] = first.on.isoformat()
    return act


def _of_spec(act: Act, spec: LetterSpec, is_empty: bool, known: Readers) -> Iterator[Letter]:
    if spec.to not in known:
        found = letters.readers(act.case, act.kind, spec.to) or letters.readers_to_come(act.case, act.kind, spec.to)
        known[spec.to] = (found, names_of(found))
    readers, names = known[spec.to]
    row = texts.row_before(spec.text)
    for language in sorted({reader.language for reader in readers}, reverse=True):
        subject, body, is_sample, passages = render(act, row, spec.text, language, is_empty)
        yield Letter(
            spec.text, spec.to, passages, subject, body, language, [names[reader] for reader in readers if reader.language == language],
            _("Words and numbers that only the act brings are shown by an example.") if is_sample else "",
        )  # fmt: skip


def render(
    act: Act, row: LetterText | None, text: str, language: str, is_empty: bool
) -> tuple[str, str, bool, dict[str, str]]:
    """Subject, body, whether a fact had to be borrowed from the text's sample, and the passages as they stand."""
    with translation.override(language):
        known = letters.context_of(act, text)
        if is_empty and not known.get("comment") and act.move.form and "comment" in act.move.form.base_fields:
            known["comment"] = _("[what you write below]")
    sample = texts.sample(text)
    filled = {name: value for name, value in known.items() if value not in ("", [])}
    passages: dict[str, str] = {}
    known["passages"] = passages  # filled while the letter is rendered
    try:
        return *texts.render_by(row, text, known, language)[:2], False, passages
    except texts.Broken:
        return *texts.render_by(row, text, {**known, **sample, **filled}, language)[:2], True, passages


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
    if move.name == "publish_redacted":
        return redacted_face(case)
    return []
