import json
import re
from datetime import date

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.accounts.models import AuditEntry
from apps.accounts.preferences import set_language
from apps.rules import proposals
from apps.rules.catalogue import NOT_IN_USE
from apps.rules.catalogue import RULES as RULES_BROUGHT
from apps.rules.clock import legal_today
from apps.rules.deadlines import load_calendar
from apps.rules.lookup import rule_value
from apps.rules.models import CalendarDay, CalendarProposal, CalendarYear, LegalClock, RuleParameter
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


@pytest.mark.parametrize(
    ("language", "words"), [("en", "recorded, not yet in use"), ("zh-hans", "仅备查，系统尚未据此计时")]
)
def test_the_rules_page_says_by_which_rules_the_portal_does_not_act(calendar, people, sign_in, language, words):
    set_language(people.system_admin, language)
    client = sign_in(people.system_admin)
    page = client.get(reverse(RULES), {"all": ""}).content.decode()
    rows = {
        key: row for row in re.findall(r"<tr>.*?</tr>", page, re.S) for key in re.findall(r'field-key">.*?>(\w+)<', row)
    }
    assert {key for key, row in rows.items() if words in row} == NOT_IN_USE
    assert rows.keys() == {rule.key for rule in RULES_BROUGHT}
    keys = client.get(reverse("admin:rules_ruleparameter_add")).context["adminform"].form.fields["key"].choices
    assert {key for key, label in keys if words in label} == NOT_IN_USE


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


YEAR = {
    "year": 2027,
    "notice": "国办发明电〔2026〕示范号",
    "days": [
        {"date": f"2027-{month:02}-{day:02}", "work": False, "zh": "放假", "en": "holiday"}
        for month, day in [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3), (12, 1)]
    ],
}
YEARS = "admin:rules_calendarproposal_changelist"


def propose_year(client, **changed):
    fields = {"text": json.dumps(YEAR | changed), "source": "gov.cn"}
    return client.post(reverse("admin:rules_calendarproposal_add"), fields)


def confirm_year(client):
    rows = list(CalendarProposal.objects.values_list("pk", flat=True))
    return client.post(reverse(YEARS), {"action": "confirm_years", "_selected_action": rows})


def test_year_is_in_force_once_another_administrator_confirms(calendar, people, sign_in):
    propose_year(sign_in(people.system_admin))
    assert CalendarProposal.objects.get().proposed_by == people.system_admin
    assert load_calendar().is_workday(date(2027, 12, 1))
    confirm_year(sign_in(people.system_admin))
    confirm_year(sign_in(people.audit_admin))
    assert load_calendar().is_workday(date(2027, 12, 1))
    confirm_year(sign_in(people.security_admin))
    assert not load_calendar().is_workday(date(2027, 12, 1))
    assert (load_calendar().version, load_calendar().published(2027)) == (2, True)
    acts = (
        AuditEntry.objects.filter(act__startswith="calendar").order_by("number").values_list("act", "actor__username")
    )
    assert list(acts) == [("calendar.propose", "system_admin"), ("calendar.confirm", "security_admin")]


def test_year_is_confirmed_once_and_never_by_its_proposer(calendar, people):
    row = proposals.propose_year(2027, proposals.read_year(json.dumps(YEAR))[2], "x", people.security_admin)
    with pytest.raises(ValidationError):
        proposals.confirm_year(row.pk, people.security_admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarProposal.objects.update(confirmed_by=people.security_admin, confirmed_at=row.proposed_at)
    proposals.confirm_year(row.pk, people.system_admin)
    with pytest.raises(ValidationError):
        proposals.confirm_year(row.pk, people.audit_admin)


@pytest.mark.parametrize("changed", [{"days": []}, {"notice": ""}, {"year": "x"}, {"days": [{"date": "2027-01-01"}]}])
def test_year_that_could_not_be_loaded_is_a_sentence_at_the_field(calendar, people, sign_in, changed):
    answer = propose_year(sign_in(people.system_admin), **changed)
    assert len(answer.context["adminform"].form.errors["text"]) == 1
    assert not CalendarProposal.objects.exists()


def test_calendar_is_edited_in_place_by_nobody(calendar, people, sign_in):
    notice = CalendarYear.objects.get(year=2026)
    data = {"date": "2026-12-01", "name_zh": "临时放假", "name_en": "extra holiday", "notice": notice.pk}
    client = sign_in(people.system_admin)
    assert client.post(reverse("admin:rules_calendarday_add"), data).status_code == 403
    day = CalendarDay.objects.filter(notice=notice).first()
    assert client.post(reverse("admin:rules_calendarday_delete", args=[day.pk]), {"post": "yes"}).status_code == 403
    assert load_calendar().version == 1


def test_confirmed_rule_is_in_the_audit(calendar, people, sign_in):
    row = propose(15, "2026-07-01", by=people.system_admin)
    confirm_by_action(sign_in(people.security_admin), row)
    entry = AuditEntry.objects.get(act="rule.confirm")
    assert (entry.actor, entry.about, entry.detail) == (
        people.security_admin, "review_days from 2026-07-01", {"value": 15}
    )  # fmt: skip


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
    for name in ("ruleparameter", "calendarproposal", "calendaryear", "calendarday", "calendarversion", "legalclock"):
        assert "changelist" in client.get(reverse(f"admin:rules_{name}_changelist")).content.decode()
    assert LegalClock.objects.get().offset_days == 0
    assert sign_in(people.clerk).get(reverse(RULES)).status_code == 403
