"""Row 20: sessions that look alive but are dead, surprise logouts, work lost, a system down on a deadline day."""

from datetime import timedelta

from django.test import Client

from apps.workflow.machine import perform
from apps.workflow.models import Case
from apps.workflow.tasks import sweep
from tests.factories import PASSWORD
from tests.ways import application, at_noon, walk
from tests.wishes.test_files import ask
from tests.workflow.test_outages import declare


def test_wish_20_session_says_when_it_ends_and_nothing_typed_is_lost(people, time_machine):
    """A page knows how long the session lasts, a dead one says so, and the form sent into it comes back."""
    time_machine.move_to("2026-11-23T01:15:00Z", tick=False)
    client = Client()
    client.post("/accounts/login/", {"login": "filer", "password": PASSWORD})
    page = client.get("/portal/").content.decode()
    assert 'data-seconds="1800"' in page
    time_machine.shift(timedelta(minutes=31))
    assert client.get("/accounts/session/", headers={"X-Background": "1"}).json()["signed_in"] is False
    ended = client.post("/accounts/sessions/end/", {"id": "三小时写成的文字"})
    assert ended.status_code == 401
    client.post(ended.context["sign_in"], {"login": "filer", "password": PASSWORD})
    assert "三小时写成的文字" in client.get("/accounts/session/kept/").content.decode()


def test_wish_20_a_system_down_on_a_deadline_day_costs_nobody_a_right(
    local_track, people, organisations, sign_in, time_machine
):
    """The office declares the day; whoever had to act on it acts on the next working day, and every face says so."""
    time_machine.move_to(at_noon(2026, 11, 2), tick=False)
    case = walk(application(people, organisations), people, "examining")
    due = ask(case, people).due_on
    time_machine.move_to(at_noon(2026, due.month, due.day) + timedelta(days=1))
    declare(people, due)
    sweep()
    assert Case.objects.get(pk=case.pk).status == "correction"
    said = "系统故障日（机房断电；公告号：〔2026〕示范3号）"
    assert said in Client().get("/").content.decode()
    assert said in sign_in(people.filer).get("/portal/").content.decode()
    perform(case.pk, "answer", actor=people.filer)
    time_machine.move_to(at_noon(2026, 12, 20))
    assert said not in Client().get("/").content.decode()
