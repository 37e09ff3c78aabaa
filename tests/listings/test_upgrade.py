"""Sole licences of before they were claims bind the right after an upgrade like those of today."""

from importlib import import_module

import pytest
from django.apps import apps

from apps.certificates.models import Claim
from apps.workflow.machine import perform
from tests.followups.cases import accepted
from tests.listings.cases import listed, sale
from tests.rights import make_right

FIELDS = ("registration", "case", "party", "kind", "exclusive", "own", "until", "ended_at")


@pytest.mark.parametrize(
    "where",
    [
        "listings.migrations.0002_sole_licences_sold_are_claims",
        "rights.migrations.0003_sole_licences_on_file_are_claims",
    ],
)
def test_sole_licences_of_before_are_claims_once(where, people, organisations):
    right = make_right(organisations.enterprise)
    if where.startswith("rights"):
        accepted("licence_filing", people, organisations, right, type="sole", licensee=organisations.insurer.pk)
    else:
        case = listed(people, organisations, right, licence="sole")
        bought = sale(licence="sole", buyer_code=organisations.insurer.uscc)
        perform(case.pk, "sell_last", actor=people.exchange_person, data=bought)
    today = Claim.objects.values(*FIELDS).get()
    Claim.objects.all().delete()
    upgrade = import_module(f"apps.{where}").put_claims
    for _again in range(2):
        upgrade(apps, None)
        assert Claim.objects.values(*FIELDS).get() == today
