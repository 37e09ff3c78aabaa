"""A day on which nothing could be filed: the parties' time limits that end on it move on, and nobody else's."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import AuditEntry
from apps.notices.models import Notice
from apps.outbox.models import Letter
from apps.outbox.services import announce_waiting, mark_read
from apps.rules.calendars import load_calendar, rehearse_year
from apps.rules.models import Outage
from apps.rules.proposals import confirm_outage, propose_outage
from apps.workflow import clocks
from apps.workflow.machine import perform
from apps.workflow.models import Case, Clock
from apps.workflow.tasks import sweep
from tests.ways import application, at_noon, walk
from tests.workflow.test_rehearsal import DAYS, YEAR

ON = date(2026, 10, 9)  # the Friday on which the reply below is due, the second working day after National Day
NEXT = date(2026, 10, 10)  # a Saturday worked in exchange


def declare(people, day=ON):
    """Declare a day, proposed by one and confirmed by another."""
    words = {"notice_number": "〔2026〕示范3号", "reason_zh": "机房断电", "reason_en": "power failure"}
    outage = propose_outage(Outage(day=day, **words), people.system_admin)
    return confirm_outage(outage.pk, people.security_admin)


@pytest.fixture
def traveller(local_track):
    with time_machine.travel(at_noon(2026, 9, 18), tick=False) as found:
        yield found


@pytest.fixture
def in_correction(traveller, people, organisations) -> Case:
    """A case whose applicant has to answer by the day, and whose office has clocks of its own."""
    case = walk(application(people, organisations), people, "examining")
    items = {"items": [{"path": "name", "label": "", "note": "改"}]}
    perform(case.pk, "ask_correction", actor=people.clerk, data=items)
    mark_read(Letter.objects.get(case_pk=case.pk, text="case.correction", user=people.filer), people.filer)
    announce_waiting()
    assert reply(case).due_on == ON
    return case


def reply(case) -> Clock:
    return Clock.objects.get(case=case, name="reply")


def told(case, user) -> str:
    return Letter.objects.get(case_pk=case.pk, text="case.excused", user=user).shown()[1]


def test_reply_due_on_the_day_moves_to_the_next_working_day_and_all_are_told(in_correction, traveller, people):
    traveller.move_to(at_noon(2026, 10, 9))
    done = declare(people)
    assert (done.moved, done.ended) == (1, 0)
    clock = reply(in_correction)
    assert clock.due_on == NEXT
    steps = clocks.working(clock).steps
    assert [(step.date, step.code, step.counted) for step in steps[-2:]] == [
        (ON, "workday", True),
        (NEXT, "excused", False),
    ]
    with translation.override("zh-hans"):
        assert "（机房断电，公告号：〔2026〕示范3号）" in steps[-1].reason
    noted = in_correction.events.get(move="excused").data
    assert noted == {"clock": "reply", "before": "2026-10-09", "after": "2026-10-10", "outage": "〔2026〕示范3号"}
    assert "顺延至2026年10月10日" in told(in_correction, people.filer)
    assert told(in_correction, people.clerk)
    traveller.move_to(at_noon(2026, 10, 10))
    perform(in_correction.pk, "answer", actor=people.filer)
    assert reply(in_correction).outcome == "met"


def test_a_night_that_no_sweep_has_written_down_ends_nothing(in_correction, traveller, people):
    traveller.move_to(at_noon(2026, 10, 10))
    assert Case.objects.get(pk=in_correction.pk).status_at() == "deemed_withdrawn"
    declare(people)
    assert Case.objects.get(pk=in_correction.pk).status_at() == "correction"
    sweep()
    assert Case.objects.get(pk=in_correction.pk).status == "correction"


def test_what_ended_on_the_day_is_shown_and_once_struck_leaves_a_working_day(in_correction, traveller, people):
    traveller.move_to(at_noon(2026, 10, 12))
    sweep()
    assert Case.objects.get(pk=in_correction.pk).status == "deemed_withdrawn"
    done = declare(people)
    assert (done.moved, done.ended) == (0, 1)
    assert in_correction.events.filter(move="excused").count() == 1
    assert "本事项已转为：视为撤回" in told(in_correction, people.clerk)
    perform(in_correction.pk, "propose_rectification", actor=people.clerk, comment="系统故障日")
    perform(in_correction.pk, "rectify", actor=people.chief)
    sweep()
    case = Case.objects.get(pk=in_correction.pk)
    assert (case.status, case.due_on) == ("correction", date(2026, 10, 13))
    traveller.move_to(at_noon(2026, 10, 14))
    sweep()
    assert Case.objects.get(pk=in_correction.pk).status == "deemed_withdrawn"


def test_a_notice_ends_a_working_day_later(traveller, people, organisations):
    case = walk(application(people, organisations), people, "in_notice")
    before = Notice.objects.get(case=case).ends_on
    declare(people, before)
    notice = Notice.objects.get(case=case)
    assert notice.ends_on > before
    assert Case.objects.get(pk=case.pk).next_due_at == notice.ends_at


def test_the_office_has_no_longer(traveller, people, organisations):
    case = walk(application(people, organisations), people, "examining")
    examination = Clock.objects.get(case=case, ended_at=None, audience="office")
    assert declare(people, examination.due_on).moved == 0
    examination.refresh_from_db()
    assert clocks.working(examination).date == examination.due_on


def test_a_period_begun_later_knows_the_day_and_a_new_year_keeps_it(traveller, people):
    declare(people)
    calendar = load_calendar()
    assert clocks.counted(date(2026, 9, 28), 4, "workday", "applicant").date == NEXT
    assert clocks.counted(date(2026, 9, 28), 4, "workday", "office").date == ON
    assert rehearse_year(YEAR, DAYS, "国办发明电〔2026〕示范号").outages == calendar.outages != {}


def test_the_calculator_counts_for_a_party_or_for_the_office(traveller, people, sign_in):
    declare(people)
    client, asked = sign_in(people.clerk), {"start": "2026-09-28", "count": "4", "unit": "workday"}
    assert client.get(reverse("desk:deadline"), asked).context["found"].date == ON
    assert client.get(reverse("desk:deadline"), {**asked, "excused": "on"}).context["found"].date == NEXT


def test_a_day_is_declared_by_two_persons_once(traveller, people, sign_in):
    form = {
        "day": "2026-10-09",
        "notice_number": "〔2026〕示范3号",
        "reason_zh": "机房断电",
        "reason_en": "power failure",
    }
    sign_in(people.system_admin).post(reverse("admin:rules_outage_add"), form)
    outage = Outage.objects.get()
    assert (outage.proposed_by, load_calendar().outages) == (people.system_admin, {})
    again = sign_in(people.system_admin).post(reverse("admin:rules_outage_add"), form)
    assert list(again.context["adminform"].form.errors) == ["day"]
    with pytest.raises(ValidationError, match="提出者不能自行确认"):
        confirm_outage(outage.pk, people.system_admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Outage.objects.update(confirmed_by=people.system_admin, confirmed_at=outage.proposed_at)
    chosen = {"action": "confirm_days", "_selected_action": [outage.pk]}
    page = sign_in(people.security_admin).post(reverse("admin:rules_outage_changelist"), chosen, follow=True)
    assert "顺延的期限：0项" in page.content.decode()
    assert list(load_calendar().outages) == [ON]
    with pytest.raises(ValidationError, match="已经确认"):
        confirm_outage(outage.pk, people.security_admin)
    assert sign_in(people.system_admin).post(reverse("admin:rules_outage_delete", args=[outage.pk])).status_code == 403
    acts = AuditEntry.objects.filter(act__startswith="outage").order_by("number").values_list("act", flat=True)
    assert list(acts) == ["outage.propose", "outage.confirm"]
