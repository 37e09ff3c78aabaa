"""Two pledges of one right, registered at the same moment on two connections."""

import pytest
from django.db import connection

from apps.certificates.models import Claim
from apps.workflow.machine import perform
from apps.workflow.models import Case
from tests.pledges.cases import filed
from tests.races import lock_out, race
from tests.rights import make_right

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks are PostgreSQL's"),
]


def accept(case: Case, clerk):
    return lambda: perform(case.pk, "accept", actor=clerk, data={"joint_paper": True})


def standing(right) -> tuple[int, list[str]]:
    """The right's open claims, and the states of its pledges."""
    claims = Claim.objects.filter(registration=right, ended_at=None).count()
    return claims, sorted(Case.objects.filter(kind="pledge").values_list("status", flat=True))


def test_the_second_pledge_waits_at_the_right_and_is_refused(people, organisations):
    right = make_right(organisations.enterprise)
    first, second = (filed(people, organisations, right) for _ in range(2))
    one, two, reached = race(accept(first, people.clerk), accept(second, people.clerk2))
    assert (one.refusal, two.refusal, reached) == ("", "claimed", 1)
    assert standing(right) == (1, ["registered", "submitted"])


def test_without_the_lock_both_pass_the_guard_and_the_unique_key_refuses_in_words(people, organisations, monkeypatch):
    right = make_right(organisations.enterprise)
    first, second = (filed(people, organisations, right) for _ in range(2))
    lock_out(monkeypatch)
    one, two, reached = race(accept(first, people.clerk), accept(second, people.clerk2), locked=False)
    assert (one.fault, two.fault, reached) == (None, None, 2)
    assert sorted([one.refusal, two.refusal]) == ["", "claimed"]
    assert standing(right) == (1, ["registered", "submitted"])


def test_pledges_of_different_rights_do_not_wait_for_each_other(people, organisations):
    rights = [make_right(organisations.enterprise, name=name) for name in ("甲数据集", "乙数据集")]
    first, second = (filed(people, organisations, right) for right in rights)
    one, two, reached = race(accept(first, people.clerk), accept(second, people.clerk2), locked=False)
    assert (one.refusal, two.refusal, one.fault, two.fault, reached) == ("", "", None, None, 2)
    assert Claim.objects.filter(ended_at=None).count() == 2


def test_a_release_and_a_new_pledge_take_their_turn(people, organisations):
    right = make_right(organisations.enterprise)
    new = filed(people, organisations, right)
    old = filed(people, organisations, right)
    accept(old, people.clerk)()
    release = {"ground": "paid"}
    one, two, reached = race(
        lambda: perform(old.pk, "release", actor=people.banker, data=release), accept(new, people.clerk)
    )
    assert (one.refusal, two.refusal, reached) == ("", "", 2)
    assert Claim.objects.get(registration=right, ended_at=None).case == new
