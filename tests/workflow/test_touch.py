"""Who is touched: an act on a case waits for the outcome of each case that rests on it, and carries it out."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from apps.rules.clock import legal_now
from apps.workflow import states
from apps.workflow.checks import problems
from apps.workflow.machine import Act, Refused, follow
from apps.workflow.models import Case
from apps.workflow.people import Standing
from apps.workflow.states import Consequence, kind
from apps.workflow.touch import edges, resting_on_each
from tests.pledges.cases import registered
from tests.rights import make_right


def cause(case) -> Act:
    """An act on some other case that the tested one follows from."""
    return Act(case, kind(case.kind), kind(case.kind).moves[0], Standing(case, None), legal_now(), {})


@pytest.fixture
def pledged(people, organisations):
    right = make_right(organisations.enterprise)
    return right, registered(people, organisations, right)


def test_an_act_on_a_pledged_right_waits_for_the_pledgee(pledged):
    right, pledge = pledged
    (edge,) = edges(right.case, "transfer")
    assert (edge.case, edge.refusal.code) == (pledge, "no_consent")
    with pytest.raises(Refused, match="示范银行"), transaction.atomic():
        follow(right.case.pk, "transfer", cause(pledge.root), {"holder": right.holder_id})


def test_an_outcome_that_is_a_move_is_written_down_with_its_cause(pledged, monkeypatch):
    right, pledge = pledged
    table = kind("pledge")
    told = replace(table.move("confirm"), name="hear", sources=table.open_states, who=states_following(), guards=())
    rows = {**table.consequences, "reissue": (Consequence("it is told", "hear"),)}
    monkeypatch.setitem(states._kinds, "pledge", replace(table, moves=(*table.moves, told), consequences=rows))
    follow(right.case.pk, "reissue", cause(pledge.root))
    event = pledge.events.order_by("-seq").first()
    assert (event.move, event.data["because_case"], event.data["because_move"]) == ("hear", right.case.pk, "reissue")


def test_a_kind_without_a_row_fails_the_start():
    table = kind("pledge")
    rows = {name: row for name, row in table.consequences.items() if name != "revoke"}
    found = problems(replace(table, consequences=rows))
    assert found == [
        f"the act 'revoke' on 'registration' has no outcome in the state {name!r}" for name in sorted(table.open_states)
    ]


def test_nobody_makes_a_following_move_by_himself(pledged, people):
    from apps.workflow.machine import perform

    right, _pledge = pledged
    for person in (people.clerk, people.chief, people.deputy, people.filer, None):
        with pytest.raises(Refused) as refused, transaction.atomic():
            perform(right.case.pk, "revoke", actor=person)
        assert refused.value.code == "not_yours"


def states_following():
    from apps.workflow.people import FOLLOWING

    return FOLLOWING


def test_what_rests_on_many_cases_is_asked_with_one_look_at_the_clock(people, organisations, django_assert_num_queries):
    rights = [make_right(organisations.enterprise) for _ in range(3)]
    pledges = [registered(people, organisations, right) for right in rights]
    for pledge, days in zip(pledges, (1, 2, -1), strict=True):  # the last was ended by a clock that nobody has swept
        at = legal_now() + timedelta(days=days)
        Case.objects.filter(pk=pledge.pk).update(next_due_at=at, due_status="released")
    with django_assert_num_queries(3):
        found = resting_on_each([right.case for right in rights])
    assert found == {rights[0].pk: [pledges[0]], rights[1].pk: [pledges[1]], rights[2].pk: []}
