"""A listing through the pages: brought by the firm, corrected, listed and sold by the exchange, seen on the data set's way."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.listings.models import Listing
from apps.rules.clock import legal_today
from apps.workflow.machine import perform
from apps.workflow.models import Case
from tests.factories import make_uscc
from tests.listings.cases import SHEET, brought, fresh, listed, sale, touch
from tests.portal.forms import hidden, words
from tests.rights import make_right


def typed(**more) -> dict[str, str]:
    return {name: str(value) for name, value in {**SHEET, **more}.items()}


def move_by_page(client, case, move, **values):
    url = reverse("portal:move", args=[case.pk, move])
    page = client.get(url)
    return client.post(url, {**values, "key": hidden(page, "key"), "version": str(fresh(case).version)})


def test_a_product_is_brought_corrected_listed_and_sold_in_the_portal(people, organisations, sign_in):
    right = make_right(organisations.enterprise)
    second = make_right(organisations.enterprise, name="乙数据集")
    firm, exchange = sign_in(people.filer), sign_in(people.exchange_person)
    url = f"{reverse('portal:file', args=['listing'])}?root={right.pk}"
    sheet = {**typed(exchange=organisations.exchange.pk), "further": [str(second.pk)]}
    sent = firm.post(url, {**sheet, "key": hidden(firm.get(url), "key")})
    case = Case.objects.get(kind="listing")
    assert sent["Location"] == reverse("portal:receipt", args=[case.pk])
    assert list(case.bases.values_list("on", flat=True)) == [second.pk]

    waiting = exchange.get(reverse("portal:home")).context["page"].waiting
    assert [matter.url.split("/")[-3] for matter in waiting] == ["moves"]
    move_by_page(exchange, case, "ask_correction", note_description="请写明字段。")
    assert fresh(case).status == "correction"
    answer = reverse("portal:answer", args=[case.pk])
    assert "请写明字段。" in words(firm.get(answer))
    firm.post(answer, {"description": "站点、字段、频次。"})
    firm.post(reverse("portal:answer_review", args=[case.pk]))
    assert (fresh(case).status, Listing.objects.get().description) == ("submitted", "站点、字段、频次。")

    move_by_page(exchange, case, "accept")
    until = str(legal_today() + timedelta(days=300))
    numbers = {"listing_number": "GP-1", "compliance_number": "HG-1", "law_firm": "浙江示范律师事务所"}
    move_by_page(exchange, case, "list", **numbers, valid_until=until)
    assert fresh(case).status == "listed"
    deal = {name: str(value) for name, value in sale().items() if name not in ("kind", "licence", "licence_until")}
    move_by_page(exchange, case, "sell", **{**deal, "buyer_code": make_uscc(), "sides_identified": "on"})
    page = words(exchange.get(reverse("portal:case", args=[case.pk])))
    assert "HT-2026-3" in page
    assert "乙数据集" in page


def test_an_exchange_records_a_listing_that_stands_already(people, organisations, sign_in):
    right = make_right(organisations.enterprise)
    client = sign_in(people.exchange_person)
    url = f"{reverse('portal:file', args=['listing'])}?root={right.pk}&move=record"
    today = legal_today()
    data = {
        **typed(exchange=organisations.exchange.pk), "listing_number": "GP-2", "listed_on": str(today),
        "valid_until": str(today + timedelta(days=30)),
    }  # fmt: skip
    sent = client.post(url, {**data, "key": hidden(client.get(url), "key")})
    case = Case.objects.get(kind="listing")
    assert sent["Location"] == reverse("portal:receipt", args=[case.pk])
    assert (case.status, case.organisation) == ("listed", organisations.enterprise)


def test_without_a_registration_the_page_says_so(people, organisations, sign_in):
    client = sign_in(people.filer)
    url = reverse("portal:file", args=["listing"])
    page = client.post(url, {**typed(exchange=organisations.exchange.pk), "key": hidden(client.get(url), "key")})
    assert "挂牌的标的是登记" in words(page) or "choose one first" in words(page)
    assert not Case.objects.filter(kind="listing").exists()


def test_another_firms_listing_does_not_exist_for_a_stranger(people, organisations, sign_in):
    case = brought(people, organisations, make_right(organisations.enterprise))
    for name in ("rival", "banker", "newcomer"):
        assert sign_in(getattr(people, name)).get(reverse("portal:case", args=[case.pk])).status_code == 404


def test_the_office_reads_why_it_is_suspended(people, organisations, sign_in):
    right = make_right(organisations.enterprise)
    case = listed(people, organisations, right)
    touch(right, "revoke", actor=people.deputy)
    page = words(sign_in(people.clerk).get(reverse("desk:case", args=[case.pk]), {"lang": "en"}))
    assert "GP-2026-0012" in page
    assert case.row.contact_phone not in page


def test_pages_of_a_listing_cost_the_same_with_more_transactions(people, organisations, sign_in):
    case = listed(people, organisations, make_right(organisations.enterprise))
    client = sign_in(people.exchange_person)
    url = reverse("portal:case", args=[case.pk])
    client.get(url)
    counts = []
    for number in range(2):
        perform(case.pk, "sell", actor=people.exchange_person, data=sale(contract_number=f"HT-{number}"))
        with CaptureQueriesContext(connection) as found:
            client.get(url)
        counts.append(len(found))
    assert counts[0] == counts[1]
