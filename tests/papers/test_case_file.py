"""The case file: verified by sha256sum and a recipe of five lines, redacted without a trace, flat in memory."""

import json
import subprocess
import zipfile
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from apps.pages import archive, casefile
from apps.privacy.models import Disclosure
from apps.workflow import documents
from apps.workflow.machine import perform
from tests.papers.conftest import fresh, printed
from tests.samples import SAMPLES

SECRET = b"time,Hs\n2026-01-01T00:00,1.2\n"


@pytest.fixture
def case(cases, people):
    """Asked to correct, answered, rectified once: with papers, a secret file, an odd file name and a struck event."""
    case = cases.corrected()
    printed(case, "correction")
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="误发，联系 13800005678")
    perform(case.pk, "rectify", actor=people.chief, comment="更正")
    documents.keep([SECRET], "样本 sample\\1.csv", path="sample", by=people.filer, case=case)
    documents.keep([b"open"], "舟山 说明.txt", path="statement", by=people.filer, case=case, secret=False)
    return fresh(case)


def unpacked(case, folder, *, redacted=False) -> dict[str, bytes]:
    data = b"".join(archive.zipped(case, redacted=redacted, language="zh-hans"))
    with zipfile.ZipFile(BytesIO(data)) as box:
        assert box.testzip() is None
        box.extractall(folder)
        return {name: box.read(name) for name in box.namelist()}


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).replace("\u200b", "").split())


def test_zip_is_verified_by_sha256sum_and_the_recipe_alone(case, tmp_path):
    files = unpacked(case, tmp_path)
    done = subprocess.run(["sha256sum", "-c", "hashes.txt"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": OK") == len(files) - 1
    recipe = files["README.txt"].decode().split("----8<----\n")[1]
    assert run_recipe(recipe, tmp_path) == case.head_hash
    assert len(files["events.jsonl"].splitlines()) == case.event_count


def run_recipe(recipe: str, folder) -> str:
    """The recipe as a stranger runs it: a plain Python without this project."""
    done = subprocess.run(["python3", "-I", "-c", recipe], cwd=folder, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else f"failed: {done.stderr[-200:]}"


def test_altered_event_and_altered_file_are_found(case, tmp_path):
    files = unpacked(case, tmp_path)
    recipe = files["README.txt"].decode().split("----8<----\n")[1]
    lines = files["events.jsonl"].decode().splitlines()
    event = json.loads(lines[1])
    event["canonical"] = event["canonical"].replace("查验相符", "查验不符")
    lines[1] = json.dumps(event, ensure_ascii=False)
    (tmp_path / "events.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert run_recipe(recipe, tmp_path).startswith("failed")
    done = subprocess.run(["sha256sum", "-c", "hashes.txt"], cwd=tmp_path, capture_output=True, text=True)
    assert "events.jsonl: FAILED" in done.stdout


def test_pdf_holds_every_part_with_page_numbers(case):
    pdf = casefile.render(case, redacted=False, language="zh-hans")
    said = text_of(pdf)
    for text in (case.number, case.head_hash, "13800005678", "误发", "舟数知补-2026-0001", "舟山近岸浪高数据集"):
        assert text in said
    for document in case.documents.all():
        assert document.sha256 in said
        assert document.sm3 in said
    for event in case.events.all():
        assert event.hash in said
    index = text_of_page(pdf, 1)
    pages = len(PdfReader(BytesIO(pdf)).pages)
    assert any(index.rstrip().endswith(str(page)) or f"{page}" in index for page in range(3, pages + 1))


def text_of_page(pdf: bytes, number: int) -> str:
    return "".join(PdfReader(BytesIO(pdf)).pages[number].extract_text().split())


def test_redacted_twin_leaves_out_what_is_personal_and_keeps_the_digests(case, tmp_path, people):
    files = unpacked(case, tmp_path, redacted=True)
    row = case.application
    everything = text_of(files["case-file.pdf"]) + "".join(
        files[name].decode() for name in files if not name.endswith(".pdf")
    )
    for secret in (
        row.contact_phone,
        row.contact_name,
        row.algorithm[:20],
        people.filer.full_name.replace(" ", ""),
        people.filer.email,
        "sample",
    ):
        assert secret not in everything, secret
    assert row.name in everything
    for document in case.documents.all():
        assert document.sha256 in everything
    for event in case.events.all():
        assert event.hash in everything
    assert not any("sample" in name for name in files)
    assert any("说明" in name for name in files)
    assert SECRET not in b"".join(files.values())
    assert subprocess.run(["sha256sum", "-c", "hashes.txt"], cwd=tmp_path, capture_output=True).returncode == 0


def test_file_whose_bytes_are_gone_is_listed_not_fatal(case, tmp_path):
    gone = case.documents.get(path="sample")
    documents.path_of(gone.sha256).unlink()
    files = unpacked(case, tmp_path)
    assert gone.sha256 in files["withheld.txt"].decode()


def test_memory_is_flat_whatever_the_files_weigh(case):
    """The ZIP comes in pieces no larger than a chunk with its header, a file of 24 MiB included."""
    piece = b"x" * 1024 * 1024
    documents.keep((piece for _ in range(24)), "big.txt", path="sample", by=None, case=case)
    sizes = [len(part) for part in archive.zipped(case, redacted=False, language="zh-hans")]
    assert sum(sizes) > 24 * len(piece)
    assert max(sizes) < 2 * len(piece)


def test_export_is_audited_and_a_recipient_stands_in_the_register(case, people, sign_in, caplog):
    client = sign_in(people.clerk)
    address = reverse("desk:case_file", args=[case.pk])
    with caplog.at_level("INFO", logger="security"):
        answer = client.post(
            address, {"twin": "full", "form": "zip", "recipient": "舟山市中级人民法院", "basis": "（2026）浙09调12号"}
        )
        assert zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))).testzip() is None
    assert "export.case_file" in caplog.text
    row = Disclosure.objects.get()
    assert (row.case, row.recipient, row.by) == (case, "舟山市中级人民法院", people.clerk)


def test_complete_file_is_not_given_away_without_a_basis(case, people, sign_in):
    answer = sign_in(people.clerk).post(
        reverse("desk:case_file", args=[case.pk]), {"twin": "full", "form": "zip", "recipient": "某法院", "basis": ""}
    )
    assert answer.status_code == 422
    assert "某法院" in answer.content.decode()
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_kind_has_a_case_file(name, local_track, people, organisations):
    case = SAMPLES[name](people, organisations)
    for redacted in (False, True):
        assert case.head_hash in text_of(casefile.render(case, redacted=redacted, language="en"))
