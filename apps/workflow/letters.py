"""The letters of a move and of a clock: who is written to, and what the text may say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation

from apps.accounts.models import Role, User
from apps.enterprises.models import Organisation
from apps.enterprises.queries import members_of, people_in_role
from apps.outbox.letters import Recipient, letters_of, post_all
from apps.outbox.models import Letter
from apps.workflow.models import Case, Clock, Party
from apps.workflow.states import ClockSpec, Kind, kind

if TYPE_CHECKING:
    from apps.workflow.machine import Act

OFFICE = "office"


def write_for(act: Act, rules: dict) -> None:
    """Write the letter rows of a move, in its transaction and in one statement."""
    specs = act.move.letters
    readers = readers_of([(act.case, act.kind, spec.to) for spec in specs])
    written: list[Letter] = []
    for spec, group in zip(specs, readers, strict=True):
        key = f"event:{act.event.pk}:{spec.text}"
        written += letters_to(group, spec.text, key, act.case, act.event.pk, lambda: context_of(act))
    post_all(written)


def letters_to(
    recipients: list[Recipient], text: str, key: str, case: Case, event_pk: int | None, build: Callable
) -> list[Letter]:
    """One text to its readers, the values built once for each language that somebody reads."""
    found: list[Letter] = []
    for language in sorted({reader.language for reader in recipients}):
        with translation.override(language):
            context = build()
        group = [reader for reader in recipients if reader.language == language]
        found += letters_of(text, key, group, context, case_pk=case.pk, event_pk=event_pk)
    return found


def readers(case: Case, table: Kind, roles: tuple[str, ...]) -> list[Recipient]:
    """The people behind the party roles, and for ``office`` the official in charge or the clerks of the case."""
    return readers_of([(case, table, roles)])[0]


def readers_of(wanted: Sequence[tuple[Case, Kind, tuple[str, ...]]]) -> list[list[Recipient]]:
    """The readers of many letters, each of a case and its party roles: one query for the parties, one for their
    members, one for each group of officials, however many letters."""
    outside = {case.pk for case, _table, roles in wanted if set(roles) != {OFFICE}}
    rows = Party.objects.filter(case__in=outside).select_related("organisation", "person") if outside else ()
    parties: dict[int, list[Party]] = defaultdict(list)
    for row in rows:
        parties[row.case_id].append(row)
    firms = {row.organisation_id for row in rows if row.organisation_id}
    members: dict[int, list[User]] = defaultdict(list)
    for user, organisation_id in members_of(firms) if firms else ():
        members[organisation_id].append(user)
    in_role = lru_cache(people_in_role)
    return [
        [
            *people_of([row for row in parties[case.pk] if row.role in roles], members),
            *(recipient(user, None) for user in (officials_for(case, table, in_role) if OFFICE in roles else ())),
        ]
        for case, table, roles in wanted
    ]


def people_of(rows: list[Party], members: dict[int, list[User]]) -> list[Recipient]:
    """The people behind parties; an organisation without any is written to on paper."""
    found = [recipient(row.person, None) for row in rows if row.person_id]
    firms = {row.organisation_id: row.organisation for row in rows if row.organisation_id}
    found += [recipient(user, firm) for pk, firm in firms.items() for user in members[pk]]
    return found + [paper(firm) for pk, firm in firms.items() if not members[pk]]


def officials_for(case: Case, table: Kind, in_role: Callable = people_in_role) -> list[User]:
    """Whoever has the case on the desk; with nobody assigned, the clerks who may see it."""
    if case.assigned_to_id:
        return [case.assigned_to]
    return in_role((Role.SECRETARIAT,) if Role.SECRETARIAT in table.seen_by else (Role.CLERK,))


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


def about(case: Case, table: Kind) -> dict[str, Any]:
    return {
        "number": case.number or "",
        "title": case.title,
        "kind": str(table.label),
        "organisation": case.organisation.name if case.organisation_id else "",
        "state": str(table.state(case.status).public_label),
        "due_on": case.due_on.isoformat() if case.due_on else "",
        "provisional": case.due_provisional,
        "url": f"{settings.SITE_URL}/portal/cases/{case.pk}/",
    }


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """Only what a text can show: words, numbers, days, and lists of rows of them."""
    shown = {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()}
    return {name: value for name, value in shown.items() if isinstance(value, str | int | list)}


def remind(due: list[tuple[Clock, int]]) -> None:
    """Write the reminders of clocks, each with its days (negative: before the end), in a handful of statements.

    An applicant's clock is told to the applicants before its end, any other to the office.
    """
    kinds = [kind(clock.case.kind) for clock, _days in due]
    specs = [table.clock(clock.name) for table, (clock, _days) in zip(kinds, due, strict=True)]
    roles = [
        spec.tells or ROLES_TOLD.get(clock.audience, (OFFICE,)) for spec, (clock, _days) in zip(specs, due, strict=True)
    ]
    cases = [clock.case for clock, _days in due]
    readers = readers_of(list(zip(cases, kinds, roles, strict=True)))
    written: list[Letter] = []
    for (clock, days), table, spec, group in zip(due, kinds, specs, readers, strict=True):
        text = "reminder.before" if days < 0 else "reminder.after"
        build = partial(reminder_context, clock, table, spec, days)
        written += letters_to(group, text, f"clock:{clock.pk}:{clock.due_on}:{days}", clock.case, None, build)
    post_all(written)


ROLES_TOLD = {"applicant": ("applicant", "agent")}


def reminder_context(clock: Clock, table: Kind, spec: ClockSpec, days: int) -> dict[str, Any]:
    own = {"clock": str(spec.label), "due_on": clock.due_on.isoformat(), "days": abs(days)}
    return {**about(clock.case, table), **own}
