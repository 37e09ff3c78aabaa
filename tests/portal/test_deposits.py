"""Deposits: an outside certificate, the portal's own receipt by digest alone or by the file, each filed once."""

from hashlib import sha256

from django.urls import reverse

from apps.evidence.models import Deposit, DepositPlatform
from apps.workflow.machine import perform
from apps.workflow.models import Document
from tests import ways
from tests.portal.forms import hidden, paper, words

OWN = {"data_name": "近岸浪高数据集", "not_classified": "on"}


def test_own_receipt_for_the_digest_alone(people, organisations, sign_in):
    client = sign_in(people.filer)
    url = reverse("portal:deposit_own")
    key = hidden(client.get(url), "key")
    digests = {"sha256": ways.SHA.upper(), "file_name": "buoy.csv", "size_bytes": "738215"}
    first = client.post(url, {**OWN, **digests, "key": key})
    row = Deposit.objects.get()
    assert (row.sha256, row.hash_only, row.size_bytes, row.route) == (ways.SHA, True, 738215, "own")
    assert not Document.objects.exists()
    assert row.certificate_number in words(client.get(first["Location"]))
    again = client.post(url, {**OWN, **digests, "key": key})
    assert again["Location"] == first["Location"]
    assert Deposit.objects.count() == 1


def test_own_receipt_for_the_file_takes_its_digest(people, organisations, sign_in):
    client = sign_in(people.filer)
    url = reverse("portal:deposit_own")
    content = b"time,Hs\n2026-01-01,1.2\n"
    client.post(url, {**OWN, "file_data": paper("buoy.csv", content)})
    row = Deposit.objects.get()
    assert (row.sha256, row.hash_only, row.file_name) == (sha256(content).hexdigest(), False, "buoy.csv")
    assert Document.objects.get().case_id == row.pk


def test_file_handed_in_stays_while_the_rest_is_corrected(people, organisations, sign_in):
    client = sign_in(people.filer)
    url = reverse("portal:deposit_own")
    wrong = client.post(
        url, {"data_name": "近岸浪高数据集", "file_data": paper("buoy.csv"), "key": hidden(client.get(url), "key")}
    )
    assert wrong.context["errors"][0].target == "id_not_classified"
    assert "buoy.csv" in words(client.get(url))
    client.post(url, {**OWN, "key": hidden(client.get(url), "key")})
    assert Deposit.objects.get().file_name == "buoy.csv"


def test_digest_of_another_file_is_refused(people, organisations, sign_in):
    client = sign_in(people.filer)
    page = client.post(reverse("portal:deposit_own"), {**OWN, "sha256": "a" * 64, "file_data": paper()})
    assert page.context["errors"][0].target == "id_sha256"
    assert not Deposit.objects.exists()


def test_outside_certificate_is_recorded_with_its_scan(people, organisations, certificate, sign_in):
    client = sign_in(people.filer)
    sent = client.post(reverse("portal:deposit_new"), {**certificate, "file_paper": paper("证书.txt", b"EC-0007")})
    row = Deposit.objects.get()
    assert sent["Location"] == reverse("portal:receipt", args=[row.pk])
    assert (row.sha256, row.case.status, row.platform.name_zh) == (ways.SHA, "recorded", "东海示范存证平台")
    assert row.deposited_at.isoformat() == "2026-01-05T01:30:00+00:00"
    assert Document.objects.get(case=row.case).name == "证书.txt"


def test_certificate_that_is_recorded_already_is_told_in_a_sentence(people, organisations, certificate, sign_in):
    sign_in(people.filer).post(reverse("portal:deposit_new"), certificate)
    page = sign_in(people.rival).post(reverse("portal:deposit_new"), certificate)
    assert page.status_code == 200
    assert page.context["errors"]
    assert Deposit.objects.count() == 1


def test_failed_evidence_is_corrected_and_handed_in_again(people, organisations, certificate, sign_in):
    client = sign_in(people.filer)
    client.post(reverse("portal:deposit_new"), certificate)
    case = Deposit.objects.get().case
    perform(case.pk, "fail", actor=people.clerk, comment="号码不符")
    case.refresh_from_db()
    url = reverse("portal:move", args=[case.pk, "resubmit"])
    assert reverse("portal:move", args=[case.pk, "resubmit"]) in [
        m.url for m in client.get(reverse("portal:home")).context["page"].waiting
    ]
    page = client.get(url)
    assert page.context["form"].initial["digest"] == ways.SHA
    changed = {**certificate, "certificate_number": "EC-0008", "algorithm": "sm3"}
    client.post(url, {**changed, "version": case.version, "key": hidden(page, "key")})
    row = Deposit.objects.get()
    assert (row.certificate_number, row.sha256, row.sm3, row.case.status) == ("EC-0008", "", ways.SHA, "recorded")


def test_platform_list_leaves_out_this_portal(people, organisations, sign_in):
    page = sign_in(people.filer).get(reverse("portal:deposit_new"))
    offered = set(page.context["form"].fields["platform"].queryset)
    assert offered == set(DepositPlatform.objects.filter(own=False))
