import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone, translation

from apps.accounts.models import AuditEntry
from apps.enterprises.forms import OrganisationForm
from apps.enterprises.membership import change_role, end_membership, join, managers_of
from apps.enterprises.models import Capacity, Membership, Organisation
from apps.enterprises.queries import members_to_write_to, organisations_of
from apps.pages.forms import PortalFormHelper
from tests.factories import make_district, make_member, make_organisation, make_uscc, make_user

Role = Membership.Role


def refusal_of(function, *arguments) -> str:
    with pytest.raises(ValidationError) as refusal:
        function(*arguments)
    assert len(refusal.value.messages) == 1
    return refusal.value.code


@pytest.mark.parametrize("fields", [{"uscc": "9133"}, {"uscc": ""}, {"capacities": []}, {"name": "", "uscc": None}])
def test_database_refuses_organisation(db, fields):
    organisation = make_organisation()
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=organisation.pk).update(**fields)


def test_database_refuses_the_same_uscc_but_not_two_without(db):
    first = make_organisation()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_organisation(uscc=first.uscc)
    make_organisation(uscc=None)
    assert make_organisation(uscc=None).uscc is None


def test_with_capacity(db):
    both = make_organisation(capacities=["bank", "insurer"])
    make_organisation(capacities=["enterprise"])
    assert [*Organisation.objects.with_capacity(Capacity.INSURER)] == [both]


def test_organisation_with_constraints_is_clean(db):
    make_organisation().full_clean()


@pytest.mark.parametrize("capacities", [[], ["pirate"], ["bank", "bank"], "bank", None, [["bank"]]])
def test_capacities_unknown(db, capacities):
    organisation = make_organisation()
    organisation.capacities = capacities
    with pytest.raises(ValidationError) as refusal:
        organisation.full_clean()
    assert "capacities" in refusal.value.message_dict


def test_members_to_write_to_are_managers_and_filers_once(people, organisations):
    both = [organisations.enterprise.pk, organisations.rival_enterprise.pk]
    join(organisations.rival_enterprise, people.filer)
    assert set(members_to_write_to(both)) == {people.manager, people.filer, people.rival}
    assert len(members_to_write_to(both)) == 3
    people.manager.is_active = False
    people.manager.save()
    assert people.manager not in members_to_write_to(both)


def test_join_twice(people, organisations):
    assert refusal_of(join, organisations.enterprise, people.filer) == "belongs"


def test_join_official(people, organisations):
    assert refusal_of(join, organisations.enterprise, people.clerk) == "official"


def test_member_who_left_sees_nothing_and_may_come_back(people, organisations):
    membership = Membership.objects.get(user=people.filer)
    assert end_membership(membership, people.manager).ended_at
    assert not organisations_of(people.filer).exists()
    assert people.filer not in members_to_write_to([organisations.enterprise.pk])
    join(organisations.enterprise, people.filer, Role.READER)
    assert [*organisations_of(people.filer)] == [organisations.enterprise]
    assert Membership.objects.filter(user=people.filer).count() == 2


def test_end_membership_again_keeps_the_first_time(people):
    membership = Membership.objects.get(user=people.filer)
    ended = end_membership(membership, people.filer).ended_at
    assert end_membership(membership, people.manager).ended_at == ended


@pytest.mark.parametrize("who", ["filer", "rival", "clerk", "security_admin"])
def test_end_membership_of_another_without_right(people, who):
    membership = Membership.objects.get(user=people.reader)
    assert refusal_of(end_membership, membership, getattr(people, who)) == "manager"
    membership.refresh_from_db()
    assert membership.ended_at is None


@pytest.mark.parametrize("who", ["manager", "system_admin"])
def test_last_manager_stays(people, who):
    membership = Membership.objects.get(user=people.manager)
    assert refusal_of(end_membership, membership, getattr(people, who)) == "last_manager"
    assert refusal_of(change_role, membership, Role.READER, getattr(people, who)) == "last_manager"
    membership.refresh_from_db()
    assert (membership.ended_at, membership.role) == (None, "manager")


def test_manager_who_may_not_sign_in_any_more_does_not_count(people, organisations):
    make_member(organisations.enterprise, role=Role.MANAGER, is_active=False)
    assert refusal_of(end_membership, Membership.objects.get(user=people.manager), people.manager) == "last_manager"


def test_manager_leaves_when_another_was_made(people, organisations):
    change_role(Membership.objects.get(user=people.filer), Role.MANAGER, people.manager)
    end_membership(Membership.objects.get(user=people.manager), people.manager)
    assert [membership.user for membership in managers_of(organisations.enterprise.pk)] == [people.filer]


def test_filer_does_not_make_oneself_a_manager(people):
    assert refusal_of(change_role, Membership.objects.get(user=people.filer), Role.MANAGER, people.filer) == "manager"


def test_database_refuses_membership_ended_before_it_began(people):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(user=people.filer).update(ended_at=timezone.now() - timezone.timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_two_managers_leave_at_once():
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("threads cannot share a database in memory")
    organisation = make_organisation()
    users = [make_member(organisation, role=Role.MANAGER) for _ in range(2)]
    start, refusals = threading.Barrier(2), []

    def leave(user):
        membership = Membership.objects.get(user=user)
        start.wait(timeout=10)
        try:
            end_membership(membership, user)
        except ValidationError as refusal:
            refusals.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=leave, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert refusals == ["last_manager"]
    assert managers_of(organisation.pk).count() == 1


def filled(**fields) -> OrganisationForm:
    data = {
        "name": " 舟山\u3000听涛 ",
        "uscc": make_uscc(7_000_000).lower(),
        "capacities": ["enterprise", "bank"],
        "district": make_district().pk,
        "legal_representative": "林远航",
        "contact_name": "沈听潮",
        "contact_phone": "０５８０－２０２０２０２",
        "contact_email": "office@organisations.example",
    }
    return OrganisationForm(data | fields)


def test_organisation_form_keeps_what_was_cleaned(db):
    organisation = filled().save()
    organisation.refresh_from_db()
    assert organisation.name == "舟山 听涛"
    assert organisation.uscc == make_uscc(7_000_000)
    assert organisation.contact_phone == "0580-2020202"
    assert organisation.capacities == ["enterprise", "bank"]
    assert organisation.verified_at is None


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a\0b"),
        ("name", "公司\u202egpj"),
        ("name", "长" * 121),
        ("name", " \u3000 "),
        ("uscc", ""),
        ("uscc", "91330900"),
        ("uscc", "91110000600037341K"),
        ("uscc", "9111000060003734\0L"),
        ("capacities", []),
        ("capacities", ["pirate"]),
        ("district", ""),
        ("district", "999999"),
        ("contact_phone", "call me"),
        ("contact_phone", "1" * 40),
        ("contact_email", "nobody"),
        ("legal_representative", "林\u2066航"),
    ],
)
def test_organisation_form_says_one_sentence_at_the_field(db, field, value, language):
    with translation.override(language):
        form = filled(**{field: value})
        assert list(form.errors) == [field]
        assert len(form.errors[field]) == 1
        assert form.errors[field][0].endswith((".", "。"))


def test_organisation_form_code_registered_already(db):
    taken = make_organisation()
    form = filled(uscc=taken.uscc.lower())
    assert list(form.errors) == ["uscc"]
    assert filled().is_valid()


def test_organisation_form_shows_every_field_once_under_its_heading(db):
    from crispy_forms.utils import render_crispy_form

    form = OrganisationForm()
    html = render_crispy_form(form, PortalFormHelper(form))
    for name in form.fields:
        assert html.count(f'id="div_id_{name}"') == 1
    assert html.count("<legend>") == len(form.groups)
    assert "style=" not in html
    assert "<form" not in html


def test_null_character_never_reaches_the_database(db):
    with pytest.raises(ValidationError):
        Organisation(name="a\0b", district=make_district(), capacities=["bank"]).full_clean()


# ------------------------------------------------------------------------------------------------ the security audit


def audited(firm, user) -> list[tuple]:
    rows = AuditEntry.objects.filter(about=f"organisation {firm.pk}, person {user.pk}").order_by("number")
    return [(row.act, row.actor, row.detail) for row in rows]


def test_every_verb_of_a_membership_is_audited_once(people, organisations):
    user, by = make_user("latecomer"), people.manager
    membership = join(organisations.enterprise, user, Role.READER, by)
    fresh = change_role(membership, Role.FILER, by)
    change_role(fresh, Role.FILER, by)  # no change, no entry
    end_membership(fresh, by)
    end_membership(fresh, by)
    assert audited(organisations.enterprise, user) == [
        ("right.joined", by, {"role": "reader"}),
        ("right.role", by, {"role": "filer", "before": "reader"}),
        ("right.left", by, {"role": "filer"}),
    ]


def test_memberships_ended_in_the_admin_are_audited_and_a_refused_one_is_not(people, organisations, sign_in):
    chosen = Membership.objects.filter(user__in=[people.filer, people.rival])
    body = {"action": "end_selected", "_selected_action": [row.pk for row in chosen]}
    sign_in(people.system_admin).post("/admin/enterprises/membership/", body)
    filer, rival = (Membership.objects.get(user=person) for person in (people.filer, people.rival))
    assert filer.ended_at is not None
    assert rival.ended_at is None  # its firm's last manager
    assert audited(organisations.enterprise, people.filer) == [("right.left", people.system_admin, {"role": "filer"})]
    assert audited(organisations.rival_enterprise, people.rival) == []
