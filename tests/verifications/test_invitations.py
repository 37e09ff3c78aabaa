"""Invitations: for one address, once, until they lapse or are revoked; and accounts that people open for themselves."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.enterprises.membership import change_role, end_membership
from apps.enterprises.models import Invitation, Membership
from apps.outbox.models import Letter
from apps.verifications import accounts, invitations
from tests.factories import make_member, make_organisation, make_user
from tests.races import Actor, race

EMAIL = "new@company.example"


def invited(people, organisations, email=EMAIL, role="filer", by=None) -> str:
    """The token as it stands in the letter."""
    row = invitations.invite(organisations.enterprise, email, role, by=by or people.manager)
    letter = Letter.objects.get(key__startswith=f"invitation:{row.pk}:people.invited")
    return re.search(r"/join/([\w-]+)/", letter.context["url"])[1]


def sentence(act, *args, **kwargs) -> str:
    with pytest.raises(ValidationError) as fault:
        act(*args, **kwargs)
    assert len(fault.value.messages) == 1
    return fault.value.messages[0]


def test_invitation_is_accepted_once_and_the_token_is_not_kept(people, organisations):
    token = invited(people, organisations)
    assert not Invitation.objects.filter(token_hash=token).exists()
    person = make_user("new", email=EMAIL)
    membership = invitations.accept(token, person)
    assert (membership.role, membership.joined_by) == ("filer", people.manager)
    assert "serves once" in english(invitations.accept, token, person)
    assert Letter.objects.filter(text="people.joined", user=people.manager).exists()


def english(act, *args, **kwargs) -> str:
    from django.utils.translation import override

    with override("en"):
        return sentence(act, *args, **kwargs)


def test_invitation_of_another_address_or_revoked_or_lapsed(people, organisations):
    token = invited(people, organisations)
    assert "another address" in english(invitations.accept, token, make_user("stranger"))
    assert "official" in english(invitations.accept, token, people.clerk)
    row = Invitation.objects.get()
    Invitation.objects.update(lapses_at=timezone.now() - timedelta(seconds=1))
    person = make_user("new", email=EMAIL.upper())
    assert "lapsed" in english(invitations.accept, token, person)
    Invitation.objects.update(lapses_at=timezone.now() + timedelta(days=1))
    invitations.revoke(row, by=people.manager)
    assert "revoked" in english(invitations.accept, token, person)
    assert "no such" in english(invitations.accept, "nonsense", person)
    assert not Membership.objects.filter(user=person).exists()


def test_invited_twice_and_to_two_firms(people, organisations):
    token = invited(people, organisations)
    assert "invited already" in english(invited, people, organisations, email=EMAIL.upper())
    assert "belongs" in english(invited, people, organisations, email=people.filer.email)
    other = invitations.invite(organisations.rival_enterprise, EMAIL, "reader", by=people.rival)
    person = make_user("new", email=EMAIL)
    invitations.accept(token, person)
    assert other.accepted_at is None
    assert Membership.objects.filter(user=person).count() == 1


def test_a_lapsed_invitation_makes_room(people, organisations):
    first = invited(people, organisations)
    Invitation.objects.update(lapses_at=timezone.now() - timedelta(seconds=1))
    second = invited(people, organisations)
    person = make_user("new", email=EMAIL)
    assert "lapsed" in english(invitations.accept, first, person)
    assert invitations.accept(second, person).organisation == organisations.enterprise


def test_who_invites(people, organisations):
    assert "manager" in english(invited, people, organisations, by=people.rival)
    assert "manager" in english(invited, people, organisations, by=people.reader)
    assert "manager" in english(invited, people, organisations, role="manager", by=people.filer)
    invited(people, organisations, by=people.filer)  # a filer may ask for help


def test_database_keeps_one_open_invitation_an_address(people, organisations):
    invited(people, organisations)
    row = Invitation.objects.get()
    row.pk, row.token_hash, row.email = None, "0" * 64, EMAIL.upper()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_changes_of_rights_are_told_and_audited(people, organisations, caplog):
    membership = Membership.objects.get(user=people.reader)
    with caplog.at_level("INFO", logger="security"):
        fresh = change_role(membership, "filer", people.manager)
        end_membership(fresh, people.manager)
    assert [text for text in ("right.role", "right.left") if text in caplog.text] == ["right.role", "right.left"]
    assert set(Letter.objects.filter(text="people.role").values_list("user", flat=True)) == {
        people.reader.pk, people.manager.pk,
    }  # fmt: skip
    assert Letter.objects.filter(text="people.left", user=people.reader).exists()


def test_role_change_keeps_the_history(people, organisations):
    change_role(Membership.objects.get(user=people.reader), "filer", people.manager)
    rows = Membership.objects.filter(user=people.reader).order_by("pk")
    assert [(row.role, row.ended_at is None) for row in rows] == [("reader", False), ("filer", True)]
    assert (rows[0].ended_by, rows[1].joined_by) == (people.manager, people.manager)


# ------------------------------------------------------------------------------------------------ accounts


def link(email: str) -> str | None:
    """The token of the letter to an address; None where the letter holds no link that opens an account."""
    found = re.search(r"/join/account/([^/]+)/", Letter.objects.get(email=email).context["url"])
    return found and found[1]


def test_account_is_opened_by_a_link_that_serves_once(db):
    accounts.send_link(EMAIL, "en")
    token = link(EMAIL)
    assert accounts.address_of(token) == EMAIL
    user = accounts.open_account(EMAIL, full_name=" 林  远航 ", password="a horse of 2026", language="en")
    assert (user.username, user.full_name, user.role) == (EMAIL, "林 远航", "")
    assert accounts.address_of(token) is None
    assert "already" in english(accounts.open_account, EMAIL, full_name="x", password="y", language="en")


def test_known_address_gets_a_letter_without_a_link(people):
    accounts.send_link(people.filer.email.upper(), "en")
    assert link(people.filer.email.upper()) is None
    assert Letter.objects.get().context["username"] == "filer"


def test_link_forged_or_old(db, monkeypatch):
    accounts.send_link(EMAIL, "en")
    token = link(EMAIL)
    assert accounts.address_of(token + "x") is None
    monkeypatch.setattr(accounts, "HOURS", 0)
    monkeypatch.setattr("django.core.signing.time.time", lambda: timezone.now().timestamp() + 5)
    assert accounts.address_of(token) is None


def test_one_letter_to_one_address_however_often_it_is_asked(db):
    for _again in range(5):
        accounts.send_link(EMAIL, "en")
    assert Letter.objects.count() <= 2  # two when the ten minutes turn in between


# ------------------------------------------------------------------------------------------------ races


@pytest.mark.django_db(transaction=True)
def test_two_accept_one_invitation_at_once(postgresql):
    firm = make_organisation()
    manager = make_member(firm, role="manager")
    invitation = invitations.invite(firm, EMAIL, "filer", by=manager)
    letter = Letter.objects.get(key__startswith=f"invitation:{invitation.pk}:")
    token = re.search(r"/join/([\w-]+)/", letter.context["url"])[1]
    twins = [make_user(name, email=EMAIL) for name in ("one", "two")]
    faults = []

    def accept(user):
        def act():
            try:
                invitations.accept(token, user)
            except ValidationError as fault:
                faults.append(fault.code)

        return act

    race(accept(twins[0]), accept(twins[1]), place="invitation.allowed")
    assert faults == ["no_use"]
    assert Membership.objects.filter(organisation=firm).exclude(user=manager).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_address_opens_one_account_at_once(postgresql):
    codes = []

    def act():
        try:
            accounts.open_account(EMAIL, full_name="林远航", password="a horse of 2026", language="en")
        except ValidationError as fault:
            codes.append(fault.code)

    actors = [Actor(act), Actor(act)]
    for actor in actors:
        actor.start()
    for actor in actors:
        actor.join(20)
        assert actor.fault is None
    assert codes == ["known"]
    assert User.objects.filter(email=EMAIL).count() == 1
