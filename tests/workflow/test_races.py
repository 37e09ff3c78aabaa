"""Two at once on one case or one right. Rows are locked on PostgreSQL; SQLite admits one writer and has nothing to show."""

import pytest
import time_machine

from apps.certificates.models import Registration
from apps.notices.models import Notice
from apps.outbox.models import Letter
from apps.workflow.machine import open_case, perform
from apps.workflow.models import Case
from apps.workflow.tasks import settle, sweep
from tests.races import lock_out, race
from tests.ways import application, at_noon, walk

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("postgresql"),
]


def test_two_officials_decide_once(filed, people):
    walk(filed, people, "examined")
    one, two, reached = race(
        lambda: perform(filed.pk, "approve", actor=people.chief),
        lambda: perform(filed.pk, "refuse", actor=people.deputy, comment="理由"),
    )
    assert (one.refusal, two.refusal, reached) == ("", "wrong_state", 1)
    assert filed.events.filter(tag="decide").count() == 1


def test_two_officials_both_pass_the_guard_without_the_lock(filed, people, monkeypatch):
    walk(filed, people, "examined")
    lock_out(monkeypatch)
    _one, _two, reached = race(
        lambda: perform(filed.pk, "approve", actor=people.chief),
        lambda: perform(filed.pk, "refuse", actor=people.deputy, comment="理由"),
        locked=False,
    )
    assert reached >= 2  # only the unique (case, seq) of events then stands between the two decisions


def rejected_objection(filed, people):
    """An objection that was not admitted, and whose rejection an official proposes to rectify."""
    objection = open_case(
        "objection",
        actor=people.rival,
        organisation=filed.organisation,
        title=filed.title,
        root=filed,
        parties=[("objector", people.rival)],
        data={
            "notice": Notice.objects.get(case=filed), "name": "甲", "identity": "330902199001010016",
            "email": "a@people.example", "ground": "ownership", "right_hurt": "权属", "statement": "数据系我方采集",
        },
    )  # fmt: skip
    perform(objection.pk, "reject", actor=people.clerk, comment="无证据")
    perform(objection.pk, "propose_rectification", actor=people.chief, comment="证据当时已附")
    return objection


@pytest.mark.parametrize("locked", [True, False])
def test_objection_comes_back_while_registering(local_track, people, organisations, monkeypatch, locked):
    """An objection's acts lock its root, so the registration waits and then sees it; without the lock both go through."""
    with time_machine.travel(at_noon(2026, 11, 2), tick=True) as traveller:
        filed = walk(application(people, organisations), people, "in_notice")
        objection = rejected_objection(filed, people)
        traveller.move_to(at_noon(2026, 11, 17))
        sweep()
        if not locked:
            lock_out(monkeypatch)
        one, two, reached = race(
            lambda: perform(objection.pk, "rectify", actor=people.deputy),
            lambda: perform(filed.pk, "register", actor=people.chief),
            locked=locked,
        )
    assert one.refusal == ""
    assert Case.objects.get(pk=objection.pk).status == "filed"
    if locked:
        assert (two.refusal, reached) == ("objection_open", 1)
    else:
        assert Registration.objects.filter(origin=filed).exists()  # the double the lock prevents


def test_two_sweeps_close_a_notice_once(local_track, people, organisations):
    with time_machine.travel(at_noon(2026, 11, 2), tick=True) as traveller:
        filed = walk(application(people, organisations), people, "in_notice")
        traveller.move_to(at_noon(2026, 11, 17))
        one, two, reached = race(sweep, sweep, place="machine.due")
    assert (one.refusal, two.refusal, reached) == ("", "", 1)
    assert filed.events.filter(move="close_notice").count() == 1
    assert Letter.objects.filter(case_pk=filed.pk, text="notice.closed").values("key").distinct().count() == (
        Letter.objects.filter(case_pk=filed.pk, text="notice.closed").count()
    )


def test_two_sweeps_both_close_without_the_lock(local_track, people, organisations, monkeypatch):
    with time_machine.travel(at_noon(2026, 11, 2), tick=True) as traveller:
        walk(application(people, organisations), people, "in_notice")
        traveller.move_to(at_noon(2026, 11, 17))
        lock_out(monkeypatch)
        _one, _two, reached = race(sweep, sweep, place="machine.due", locked=False)
    assert reached >= 2


def test_sweep_and_click_move_once(local_track, people, organisations):
    """The clock's move comes first for both: the click then finds the notice over."""
    with time_machine.travel(at_noon(2026, 11, 2), tick=True) as traveller:
        filed = walk(application(people, organisations), people, "in_notice")
        traveller.move_to(at_noon(2026, 11, 17))
        one, two, reached = race(
            lambda: settle(filed.pk),
            lambda: perform(filed.pk, "register", actor=people.deputy),
            place="machine.due",
        )
    assert (one.refusal, two.refusal, reached) == ("", "", 1)
    assert list(Case.objects.get(pk=filed.pk).events.order_by("-seq").values_list("move", flat=True)[:2]) == [
        "register",
        "close_notice",
    ]
