import pytest
from django.test import Client

from apps.accounts.models import Role, User
from apps.enterprises.models import Membership, Organisation
from tests.factories import PASSWORD, make_district, make_uscc, make_user

pytestmark = pytest.mark.urls("tests.pages.urls")


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/login/", "/admin/accounts/user/", "/admin/enterprises/organisation/1/change/"]
)
def test_admin_anonymous_is_led_to_the_sign_in_page(db, path):
    response = Client().get(path, follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=/admin/")
    assert 'name="password"' in response.content.decode()


def test_admin_login_form_of_django_takes_no_password(people):
    client = Client()
    client.post("/admin/login/", {"username": "system_admin", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("who", ["filer", "banker"])
def test_admin_does_not_exist_for_people_of_enterprises(people, sign_in, who):
    assert sign_in(getattr(people, who)).get("/admin/", follow=True).status_code == 404


def test_admin_index_shows_each_role_its_own(people, sign_in):
    seen = {}
    for name in ("system_admin", "security_admin", "audit_admin", "clerk"):
        page = sign_in(getattr(people, name)).get("/admin/").content.decode()
        seen[name] = ("/admin/accounts/user/" in page, "/admin/accounts/user/add/" in page)
    assert seen == {
        "system_admin": (True, True),
        "security_admin": (True, False),
        "audit_admin": (True, False),
        "clerk": (False, False),
    }


def test_admin_sign_out_and_password_go_through_the_portal(people, sign_in):
    client = sign_in(people.system_admin)
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
    assert client.get("/admin/logout/").status_code == 405
    assert client.post("/admin/logout/")["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session


def test_system_administrator_enters_a_person_without_a_post(people, sign_in):
    fields = {
        "username": "newcomer2",
        "full_name": "陈渔",
        "email": "",
        "language": "en",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "role": Role.CHIEF,
    }
    sign_in(people.system_admin).post("/admin/accounts/user/add/", fields)
    user = User.objects.get(username="newcomer2")
    assert user.check_password(PASSWORD)
    assert user.role == ""


def change(client, user, **fields):
    return client.post(f"/admin/accounts/user/{user.pk}/change/", fields)


def test_posts_are_granted_by_the_security_administrator_alone(people, sign_in):
    user = make_user()
    base = {"username": user.username, "full_name": "改名", "language": "en", "is_active": "on", "phone": "13812345678"}
    change(sign_in(people.system_admin), user, **base, role=Role.CHIEF)
    user.refresh_from_db()
    assert (user.role, user.full_name, user.phone) == ("", "改名", "13812345678")
    change(sign_in(people.security_admin), user, role=Role.CHIEF, full_name="又改")
    user.refresh_from_db()
    assert (user.role, user.full_name) == ("chief", "改名")


@pytest.mark.parametrize("who", ["security_admin", "audit_admin", "system_admin"])
def test_nobody_grants_a_post_to_oneself(people, sign_in, who):
    user = getattr(people, who)
    change(sign_in(user), user, username=who, full_name=who, language="en", is_active="on", role=Role.DEPUTY)
    user.refresh_from_db()
    assert user.role == who


def test_district_post_without_district_is_a_sentence(people, sign_in):
    user = make_user()
    response = change(sign_in(people.security_admin), user, role=Role.DISTRICT_CLERK)
    assert len(response.context["errors"]) == 1
    change(sign_in(people.security_admin), user, role=Role.DISTRICT_CLERK, district=make_district().pk)
    user.refresh_from_db()
    assert user.role == "district_clerk"


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin"])
def test_no_administrator_reads_a_password_hash_or_deletes_a_person(people, sign_in, who):
    client = sign_in(getattr(people, who))
    page = client.get(f"/admin/accounts/user/{people.clerk.pk}/change/").content.decode()
    assert people.clerk.full_name in page
    assert people.clerk.password not in page
    assert client.get(f"/admin/accounts/user/{people.clerk.pk}/delete/").status_code == 403


def test_password_is_set_anew_by_the_system_administrator_alone(people, sign_in):
    path, new = f"/admin/accounts/user/{people.clerk.pk}/password/", "A quite different 1 sentence"
    fields = {"usable_password": "true", "password1": new, "password2": new}
    assert sign_in(people.security_admin).post(path, fields).status_code == 403
    people.clerk.refresh_from_db()
    assert people.clerk.check_password(PASSWORD)
    sign_in(people.system_admin).post(path, fields)
    people.clerk.refresh_from_db()
    assert people.clerk.check_password(new)


def inline(**fields):
    counts = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
    row = {"0-user": "", "0-role": "filer"} | fields
    return {f"memberships-{key}": value for key, value in (counts | row).items()}


def organisation_fields(**fields):
    return {
        "name": "舟山新浪数据有限公司",
        "uscc": make_uscc(),
        "capacities": ["enterprise"],
        "district": make_district().pk,
        "legal_representative": "林远航",
        "contact_name": "沈听潮",
        "contact_phone": "0580-2020202",
    } | fields


def test_system_administrator_enters_an_organisation_with_its_manager(people, sign_in):
    user = make_user()
    fields = organisation_fields() | inline(**{"0-user": user.pk, "0-role": "manager"})
    sign_in(people.system_admin).post("/admin/enterprises/organisation/add/", fields)
    organisation = Organisation.objects.get(name="舟山新浪数据有限公司")
    assert organisation.verified_at is None
    assert organisation.memberships.get().user == user


def test_official_is_no_member(people, sign_in):
    fields = organisation_fields() | inline(**{"0-user": people.clerk.pk})
    sign_in(people.system_admin).post("/admin/enterprises/organisation/add/", fields)
    assert not Organisation.objects.filter(name="舟山新浪数据有限公司").exists()


def test_ending_memberships_keeps_the_last_manager(people, organisations, sign_in):
    rows = Membership.objects.filter(organisation=organisations.enterprise)
    fields = {"action": "end_selected", "_selected_action": list(rows.values_list("pk", flat=True))}
    response = sign_in(people.system_admin).post("/admin/enterprises/membership/", fields, follow=True)
    assert [*rows.filter(ended_at=None).values_list("user__username", flat=True)] == ["manager"]
    assert len(response.context["messages"]) == 1


@pytest.mark.parametrize("who", ["security_admin", "audit_admin"])
def test_others_read_organisations_and_change_none(people, organisations, sign_in, who):
    client, path = sign_in(getattr(people, who)), f"/admin/enterprises/organisation/{organisations.bank.pk}/change/"
    assert organisations.bank.name in client.get(path).content.decode()
    assert client.post(path, organisation_fields()).status_code == 403
    organisations.bank.refresh_from_db()
    assert organisations.bank.name == "舟山群岛示范银行"
