"""The portal's forms as a person fills them: evidence, and the application step by step."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from apps.applications.forms import STEPS
from apps.evidence.models import Deposit
from apps.workflow.models import Case
from tests.browser.stage import Stage
from tests.portal.forms import steps_typed
from tests.ways import SHA, platform

REAL_FILE = settings.BASE_DIR.parent / "shared" / "data" / "ndbc_buoy_46023.csv"
STATEMENT = {"name": "真实性声明.csv", "mimeType": "text/csv", "buffer": "声明\n以上内容真实\n".encode()}
COLLECTION = {"name": "采集情况说明.csv", "mimeType": "text/csv", "buffer": "采集方式\n自有浮标逐时观测\n".encode()}
LICENCE = {"name": "营业执照.csv", "mimeType": "text/csv", "buffer": "统一社会信用代码\n".encode()}


def real_file() -> Path:
    """The real data set, handed around beside the repository; skips where it is absent, fails where it is another."""
    if not REAL_FILE.exists():
        pytest.skip(f"THE REAL DATA SET IS NOT HERE: {REAL_FILE}")
    assert sha256(REAL_FILE.read_bytes()).hexdigest() == SHA
    return REAL_FILE


def filed_case(stage: Stage) -> Case:
    """The case whose receipt is shown, with its number on the page."""
    pk = int(stage.path.split("/")[3])
    assert stage.path == f"/portal/cases/{pk}/receipt/"
    case = Case.objects.get(pk=pk)
    assert case.number in stage.page.locator(".receipt-number").inner_text()
    return case


def ask_for_verification(stage: Stage) -> Case:
    """The newcomer's organisation, with what is known of it already filled in."""
    stage.open("/portal/organisation/").follow('main a[href="/portal/file/organisation/"]')
    expect(stage.page.locator("#id_name")).to_have_value("舟山初航数据有限公司")
    stage.fill(file_licence=LICENCE, e_service=True).press()
    return filed_case(stage)


def deposit_digest(stage: Stage, file: Path) -> Deposit:
    """A receipt of the portal for digests that this browser computes; the file goes nowhere."""
    sent: list[int] = []
    stage.open("/portal/deposits/own/")
    stage.page.on("request", lambda request: sent.append(len(request.post_data_buffer or b"")))
    stage.page.locator("#hasher-file").set_input_files(file)
    expect(stage.page.locator("#id_sha256")).to_have_value(SHA, timeout=20_000)
    expect(stage.page.locator("#id_size_bytes")).to_have_value(str(file.stat().st_size))
    stage.fill(data_name="近岸浪高原始序列", not_classified=True).press()
    assert max(sent) < 10_000  # bytes; the file has 738,215
    deposit = Deposit.objects.get(case=filed_case(stage))
    assert (deposit.sha256, deposit.route, deposit.file_name) == (SHA, Deposit.Route.OWN, file.name)
    return deposit


def deposit_certificate(stage: Stage, number: str) -> Deposit:
    """An outside platform's certificate, typed from the paper with a digest in capitals and groups."""
    digest = " ".join(SHA[at : at + 8].upper() for at in range(0, 64, 8))
    kept_by = platform()
    stage.open("/portal/deposits/outside/").fill(
        route="platform", platform=kept_by.pk, certificate_number=number, data_name="舟山近岸浪高数据集",
        algorithm="sha256", digest=digest, deposited_at="2026-08-03T09:30",
    ).press()  # fmt: skip
    return Deposit.objects.get(case=filed_case(stage))


def begin(stage: Stage) -> str:
    """Begin an application; the address of its draft."""
    stage.open("/portal/drafts/new/").press()
    return stage.path.removesuffix(f"{STEPS[0][0]}/")


def fill_steps(stage: Stage, deposit: Deposit, file: Path, *, photograph: bool = False, **changed) -> None:
    """Every step of the application, the file attached as its sample; ends at the review."""
    files = {
        "sources": {"file_sources.1": COLLECTION}, "evidence": {"file_sample": file},
        "publication": {"file_statement": STATEMENT},
    }  # fmt: skip
    for step, _label, _form in STEPS:
        assert stage.path.endswith(f"/{step}/"), stage.text()
        values = {name: value for name, value in steps_typed(deposit)[step].items() if value and "-key" not in name}
        more = {name: changed[name] for name in values.keys() & changed.keys()}
        stage.fill(**values | more | files.get(step, {}))
        if step == "structure" and photograph:
            with stage.page.expect_response("**/save/"):
                stage.page.locator("#id_record_count").blur()
            stage.photograph("portal-step")
        stage.press("main form .form-foot .btn-primary")


def file_it(stage: Stage) -> Case:
    """From the review to the receipt, once however often it is pressed."""
    assert stage.path.endswith("/review/"), stage.text()
    expect(stage.page.locator(".error-summary")).to_have_count(0)
    stage.press()
    return filed_case(stage)
