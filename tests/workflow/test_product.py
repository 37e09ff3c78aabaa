"""The specification as a product: kind × status × move × person, each answer worked out from the table's own words."""

import pytest
from django.db import transaction

from apps.accounts.models import Role
from apps.rules.clock import clock_reading, legal_now
from apps.workflow.machine import Act, Refused, perform, why_not
from apps.workflow.models import Case, Event
from apps.workflow.people import Standing
from apps.workflow.states import all_kinds, kind
from tests.samples import SAMPLES

pytestmark = pytest.mark.one_engine
NAMES = [row.name for row in all_kinds()]
DISTRICT = {"district_clerk": "330902", "district_reviewer": "330902", "other_district_clerk": "330903"}


def roles_of(case: Case, person) -> set[str]:
    """As what a person stands to a case, from the rows themselves: a role, or the roles of the own organisations."""
    if person is None:
        return {"clock"}
    if person.role:
        if person.role in {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}:
            return set()
        return {person.role, "person"} if person.district_id in (None, case.district_id) else {"person"}
    own = {m.organisation_id for m in person.memberships.all() if m.ended_at is None and m.role != "reader"}
    managed = [m for m in person.memberships.all() if m.organisation_id in own and m.role == "manager"]
    manager = {"manager"} if case.organisation_id in [m.organisation_id for m in managed] else set()
    parties = case.parties.all()
    if any(p.role == "attorney" and p.organisation_id in [m.organisation_id for m in managed] for p in parties):
        manager = manager | {"attorney_manager"}
    return manager | {p.role for p in parties if p.organisation_id in own or p.person_id == person.pk} | {"person"}


def test_every_kind_has_a_sample():
    assert set(SAMPLES) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_machine_answers_as_the_table_says(name, local_track, people, organisations):
    case = SAMPLES[name](people, organisations)
    table = kind(name)
    asked = 0
    everybody = [None, *vars(people).values()]
    with clock_reading():
        for person in everybody:
            held = roles_of(case, person)
            standing = Standing(case, person)
            for status in [state.name for state in table.states]:
                for move in [move for move in table.moves if not move.opens]:
                    case.status = status
                    act = Act(case, table, move, standing, legal_now())
                    refusal = why_not(act)
                    code = refusal.code if refusal else ""
                    if status not in move.sources:
                        assert code == "wrong_state", (person, status, move.name)
                    elif move.when and not move.when(act):
                        assert code == "not_this_case", (person, status, move.name)
                    elif held.isdisjoint(move.who.roles):
                        assert code == "not_yours", (person, status, move.name)
                    else:
                        assert code != "not_yours", (person, status, move.name)
                    asked += 1
    assert asked == len(everybody) * len(table.states) * len([m for m in table.moves if not m.opens])


@pytest.mark.parametrize("name", NAMES)
def test_wrong_person_changes_nothing(name, local_track, people, organisations):
    """Through ``perform`` itself: whoever the table does not name is refused, and no row is written."""
    case = SAMPLES[name](people, organisations)
    table = kind(name)
    before = Event.objects.count()
    for move in table.moves_from(case.status):
        for person in vars(people).values():
            if not roles_of(case, person).isdisjoint(move.who.roles):
                continue
            with pytest.raises(Refused) as refused, transaction.atomic():
                perform(case.pk, move.name, actor=person)
            assert refused.value.code in ("not_yours", "not_this_case"), (move.name, person)
    assert Event.objects.count() == before
    assert Case.objects.get(pk=case.pk).status == case.status
