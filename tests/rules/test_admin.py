from datetime import date

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from apps.rules.clock import legal_today
from apps.rules.deadlines import load_calendar
from apps.rules.lookup import rule_value
from apps.rules.models import CalendarDay, CalendarYear, LegalClock, RuleParameter
from tests.rules.test_lookup import propose

RULES = "admin:rules_ruleparameter_changelist"
PROPOSAL = {
    "key": "review_days",
    "value": "15",
    "effective_from": "2026-07-01",
    "effective_to": "",
    "basis_zh": "某办法第十条",
    "basis_en": "Some Measures, art. 10",
}


def confirm_by_action(client, row):
    return client.post(reverse(RULES), {"action": "confirm_rows", "_selected_action": [row.pk]})


def test_system_administrator_proposes_and_security_administrator_confirms(calendar, people, sign_in):
    sign_in(people.system_admin).post(reverse("admin:rules_ruleparameter_add"), PROPOSAL)
    row = RuleParameter.objects.get(key="review_days", effective_from=date(2026, 7, 1))
    assert (row.value, row.unit, row.proposed_by, row.confirmed) == (15, "workday", people.system_admin, False)
    assert rule_value("review_days", date(2026, 8, 1)) == 10
    confirm_by_action(sign_in(people.security_admin), row)
    row.refresh_from_db()
    assert row.confirmed_by == people.security_admin
    assert rule_value("review_days", date(2026, 8, 1)) == 15


@pytest.mark.parametrize("value", ["0", '"ten"', "true", "[]", "not json"])
def test_proposal_with_a_value_that_does_not_fit_is_shown_again(calendar, people, sign_in, value):
    answer = sign_in(people.system_admin).post(reverse("admin:rules_ruleparameter_add"), PROPOSAL | {"value": value})
    assert answer.context["adminform"].form.errors["value"]
    assert RuleParameter.objects.filter(key="review_days").count() == 1


@pytest.mark.parametrize("who", ["system_admin", "audit_admin", "clerk"])
def test_nobody_but_the_security_administrator_confirms(calendar, people, sign_in, who):
    row = RuleParameter.objects.get(key="review_days")
    confirm_by_action(sign_in(people.security_admin), row)
    row.refresh_from_db()
    assert row.confirmed
    other = RuleParameter.objects.get(key="notice_days")
    confirm_by_action(sign_in(getattr(people, who)), other)
    other.refresh_from_db()
    assert not other.confirmed


def test_overlap_is_said_and_nothing_confirmed(calendar, people, sign_in):
    people.security_admin.language = "en"
    people.security_admin.save()
    propose(15, "2026-01-01", end="2026-12-01", confirmed_by=people.security_admin)
    row = propose(16, "2026-03-01", end="2026-04-01", by=people.system_admin)
    answer = confirm_by_action(sign_in(people.security_admin), row)
    row.refresh_from_db()
    assert not row.confirmed
    assert "in force" in str(next(iter(get_messages(answer.wsgi_request))))


def test_confirmed_and_brought_rows_are_never_edited(calendar, people, sign_in):
    client = sign_in(people.system_admin)
    own = propose(15, "2026-07-01", by=people.system_admin)
    for row, value in ((own, 12), (RuleParameter.objects.get(key="review_days", proposed_by=None), 10)):
        client.post(reverse("admin:rules_ruleparameter_change", args=[row.pk]), PROPOSAL | {"value": "12"})
        row.refresh_from_db()
        assert row.value == value


def test_day_edited_by_the_administrator_makes_a_new_version(calendar, people, sign_in):
    notice = CalendarYear.objects.get(year=2026)
    data = {"date": "2026-12-01", "name_zh": "临时放假", "name_en": "extra holiday", "notice": notice.pk}
    sign_in(people.system_admin).post(reverse("admin:rules_calendarday_add"), data)
    assert load_calendar().version == 2
    assert not load_calendar().is_workday(date(2026, 12, 1))
    day = CalendarDay.objects.get(date=date(2026, 12, 1))
    sign_in(people.system_admin).post(reverse("admin:rules_calendarday_delete", args=[day.pk]), {"post": "yes"})
    assert (load_calendar().version, load_calendar().is_workday(date(2026, 12, 1))) == (3, True)


def test_weekday_cannot_be_worked_in_exchange(calendar, people, sign_in):
    notice = CalendarYear.objects.get(year=2026)
    data = {"date": "2026-12-01", "is_workday": "on", "name_zh": "x", "name_en": "x", "notice": notice.pk}
    answer = sign_in(people.system_admin).post(reverse("admin:rules_calendarday_add"), data)
    assert answer.context["adminform"].form.errors["is_workday"]
    assert load_calendar().version == 1


@time_machine.travel("2026-11-22T01:00:00Z", tick=False)
@pytest.mark.parametrize(
    ("who", "demo", "days", "today"),
    [
        ("system_admin", True, "2", "2026-11-24"),
        ("audit_admin", True, "1", "2026-11-23"),
        ("system_admin", True, "0", "2026-11-22"),
        ("system_admin", True, "61", "2026-11-22"),
        ("system_admin", False, "2", "2026-11-22"),
        ("clerk", True, "2", "2026-11-22"),
        ("filer", True, "2", "2026-11-22"),
    ],
)
def test_legal_clock_moves_for_administrators_in_demo_mode(calendar, people, sign_in, settings, who, demo, days, today):
    settings.DEMO = demo
    sign_in(getattr(people, who)).post(reverse("admin:rules_legalclock_advance"), {"days": days})
    assert str(legal_today()) == today


def test_lists_open_for_their_readers(calendar, people, sign_in, settings):
    settings.DEMO = True
    client = sign_in(people.audit_admin)
    for name in ("ruleparameter", "calendaryear", "calendarday", "calendarversion", "legalclock"):
        assert "changelist" in client.get(reverse(f"admin:rules_{name}_changelist")).content.decode()
    assert LegalClock.objects.get().offset_days == 0
    assert sign_in(people.clerk).get(reverse(RULES)).status_code == 403
