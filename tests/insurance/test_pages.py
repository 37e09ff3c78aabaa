"""The insurer's and the insured's way through the portal: pages that open and say what stands."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from apps.insurance.models import LossClaim, Policy, Product
from apps.workflow.machine import perform
from apps.workflow.models import Case
from tests.insurance.cases import in_force, reported
from tests.rights import make_right

MAY = datetime(2026, 5, 11, 4, 0, tzinfo=UTC)
PARTS = {"legal": Decimal("40000"), "direct": Decimal("60000")}


@pytest.fixture(autouse=True)
def may(db):
    with time_machine.travel(MAY, tick=False):
        yield


@pytest.fixture
def policy(people, organisations) -> Case:
    return in_force(people, organisations, make_right(organisations.enterprise), parts=PARTS)


def page(client, case) -> str:
    answer = client.get(reverse("portal:case", args=[case.pk]))
    return answer.content.decode()


def test_policy_shows_parts_and_endorsements_to_both_sides(people, policy, sign_in):
    given = {
        "number": "批-001", "effective_from": date(2026, 5, 11), "sum_insured": Decimal("120000"), "premium": Decimal("3600"),
        "ends_on": date(2027, 3, 31), "parts": {**PARTS, "direct": Decimal("80000")},
    }  # fmt: skip
    perform(policy.pk, "endorse", actor=people.insurer_person, data=given)
    for person in (people.filer, people.insurer_person):
        text = page(sign_in(person), policy)
        assert "80,000.00" in text
        assert "批-001" in text


def test_a_loss_is_reported_from_the_policys_page(people, policy, sign_in):
    client = sign_in(people.filer)
    url = f"{reverse('portal:file', args=['claim'])}?move=report&root={policy.pk}"
    assert url.replace("&", "&amp;") in page(client, policy)
    typed = {
        "lost_on": "2026-05-04", "known_on": "2026-05-06", "cause": "infringed", "account": "抓取转售", "claimed": "40,000",
    }  # fmt: skip
    sent = client.post(url, typed)
    claim = LossClaim.objects.get()
    assert sent["Location"] == reverse("portal:receipt", args=[claim.pk])
    assert (claim.policy_id, claim.claimed_fen) == (policy.pk, 4_000_000)
    waiting = sign_in(people.insurer_person).get(reverse("portal:home")).context["page"].waiting
    assert [matter.url for matter in waiting] == [reverse("portal:move", args=[claim.pk, "assess"])]


def test_the_insurer_is_not_offered_to_report(people, policy, sign_in):
    assert reverse("portal:file", args=["claim"]) not in page(sign_in(people.insurer_person), policy)


def test_claim_on_something_that_is_no_policy_is_refused(people, policy, sign_in):
    url = f"{reverse('portal:file', args=['claim'])}?move=report&root={policy.root_id}"
    typed = {"lost_on": "2026-05-04", "known_on": "2026-05-06", "cause": "infringed", "account": "x", "claimed": "4"}
    answer = sign_in(people.filer).post(url, typed)
    assert answer.context["errors"]
    assert not LossClaim.objects.exists()


def test_a_claim_is_assessed_by_its_parts_and_paid(people, policy, sign_in):
    claim = reported(people, policy)
    client = sign_in(people.insurer_person)

    def make(move, **typed):
        version = Case.objects.get(pk=claim.pk).version
        return client.post(reverse("portal:move", args=[claim.pk, move]), {"version": version, "key": move, **typed})

    make("assess")
    make("agree", assessed="30000", item_legal="5000", item_direct="25000")
    make("pay", amount="30000", paid_on="2026-05-11")
    assert Case.objects.get(pk=claim.pk).status == "paid"
    assert LossClaim.objects.get().item_sums_fen == {"legal": 500_000, "direct": 2_500_000}
    assert "25,000.00" in page(client, claim)


def test_an_insurer_records_a_policy_by_the_registrations_number(people, organisations, sign_in):
    right = make_right(organisations.enterprise)
    client = sign_in(people.insurer_person)
    url = f"{reverse('portal:file', args=['policy'])}?move=record"
    assert url in client.get(reverse("portal:home")).content.decode()
    typed = {
        "registration": right.number, "insurer": organisations.insurer.pk, "product": "infringed", "policy_number": "P-1",
        "sum_insured": "100000", "item_legal": "40000", "item_direct": "60000", "premium": "3000", "starts_on": "2026-05-01",
        "ends_on": "2027-04-30",
    }  # fmt: skip
    client.post(url, typed)
    row = Policy.objects.get()
    assert (row.registration, row.policyholder) == (right, organisations.enterprise)
    assert row.item_sums_fen == {"legal": 4_000_000, "direct": 6_000_000}


def test_an_insurer_keeps_its_own_products_alone(people, organisations, sign_in):
    client = sign_in(people.insurer_person)
    typed = {"name": "侵权险", "line": "infringed", "terms": "条款", "items": ["legal"], "active_from": "2026-01-01"}
    client.post(reverse("portal:product_new"), typed)
    product = Product.objects.get()
    assert (product.insurer, product.items) == (organisations.insurer, ["legal"])
    again = client.post(reverse("portal:product_new"), typed)
    assert [error.target for error in again.context["errors"]] == ["id_name"]
    foreign = Product.objects.create(
        insurer=organisations.bank, name="x", line="credit", terms="x", active_from=date(2026, 1, 1)
    )
    assert client.get(reverse("portal:product", args=[foreign.pk])).status_code == 404


@pytest.mark.parametrize("move", ["apply", "record"])
def test_filing_without_a_right_is_told_what_is_missing(people, organisations, sign_in, move):
    client = sign_in(people.filer if move == "apply" else people.insurer_person)
    url = f"{reverse('portal:file', args=['policy'])}?move={move}"
    typed = {
        "insurer": organisations.insurer.pk, "product": "infringed", "sum_insured": "100,000", "policy_number": "DH-7",
        "premium": "300", "starts_on": "2026-05-01", "ends_on": "2027-04-30",
    }  # fmt: skip
    answer = client.post(url, typed)
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert not Policy.objects.exists()
