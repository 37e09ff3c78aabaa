"""The certificate as paper: its words are the row's, its bytes are the same every time, and it is kept once."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from apps.certificates import paper
from apps.certificates.models import Certificate
from apps.certificates.tasks import make_paper
from apps.papers import typesetting
from apps.workflow.documents import path_of
from apps.workflow.models import Document

LACKING = "\U00020bb7"


def words(pdf: bytes) -> str:
    """The text of a PDF without the line ends and blanks that layout brings."""
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return "".join(text.replace("\u200b", "").split())


def tight(text: str) -> str:
    return "".join(text.split())


def test_paper_says_what_the_register_says(certificate):
    row = certificate.registration
    said = words(paper.render(certificate, demonstration=False))
    for value in (
        row.name, row.holder.name, row.number, certificate.number, row.scenario, row.structure, row.evidence,
        "20,000条", "738,215字节", "2026年10月13日", "2029年10月13日", "非国家/省级登记证书", "（盖章）", "第1页共1页",
    ):  # fmt: skip
        assert tight(value) in said
    assert "演示" not in said


def test_same_rows_give_the_same_bytes(certificate):
    again = Certificate.objects.get(pk=certificate.pk)
    assert paper.render(certificate, demonstration=False) == paper.render(again, demonstration=False)


def test_demonstration_is_said_across_the_page(certificate):
    assert "演示" in words(paper.render(certificate, demonstration=True))


def test_long_fields_run_on_to_numbered_pages_and_digests_break(certificate):
    row = certificate.registration
    row.scenario, row.evidence = "逐时波浪条件用于作业窗口判断。" * 66, f"示范存证平台 {'0123456789abcdef' * 4}"
    row.structure = "\n".join(f"第{n}个字段" for n in range(200))
    pdf = paper.render(certificate, demonstration=False)
    said = words(pdf)
    pages = len(PdfReader(BytesIO(pdf)).pages)
    assert pages > 1
    assert f"第{pages}页共{pages}页" in said
    assert "0123456789abcdef" * 4 in said
    assert "第199个字段" in said


def test_paper_is_kept_once_with_its_digest(certificate):
    first = paper.ensure(certificate)
    assert make_paper(certificate.pk) is True
    assert Document.objects.filter(case=certificate.registration_id, path="certificate").count() == 1
    certificate.refresh_from_db()
    assert certificate.paper_sha256 == first.sha256
    assert path_of(first.sha256).read_bytes()[:5] == b"%PDF-"
    assert first.mime == "application/pdf"


def test_paper_is_made_anew_where_the_file_is_gone(certificate):
    first = paper.ensure(certificate)
    path_of(first.sha256).unlink()
    assert paper.ensure(certificate).sha256 == first.sha256
    assert path_of(first.sha256).exists()


def test_character_outside_the_font_is_refused_and_named(certificate, caplog):
    certificate.registration.name = f"{LACKING}家近岸浪高"
    with pytest.raises(typesetting.Unprintable) as refusal:
        paper.render(certificate, demonstration=False)
    assert refusal.value.characters == LACKING
    certificate.registration.save(update_fields=["name"])
    assert make_paper(certificate.pk) is False
    assert LACKING in caplog.text
    assert typesetting.unprintable("舟山 Hs²\n") == ""


def test_paper_is_asked_for_after_the_entry_is_committed(
    local_track, people, organisations, monkeypatch, django_capture_on_commit_callbacks
):
    from apps.certificates import register
    from tests.certificates.conftest import register as enter

    asked = []
    monkeypatch.setattr(register, "kick", lambda task, *args: asked.append((task.name, *args)))
    with django_capture_on_commit_callbacks(execute=True):
        certificate = enter(people, organisations)
    assert asked == [("certificates.paper", certificate.pk)]


def test_font_is_read_from_the_package():
    assert Path(typesetting.font()).name == "NotoSerifSC-Regular.otf"
    assert {ord("证"), ord("A"), ord("（")} <= typesetting.code_points()
