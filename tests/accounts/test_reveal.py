"""Numbers of persons on the desk: masked, and in full for a reason that is noted."""

import pytest

from apps.accounts.models import AuditEntry
from tests import samples
from tests.privacy.cases import ask
from tests.ways import application

PHONE, IDENTITY = "13912345678", "33090219900101123X"


@pytest.fixture
def case(people, organisations):
    case = application(people, organisations)
    type(case.row).objects.filter(pk=case.row.pk).update(contact_phone=PHONE)
    return case


def test_case_page_masks_phones(case, people, organisations, sign_in):
    page = sign_in(people.district_clerk).get(f"/desk/cases/{case.pk}/").content.decode()
    assert PHONE not in page
    assert organisations.enterprise.contact_phone not in page
    assert "139****5678" in page
    assert "138****5678" in page


def test_number_is_shown_for_a_reason_that_is_noted(case, people, organisations, sign_in):
    client, path = sign_in(people.district_clerk), f"/desk/cases/{case.pk}/reveal/"
    assert PHONE not in client.get(path).content.decode()
    for reason in ("", "x"):
        refused = client.post(path, {"reason": reason})
        assert refused.status_code == 422
        assert PHONE not in refused.content.decode()
    assert not AuditEntry.objects.filter(act="reveal").exists()
    page = client.post(path, {"reason": "电话核对合同"}).content.decode()
    assert PHONE in page
    assert organisations.enterprise.contact_phone in page
    entry = AuditEntry.objects.get(act="reveal")
    assert (entry.actor, entry.about, entry.detail) == (people.district_clerk, case.number, {"reason": "电话核对合同"})


def test_objectors_identity_is_masked_and_a_credit_code_is_not(people, organisations, sign_in):
    case = samples.SAMPLES["objection"](people, organisations)
    client, row = sign_in(people.clerk), case.row
    type(row).objects.filter(pk=row.pk).update(identity=IDENTITY, phone=PHONE)
    page = client.get(f"/desk/cases/{case.pk}/").content.decode()
    assert IDENTITY not in page
    assert PHONE not in page
    assert "330902********123X" in page
    assert IDENTITY in client.post(f"/desk/cases/{case.pk}/reveal/", {"reason": "核对身份"}).content.decode()
    code = organisations.rival_enterprise.uscc
    type(row).objects.filter(pk=row.pk).update(identity=code)
    assert code in client.get(f"/desk/cases/{case.pk}/").content.decode()


def test_phone_of_a_request_about_personal_data_is_masked(people, organisations, sign_in):
    case = ask(people.filer, right="correct", new_phone=PHONE)
    client = sign_in(people.clerk)
    for tab in ("form", "changes"):
        page = client.get(f"/desk/cases/{case.pk}/?tab={tab}").content.decode()
        assert PHONE not in page
        assert "139****5678" in page


def test_reveal_of_a_case_elsewhere_does_not_exist(case, people, sign_in):
    client = sign_in(people.other_district_clerk)
    assert client.post(f"/desk/cases/{case.pk}/reveal/", {"reason": "电话核对"}).status_code == 404
    assert not AuditEntry.objects.filter(act="reveal").exists()
