"""Real processes that die, hang and come back: nothing is lost, nothing happens twice, and the pages answer."""

import signal
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from django.utils import timezone

from apps.outbox.models import Letter
from apps.rules.clock import legal_now, legal_today
from apps.rules.deadlines import deadline, load_calendar
from apps.workflow.models import Case
from tests import ways
from tests.ops.demo_process import alive, wait_until
from tests.ways import at_noon

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 5.0  # seconds: what nobody takes for an outage; the kick itself gives up after half a second


@pytest.fixture
def overdue(local_track, people, filed):
    """Three notices whose period has just ended, so that letters still tell of it; no letter waits."""
    with time_machine.travel(published_for_now(), tick=True):
        cases = [ways.walk(filed(number), people, "in_notice") for number in range(3)]
    Letter.objects.update(sent_at=timezone.now(), next_attempt_at=None)
    return cases


def published_for_now():
    """Noon of the last day on which a notice of ten working days was published that is over by now."""
    calendar, day = load_calendar(), legal_today()
    while deadline(day, 10, "workday", calendar).due_at > legal_now():
        day -= timedelta(days=1)
    return at_noon(day.year, day.month, day.day)


def closed(cases) -> int:
    return Case.objects.filter(pk__in=[case.pk for case in cases], status="notice_closed").count()


def ids(mailbox) -> list[str]:
    return [message_from_bytes(envelope.content, policy=policy.default)["Message-ID"] for envelope in mailbox.taken]


@pytest.mark.parametrize(("place", "done"), [("machine.due", 0), ("workflow.settled", 1)])
def test_worker_killed_in_mid_sweep(portal, overdue, place, done):
    """Held inside the first case's transaction, or right after it; the worker then dies with its children."""
    portal.start_mail()
    portal.start_worker(FAILPOINT=f"{place}:hold")
    portal.tick("workflow.sweep")
    wait_until(portal.held, 30)
    below = portal.kill("worker")
    wait_until(lambda: not any(alive(pid) for pid in below), 10)
    assert closed(overdue) == done
    found = wait_until(lambda: None if portal.parts()["worker"]["ok"] else portal.parts(), 20)
    assert {name for name, part in found.items() if not part["ok"]} == {"worker", "beat"}  # beat was never started
    assert "last seen" in found["worker"]["detail"]

    portal.start_worker()  # the broker gives it the dead one's sweep
    for _ in range(2):
        portal.tick("workflow.sweep")
    wait_until(lambda: closed(overdue) == 3, 40)
    portal.tick("outbox.sweep_letters")
    wait_until(lambda: not Letter.objects.filter(sent_at=None).exclude(email="").exists(), 30)
    for case in overdue:
        assert case.events.filter(move="close_notice").count() == 1
        told = Letter.objects.filter(case_pk=case.pk, text="notice.closed")
        assert told.filter(user=case.created_by).count() == 1
        assert told.count() == told.values("user").distinct().count() > 1
    messages = ids(portal.mailbox)
    assert len(messages) == len(set(messages)) == Letter.objects.filter(text="notice.closed").count()


def passed(portal, case, people) -> float:
    """The district clerk passes the pre-check at the running web server; the seconds it took."""
    address, seconds = portal.visit(people.district_clerk).move(case, "pass_pre_check")
    assert address == f"/desk/cases/{case.pk}/"
    case.refresh_from_db()
    assert case.status == "examining"
    return seconds


def waiting(case) -> list[Letter]:
    return list(Letter.objects.filter(case_pk=case.pk, text="application.passed", sent_at=None))


@pytest.mark.parametrize("outage", ["stopped", "hung"])
def test_move_while_the_broker_is_away(portal, local_track, people, filed, outage):
    case = filed(1)
    if outage == "stopped":
        portal.kill("broker")
    else:
        portal.children["broker"].signal(signal.SIGSTOP)
    try:
        assert not portal.parts()["broker"]["ok"]
        assert passed(portal, case, people) < AT_ONCE
        assert waiting(case)
    finally:
        if outage == "stopped":
            portal.start_broker()
        else:
            portal.children["broker"].signal(signal.SIGCONT)
    portal.start_mail()
    portal.start_worker()
    portal.tick("outbox.sweep_letters")
    wait_until(lambda: not waiting(case), 30)
    messages = ids(portal.mailbox)
    assert len(messages) == len(set(messages)) == Letter.objects.exclude(sent_at=None).count()


def test_move_while_the_mail_server_is_away(portal, local_track, people, filed):
    case = filed(1)
    portal.start_worker()
    assert passed(portal, case, people) < AT_ONCE
    wait_until(lambda: all(letter.error for letter in waiting(case)), 30)  # the worker was kicked and found nobody
    told = [letter.message_id for letter in waiting(case) if letter.next_attempt_at > timezone.now()]
    assert len(told) == 2  # the organisation's manager and the filer
    portal.start_mail()
    Letter.objects.filter(sent_at=None).update(next_attempt_at=timezone.now())  # a minute has passed
    portal.tick("outbox.sweep_letters")
    wait_until(lambda: not waiting(case), 30)
    assert [ids(portal.mailbox).count(message) for message in told] == [1, 1]
