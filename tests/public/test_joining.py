"""Opening an account and accepting an invitation, as the pages do it."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from apps.accounts.models import User
from apps.enterprises.models import Membership
from apps.outbox.models import Letter
from apps.verifications import invitations
from tests.factories import PASSWORD, make_user
from tests.portal.forms import words

EMAIL = "new@company.example"
CHOSEN = {"full_name": "林远航", "password": "a horse of 2026", "again": "a horse of 2026"}


@pytest.fixture(autouse=True)
def fresh(db, client):
    client.cookies["django_language"] = "en"


def path_in(letter: Letter) -> str:
    return re.sub(r"^https?://[^/]+", "", letter.context["url"])


def ask(client, email: str):
    return client.post(reverse("public:join"), {"email": email, "privacy": "on"}, follow=True)


def test_account_from_the_first_page_to_signing_in(client):
    ask(client, EMAIL)
    opened = client.post(path_in(Letter.objects.get()), CHOSEN)
    assert opened["Location"].startswith(reverse("account_login"))
    assert User.objects.get().check_password(CHOSEN["password"])
    assert client.login(username=EMAIL, password=CHOSEN["password"])
    assert client.get(path_in(Letter.objects.get())).status_code == 410


def test_page_says_the_same_of_a_known_address(client, people):
    known, new = words(ask(client, people.filer.email)), words(ask(client, EMAIL))
    assert known == new
    assert Letter.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("password", "short"), ("password", "new@company.example"), ("again", "another horse"), ("full_name", "")],
)
def test_account_form_says_one_thing_at_the_field(client, field, value):
    ask(client, EMAIL)
    answer = client.post(path_in(Letter.objects.get()), {**CHOSEN, field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not User.objects.exists()


@pytest.mark.parametrize("sent", [{"email": "nobody"}, {"email": "x" * 70 + "@a.example"}, {"privacy": ""}])
def test_first_page_refuses_in_a_sentence(client, sent):
    answer = client.post(reverse("public:join"), {"email": EMAIL, "privacy": "on", **sent})
    assert answer.status_code == 422
    assert not Letter.objects.exists()


def test_asking_is_limited(client, monkeypatch):
    counts = {}
    monkeypatch.setattr(
        cache, "add", lambda key, value, seconds: counts.setdefault(key, 0) == 0 and not counts.update({key: 1})
    )
    monkeypatch.setattr(cache, "incr", lambda key: counts.update({key: counts[key] + 1}) or counts[key])
    statuses = [client.post(reverse("public:join"), {"email": "x"}).status_code for _turn in range(12)]
    assert statuses == [422] * 10 + [429] * 2


@pytest.fixture
def token(people, organisations) -> str:
    invitations.invite(organisations.enterprise, EMAIL, "filer", by=people.manager)
    return path_in(Letter.objects.get(text="people.invited")).strip("/").rpartition("/")[2]


def test_invited_person_with_an_account_joins(client, token, organisations):
    person = make_user("new", email=EMAIL)
    url = reverse("public:invitation", args=[token])
    assert reverse("account_login") in client.get(url).content.decode()
    client.force_login(person)
    client.post(url)
    assert Membership.objects.get(user=person).organisation == organisations.enterprise


def test_invited_person_without_an_account_opens_it_and_joins(client, token, organisations):
    url = reverse("public:invitation", args=[token])
    assert client.post(url, {**CHOSEN, "again": "other"}).status_code == 422
    assert not User.objects.filter(email=EMAIL).exists()
    client.post(url, CHOSEN)
    person = User.objects.get(email=EMAIL)
    assert (person.username, Membership.objects.get(user=person).role) == (EMAIL, "filer")


@pytest.mark.parametrize("who", ["rival", "clerk", "filer"])
def test_wrong_account_is_told_so(client, token, people, who):
    client.force_login(getattr(people, who))
    before = Membership.objects.count()
    answer = client.post(reverse("public:invitation", args=[token]))
    assert answer.status_code == 410
    assert (
        "another address" in words(answer)
        or "official" in words(answer)
        or "另一邮箱" in words(answer)
        or "工作人员" in words(answer)
    )
    assert Membership.objects.count() == before


def test_unknown_token_is_a_sentence(client):
    assert client.get(reverse("public:invitation", args=["x" * 43])).status_code == 410


def test_sign_in_leads_back_to_the_invitation(client, token):
    make_user("new", email=EMAIL)
    page = client.get(reverse("public:invitation", args=[token]))
    login = page.context["login"]
    answer = client.post(login, {"login": "new", "password": PASSWORD})
    assert answer["Location"].endswith(reverse("public:invitation", args=[token]))
