"""The letters of a move and of a clock: who is written to, and what the text may say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation

from apps.accounts.models import Role, User
from apps.enterprises.models import Organisation
from apps.enterprises.queries import members_of, people_in_role
from apps.outbox.letters import Recipient, post
from apps.workflow.models import Case, Clock, Party
from apps.workflow.states import Kind

if TYPE_CHECKING:
    from apps.workflow.machine import Act

OFFICE = "office"


def write_for(act: Act, rules: dict) -> None:
    """Write the letter rows of a move, in its transaction."""
    for spec in act.move.letters:
        send(
            spec.text,
            f"event:{act.event.pk}:{spec.text}",
            readers(act.case, act.kind, spec.to),
            act.case,
            act.event.pk,
            lambda: context_of(act),
        )


def send(text: str, key: str, recipients: list[Recipient], case: Case, event_pk: int | None, build: Callable) -> None:
    """One text to its readers, the values built once for each language that somebody reads."""
    for language in sorted({reader.language for reader in recipients}):
        with translation.override(language):
            context = build()
        group = [reader for reader in recipients if reader.language == language]
        post(text, key, group, context, case_pk=case.pk, event_pk=event_pk)


def readers(case: Case, kind: Kind, roles: tuple[str, ...]) -> list[Recipient]:
    """The people behind the party roles, and for ``office`` the official in charge or the clerks of the case."""
    found: list[Recipient] = []
    outside = [role for role in roles if role != OFFICE]
    if outside:
        rows = list(Party.objects.filter(case=case, role__in=outside).select_related("organisation", "person"))
        firms = {row.organisation_id: row.organisation for row in rows if row.organisation_id}
        found += [recipient(row.person, None) for row in rows if row.person_id]
        reached = set()
        for user, organisation_id in members_of(firms):
            reached.add(organisation_id)
            found.append(recipient(user, firms[organisation_id]))
        found += [paper(firm) for pk, firm in firms.items() if pk not in reached]
    if OFFICE in roles:
        found += [recipient(user, None) for user in officials_for(case, kind)]
    return found


def officials_for(case: Case, kind: Kind) -> list[User]:
    """Whoever has the case on the desk; with nobody assigned, the clerks who may see it."""
    if case.assigned_to_id:
        return [case.assigned_to]
    roles = [Role.SECRETARIAT] if Role.SECRETARIAT in kind.seen_by else [Role.CLERK]
    return people_in_role(roles)


def recipient(user: User, organisation: Organisation | None) -> Recipient:
    return Recipient(
        user_id=user.pk,
        organisation_id=organisation.pk if organisation else None,
        email=user.email,
        language=user.language,
    )


def paper(organisation: Organisation) -> Recipient:
    """An organisation nobody signs in for: the contact's address, else a letter to be posted and logged."""
    return Recipient(
        user_id=None,
        organisation_id=organisation.pk,
        email=organisation.contact_email,
        language=settings.LANGUAGE_CODE,
    )


def context_of(act: Act) -> dict[str, Any]:
    """What every text may name, and what the kind adds."""
    case = act.case
    own = act.kind.letter_context(act) if act.kind.letter_context else {}
    return {
        **about(case, act.kind),
        "comment": act.comment,
        "verb": str(act.move.verb),
        **plain({**(act.data or {}), **act.facts}),
        **own,
    }


def about(case: Case, kind: Kind) -> dict[str, Any]:
    return {
        "number": case.number or "",
        "title": case.title,
        "kind": str(kind.label),
        "organisation": case.organisation.name if case.organisation_id else "",
        "state": str(kind.state(case.status).public_label),
        "due_on": case.due_on.isoformat() if case.due_on else "",
        "provisional": case.due_provisional,
        "url": f"{settings.SITE_URL}/portal/cases/{case.pk}/",
    }


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """Only what a text can show: words, numbers, days, and lists of rows of them."""
    shown = {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()}
    return {name: value for name, value in shown.items() if isinstance(value, str | int | list)}


def remind(clock: Clock, kind: Kind, days: int) -> None:
    """Write the reminder of a clock: to the applicants before an applicant's clock ends, to the office otherwise."""
    case = clock.case
    text = "reminder.before" if days < 0 else "reminder.after"
    spec = kind.clock(clock.name)
    to = spec.tells or (("applicant", "agent") if clock.audience == "applicant" else (OFFICE,))
    recipients = readers(case, kind, to)

    def build() -> dict[str, Any]:
        return {**about(case, kind), "clock": str(spec.label), "due_on": clock.due_on.isoformat(), "days": abs(days)}

    send(text, f"clock:{clock.pk}:{clock.due_on}:{days}", recipients, case, None, build)
