"""Wishes about firms and their people."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from apps.enterprises.models import Organisation
from tests.factories import make_district, make_uscc, make_user
from tests.portal.forms import words

CODE = make_uscc(700)
KNOWN = {"name": "舟山晚潮数据有限公司", "legal_representative": "顾望潮", "district": "330902"}


@pytest.fixture
def client(db) -> Client:
    client = Client()
    client.force_login(make_user("alone", language="en"))
    return client


@pytest.fixture
def register(settings, tmp_path):
    file = tmp_path / "register.json"
    settings.COMPANY_REGISTER = "apps.verifications.register.from_file"
    settings.COMPANY_REGISTER_FILE = str(file)
    make_district()
    return file


def typed(**changed) -> dict:
    return {
        **KNOWN, "name_en": "", "uscc": CODE, "capacities": ["enterprise"], "district": make_district().pk, "address": "",
        "contact_name": "沈听潮", "contact_phone": "13800005678", "contact_email": "", **changed,
    }  # fmt: skip


def test_wish_22_register_fills_the_form_and_every_field_stays_editable(client, register):
    register.write_text(json.dumps({CODE: KNOWN}))
    page = client.get(reverse("portal:organisation_new"), {"uscc": CODE})
    html = page.content.decode()
    assert KNOWN["name"] in html
    assert KNOWN["legal_representative"] in html
    assert "readonly" not in html
    assert "disabled" not in html
    client.post(reverse("portal:organisation_new"), typed(name="舟山晚潮数据科技有限公司"))
    assert Organisation.objects.get(uscc=CODE).name == "舟山晚潮数据科技有限公司"


def test_wish_22_register_that_is_down_says_so_and_lets_the_person_type(client, register):
    assert not register.exists()
    page = client.get(reverse("portal:organisation_new"), {"uscc": CODE})
    assert page.status_code == 200
    assert "The company register does not answer now: type the details yourself." in words(page)
    assert CODE in page.content.decode()
    client.post(reverse("portal:organisation_new"), typed())
    assert Organisation.objects.get(uscc=CODE).name == KNOWN["name"]
