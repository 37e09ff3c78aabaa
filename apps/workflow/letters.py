"""The letters of a move and of a clock: who is written to, and what the text may say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import F, FilteredRelation, Q
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts.models import Role, User
from apps.enterprises.models import Membership, Organisation
from apps.enterprises.queries import members_to_write_to, people_in_role
from apps.outbox.letters import Recipient, letters_of, post_all
from apps.outbox.models import Letter
from apps.outbox.reader import Topic
from apps.rules.models import Outage
from apps.workflow import rounds
from apps.workflow.acting import without_power
from apps.workflow.models import Case, Clock, Party
from apps.workflow.states import ClockSpec, Kind, LetterSpec, kind
from apps.workflow.touch import resting_on_each, with_rows

if TYPE_CHECKING:
    from apps.workflow.machine import Act

OFFICE = "office"
POSTS = frozenset(Role.values)
"""Official roles that a letter may name beside party roles: it goes to everybody in that post (the chief, for an alarm)."""


def write_for(act: Act, rules: dict) -> None:
    """Write the letter rows of a move, in its transaction and in one statement."""
    specs = act.move.letters
    readers = readers_of([(act.case, act.kind, (*spec.to, *act.told)) for spec in specs])
    written: list[Letter] = []
    for spec, group in zip(specs, readers, strict=True):
        key = f"event:{act.event.pk}:{spec.text}"
        found = letters_to(group, spec.text, key, act.case, act.event.pk, partial(context_of, act, spec.text))
        written += on_topic(found, topic_of(act, spec))
    post_all(written)


def topic_of(act: Act, spec: LetterSpec) -> str:
    """The topic whose way the reader may choose; none for what the law serves: a letter that begins the reader's own
    time, or that tells of a refusal or of an end."""
    state = act.kind.state(act.event.to_status)
    begins = any(act.kind.clock(name).audience == "applicant" for name in act.move.starts)
    if begins or (not state.open and state.tone in ("bad", "ended")):
        return ""
    return Topic.TASKS if spec.to == (OFFICE,) else Topic.MOVES


def on_topic(letters: list[Letter], topic: str) -> list[Letter]:
    for letter in letters:
        letter.topic = topic
    return letters


def letters_to(
    recipients: list[Recipient], text: str, key: str, case: Case, event_pk: int | None, build: Callable
) -> list[Letter]:
    """One text to its readers, the values built once for each language that somebody reads."""
    found: list[Letter] = []
    for language in sorted({reader.language for reader in recipients}):
        with translation.override(language):
            context = build()
        for group, url in by_address(case, [reader for reader in recipients if reader.language == language]):
            facts = {**context, **url}
            found += letters_of(text, key, group, facts, case_pk=case.pk, event_pk=event_pk, kind=case.kind)
    return found


def by_address(case: Case, group: list[Recipient]) -> list[tuple[list[Recipient], dict[str, str]]]:
    """The readers parted by where they read the case: most in the portal, an objector on the own private page."""
    address = kind(case.kind).address
    own = {reader: url for reader in group if address and (url := address(case, reader))}
    rest = [reader for reader in group if reader not in own]
    return [*([(rest, {})] if rest else []), *(([reader], {"url": url}) for reader, url in own.items())]


def readers(case: Case, table: Kind, roles: tuple[str, ...]) -> list[Recipient]:
    """The people behind the party roles, and for ``office`` the official in charge or the clerks of the case."""
    return readers_of([(case, table, roles)])[0]


def readers_to_come(case: Case, table: Kind, roles: tuple[str, ...]) -> list[Recipient]:
    """The people behind the parties that a move brings in (``Kind.joins``), for whoever asks before it is made."""
    firms = [firm for role, firm in (table.joins(case) if table.joins else ()) if role in roles]
    people = {firm: [recipient(user, firm) for user in members_to_write_to([firm.pk])] for firm in firms}
    return [reader for firm, found in people.items() for reader in found or [paper(firm)]]


def readers_of(wanted: Sequence[tuple[Case, Kind, tuple[str, ...]]]) -> list[list[Recipient]]:
    """The readers of many letters, each of a case and its party roles: one query for the parties with their members,
    one for each group of officials, however many letters."""
    outside = {case.pk for case, _table, roles in wanted if set(roles) != {OFFICE}}
    found = parties_with_members(outside) if outside else ()
    lapsed = without_power(found, {case.pk: case for case, _table, _roles in wanted})
    parties: dict[int, list[Any]] = defaultdict(list)
    for row in found:
        if row.pk not in lapsed:
            parties[row.case_id].append(row)
    in_role = lru_cache(people_in_role)
    return [
        [
            *people_of([row for row in parties[case.pk] if row.role in roles]),
            *(recipient(user, None) for user in (officials_for(case, table, in_role) if OFFICE in roles else ())),
            *(recipient(user, None) for role in roles if role in POSTS for user in in_role((role,))),
        ]
        for case, table, roles in wanted
    ]


def parties_with_members(case_pks: Iterable[int]) -> list[Any]:
    """The parties of the cases, an organisation once for each of its managers and filers: ``member`` and what a letter
    to him needs."""
    members = "organisation__memberships"
    now = Q(
        **{
            f"{members}__ended_at__isnull": True,
            f"{members}__role__in": (Membership.Role.MANAGER, Membership.Role.FILER),
        }
    )
    rows = Party.objects.filter(case__in=case_pks).annotate(writing=FilteredRelation(members, condition=now))
    told = {f"member_{name}": F(f"writing__user__{name}") for name in ("email", "language", "is_active")}
    found = rows.annotate(member=F("writing__user"), **told).select_related("organisation", "person")
    return list(found.order_by("pk", "writing__pk"))


def people_of(rows: list[Any]) -> list[Recipient]:
    """The people behind parties, each once; an organisation without any is written to on paper."""
    people = {row.person_id: recipient(row.person, None) for row in rows if row.person_id}
    firms = {row.organisation_id: row.organisation for row in rows if row.organisation_id}
    members = {
        (row.organisation_id, row.member): Recipient(
            user_id=row.member,
            organisation_id=row.organisation_id,
            email=row.member_email,
            language=row.member_language,
        )
        for row in rows
        if row.member_is_active
    }
    told = {pk for pk, _member in members}
    return [*people.values(), *members.values(), *(paper(firm) for pk, firm in firms.items() if pk not in told)]


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


def context_of(act: Act, text: str = "") -> dict[str, Any]:
    """What every text may name, what the kind adds, and how the sender worded this one (``letter``)."""
    case = act.case
    own = act.kind.letter_context(act) if act.kind.letter_context else {}
    return {
        **about(case, act.kind),
        "comment": act.comment,
        "verb": str(act.move.verb),
        **signed(act),
        **plain(rounds.told(act)),
        **rounds.words(act),
        **own,
        "letter": act.facts.get("letter", {}).get(text, {}),
    }


def signed(act: Act) -> dict[str, str]:
    """Both names where the actor acts for an absent colleague; ``outbox.texts`` closes the letter with them."""
    if act.principal is None:
        return {}
    return {"acting": act.actor.full_name, "acting_for": act.principal.actor.full_name}


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


def desk_url(case: Case) -> str:
    """Where an official finds the case."""
    return f"{settings.SITE_URL}/desk/cases/{case.pk}/"


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
    with_rows([clock.case for spec, (clock, _days) in zip(specs, due, strict=True) if spec.explains])
    cases = [clock.case for clock, _days in due]
    readers = readers_of(list(zip(cases, kinds, roles, strict=True)))
    written: list[Letter] = []
    with_resting: list[tuple[Clock, ClockSpec, int, set[int | None]]] = []
    for (clock, days), table, spec, group in zip(due, kinds, specs, readers, strict=True):
        text = "reminder.before" if days < 0 else "reminder.after"
        build = partial(reminder_context, clock, table, spec, days)
        written += letters_to(group, text, f"clock:{clock.pk}:{clock.due_on}:{days}", clock.case, None, build)
        if spec.tells_resting and days < 0:
            with_resting.append((clock, spec, days, {reader.organisation_id for reader in group}))
    post_all(on_topic(written + (to_resting(with_resting) if with_resting else []), Topic.DEADLINES))


def to_resting(due: list[tuple[Clock, ClockSpec, int, set[int | None]]]) -> list[Letter]:
    """Letters to the parties of the cases that rest on the clocks' cases, those who were told already (the last of each
    four) left out; as many queries however many clocks."""
    resting = readers_resting_on([clock.case for clock, *_rest in due])
    found: list[Letter] = []
    for clock, spec, days, told in due:
        for case, group in resting[clock.case_id]:
            others = [reader for reader in group if reader.organisation_id not in told]
            key = f"clock:{clock.pk}:{clock.due_on}:{days}:{case.pk}"
            build = partial(basis_context, case, clock, spec, days)
            found += letters_to(others, "reminder.basis", key, case, None, build)
    return found


def readers_resting_on(bases: Sequence[Case]) -> dict[int, list[tuple[Case, list[Recipient]]]]:
    """The cases that rest on each of some, with the people behind all their parties; as many queries however many."""
    by_base = resting_on_each(bases)
    cases = [case for group in by_base.values() for case in group]
    roles: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for case_pk, role in Party.objects.filter(case__in=cases).values_list("case", "role"):
        roles[case_pk] += (role,)
    readers = readers_of([(case, case.kind_, roles[case.pk]) for case in cases])
    by_case = {case.pk: group for case, group in zip(cases, readers, strict=True)}
    return {pk: [(case, by_case[case.pk]) for case in group] for pk, group in by_base.items()}


def basis_context(case: Case, clock: Clock, spec: ClockSpec, days: int) -> dict[str, Any]:
    """What a reminder says to whoever's case rests on what ends."""
    own = reminder_context(clock, clock.case.kind_, spec, days)
    basis = {"basis_kind": own["kind"], "basis_number": own["number"], "basis_title": own["title"]}
    return {**own, **about(case, case.kind_), **basis, "due_on": own["due_on"]}


def tell_excused(outage: Outage, moved: list[Clock], ended: list[Clock]) -> None:
    """Tell the parties and the office of the time limits that a day of system failure moved, or that ended something on
    it and so ask the office to look."""
    wanted = []
    for clock in (*moved, *ended):
        table = clock.case.kind_
        told = table.clock(clock.name).tells or ROLES_TOLD["applicant"]
        wanted.append((clock.case, table, (*told, OFFICE)))
    written: list[Letter] = []
    for clock, group in zip((*moved, *ended), readers_of(wanted), strict=True):
        build = partial(outage_context, clock, outage)
        written += letters_to(group, "case.excused", f"outage:{outage.pk}:{clock.pk}", clock.case, None, build)
    post_all(on_topic(written, Topic.DEADLINES))


def outage_context(clock: Clock, outage: Outage) -> dict[str, Any]:
    """What the letter says: which day failed by which announcement, and the day that holds now, or what the case became
    where that day ended something."""
    table = clock.case.kind_
    spec = table.clock(clock.name)
    own = {
        "clock": str(spec.label),
        "day": outage.day.isoformat(),
        "announcement": outage.notice_number,
        "failure": outage.reason_en if get_language() == "en" else outage.reason_zh,
        "due_on": "" if clock.ended_at else clock.due_on.isoformat(),
        "lost": lost_by(table, spec),
    }
    return {**about(clock.case, table), **own}


ROLES_TOLD = {"applicant": ("applicant", "agent")}


def reminder_context(clock: Clock, table: Kind, spec: ClockSpec, days: int) -> dict[str, Any]:
    """What a reminder says: what ends when, what is lost by it, and whom to ask."""
    own = {
        "clock": str(spec.label),
        "due_on": clock.due_on.isoformat(),
        "days": abs(days),
        "lost": lost_by(table, spec),
        "ends": spec.explains(clock.case) if spec.explains else "",
        "ask": ask_whom(clock),
    }
    return {**about(clock.case, table), **own}


def lost_by(table: Kind, spec: ClockSpec) -> str:
    """What the case becomes when the clock runs out; "" where it only reminds."""
    move = table.move(spec.on_expiry) if spec.on_expiry else None
    return str(table.state(move.target).public_label) if move and move.target else ""


def ask_whom(clock: Clock) -> str:
    official = clock.case.assigned_to
    if clock.audience == "office":
        return str(_("If it cannot be done in time, tell the section chief before the last day."))
    if official is None:
        return str(_("If you need more time or have a question, ask the office before the last day."))
    return _("If you need more time or have a question, ask %(name)s at the office before the last day.") % {
        "name": official.full_name
    }
