"""Who may open what: the rightful person first, then a reader, another organisation, another district, nobody."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.enterprises.models import Membership
from apps.outbox.models import Letter
from apps.workflow.documents import SERVICE, keep
from apps.workflow.machine import perform
from apps.workflow.models import Case, Draft
from tests import ways
from tests.factories import make_user
from tests.samples import an_objection

ITEMS = [{"path": "scenario", "label": "Application scenario", "note": "请说明服务对象。"}]


@pytest.fixture
def case(people, organisations) -> Case:
    """An application with a file, in correction."""
    found = ways.application(people, organisations)
    keep([b"a,b\n"], "sample.csv", path="sample", by=people.filer, case=found)
    perform(found.pk, "pass_pre_check", actor=people.district_clerk)
    perform(found.pk, "ask_correction", actor=people.clerk, data={"items": ITEMS})
    found.refresh_from_db()
    return found


@pytest.fixture
def passed(people, organisations) -> Case:
    """An application on the provincial track whose pre-check has passed."""
    found = ways.application(people, organisations, track="provincial", name="省级通道数据集")
    perform(found.pk, "pass_to_province", actor=people.district_clerk)
    found.refresh_from_db()
    return found


def read(response) -> None:
    """A streamed file is closed by reading it to its end."""
    assert not response.streaming or response.getvalue()


def pages_of(case: Case) -> list[str]:
    document = case.documents.get()
    return [
        reverse("portal:case", args=[case.pk]), reverse("portal:receipt", args=[case.pk]),
        reverse("portal:move", args=[case.pk, "withdraw"]), reverse("portal:answer", args=[case.pk]),
        reverse("portal:document", args=[document.pk]),
    ]  # fmt: skip


def test_pages_of_a_case_exist_for_its_parties_alone(case, people, sign_in):
    for url in pages_of(case):
        own = sign_in(people.filer).get(url)
        read(own)
        assert own.status_code == 200, url
        assert sign_in(people.rival).get(url).status_code == 404, url
        assert sign_in(people.banker).get(url).status_code == 404, url
        door = Client().get(url)
        assert door.status_code == 302
        assert door["Location"].startswith(reverse("account_login"))


def test_province_page_and_its_files_exist_for_the_parties_alone(passed, people, sign_in):
    for name in ("province", "province_files"):
        url = reverse(f"portal:{name}", args=[passed.pk])
        own = sign_in(people.filer).get(url)
        read(own)
        assert own.status_code == 200
        assert sign_in(people.rival).get(url).status_code == 404


def test_local_case_has_no_province_page(case, people, sign_in):
    assert sign_in(people.filer).get(reverse("portal:province", args=[case.pk])).status_code == 404


def test_reader_sees_and_cannot_act(case, people, sign_in):
    client = sign_in(people.reader)
    page = client.get(reverse("portal:case", args=[case.pk]))
    assert page.status_code == 200
    assert not page.context["offers"]
    refused = client.post(reverse("portal:move", args=[case.pk, "withdraw"]), {"version": case.version, "key": "k"})
    assert refused.status_code == 200
    assert refused.context["refused"]
    case.refresh_from_db()
    assert case.status == "correction"
    for name in ("draft_new", "deposit_new", "deposit_own"):
        assert client.get(reverse(f"portal:{name}")).status_code == 404
    assert not client.get(reverse("portal:home")).context["page"].waiting


def test_stranger_moves_nothing(case, people, sign_in):
    url = reverse("portal:move", args=[case.pk, "withdraw"])
    assert sign_in(people.rival).post(url, {"version": case.version, "key": "k"}).status_code == 404
    case.refresh_from_db()
    assert case.status == "correction"
    sign_in(people.filer).post(url, {"version": case.version, "key": "k"})
    case.refresh_from_db()
    assert case.status == "withdrawn"


def test_draft_of_another_organisation_does_not_exist(people, organisations, sign_in):
    sign_in(people.filer).post(reverse("portal:draft_new"))
    draft = Draft.objects.get()
    urls = [reverse("portal:draft", args=[draft.pk, "basics"]), reverse("portal:draft_review", args=[draft.pk])]
    for url in urls:
        assert sign_in(people.manager).get(url).status_code == 200
        assert sign_in(people.rival).get(url).status_code == 404
    saved = {"name": "别人的"}
    for person in (people.rival, people.reader):
        assert sign_in(person).post(reverse("portal:draft_save", args=[draft.pk, "basics"]), saved).status_code == 404
    assert sign_in(people.reader).get(urls[0]).status_code == 404
    assert sign_in(people.reader).get(urls[1]).status_code == 200
    draft.refresh_from_db()
    assert "basics" not in draft.data


def test_organisation_of_others_cannot_be_chosen(people, organisations, sign_in):
    client = sign_in(people.filer)
    own = client.get(reverse("portal:home"), {"organisation": organisations.enterprise.pk})
    assert own.context["viewer"].chosen == organisations.enterprise
    other = client.get(reverse("portal:home"), {"organisation": organisations.rival_enterprise.pk})
    assert other.status_code == 404


def test_officials_and_administrators_are_led_to_their_own_face(case, people, sign_in):
    assert sign_in(people.clerk).get(reverse("portal:home"))["Location"] == "/desk/"
    assert sign_in(people.system_admin).get(reverse("portal:home"))["Location"] == "/admin/"
    assert sign_in(people.clerk).post(reverse("portal:move", args=[case.pk, "withdraw"])).status_code == 404


def test_letter_of_another_reader_does_not_exist(case, people, sign_in):
    letter = Letter.objects.filter(user=people.filer).first()
    assert sign_in(people.rival).get(reverse("portal:letter", args=[letter.pk])).status_code == 404
    letter.refresh_from_db()
    assert letter.read_at is None


def test_opening_a_letter_marks_it_read_once(case, people, sign_in):
    client = sign_in(people.filer)
    letter = Letter.objects.filter(user=people.filer, text="case.correction").get()
    listed = client.get(reverse("portal:inbox"))
    assert letter.pk in [row.pk for row in listed.context["page"].rows]
    letter.refresh_from_db()
    assert letter.read_at is None
    client.get(reverse("portal:letter", args=[letter.pk]))
    letter.refresh_from_db()
    first = letter.read_at
    assert first is not None
    assert letter.services.get().channel == "portal"
    client.get(reverse("portal:letter", args=[letter.pk]))
    letter.refresh_from_db()
    assert letter.read_at == first


def test_story_keeps_the_inner_steps_of_the_office(people, organisations, sign_in):
    case = ways.walk(ways.application(people, organisations), people, "approved")
    page = sign_in(people.filer).get(reverse("portal:case", args=[case.pk]))
    told = page.context["entries"]
    inner = [entry for entry in told if entry.inner]
    assert len(inner) == 1
    assert inner[0].comment == ""
    assert not any("查验相符" in str(entry.comment) for entry in told)
    assert people.chief.full_name not in page.content.decode()
    assert people.filer.full_name in [entry.actor for entry in told]


def test_objectors_identity_is_kept_from_the_applicant(people, organisations, sign_in):
    case = an_objection(people, organisations)
    url = reverse("portal:case", args=[case.pk])
    assert sign_in(people.filer).get(url).status_code == 404  # nobody is accused before the office has looked
    perform(case.pk, "admit", actor=people.clerk)
    own = sign_in(people.rival).get(url).content.decode()
    assert "330902199001010016" in own
    other = sign_in(people.filer).get(url).content.decode()
    assert "330902199001010016" not in other
    assert "objector@people.example" not in other
    assert "数据系我方采集。" in other


def test_person_without_an_organisation_sees_a_page_that_says_what_to_do(db, sign_in):
    client = sign_in(make_user("lonely"))
    for name in ("home", "data_sets", "cases", "inbox", "organisation"):
        assert client.get(reverse(f"portal:{name}")).status_code == 200
    assert client.get(reverse("portal:draft_new")).status_code == 404


def test_member_of_two_organisations_sees_one_at_a_time(people, organisations, sign_in):
    Membership.objects.create(organisation=organisations.bank, user=people.filer)
    ways.application(people, organisations)
    client = sign_in(people.filer)
    assert client.get(reverse("portal:cases")).context["page"].rows
    other = client.get(reverse("portal:cases"), {"organisation": organisations.bank.pk})
    assert other.context["viewer"].chosen == organisations.bank
    assert not other.context["page"].rows
    assert client.get(reverse("portal:home")).context["viewer"].chosen == organisations.bank


def test_objection_that_is_not_admitted_is_never_the_applicants_to_read(people, organisations, sign_in):
    case = an_objection(people, organisations)
    perform(case.pk, "reject", actor=people.clerk, comment="无证据")
    assert sign_in(people.filer).get(reverse("portal:case", args=[case.pk])).status_code == 404
    assert not Letter.objects.filter(case_pk=case.pk, user=people.filer).exists()
    assert not case.disclosures.exists()


def test_proof_of_how_a_letter_was_served_is_the_offices(case, people, sign_in):
    proof = keep([b"signed"], "回执 13800005678.txt", path=f"{SERVICE}7", by=people.clerk, case=case)
    page = sign_in(people.filer).get(reverse("portal:case", args=[case.pk]))
    assert [paper.name for paper in page.context["documents"]] == ["sample.csv"]
    assert sign_in(people.filer).get(reverse("portal:document", args=[proof.pk])).status_code == 404
    sent = sign_in(people.clerk).get(reverse("desk:document", args=[proof.pk]))
    assert b"".join(sent.streaming_content) == b"signed"
    sent.close()


def test_story_names_only_the_own_people(people, organisations, sign_in):
    case = an_objection(people, organisations)
    perform(case.pk, "admit", actor=people.clerk)
    url = reverse("portal:case", args=[case.pk])
    own = sign_in(people.rival).get(url).context["entries"][0]
    other = sign_in(people.filer).get(url).context["entries"][0]
    assert own.actor == people.rival.full_name
    assert other.actor not in ("", people.rival.full_name)
