"""Three administrators apart: nobody is two, none sees a case, nobody is a superuser; accounts are closed, not deleted."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from apps.accounts import checks
from apps.accounts.models import ADMINISTRATOR_ROLES, AuditEntry, Role, User
from apps.rules.models import RuleParameter
from apps.workflow.models import Case
from tests.ways import application


def test_nobody_holds_two_posts(db, people):
    """The post is one column of one value; the database refuses two in it."""
    fields = [field for field in User._meta.get_fields() if "role" in field.name]
    assert [field.name for field in fields] == ["role"]
    assert not fields[0].many_to_many
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=people.audit_admin.pk).update(role="clerk,audit_admin")


@pytest.mark.parametrize("role", sorted(ADMINISTRATOR_ROLES))
def test_no_administrator_sees_a_case(people, organisations, sign_in, role):
    case = application(people, organisations)
    person = getattr(people, role)
    assert not Case.objects.visible_to(person).exists()
    client = sign_in(person)
    for path in (f"/desk/cases/{case.pk}/", "/desk/", f"/desk/cases/{case.pk}/reveal/"):
        assert client.get(path).status_code in (302, 404)
    assert client.get("/admin/applications/application/").status_code == 403


def test_no_superuser_exists_and_the_check_would_say_so(monkeypatch):
    assert not checks.no_superuser(None)
    assert {"is_superuser", "groups", "user_permissions"}.isdisjoint(field.name for field in User._meta.get_fields())
    monkeypatch.setattr(checks, "get_user_model", lambda: WithSuperuser)
    assert [found.id for found in checks.no_superuser(None)] == ["accounts.E001"]


class WithSuperuser:
    class _meta:
        @staticmethod
        def get_fields():
            return [type("Field", (), {"name": "is_superuser"})]


def test_system_check_is_clean(db):
    out = StringIO()
    call_command("check", stdout=out, stderr=out)
    assert "no issues" in out.getvalue()


def test_account_is_closed_and_never_deleted(people, sign_in):
    client = sign_in(people.system_admin)
    assert client.post(f"/admin/accounts/user/{people.clerk.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post("/admin/accounts/user/", {"action": "delete_selected", "_selected_action": [people.clerk.pk]})
    colleague = sign_in(people.clerk)
    fields = {"username": "clerk", "full_name": "Clerk", "language": "en"}
    client.post(f"/admin/accounts/user/{people.clerk.pk}/change/", fields)
    people.clerk.refresh_from_db()
    assert not people.clerk.is_active
    assert colleague.get("/desk/").status_code == 302
    assert AuditEntry.objects.get(act="right.grant").detail == {"changed": {"is_active": [True, False]}}
    with pytest.raises(ProtectedError):
        people.system_admin.delete()


def test_accounts_left_alone_are_listed_for_review(people, sign_in):
    long_ago = timezone.now() - timedelta(days=91)
    User.objects.filter(pk=people.filer.pk).update(last_login=long_ago)
    User.objects.filter(pk=people.reader.pk).update(date_joined=long_ago)
    User.objects.filter(pk=people.rival.pk).update(last_login=long_ago, is_active=False)
    client = sign_in(people.system_admin)

    def listed():
        return {user.username for user in client.get("/admin/accounts/user/?idle=yes").context["cl"].queryset}

    assert listed() == {"filer", "reader"}
    RuleParameter.objects.filter(key="account_idle_days").update(value=100)
    assert listed() == set()


def test_every_write_of_an_administrator_is_in_the_audit(people, sign_in):
    client = sign_in(people.system_admin)
    fields = {"username": "filer", "full_name": "新名", "language": "en", "is_active": "on"}
    client.post(f"/admin/accounts/user/{people.filer.pk}/change/", fields)
    entry = AuditEntry.objects.get(act="admin.change")
    assert (entry.actor, entry.about) == (people.system_admin, f"accounts.user:{people.filer.pk}")
    assert "新名" not in str(entry.detail)
    assert people.system_admin.role == Role.SYSTEM_ADMIN
