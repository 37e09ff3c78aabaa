"""Who is touched, on the pages: to the official everything, to a party its own, to a stranger kind and state."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from apps.pages import touched
from apps.rules.clock import clock_reading
from apps.workflow.machine import perform
from apps.workflow.models import Case
from tests.followups.cases import accepted, filed, revocation
from tests.insurance.cases import opened
from tests.pledges.cases import registered as pledged
from tests.rights import make_right


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


def test_the_official_sees_each_edge_with_its_number_parties_outcome_and_what_stands_against_it(
    people, organisations, right, sign_in
):
    pledge = pledged(people, organisations, right)
    case = filed("transfer", people, organisations, right)
    for page in (reverse("desk:case", args=[case.pk]), reverse("desk:decision", args=[case.pk])):
        body = sign_in(people.chief).get(page).content.decode()
        for words in (pledge.number, "舟山群岛示范银行", right.certificates.get().number, "同意"):
            assert words in body, (page, words)
    shown = touched.of_case(Case.objects.get(pk=case.pk), people.chief)
    (row,) = shown.rows
    assert (row.case, shown.stopped) == (pledge, True)
    assert "舟山群岛示范银行" in row.against
    perform(case.pk, "consent", actor=people.banker)
    assert not touched.of_case(Case.objects.get(pk=case.pk), people.chief).stopped


def test_a_reader_without_the_right_to_a_case_sees_its_kind_and_state_alone(people, organisations, right, sign_in):
    pledge = pledged(people, organisations, right)
    address = f"{reverse('portal:file', args=['revocation'])}?root={right.pk}"
    body = sign_in(people.rival).get(address).content.decode()
    assert pledge.number not in body
    assert "舟山群岛示范银行" not in body
    (row,) = touched.of_act(right.case, "revoke", people.rival, None).rows
    assert (row.case, row.says, row.told, row.against, row.parties) == (None, "", (), "", ())
    with override("zh-hans"):
        assert str(row.state.public_label) in body


def test_the_holder_sees_it_before_filing_and_on_the_case(people, organisations, right, sign_in):
    pledge = pledged(people, organisations, right)
    address = f"{reverse('portal:file', args=['cancellation'])}?root={right.pk}"
    assert pledge.number in sign_in(people.filer).get(address).content.decode()
    case = filed("cancellation", people, organisations, right)
    assert pledge.number in sign_in(people.filer).get(reverse("portal:case", args=[case.pk])).content.decode()


def test_nothing_is_claimed_where_nothing_rests(people, organisations, right, sign_in):
    case = filed("cancellation", people, organisations, right)
    body = sign_in(people.chief).get(reverse("desk:case", args=[case.pk])).content.decode()
    assert "Nothing else that this portal knows of rests on this right." in body or "本平台未见" in body


def test_what_is_done_is_asked_no_more(people, organisations, right):
    case = accepted("licence_filing", people, organisations, right)
    assert case.state_.open
    assert touched.of_case(case, people.chief) is None
    heard = revocation(people, organisations, right, "open")
    assert touched.of_case(heard, people.chief) is not None
    done = revocation(people, organisations, make_right(organisations.enterprise, name="乙"), "open", "state", "uphold")
    assert touched.of_case(done, people.chief) is None


def test_every_act_on_a_right_can_be_chosen(people, organisations, right, sign_in):
    pledged(people, organisations, right)
    page = reverse("desk:touching", args=[right.pk])
    for move in touched.acts_on(right.case):
        answer = sign_in(people.clerk).get(page, {"act": move.name})
        assert answer.context["chosen"] == move
        assert len(answer.context["touched"].rows) == 1
    assert sign_in(people.clerk).get(reverse("desk:touching", args=[right.origin_id])).status_code == 404


def test_the_queries_stay_the_same_however_many_rest_on_it(people, organisations, right, sign_in):
    case = filed("cancellation", people, organisations, right)
    counts = []
    for number in (1, 3):
        for _ in range(number):
            accepted("licence_filing", people, organisations, right, type="plain")
        fresh = Case.objects.select_related("root").get(pk=case.pk)
        with (
            clock_reading(),
            CaptureQueriesContext(
                connection,
            ) as asked,
        ):
            shown = touched.of_case(fresh, people.chief)
        assert len(shown.rows) == sum((1, 3)[: len(counts) + 1])
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9


def test_an_official_enters_a_filing_for_the_holder_and_one_of_the_offices_own(people, organisations, right, sign_in):
    opened("apply", right, organisations, people.filer)
    typed = {
        "ground": "given_up", "explanation": "纸质申请。", "certain": "on", "key": "0d5b5c0e-7a52-4f3f-9a53-0c8e6f3d3c11",
    }  # fmt: skip
    address = f"{reverse('portal:file', args=['cancellation'])}?root={right.pk}"
    clerk = sign_in(people.clerk)
    assert clerk.get(address).status_code == 200
    answer = clerk.post(address, typed)
    case = Case.objects.get(kind="cancellation")
    assert (answer.status_code, case.entered_by, case.organisation) == (302, people.clerk, organisations.enterprise)
    freeze = f"{reverse('portal:file', args=['freeze'])}?root={right.pk}"
    assert sign_in(people.filer).get(freeze).status_code in (200, 404)
    assert sign_in(people.other_district_clerk).get(freeze).status_code == 404
    assert clerk.get(f"{reverse('portal:file', args=['membership'])}?root={right.pk}").status_code == 404
    body = clerk.get(reverse("desk:case", args=[right.pk])).content.decode()
    assert freeze.replace("&", "&amp;") in body


def test_a_freeze_is_not_entered_without_the_courts_paper(people, organisations, right, sign_in):
    address = f"{reverse('portal:file', args=['freeze'])}?root={right.pk}"
    typed = {
        "court": "舟山市示范人民法院", "document_number": "1号", "starts_on": "2026-03-01", "ends_on": "2099-03-01",
        "key": "0d5b5c0e-7a52-4f3f-9a53-0c8e6f3d3c12",
    }  # fmt: skip
    clerk = sign_in(people.clerk)
    clerk.post(address, typed)
    assert not Case.objects.filter(kind="freeze").exists()
    clerk.post(address, {**typed, "file_court_paper": SimpleUploadedFile("paper.txt", "裁定".encode())})
    case = Case.objects.get(kind="freeze")
    assert list(case.documents.values_list("path", flat=True)) == ["court_paper"]
