from datetime import date

import pytest
from django.core.exceptions import ValidationError

from apps.rules.lookup import rule_on, rule_value
from apps.rules.models import RuleParameter
from apps.rules.parameters import confirm
from tests.rules.test_lookup import propose


def test_confirmed_row_ends_the_one_before(calendar, people):
    first = confirm(RuleParameter.objects.get(key="review_days").pk, people.security_admin)
    second = confirm(propose(15, "2026-07-01", by=people.system_admin).pk, people.security_admin)
    first.refresh_from_db()
    assert first.effective_to == second.effective_from == date(2026, 7, 1)
    assert [rule_value("review_days", date(2026, month, 1)) for month in (6, 7)] == [10, 15]


def test_row_confirmed_late_ends_where_the_next_begins(calendar, people):
    confirm(propose(15, "2026-07-01", by=people.system_admin).pk, people.security_admin)
    brought = confirm(RuleParameter.objects.get(key="review_days", proposed_by=None).pk, people.security_admin)
    assert brought.effective_to == date(2026, 7, 1)


def test_proposer_and_second_confirmation_are_refused(calendar, people):
    row = propose(15, "2026-07-01", by=people.system_admin)
    with pytest.raises(ValidationError, match="does not confirm"):
        confirm(row.pk, people.system_admin)
    confirm(row.pk, people.security_admin)
    with pytest.raises(ValidationError, match="already"):
        confirm(row.pk, people.audit_admin)
    assert rule_on("review_days", date(2026, 7, 1)).confirmed_by == people.security_admin


def test_row_inside_a_confirmed_one_is_refused(calendar, people):
    confirm(propose(15, "2026-01-01", end="2026-12-01", by=people.system_admin).pk, people.security_admin)
    inside = propose(16, "2026-03-01", end="2026-04-01", by=people.system_admin)
    with pytest.raises(ValidationError, match="in force"):
        confirm(inside.pk, people.security_admin)
    inside.refresh_from_db()
    assert not inside.confirmed
