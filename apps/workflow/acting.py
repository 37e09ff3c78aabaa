"""Acting for another organisation by a power of attorney: who may, in which procedure, on which day."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from apps.accounts.models import User
from apps.enterprises.models import Membership, Organisation, PowerOfAttorney
from apps.enterprises.queries import active_memberships
from apps.rules.clock import legal_today
from apps.workflow.models import Case, Party

AGENT = "agent"


def writing_members(user: User):
    """The active memberships by which this person may file."""
    return active_memberships().filter(user=user).exclude(role=Membership.Role.READER)


def powers_in_force():
    """QuerySet of the powers of attorney that stand today, with both organisations."""
    return PowerOfAttorney.objects.in_force(legal_today()).select_related("principal__district", "agent")


def powers_used_by(user: User):
    """Those by which this person may act: held by an organisation he may file for."""
    return powers_in_force().filter(Exists(writing_members(user).filter(organisation=OuterRef("agent"))))


def agent_for(user: User | None, organisation: Organisation | None, kind: str) -> Organisation | None:
    """The agent by whose power this person files for the organisation; None for its own people, and without a power."""
    if user is None or user.role or organisation is None:
        return None
    power = next((row for row in powers_used_by(user).filter(principal=organisation) if kind in row.kinds), None)
    if power is None or writing_members(user).filter(organisation=organisation).exists():
        return None
    return power.agent


def agents_that_may(case: Case, organisation_ids: Iterable[int]) -> dict[int, str]:
    """Of the case's agents among these organisations those whose power stands and covers it: key to name."""
    agents = Party.objects.filter(case=case, role=AGENT, organisation__in=organisation_ids).values("organisation")
    rows = powers_in_force().filter(principal=case.organisation_id, agent__in=agents)
    return {row.agent_id: row.agent.name for row in rows if case.kind in row.kinds}


def without_power(rows: Iterable[Party], cases: dict[int, Case]) -> set[int]:
    """Of the parties of many cases the keys of agents whose power has ended; one query, none without an agent."""
    agents = [row for row in rows if row.role == AGENT and row.organisation_id]
    if not agents:
        return set()
    powers = powers_in_force().filter(agent__in={row.organisation_id for row in agents})
    covered = {(power.principal_id, power.agent_id, kind) for power in powers for kind in power.kinds}
    return {
        row.pk
        for row in agents
        if (cases[row.case_id].organisation_id, row.organisation_id, cases[row.case_id].kind) not in covered
    }
