"""What stood before the seal came is sealed by the migration, and what was withheld keeps standing."""

import pytest
from django.core.management import call_command
from django.db import connection

from apps.applications.models import Application
from tests import ways


def column(name: str, pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM applications_application WHERE case_id = %s", [pk])  # noqa: S608
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_rows_of_before_are_sealed(people, organisations):
    case = ways.application(people, organisations)
    call_command("migrate", "applications", "0001", verbosity=0)
    try:
        assert column("contact_phone", case.pk) == "13800005678"
        assert "algorithm" in column("withheld", case.pk)
        assert ":" not in column("withheld", case.pk)  # a list again
    finally:
        call_command("migrate", verbosity=0)
    assert column("contact_phone", case.pk).startswith("v1.")
    row = Application.objects.get(case=case)
    assert (row.contact_phone, row.withheld) == ("13800005678", {"algorithm": ""})
