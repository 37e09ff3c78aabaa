"""Two pledges of one right, registered at the same moment on two connections."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from apps.certificates.models import Claim
from apps.enterprises.models import Membership
from apps.pledges import releasing
from apps.rules.clock import legal_now
from apps.rules.models import RuleParameter
from apps.workflow.machine import perform
from apps.workflow.models import Case
from apps.workflow.tasks import settle
from tests.factories import make_user
from tests.pledges.cases import RELEASE, cooled, deals, filed, registered
from tests.races import lock_out, race, without_the_key
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


def states(*cases: Case) -> list[str]:
    return [Case.objects.get(pk=case.pk).status for case in cases]


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


def test_without_lock_and_key_one_right_is_pledged_twice(people, organisations, monkeypatch):
    """The double that the two are for."""
    right = make_right(organisations.enterprise)
    first, second = (filed(people, organisations, right) for _ in range(2))
    lock_out(monkeypatch)
    with without_the_key():
        one, two, reached = race(accept(first, people.clerk), accept(second, people.clerk2), locked=False)
        assert (one.refusal, two.refusal, one.fault, two.fault, reached) == ("", "", None, None, 2)
        assert standing(right) == (2, ["registered", "registered"])


def test_pledges_of_different_rights_do_not_wait_for_each_other(people, organisations):
    rights = [make_right(organisations.enterprise, name=name) for name in ("甲数据集", "乙数据集")]
    first, second = (filed(people, organisations, right) for right in rights)
    one, two, reached = race(accept(first, people.clerk), accept(second, people.clerk2), locked=False)
    assert (one.refusal, two.refusal, one.fault, two.fault, reached) == ("", "", None, None, 2)
    assert Claim.objects.filter(ended_at=None).count() == 2


def test_of_two_deals_that_share_a_right_exactly_one_is_registered(people, organisations):
    (a, b, c), first, second = deals(people, organisations)
    one, two, reached = race(accept(first, people.clerk), accept(second, people.clerk2))
    assert (one.refusal, two.refusal, reached) == ("", "claimed", 1)
    assert [standing(right)[0] for right in (a, b, c)] == [1, 1, 0]
    assert b.number in two.sentence, "the reason names the right"


def test_the_other_order_has_the_same_end(people, organisations):
    """The second deal's root is the shared right: locks are taken in ascending key, and nobody waits in a circle."""
    (a, b, c), first, second = deals(people, organisations)
    one, two, reached = race(accept(second, people.clerk), accept(first, people.clerk2))
    assert (one.refusal, two.refusal, reached) == ("", "claimed", 1)
    assert [standing(right)[0] for right in (a, b, c)] == [0, 1, 1]


def test_without_the_lock_the_unique_key_decides_between_two_deals(people, organisations, monkeypatch):
    (a, b, c), first, second = deals(people, organisations)
    lock_out(monkeypatch)
    one, two, reached = race(accept(first, people.clerk), accept(second, people.clerk2), locked=False)
    assert (one.fault, two.fault, reached) == (None, None, 2)
    assert sorted([one.refusal, two.refusal]) == ["", "claimed"]
    assert b.number in (one.sentence or two.sentence)
    won = [standing(right)[0] for right in (a, b, c)]
    assert won in ([1, 1, 0], [0, 1, 1]), "a deal has all its rights, or none"


def test_without_lock_and_key_the_shared_right_is_in_both_deals(people, organisations, monkeypatch):
    (a, b, c), first, second = deals(people, organisations)
    lock_out(monkeypatch)
    with without_the_key():
        one, two, reached = race(accept(first, people.clerk), accept(second, people.clerk2), locked=False)
        assert (one.refusal, two.refusal, one.fault, two.fault, reached) == ("", "", None, None, 2)
        assert [standing(right)[0] for right in (a, b, c)] == [1, 2, 1]


def release(case: Case, banker):
    return lambda: perform(case.pk, "release", actor=banker, data=RELEASE)


def test_while_the_release_cools_a_new_pledge_is_refused(people, organisations):
    right = make_right(organisations.enterprise)
    new, old = (filed(people, organisations, right) for _ in range(2))
    accept(old, people.clerk)()
    one, two, _reached = race(release(old, people.banker), accept(new, people.clerk))
    assert (one.refusal, two.refusal) == ("", "claimed")
    assert Claim.objects.get(registration=right, ended_at=None).case == old


def test_after_it_cooled_exactly_one_new_pledge_gets_the_right(people, organisations):
    right = make_right(organisations.enterprise)
    first, second, old = (filed(people, organisations, right) for _ in range(3))
    accept(old, people.clerk)()
    release(old, people.banker)()
    cooled(old)
    one, two, reached = race(accept(first, people.clerk), accept(second, people.clerk2))
    assert (one.refusal, two.refusal, reached) == ("", "claimed", 1)
    assert Claim.objects.get(registration=right, ended_at=None).case == first


def test_without_lock_and_key_two_new_pledges_get_the_released_right(people, organisations, monkeypatch):
    right = make_right(organisations.enterprise)
    first, second, old = (filed(people, organisations, right) for _ in range(3))
    accept(old, people.clerk)()
    release(old, people.banker)()
    cooled(old)
    lock_out(monkeypatch)
    with without_the_key():
        one, two, reached = race(accept(first, people.clerk), accept(second, people.clerk2), locked=False)
        assert (one.refusal, two.refusal, one.fault, two.fault, reached) == ("", "", None, None, 2)
        assert standing(right) == (2, ["registered", "registered", "released"])


def take_back(case: Case, banker):
    return lambda: perform(case.pk, "take_back", actor=banker, comment="误操作。")


def test_a_release_that_is_taken_back_keeps_its_right_from_the_new_pledge(people, organisations):
    """The new pledge comes when the cooling period is over; the word that takes the release back was there before."""
    right = make_right(organisations.enterprise)
    new, old = (filed(people, organisations, right) for _ in range(2))
    accept(old, people.clerk)()
    release(old, people.banker)()
    one, two, reached = race(take_back(old, people.banker), after_cooling(old, accept(new, people.clerk)))
    assert (one.refusal, two.refusal, reached) == ("", "claimed", 1)
    assert (Claim.objects.get(registration=right, ended_at=None).case, states(old)) == (old, ["registered"])


def test_taking_back_too_late_is_told_so(people, organisations):
    right = make_right(organisations.enterprise)
    new, old = (filed(people, organisations, right) for _ in range(2))
    accept(old, people.clerk)()
    release(old, people.banker)()
    with time_machine.travel(end_of_cooling(old), tick=True):
        one, two, reached = race(accept(new, people.clerk), take_back(old, people.banker))
    assert (one.refusal, two.refusal, reached) == ("", "wrong_state", 1)
    assert (Claim.objects.get(registration=right, ended_at=None).case, states(old)) == (new, ["released"])


def end_of_cooling(case: Case):
    return case.clocks.get(name="cooling").due_at + timedelta(minutes=1)


def after_cooling(case: Case, act):
    """The act at a moment at which the release has cooled, and no sweep has come."""
    moment = end_of_cooling(case)

    def later() -> None:
        with time_machine.travel(moment, tick=True):
            act()

    return later


def test_without_the_lock_the_order_of_the_acts_of_a_case_still_decides(people, organisations, monkeypatch):
    """The release is ended for the new pledge and taken back, by two that both passed their guards: the unique number
    of a case's acts lets one of them stand."""
    right = make_right(organisations.enterprise)
    new, old = (filed(people, organisations, right) for _ in range(2))
    accept(old, people.clerk)()
    release(old, people.banker)()
    lock_out(monkeypatch)
    late = after_cooling(old, accept(new, people.clerk))
    one, two, reached = race(take_back(old, people.banker), late, locked=False, through=True)
    assert (one.refusal, two.refusal, one.fault, two.fault, reached) == ("wrong_state", "", None, None, 2)
    assert Claim.objects.get(registration=right, ended_at=None).case == new
    assert states(old, new) == ["released", "registered"]


def test_taking_back_and_the_end_of_cooling_do_not_both_happen(people, organisations):
    """The release is over by the clock and no sweep has written it down: a new pledge and the sweep settle it once."""
    right = make_right(organisations.enterprise)
    new, old = (filed(people, organisations, right) for _ in range(2))
    accept(old, people.clerk)()
    release(old, people.banker)()
    over = legal_now() - timedelta(minutes=1)
    old.clocks.filter(name="cooling").update(due_at=over)
    Case.objects.filter(pk=old.pk).update(next_due_at=over, due_status="released")
    one, two, _reached = race(accept(new, people.clerk), lambda: settle(old.pk))
    assert (one.refusal, two.refusal) == ("", "")
    assert Claim.objects.get(registration=right, ended_at=None).case == new
    assert old.events.filter(move="end_pledge").count() == 1


# ------------------------------------------------------------------------------------------------ the alarm


def two_before_the_alarm(people, organisations) -> tuple[Case, Case]:
    """Two pledges of different rights; one release of the account's is made, and its third raises the alarm."""
    RuleParameter.objects.filter(key="release_alarm_count").update(value=3)
    old, *rest = (
        registered(people, organisations, make_right(organisations.enterprise, name=f"数据集{n}")) for n in range(3)
    )
    release(old, people.banker)()
    return rest[0], rest[1]


def test_releases_in_the_same_moment_do_not_slip_past_the_alarm(people, organisations):
    first, second = two_before_the_alarm(people, organisations)
    one, two, reached = race(release(first, people.banker), release(second, people.banker))
    assert (one.refusal, two.refusal, reached) == ("", "alarm", 1)
    assert states(first, second) == ["cooling", "registered"]
    perform(second.pk, "release_held", actor=people.banker, data=RELEASE)
    assert states(second) == ["second_key"]


def test_without_the_lock_of_the_account_both_cool(people, organisations, monkeypatch):
    """What the account's row is locked for: the rights differ, so nothing else makes the two wait for each other."""
    first, second = two_before_the_alarm(people, organisations)
    monkeypatch.setattr(releasing, "stand_in_line", lambda actor: None)
    one, two, reached = race(release(first, people.banker), release(second, people.banker), locked=False)
    assert (one.refusal, two.refusal, one.fault, two.fault, reached) == ("", "", None, None, 2)
    assert states(first, second) == ["cooling", "cooling"]


def test_two_accounts_do_not_wait_for_each_other(people, organisations):
    first, second = two_before_the_alarm(people, organisations)
    colleague = make_user("banker2", factor=False)
    Membership.objects.create(organisation=organisations.bank, user=colleague, role=Membership.Role.FILER)
    one, two, reached = race(release(first, people.banker), release(second, colleague), locked=False)
    assert (one.refusal, two.refusal, one.fault, two.fault, reached) == ("", "", None, None, 2)
