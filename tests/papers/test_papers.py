"""Printed papers: the words of the case, the proportions of the norm, own numbers, a typed 文号, and who may read them."""

import re
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from pypdf import PdfReader

from apps.applications.remedies import remedy_text
from apps.outbox.models import Letter
from apps.papers import making
from apps.papers.models import Paper, Printing
from apps.papers.typesetting import Unprintable
from apps.workflow.documents import path_of
from apps.workflow.machine import perform
from tests.papers.conftest import fresh, line, printed

RARE = "\U00020bb7"


def words(pdf: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return "".join(text.replace("\u200b", "").split())


def said(pdf: bytes, *texts: str) -> bool:
    found = words(pdf)
    return all("".join(text.split()) in found for text in texts)


# ------------------------------------------------------------------------------------------------ words


def test_correction_notice_names_every_item_the_period_and_the_consequence(cases):
    case = cases.corrected()
    pdf = printed(case, "correction")
    assert said(
        pdf,
        "补正通知书",
        case.organisation.name,
        case.number,
        "请写明服务对象、作业条件和解决的问题。",
        "10个工作日内",
        "视为撤回",
        "（盖章）",
        "编号：舟数知补-2026-0001",
    )
    english = printed(case, "correction", "en")
    assert said(english, "Correction notice", "within 10 working days", "(seal)", case.title)


def test_receipt_says_number_and_last_day(cases):
    case = cases.corrected()
    first = case.events.order_by("seq").first()
    assert said(printed(case, "receipt"), "受理通知书", case.number, "3个工作日")
    assert Paper.objects.get(kind="receipt").event == first


def test_refusal_gives_reasons_and_remedy(cases, settings):
    from django.utils import translation

    case = cases.refused()
    with translation.override("zh-hans"):
        remedy = remedy_text()
    assert said(printed(case, "refusal"), "不予登记通知书", "来源合同未载明许可再次登记。", remedy)
    with translation.override("en"):
        assert said(printed(case, "refusal", "en"), "Notice of refusal of registration", remedy_text())


def test_forwarded_objection_tells_ground_and_reasons_and_no_identity(cases):
    case = cases.forwarded()
    pdf = printed(case, "forwarding")
    assert said(pdf, "异议转送通知书", case.organisation.name, "示范异议人", "数据系我方采集。", "10个工作日内")
    assert case.objection.identity not in words(pdf)
    assert case.objection.email not in words(pdf)


def test_bulletin_bears_its_own_number_and_leads_to_the_notice(cases):
    case = cases.in_notice()
    notice = case.notices.get()
    pdf = printed(case, "bulletin")
    assert said(
        pdf, notice.bulletin_id, f"/notices/{notice.pk}/", case.organisation.name, "舟山近岸浪高数据集", "公示期至"
    )
    assert "去除缺测" not in words(pdf)  # withheld
    assert Paper.objects.get(kind="bulletin").number == "舟数知告-2026-0001"


def test_no_paper_has_a_red_seal_or_head(cases):
    """Black, grey and white alone: no colour operator of any page sets red above the others."""
    case = cases.corrected()
    for page in PdfReader(BytesIO(printed(case, "correction"))).pages:
        for red, green, blue in re.findall(
            rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG|scn|SCN)\b", page.get_contents().get_data()
        ):
            assert float(red) <= max(float(green), float(blue)) + 0.01


# ------------------------------------------------------------------------------------------------ proportions


def placed(page) -> list[tuple[str, float, float, float]]:
    """Every piece of text with its place in points from the lower left and its size."""
    found = []
    page.extract_text(
        visitor_text=lambda text, cm, tm, font, size: found.append((text, tm[4] * cm[0] + cm[4], tm[5], size))
    )
    return found


def test_page_has_22_lines_of_28_characters(cases):
    pdf = PdfReader(BytesIO(printed(cases.corrected(note="浪" * 2000), "correction")))
    full = pdf.pages[1]
    assert [round(float(side)) for side in full.mediabox[2:]] == [595, 842]
    lines = [text for text in full.extract_text().splitlines() if set(text.strip()) == {"浪"}]
    assert {len(text.strip()) for text in lines} == {28}
    assert len(lines) == 22
    assert "—2—" in "".join(full.extract_text().split())


# ------------------------------------------------------------------------------------------------ numbers, bytes


def test_same_rows_give_the_same_bytes_and_the_digest_is_recorded(cases):
    case = cases.corrected()
    first = printed(case, "correction")
    kept = Printing.objects.get(language="zh-hans")
    path_of(kept.sha256).unlink()
    assert printed(case, "correction") == first
    assert path_of(kept.sha256).read_bytes() == first
    assert Printing.objects.get(language="zh-hans").sha256 == kept.sha256


def test_each_kind_has_its_own_series_and_one_number_in_both_languages(cases):
    case = cases.corrected()
    for kind in ("receipt", "correction"):
        for language in ("zh-hans", "en"):
            printed(case, kind, language)
    numbers = list(Paper.objects.order_by("number").values_list("number", flat=True))
    assert numbers == ["舟数知受-2026-0001", "舟数知补-2026-0001"]
    assert Printing.objects.count() == 4


def test_void_paper_stays_listed(cases, people):
    case = cases.corrected()
    printed(case, "correction")
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="误发")
    perform(case.pk, "rectify", actor=people.chief, comment="更正")
    found = line(fresh(case), "correction")
    assert found.void
    assert found.paper.number == "舟数知补-2026-0001"


def test_characters_outside_the_font_are_named(cases):
    case = cases.corrected(note=f"请核对{RARE}字。")
    with pytest.raises(Unprintable) as fault:
        printed(case, "correction")
    assert fault.value.characters == RARE


def test_page_says_which_character_lacks(cases, people, sign_in):
    case = cases.corrected(note=f"请核对{RARE}字。")
    found = line(case, "correction")
    answer = sign_in(people.clerk).get(reverse("desk:paper", args=[case.pk, found.event.seq, "correction"]))
    assert answer.status_code == 503
    assert RARE in answer.content.decode()


# ------------------------------------------------------------------------------------------------ 文号


def test_document_number_is_typed_once_a_year_and_fixed_by_service(cases, people):
    case = cases.corrected()
    found = line(case, "correction")
    before = printed(case, "correction")
    paper = making.paper_of(found.kind, found.event)
    assert making.number_document(paper, "舟市监知[2026] 12号", people.clerk).document_number == "舟市监知〔2026〕12号"
    assert said(printed(case, "correction"), "舟市监知〔2026〕12号")
    assert printed(case, "correction") != before
    making.number_document(paper, "舟市监知〔2026〕13号", people.clerk)
    assert making.note_served(paper, "hand", people.clerk)
    with pytest.raises(ValidationError, match=r"served|送达"):
        making.number_document(paper, "舟市监知〔2026〕14号", people.clerk)
    assert Paper.objects.get(pk=paper.pk).document_number == "舟市监知〔2026〕13号"


@pytest.mark.parametrize("wrong", ["", "12号", "舟市监知2026第12号", "舟市监知〔1926〕12号", "舟市监知〔2026〕0号"])
def test_malformed_document_number_is_refused(cases, people, wrong):
    with pytest.raises(ValidationError):
        making.clean_document_number(wrong)


def test_document_number_stands_on_one_paper_only(cases, people):
    case = cases.corrected()
    papers = [making.paper_of(found.kind, found.event) for found in making.lines(case)]
    making.number_document(papers[0], "舟市监知〔2026〕12号", people.clerk)
    with pytest.raises(ValidationError):
        making.number_document(papers[1], "舟市监知〔2026〕12号", people.clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=papers[1].pk).update(document_number="舟市监知〔2026〕12号")


def test_desk_page_types_the_number_and_keeps_the_old_one_when_wrong(cases, people, sign_in):
    case = cases.corrected()
    seq = line(case, "correction").event.seq
    client = sign_in(people.clerk)
    address = reverse("desk:paper_number", args=[case.pk, seq, "correction"])
    client.post(address, {"document_number": "舟市监知（2026）7号"})
    assert Paper.objects.get().document_number == "舟市监知〔2026〕7号"
    page = client.post(address, {"document_number": "七号"}, follow=True).content.decode()
    assert "舟市监知〔2026〕7号" in page
    assert Paper.objects.get().document_number == "舟市监知〔2026〕7号"


# ------------------------------------------------------------------------------------------------ who reads it


def test_addressee_opens_the_paper_and_that_is_its_service(cases, people, sign_in):
    case = cases.corrected()
    letter = Letter.objects.get(case_pk=case.pk, text="case.correction", user=people.filer)
    answer = sign_in(people.filer).get(reverse("portal:paper", args=[letter.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert said(answer.content, "补正通知书")
    paper = Paper.objects.get(kind="correction")
    assert (paper.served_how, paper.served_by) == ("portal", people.filer)
    assert paper.letter.text == "case.correction"


def test_objectors_paper_is_not_the_applicants(cases, people, sign_in):
    """A party of the case reads the papers addressed to it, not the other side's."""
    case = cases.forwarded()
    receipt = Letter.objects.get(case_pk=case.pk, text="objection.received", user=people.rival)
    assert sign_in(people.filer).get(reverse("portal:paper", args=[receipt.pk])).status_code == 404
    assert sign_in(people.rival).get(reverse("portal:paper", args=[receipt.pk])).status_code == 200


def test_documents_tab_and_list_cost_the_same_for_one_and_three_papers(
    cases, people, sign_in, django_assert_num_queries
):
    client = sign_in(people.clerk)
    case = cases.corrected()
    printed(case, "receipt")
    client.get(reverse("desk:papers"))
    with django_assert_num_queries(5):
        client.get(reverse("desk:papers"))
    printed(case, "correction")
    with django_assert_num_queries(5):
        assert client.get(reverse("desk:papers")).content.decode().count("data-row") == 2
