"""Who is touched: an act on a case waits for the outcome of each case that rests on it, and carries it out."""

from dataclasses import replace

import pytest
from django.db import transaction

from apps.workflow import states
from apps.workflow.checks import problems
from apps.workflow.machine import Act, Refused, follow
from apps.workflow.people import Standing
from apps.workflow.states import Consequence, kind
from apps.workflow.touch import edges
from tests.pledges.cases import registered
from tests.rights import make_right


def cause(case) -> Act:
    """An act on some other case that the tested one follows from."""
    from apps.rules.clock import legal_now

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
