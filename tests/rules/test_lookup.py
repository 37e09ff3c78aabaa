from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.rules.catalogue import RULES
from apps.rules.loading import load_rules
from apps.rules.lookup import MissingRule, rule_on, rule_value, rules_on, switch_is_on
from apps.rules.middleware import LegalClockMiddleware
from apps.rules.models import RuleParameter, value_problem


def propose(value, start, *, by=None, confirmed_by=None, end=None, key="review_days", unit="workday"):
    return RuleParameter.objects.create(
        key=key, value=value, unit=unit, name_zh="审查期限", name_en="Examination", basis_zh="某条", basis_en="some article",
        effective_from=date.fromisoformat(start), effective_to=end and date.fromisoformat(end), proposed_by=by,
        confirmed_by=confirmed_by, confirmed_at=timezone.now() if confirmed_by else None,
    )  # fmt: skip


def test_loaded_rules_bind_from_2020_and_wait_for_confirmation(calendar):
    row = rule_on("notice_days", date(2022, 11, 1))
    assert (row.value, row.unit, row.fallback, row.confirmed) == (10, "workday", False, False)
    assert row.value_text == "10 working days"


def test_load_rules_again_adds_nothing_and_keeps_edits(calendar):
    RuleParameter.objects.filter(key="review_days").update(value=7)
    assert load_rules() == (0, 0)
    assert rule_value("review_days", date(2026, 1, 1)) == 7


def test_every_rule_brought_has_a_sound_value_and_a_key_of_its_own():
    assert not [rule.key for rule in RULES if value_problem(rule.unit, rule.value)]
    assert len({rule.key for rule in RULES}) == len(RULES)


def test_rules_on_is_one_query(calendar, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = rules_on(["review_days", "notice_days", "remind_before"], date(2026, 1, 1))
    assert found["remind_before"].counts == (3, 1)


def test_a_page_asks_for_the_same_rules_once_and_what_is_sent_each_time(calendar, rf, django_assert_num_queries):
    day = date(2026, 1, 1)
    answer = LegalClockMiddleware(lambda request: [rule_value("review_days", day) for _ in range(2)])
    for request, queries in ((rf.get("/"), 1), (rf.post("/"), 2), (rf.get("/"), 1)):
        with django_assert_num_queries(queries):
            assert answer(request) == [10, 10]


def test_rule_before_its_first_row_is_marked_fallback(calendar):
    row = rule_on("review_days", date(2019, 12, 31))
    assert (row.value, row.fallback) == (10, True)


def test_missing_rule_is_named(calendar):
    with pytest.raises(MissingRule, match="revue_days"):
        rules_on(["revue_days", "review_days"], date(2026, 1, 1))


def test_case_keeps_the_rule_of_the_day_it_was_filed(calendar, people):
    propose(15, "2026-07-01", by=people.system_admin, confirmed_by=people.security_admin)
    assert rule_value("review_days", date(2026, 6, 30)) == 10
    assert rule_value("review_days", date(2026, 7, 1)) == 15


def test_proposal_of_a_person_does_not_bind_before_it_is_confirmed(calendar, people):
    row = propose(15, "2026-07-01", by=people.system_admin)
    assert rule_value("review_days", date(2026, 8, 1)) == 10
    row.confirmed_by, row.confirmed_at = people.security_admin, timezone.now()
    row.save()
    assert rule_value("review_days", date(2026, 8, 1)) == 15


def test_ended_row_binds_no_more(calendar, people):
    propose(15, "2026-07-01", end="2026-08-01", by=people.system_admin, confirmed_by=people.security_admin)
    assert [rule_value("review_days", date(2026, 7, 31)), rule_value("review_days", date(2026, 8, 1))] == [15, 10]


def test_proposer_cannot_confirm(people):
    with pytest.raises(IntegrityError), transaction.atomic():
        propose(15, "2026-07-01", by=people.system_admin, confirmed_by=people.system_admin)


@pytest.mark.parametrize("end", ["2026-07-01", "2026-06-30"])
def test_rule_must_end_after_it_begins(db, end):
    with pytest.raises(IntegrityError), transaction.atomic():
        propose(15, "2026-07-01", end=end)


def test_two_rows_of_one_day_are_refused(calendar):
    with pytest.raises(IntegrityError), transaction.atomic():
        propose(15, "2020-01-01")


def test_two_open_confirmed_rows_are_refused_by_the_database(people):
    propose(15, "2026-07-01", confirmed_by=people.security_admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        propose(16, "2026-09-01", confirmed_by=people.security_admin)


@pytest.mark.parametrize(("start", "end", "clash"), [("2026-03-01", "2026-04-01", True), ("2026-05-01", None, False)])
def test_overlap_of_confirmed_rows_is_refused(people, start, end, clash):
    propose(15, "2026-01-01", end="2026-05-01", confirmed_by=people.security_admin)
    row = propose(16, start, end=end)
    row.confirmed_by, row.confirmed_at = people.security_admin, timezone.now()
    if clash:
        with pytest.raises(ValidationError):
            row.full_clean()
    else:
        row.full_clean()


@pytest.mark.parametrize(
    ("unit", "value"),
    [("workday", 0), ("workday", -3), ("day", True), ("day", 2.5), ("month", "6"), ("day", []), ("day", [30, "x"]),
     ("switch", 1), ("switch", "yes"), ("text", ""), ("text", 5), ("day", None), ("year", 10**12)],
)  # fmt: skip
def test_value_that_does_not_fit_its_unit_is_refused(unit, value):
    assert value_problem(unit, value)


def test_local_track_is_off_until_a_confirmed_row_turns_it_on(calendar, people):
    day = date(2026, 8, 1)
    assert switch_is_on("local_track", day) is False
    row = propose(True, "2026-01-01", key="local_track", unit="switch", by=people.system_admin)
    assert switch_is_on("local_track", day) is False
    row.confirmed_by, row.confirmed_at = people.security_admin, timezone.now()
    row.save()
    assert switch_is_on("local_track", day) is True
    assert switch_is_on("local_track", date(2025, 12, 31)) is False
