"""The register and the look-up: what they say of what is valid, ended, replaced, unknown, and of claims."""

from datetime import date
from io import BytesIO

import pytest
import time_machine
from pypdf import PdfReader

from apps.certificates.models import Certificate, Registration
from apps.certificates.register import claim, release
from apps.rules.clock import legal_now
from tests.public.test_notices import html, said
from tests.ways import at_noon

pytestmark = pytest.mark.django_db
NAME = "舟山近岸浪高数据集"
HOLDER = "舟山听涛海洋数据有限公司"


@pytest.fixture
def now(certificate):
    with time_machine.travel(at_noon(2026, 11, 22), tick=False) as clock:
        yield clock


def ask(client, number, holder):
    return said(client.get("/verify/", {"number": number, "holder": holder}).content.decode())


def test_valid_certificate_is_said_to_be_in_force(english, now, certificate):
    page = ask(english, certificate.number, HOLDER)
    assert (
        f"{certificate.number} is in the register and in force: “{NAME}”, held by {HOLDER}, valid until 2029-10-13."
        in page
    )
    assert "This portal has no record of a pledge." in page
    assert "As of 2026-11-22 12:00. Source: this portal's own register." in said(page)
    assert "it is not a national or provincial one" in page
    assert "not pledged" not in page


@pytest.mark.parametrize("holder", ["舟山听涛海洋数据有限公司 ", "tingtao ocean data co., ltd."])
def test_registration_number_and_either_name_of_the_holder_do(english, now, certificate, holder):
    assert "in the register and in force" in ask(english, certificate.registration.number, holder)


def test_expired_by_time_without_a_sweep(english, now, certificate):
    now.move_to(at_noon(2029, 10, 13).replace(hour=23, minute=59))
    assert "and in force" in ask(english, certificate.number, HOLDER)
    now.move_to(at_noon(2029, 10, 14).replace(hour=0))
    page = ask(english, certificate.number, HOLDER)
    assert "no longer in force" in page
    assert "Expired" in page
    assert "Expired" in html(english, f"/register/{certificate.registration.number}/")


def test_unknown_number_and_other_holder(english, now, certificate):
    assert "舟数知证-2026-9999 is in this register" in ask(english, "舟数知证-2026-9999", HOLDER)
    page = ask(english, certificate.number, "舟山蓝湾渔业科技有限公司")
    assert "is not its holder" in page
    assert NAME not in page


def test_replaced_certificate_stays_findable(english, now, certificate):
    Certificate.objects.filter(pk=certificate.pk).update(superseded_at=legal_now())
    Certificate.objects.create(
        registration=certificate.registration, number="舟数知证-2026-0002", form="local", issued_on=date(2026, 11, 1),
        valid_until=date(2029, 10, 13),
    )  # fmt: skip
    assert "was replaced by a later certificate" in html(english, f"/verify/{certificate.token}/")
    page = html(english, f"/register/{certificate.registration.number}/")
    assert certificate.number in page
    assert "舟数知证-2026-0002" in page


def test_empty_form_says_what_is_missing(english):
    page = ask(english, "", "")
    assert "Enter the number that stands on the certificate." in page
    assert "Enter the name of the holder." in page


def test_code_of_no_certificate_is_said_to_be_none(english, db):
    assert "This code belongs to no certificate of this register." in html(english, "/verify/1deadbeef/", 404)


def test_open_claim_is_shown_and_a_released_one_is_not(english, now, certificate, organisations):
    row = certificate.registration
    claim(row, case=row.case, party=organisations.bank, kind="pledge", at=legal_now())
    page = html(english, f"/register/{row.number}/")
    assert "<b>pledge</b>" in page
    assert "has no record of a pledge" not in page
    release(row.case, at=legal_now(), outcome="released")
    assert "has no record of a pledge" in html(english, f"/register/{row.number}/")


def test_mirrored_registration_says_that_pledges_may_be_elsewhere(english, now, certificate):
    Registration.objects.update(track="provincial")
    Certificate.objects.update(form="national", number="20261133000000001")
    page = html(english, f"/register/{certificate.registration.number}/")
    assert "pledges registered elsewhere may not be known here" in page
    assert "certificate.pdf" not in page
    assert english.get(f"/verify/{certificate.token}/certificate.pdf").status_code == 404


@pytest.mark.parametrize("query", ["浪", "浪高", "听涛", "舟数知登-2026-0001", "舟数知证-2026-0001"])
def test_register_is_found_by(client, now, query):
    assert NAME in client.get("/register/", {"q": query}).content.decode()


def test_register_without_a_match_says_so(english, now):
    assert "Nothing in the register matches" in html(english, "/register/?q=渔获")


def test_register_in_force_only(english, now):
    assert NAME in html(english, "/register/?valid=on")
    now.move_to(at_noon(2030, 1, 1))
    assert NAME in html(english, "/register/")
    assert NAME not in html(english, "/register/?valid=on")


@pytest.mark.parametrize("count", [1, 3])
def test_register_costs_the_same_at_every_length(client, now, certificate, count, django_assert_num_queries):
    from apps.workflow.models import Case

    row = certificate.registration
    for n in range(2, count + 1):
        origin = Case.objects.create(
            kind="application",
            title="x",
            status="registered",
            rules_on=date(2026, 1, 1),
            filed_at=legal_now(),
            changed_at=legal_now(),
        )
        case = Case.objects.create(
            kind="registration",
            title="x",
            status="valid",
            rules_on=date(2026, 1, 1),
            filed_at=legal_now(),
            changed_at=legal_now(),
        )
        Registration.objects.create(
            case=case, origin=origin, number=f"舟数知登-2026-000{n}", name=f"数据集{n}", holder=row.holder, track="local", industry="74",
            scenario="x", record_count=1, volume_bytes=1, update_frequency="static", evidence="x",
            registered_on=date(2026, 1, n), valid_until=date(2029, 1, 1),
        )  # fmt: skip
    client.get("/register/")
    with django_assert_num_queries(2):  # the legal clock, the list
        page = html(client, "/register/")
    assert page.count("<tr data-row>") == count


def test_certificate_is_served_as_pdf_and_the_same_twice(client, now, certificate):
    path = f"/verify/{certificate.token}/certificate.pdf"
    first, second = (client.get(path) for _ in range(2))
    assert first.content == second.content
    assert certificate.number in PdfReader(BytesIO(first.content)).pages[0].extract_text()
    assert first["Content-Type"] == "application/pdf"
    assert "filename*=utf-8''" in first["Content-Disposition"]


def test_certificate_with_a_rare_character_is_refused_in_a_sentence(english, now, certificate):
    Registration.objects.update(name="\U00020bb7家近岸浪高")
    page = html(english, f"/verify/{certificate.token}/certificate.pdf", 503)
    assert "font lacks a character" in page
    assert "\U00020bb7" in page


def test_look_ups_are_limited_and_open_without_a_cache(client, db, settings):
    assert [client.get("/verify/").status_code for _ in range(61)] == [200] * 61
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "lookups"}}
    assert [client.get("/verify/").status_code for _ in range(61)] == [200] * 60 + [429]
