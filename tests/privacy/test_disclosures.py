"""The register of disclosures: written wherever personal data leave, read and exported by officials, never changed."""

import csv
import json
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from apps.privacy.disclosures import disclose
from apps.privacy.models import Disclosure
from apps.workflow.machine import perform
from tests import samples, ways


def test_forwarding_an_objection_is_written_down(local_track, people, organisations):
    case = samples.an_objection(people, organisations)
    assert not Disclosure.objects.exists()
    perform(case.pk, "admit", actor=people.clerk)
    row = Disclosure.objects.get()
    assert (row.case, row.recipient, row.by) == (case, case.organisation.name, people.clerk)
    assert row.kinds == ["name", "statement"]
    assert "异议" in row.basis


def test_copying_for_the_province_is_written_down_once_a_day(local_track, people, organisations, sign_in):
    case = ways.application(people, organisations, track="provincial")
    client = sign_in(people.clerk)
    for _ in range(2):
        assert client.get(reverse("desk:province", args=[case.pk])).status_code == 200
    sign_in(people.chief).get(reverse("desk:province", args=[case.pk]))
    assert list(Disclosure.objects.order_by("pk").values_list("by", flat=True)) == [people.clerk.pk, people.chief.pk]


@pytest.mark.parametrize("wrong", [{"to": " "}, {"kinds": []}, {"kinds": ["height"]}, {"basis": ""}])
def test_incomplete_disclosure_is_refused(people, wrong):
    with pytest.raises(ValidationError):
        disclose(None, **{"to": "法院", "kinds": ["name"], "basis": "调卷函", "by": people.clerk, **wrong})
    assert not Disclosure.objects.exists()


def rows(people, count: int) -> None:
    for number in range(count):
        disclose(None, to=f"=法院{number}", kinds=["name", "contact"], basis="调卷函", by=people.clerk)


def test_export_holds_every_row_and_no_formula(people, sign_in):
    rows(people, 3)
    client = sign_in(people.chief)
    text = b"".join(client.get(reverse("desk:disclosure_export", args=["csv"])).streaming_content).decode("utf-8-sig")
    found = list(csv.DictReader(StringIO(text)))
    assert [row["recipient"] for row in found] == ["'=法院0", "'=法院1", "'=法院2"]
    lines = b"".join(client.get(reverse("desk:disclosure_export", args=["jsonl"])).streaming_content).splitlines()
    assert [json.loads(line)["recipient"] for line in lines] == ["=法院0", "=法院1", "=法院2"]
    assert client.get(reverse("desk:disclosure_export", args=["exe"])).status_code == 404


def test_district_sees_its_own_cases_only(local_track, people, organisations, sign_in):
    case = ways.application(people, organisations)
    disclose(case, to="定海区人民法院", kinds=["name"], basis="调卷函", by=people.clerk)
    assert "定海区人民法院" in sign_in(people.district_clerk).get(reverse("desk:disclosures")).content.decode()
    assert (
        "定海区人民法院" not in sign_in(people.other_district_clerk).get(reverse("desk:disclosures")).content.decode()
    )


def test_list_costs_the_same_for_one_and_three(people, sign_in, django_assert_num_queries):
    client = sign_in(people.clerk)
    rows(people, 1)
    client.get(reverse("desk:disclosures"))
    with django_assert_num_queries(4):
        client.get(reverse("desk:disclosures"))
    rows(people, 2)
    with django_assert_num_queries(4):
        client.get(reverse("desk:disclosures"))
