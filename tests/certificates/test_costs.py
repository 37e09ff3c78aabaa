"""What the register's reminders and look-ups cost: as many statements however many rights."""

import pytest
from django.db import connection

from apps.certificates.lookup import exact_matches
from apps.certificates.models import Certificate
from apps.outbox.models import Letter
from apps.workflow.letters import remind
from apps.workflow.models import Clock
from tests.pledges.cases import filed as file_pledge
from tests.rights import make_right

pytestmark = pytest.mark.django_db
REMINDERS = 9


@pytest.mark.parametrize("count", [1, 3])
def test_reminders_of_rights_with_pledges_cost_the_same_for_any_number(
    count, people, organisations, django_assert_num_queries
):
    rights = [make_right(organisations.enterprise) for _ in range(count)]
    pledges = [file_pledge(people, organisations, right) for right in rights]
    clocks = Clock.objects.filter(case__in=[right.case for right in rights], name="validity")
    due = [(clock, -30) for clock in clocks.select_related("case__organisation", "case__assigned_to")]
    with django_assert_num_queries(REMINDERS):
        remind(due)
    told = Letter.objects.filter(text="reminder.basis").values_list("case_pk", flat=True)
    assert sorted(told) == sorted(pledge.pk for pledge in pledges)


@pytest.mark.parametrize("what", ["number", "certificate", "name", "holder"])
def test_what_was_typed_is_found_by_an_index(what, organisations):
    right = make_right(organisations.enterprise)
    typed = {
        "number": right.number, "certificate": Certificate.objects.get(registration=right).number, "name": right.name,
        "holder": right.holder.name,
    }[what]  # fmt: skip
    assert list(exact_matches(f" {typed.lower()} ")) == [right]
    assert not exact_matches(typed[:-1]).exists()
    plan = plan_of(exact_matches(typed))
    for index in (
        "registration_number",
        "registration_name",
        "certificate_number",
        "version_name",
        "organisation_name",
    ):
        assert f"{index}_typed" in plan


def plan_of(rows) -> str:
    """How the engine would read the rows; PostgreSQL told that reading a whole table is dear, as it is at a size."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        return rows.explain()
