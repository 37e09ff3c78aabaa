"""Rows 6 and 39 of the users' wishes: which days count, and notices that redact, show their state and tell of themselves."""

from datetime import date, datetime

import pytest
import time_machine

from apps.notices import alerts
from apps.notices.models import Notice, Redaction
from apps.outbox.models import Letter
from apps.pages.limits import limits
from apps.rules.clock import SHANGHAI
from apps.rules.models import RuleParameter
from apps.workflow.machine import Refused, perform
from tests.samples import object_to
from tests.ways import application, at_noon, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def day():
    with time_machine.travel(at_noon(2026, 9, 17), tick=False) as clock:
        yield clock


@pytest.fixture
def filed(day, local_track, people, organisations):
    return walk(application(people, organisations), people, "in_notice")


def test_wish_6_working_or_calendar_days_are_per_date(day, local_track, people, organisations):
    RuleParameter.objects.filter(key="pre_check_days").update(value=4, unit="day")
    case = application(people, organisations)
    assert case.clocks.get(name="pre_check").due_on == date(2026, 9, 21)  # calendar days
    walk(case, people, "examining")
    assert case.clocks.get(name="examination").due_on == date(2026, 10, 8)  # ten working days, two holidays among them


def test_wish_6_after_hours_arrival_counts_as_the_next_working_day_and_says_so(day, local_track, people, organisations):
    RuleParameter.objects.filter(key="office_hours_end").update(value="17:30")
    day.move_to(datetime(2026, 9, 18, 17, 31, tzinfo=SHANGHAI))  # Friday; Sunday the 20th is a make-up working day
    late = application(people, organisations)
    assert (late.filed_at.astimezone(SHANGHAI).date(), late.clocks.get().started_on) == (
        date(2026, 9, 18),
        date(2026, 9, 20),
    )
    [limit] = limits(late)
    assert "office_hours_end" in str(limit.held)


def test_wish_6_a_partys_last_day_never_ends_with_the_office(filed, day, people):
    RuleParameter.objects.filter(key="office_hours_end").update(value="17:30")
    day.move_to(datetime(2026, 10, 8, 23, 59, 59, tzinfo=SHANGHAI))
    assert object_to(filed, people.rival).status == "filed"
    day.move_to(datetime(2026, 10, 9, 0, 0, 0, tzinfo=SHANGHAI))
    with pytest.raises(Refused) as refusal:
        object_to(filed, people.banker)
    assert refusal.value.code == "notice_over"


def test_wish_39_objection_is_published_only_redacted_with_guidance_and_the_redactors_name(
    filed, people, sign_in, client
):
    objection = object_to(filed, people.rival, name="陈望潮")
    perform(objection.pk, "admit", actor=people.clerk2)
    perform(objection.pk, "reply", actor=people.filer, data={"reply": "自采。"})
    perform(objection.pk, "dismiss", actor=people.chief, comment="来源不同")
    page = f"/notices/{Notice.objects.get().pk}/"
    assert "数据系我方采集。" not in client.get(page).content.decode()
    desk = sign_in(people.clerk)
    move = f"/desk/cases/{objection.pk}/moves/redact/"
    assert "另一人审查" in desk.get(move).content.decode()
    told = desk.post(move, {"objection": "陈望潮称数据系其采集。", "decision": "不成立。"})
    assert (told.status_code, "陈望潮" in told.content.decode()) == (409, True)
    desk.post(move, {"objection": "某人称数据系其采集。", "decision": "不成立。"})
    assert Redaction.objects.get().made_by == people.clerk
    second = sign_in(people.chief)
    clearing = f"/desk/cases/{objection.pk}/moves/publish_redacted/"
    assert "某人称数据系其采集。" in second.get(clearing).content.decode()
    second.post(clearing, {"nothing_left": "on"})
    shown = client.get(page).content.decode()
    assert all(words in shown for words in ("某人称数据系其采集。", people.clerk.full_name, people.chief.full_name))
    assert not any(words in shown for words in ("陈望潮", "数据系我方采集。", "330902199001010016"))


def test_wish_39_on_display_and_ended_are_told_apart(filed, day, client):
    client.cookies["django_language"] = "en"
    assert "On display, open to objections" in client.get("/notices/").content.decode()
    day.move_to(datetime(2026, 10, 9, 0, 0, 0, tzinfo=SHANGHAI))
    listed = client.get("/notices/").content.decode()
    assert "Display ended" in listed
    assert "On display, open to objections" not in listed


def test_wish_39_alert_me(day, local_track, people, organisations, client):
    client.post("/alerts/?marine_category=environment", {"email": "reader@people.example"})
    link = Letter.objects.get(text="alert.confirm").context["link"]
    client.post(link[link.index("/alerts/") :], {"act": "confirm"})
    filed = walk(application(people, organisations), people, "in_notice")
    alerts.tell_alerts()
    letter = Letter.objects.get(text="alert.published")
    assert (letter.email, letter.context["title"]) == ("reader@people.example", filed.title)
    assert letter.context["end_link"] == link
