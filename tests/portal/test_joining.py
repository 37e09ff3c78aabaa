"""Registering and claiming an organisation, its people, and asking a colleague to finish."""

import json
import re

import pytest
from django.urls import reverse

from apps.enterprises.models import Invitation, Membership, Organisation
from apps.outbox.models import Letter
from apps.workflow.models import Case, Draft
from tests.factories import make_district, make_uscc, make_user
from tests.portal.forms import SAMPLE, hidden, paper, words

FIRM = {
    "name": "舟山晚潮数据有限公司", "name_en": "", "capacities": ["enterprise"], "address": "", "legal_representative": "林远航",
    "contact_name": "沈听潮", "contact_phone": "13800005678", "contact_email": "",
}  # fmt: skip


@pytest.fixture
def person(db):
    return make_user("alone", language="en")


def firm(**changed) -> dict:
    return {**FIRM, "uscc": make_uscc(700), "district": make_district().pk, **changed}


def test_home_of_a_person_without_an_organisation_helps(person, sign_in):
    page = sign_in(person).get(reverse("portal:home")).content.decode()
    for name in ("organisation_new", "organisation_claim"):
        assert reverse(f"portal:{name}") in page


def test_registered_organisation_is_managed_at_once_and_verified_next(person, sign_in):
    client = sign_in(person)
    answer = client.post(reverse("portal:organisation_new"), firm())
    assert answer["Location"] == reverse("portal:file", args=["organisation"])
    row = Membership.objects.get(user=person)
    assert (row.role, row.organisation.name, row.organisation.verified_at) == ("manager", FIRM["name"], None)
    page = client.get(answer["Location"])
    sent = {
        "key": hidden(page, "key"), "uscc": make_uscc(700), "name": FIRM["name"], "legal_representative": "林远航",
        "district": make_district().pk, "file_licence": paper("licence.csv"),
    }  # fmt: skip
    client.post(answer["Location"], sent)
    case = Case.objects.get(kind="organisation")
    assert (case.organisation, case.status, case.documents.get().path) == (row.organisation, "submitted", "licence")


def test_registered_code_makes_no_second_row_and_shows_the_ways(person, organisations, sign_in):
    taken = organisations.enterprise.uscc
    answer = sign_in(person).post(reverse("portal:organisation_new"), firm(uscc=taken))
    assert answer.status_code == 422
    assert reverse("portal:organisation_claim") in answer.content.decode()
    assert FIRM["name"] in answer.content.decode()
    assert Organisation.objects.filter(uscc=taken).count() == 1
    assert not Membership.objects.filter(user=person).exists()


def claim_body(client, organisation, **changed) -> dict:
    page = client.get(reverse("portal:organisation_claim"))
    return {
        "key": hidden(page, "key"), "uscc": organisation.uscc, "name": organisation.name, "legal_representative": "林远航",
        "district": organisation.district_id, **changed,
    }  # fmt: skip


def test_claim_from_the_page(person, organisations, sign_in):
    client = sign_in(person)
    body = claim_body(client, organisations.enterprise, file_authorisation=paper("stamped.csv"))
    answer = client.post(reverse("portal:organisation_claim"), body)
    case = Case.objects.get(track="claim")
    assert answer["Location"] == reverse("portal:receipt", args=[case.pk])
    assert [document.path for document in case.documents.all()] == ["authorisation"]
    assert client.get(reverse("portal:case", args=[case.pk])).status_code == 200


def test_claim_without_the_paper_is_kept_and_told(person, organisations, sign_in):
    client = sign_in(person)
    answer = client.post(reverse("portal:organisation_claim"), claim_body(client, organisations.enterprise))
    assert not Case.objects.exists()
    assert organisations.enterprise.name in answer.content.decode()
    assert Draft.objects.get().organisation is None


def test_draft_of_a_claim_is_its_authors_alone(person, organisations, sign_in):
    client = sign_in(person)
    body = claim_body(client, organisations.enterprise, file_authorisation=paper("stamped.csv"), upload="1")
    client.post(reverse("portal:organisation_claim"), body)
    document = Draft.objects.get().documents.get()
    url = reverse("portal:document", args=[document.pk])
    assert b"".join(client.get(url).streaming_content) == SAMPLE
    assert sign_in(make_user("other")).get(url).status_code == 404


# ------------------------------------------------------------------------------------------------ people


def test_manager_invites_changes_and_ends(people, organisations, sign_in):
    client = sign_in(people.manager)
    sent = {"email": "new@company.example", "role": "reader"}
    assert client.post(reverse("portal:organisation_invite"), sent).status_code == 302
    row = Invitation.objects.get()
    assert (row.role, row.organisation) == ("reader", organisations.enterprise)
    page = words(client.get(reverse("portal:organisation")))
    assert "new@company.example" in page
    client.post(reverse("portal:invitation_revoke", args=[row.pk]))
    row.refresh_from_db()
    assert row.revoked_at
    reader = Membership.objects.get(user=people.reader)
    client.post(reverse("portal:member", args=[reader.pk]), {"act": "role", "role": "filer"})
    fresh = Membership.objects.get(user=people.reader, ended_at=None)
    assert fresh.role == "filer"
    client.post(reverse("portal:member", args=[fresh.pk]), {"act": "end"})
    assert not Membership.objects.filter(user=people.reader, ended_at=None).exists()
    assert people.reader.full_name in words(client.get(reverse("portal:organisation")))  # the history stays


def test_invitation_refused_keeps_what_was_typed(people, sign_in):
    answer = sign_in(people.manager).post(
        reverse("portal:organisation_invite"), {"email": people.filer.email, "role": "filer"}
    )
    assert answer.status_code == 422
    assert people.filer.email in answer.content.decode()


def test_last_manager_is_told_why_it_is_not_possible(people, sign_in):
    row = Membership.objects.get(user=people.manager)
    people.manager.language = "en"
    people.manager.save()
    page = sign_in(people.manager).post(reverse("portal:member", args=[row.pk]), {"act": "end"}, follow=True)
    assert "one manager at least" in words(page)
    row.refresh_from_db()
    assert row.ended_at is None


@pytest.mark.parametrize("who", ["filer", "reader", "rival", "banker"])
def test_nobody_else_keeps_the_people(people, sign_in, who):
    client = sign_in(getattr(people, who))
    row = Membership.objects.get(user=people.manager)
    before = list(Membership.objects.order_by("pk").values_list())
    for body in ({"act": "end"}, {"act": "role", "role": "reader"}):
        assert client.post(reverse("portal:member", args=[row.pk]), body).status_code == 404
    invited = client.post(reverse("portal:organisation_invite"), {"email": "x@y.example", "role": "filer"})
    assert invited.status_code in (302, 404)
    assert list(Membership.objects.order_by("pk").values_list()) == before
    assert not Invitation.objects.filter(organisation__memberships__user=people.manager).exists()


def test_filer_leaves_by_oneself(people, sign_in):
    row = Membership.objects.get(user=people.filer)
    sign_in(people.filer).post(reverse("portal:member", args=[row.pk]), {"act": "end"})
    row.refresh_from_db()
    assert row.ended_at
    assert row.ended_by == people.filer


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_organisations_page(people, organisations, sign_in, count, django_assert_num_queries):
    from apps.enterprises.membership import join
    from apps.verifications.invitations import invite

    for number in range(count):
        join(organisations.enterprise, make_user(f"more{number}"))
        invite(organisations.enterprise, f"x{number}@y.example", "filer", by=people.manager)
    client = sign_in(people.manager)
    with django_assert_num_queries(10):
        client.get(reverse("portal:organisation"))


# ------------------------------------------------------------------------------------------------ register, helpers


@pytest.fixture
def register(settings, tmp_path):
    file = tmp_path / "register.json"
    file.write_text(json.dumps({make_uscc(700): {"name": "舟山晚潮数据有限公司", "legal_representative": "顾望潮"}}))
    settings.COMPANY_REGISTER = "apps.verifications.register.from_file"
    settings.COMPANY_REGISTER_FILE = str(file)
    return file


def test_register_that_does_not_know_the_code(person, register, sign_in):
    page = sign_in(person).get(reverse("portal:organisation_new"), {"uscc": make_uscc(701)})
    assert "does not know" in words(page)
    page = sign_in(person).get(reverse("portal:organisation_new"), {"uscc": "123"})
    assert page.status_code == 200


def test_colleague_gets_the_link_to_exactly_this_step(people, organisations, sign_in):
    client = sign_in(people.filer)
    client.post(reverse("portal:draft_new"))
    draft = Draft.objects.get()
    step = reverse("portal:draft", args=[draft.pk, "sources"])
    assert people.manager.full_name in words(client.get(step))
    help_url = reverse("portal:draft_help", args=[draft.pk, "sources"])
    client.post(help_url, {"colleague": people.manager.pk})
    letter = Letter.objects.get(text="people.draft")
    assert letter.user == people.manager
    path = re.sub(r"^https?://[^/]+", "", letter.context["url"])
    assert path.startswith(step)
    assert sign_in(people.manager).get(path).status_code == 200
    for stranger in (people.rival.pk, people.reader.pk, people.clerk.pk):
        client.post(help_url, {"colleague": stranger})
    assert Letter.objects.filter(text="people.draft").count() == 1


def test_helper_without_an_account_is_invited_to_the_step(people, sign_in):
    client = sign_in(people.filer)
    client.post(reverse("portal:draft_new"))
    draft = Draft.objects.get()
    client.post(reverse("portal:draft_help", args=[draft.pk, "sources"]), {"email": "help@company.example"})
    row = Invitation.objects.get()
    assert (row.role, row.path) == ("filer", reverse("portal:draft", args=[draft.pk, "sources"]))


def test_stranger_asks_nobody_for_help(people, sign_in):
    client = sign_in(people.filer)
    client.post(reverse("portal:draft_new"))
    url = reverse("portal:draft_help", args=[Draft.objects.get().pk, "sources"])
    for who in (people.rival, people.reader):
        assert sign_in(who).post(url, {"email": "x@y.example"}).status_code == 404
    assert not Invitation.objects.exists()
