"""One real data set goes the whole way in Chromium, on both tracks, and leaves its pictures in ``screenshots/``."""

import re
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core import mail
from playwright.sync_api import expect

from apps.certificates.models import Certificate
from apps.notices.models import Notice
from apps.outbox.tasks import sweep_letters
from apps.workflow import documents
from apps.workflow.machine import perform
from apps.workflow.models import Case
from apps.workflow.tasks import sweep
from tests import ways
from tests.browser import filing
from tests.browser.fixtures import SCREENSHOTS
from tests.browser.stage import LANGUAGES, WIDTHS
from tests.certificates.test_paper import tight, words
from tests.factories import PASSWORD
from tests.ways import SHA, at_noon

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME = "舟山近岸浪高数据集"
DAY = {month_day: at_noon(2026, *month_day) for month_day in ((9, 7), (9, 10), (9, 17), (9, 18), (10, 8), (10, 9))}


# ------------------------------------------------------------------------------------------------ parts of the way


def is_verified(stage, people, organisations) -> None:
    """The newcomer signs in by the sign-in page; an official verifies the organisation."""
    stage.enter(None).open("/portal/")
    assert stage.path.startswith("/accounts/login/")
    stage.photograph("sign-in")
    stage.fill(login="newcomer", password=PASSWORD).press()
    assert stage.path == "/portal/"
    verification = filing.ask_for_verification(stage)
    stage.move(people.clerk, verification, "accept", basis="licence")
    organisations.newcomer.refresh_from_db()
    assert organisations.newcomer.verified_at is not None


def has_evidence(stage, people, file):
    """The digest alone for a receipt, which founds nothing; a platform's certificate, which a clerk verifies."""
    own = filing.deposit_digest(stage.enter(people.newcomer), file)
    outside = filing.deposit_certificate(stage, "EC-2026-46023")
    assert not outside.founds_on(DAY[9, 7].date())
    stage.move(people.clerk2, outside.case, "verify", digest="yes", chain="manual", seal="manual", timestamp="no")
    assert outside.founds_on(DAY[9, 7].date())
    assert not own.founds_on(DAY[9, 7].date())
    return outside


def is_filed(stage, people, deposit, file) -> Case:
    """Step by step, with one slip in it: the heading counted as a record."""
    stage.enter(people.newcomer).open("/portal/").photograph("portal-home")
    draft = filing.begin(stage)
    filing.fill_steps(stage, deposit, file, photograph=True, record_count="20001")
    assert stage.path == f"{draft}review/"
    stage.photograph("portal-review")
    case = filing.file_it(stage)
    stage.photograph("portal-receipt")
    assert case.application.deposit == deposit
    assert case.documents.get(path="sample").sha256 == SHA
    return case


def is_corrected(stage, people, case) -> None:
    """One item is asked for, only that one opens, and both sides see the difference."""
    stage.enter(people.clerk).open(f"/desk/cases/{case.pk}/moves/ask_correction/").photograph("desk-move")
    stage.move(people.clerk, case, "ask_correction", note_record_count="标题行不是记录：请核对条数。")
    sweep_letters()
    assert any(people.newcomer.email in letter.to and "标题行不是记录" in letter.body for letter in mail.outbox)
    stage.enter(people.newcomer).open("/portal/").follow(f'main a[href="/portal/cases/{case.pk}/answer/"]')
    assert "标题行不是记录" in stage.text()
    assert stage.page.locator('main form [name="scenario"]').count() == 0
    stage.photograph("portal-answer")
    stage.fill(record_count="20000").press()
    assert difference(stage) == ("20001", "20000")
    stage.press()
    case.refresh_from_db()
    assert (case.status, case.application.record_count) == ("examining", 20000)
    stage.enter(people.clerk).open(f"/desk/cases/{case.pk}/?tab=changes")
    assert difference(stage) == ("20001", "20000")


def difference(stage) -> tuple[str, str]:
    """The only row of the difference on the page: before and after, digits alone."""
    row = stage.page.locator(".diff-row")
    expect(row).to_have_count(1)
    return tuple("".join(c for c in row.locator(tag).inner_text() if c.isdigit()) for tag in ("del", "ins"))


def is_published(stage, people, case) -> Notice:
    """Who examined does not decide, who drafted does not clear; ten working days over two holidays."""
    stage.move(people.clerk, case, "propose", proposal="accept", comment="查验相符")
    assert "approve" not in stage.offered(people.clerk, case)
    stage.move(people.chief, case, "approve")
    stage.move(people.clerk, case, "draft_notice")
    stage.enter(people.chief).open(f"/desk/cases/{case.pk}/moves/publish/").photograph("desk-publish")
    assert NAME in stage.text()
    stage.move(people.chief, case, "publish", no_secret=True)
    notice = Notice.objects.get(case=case)
    assert notice.ends_on.isoformat() == "2026-10-08"  # the day itself, a Sunday worked, Mid-Autumn and National Day
    assert not notice.provisional
    return notice


def objected(stage, notice, name: str) -> Case:
    """A named person objects by the public form, and confirms it by the link in the e-mail."""
    stage.enter(None).open(f"/notices/{notice.pk}/").follow(f'main a[href$="/notices/{notice.pk}/object/"]')
    stage.fill(
        name=name, identity="330902199001011211", email="objector@people.example", ground="prior",
        right_hurt="在先采集的同一数据", statement="本人自2019年起在同一海域布放浮标，数据序列与公示数据部分相同。", truthful=True,
    ).press()  # fmt: skip
    assert not Case.objects.filter(kind="objection", objection__name=name).exists()
    sweep_letters()
    asked = next(letter for letter in reversed(mail.outbox) if "objector@people.example" in letter.to)
    stage.open(re.search(rf"{re.escape(settings.SITE_URL)}(/\S+)", asked.body)[1]).press()
    case = Case.objects.get(kind="objection", root=notice.case, objection__name=name)
    assert case.number in stage.text()
    stage.photograph("public-objector")
    return case


def notice_ends(stage, clock, notice) -> None:
    """The page says so at midnight; the sweep, late, writes down the moment that was true."""
    case = notice.case
    clock.move_to(DAY[10, 8].replace(hour=23, minute=30))
    sweep()
    case.refresh_from_db()
    assert case.status == "in_notice"
    clock.move_to(DAY[10, 9])
    stage.enter(None).open(f"/notices/{notice.pk}/")
    assert stage.page.locator('main a[href$="/object/"]').count() == 0
    assert sweep() >= 1
    case.refresh_from_db()
    assert case.status == "notice_closed"
    closed = case.events.get(move="close_notice")
    assert closed.actor is None
    assert closed.effective_at == notice.ends_at


def is_looked_up(stage, certificate) -> None:
    """By number and holder, and by the address in the QR code; the paper says what the register says."""
    stage.enter(None).open("/verify/").fill(number=certificate.number, holder=certificate.registration.holder.name)
    stage.press("main form .form-foot .btn-primary")
    assert certificate.number in stage.page.locator(".verdict-good").inner_text()
    stage.photograph("public-verify")
    stage.open(f"/verify/{certificate.token}/")
    assert certificate.registration.number in stage.text()
    link = stage.page.locator('main a[href$="certificate.pdf"]').get_attribute("href")
    said = words(stage.page.request.get(link).body())
    for value in (NAME, certificate.number, "20,000条", "2026年10月9日", "非国家/省级登记证书"):
        assert tight(value) in said


# ------------------------------------------------------------------------------------------------ the ways


def test_local_track_from_a_newcomer_to_the_certificate(stage, clock, local_track, people, organisations):
    file = filing.real_file()
    is_verified(stage, people, organisations)
    deposit = has_evidence(stage, people, file)
    clock.move_to(DAY[9, 10])
    case = is_filed(stage, people, deposit, file)
    stage.move(people.district_clerk, case, "pass_pre_check")
    is_corrected(stage, people, case)
    clock.move_to(DAY[9, 17])
    notice = is_published(stage, people, case)

    clock.move_to(DAY[9, 18])
    admitted, rejected = objected(stage, notice, "陈望潮"), objected(stage, notice, "无关之人")
    stage.move(people.clerk2, rejected, "reject", comment="未提供任何权利依据。")
    stage.move(people.clerk2, admitted, "admit")
    assert "register" not in stage.offered(people.deputy, case)
    stage.step(people.newcomer, admitted, "reply", reply="本公司浮标自2018年布放，原始记录可查。")
    stage.move(people.chief, admitted, "dismiss", comment="两组数据来源不同。")
    assert (rejected.status, admitted.status) == ("inadmissible", "dismissed")

    notice_ends(stage, clock, notice)
    case.refresh_from_db()
    assert "register" not in stage.offered(people.clerk, case)
    stage.move(people.deputy, case, "register")
    assert case.status == "registered"
    is_looked_up(stage, Certificate.objects.get(registration__origin=case))


def test_faces_with_a_registered_data_set_have_their_picture_taken(stage, clock, local_track, people, organisations):
    """Anybody's pages, an enterprise's, an official's and an administrator's; none is wider than the screen."""
    clock.move_to(DAY[9, 17])
    case = ways.walk(ways.application(people, organisations), people, "in_notice")
    clock.move_to(DAY[10, 9])
    sweep()
    perform(case.pk, "register", actor=people.deputy)
    notice = Notice.objects.get(case=case)
    faces = (
        ("public-home", None, "/"),
        ("public-notices", None, "/notices/"),
        ("public-notice", None, f"/notices/{notice.pk}/"),
        ("public-register", None, "/register/"),
        ("public-figures", None, "/figures/"),
        ("portal-case", people.filer, f"/portal/cases/{case.pk}/"),
        ("desk-queue", people.clerk, "/desk/?show=all"),
        ("desk-case", people.clerk, f"/desk/cases/{case.pk}/?tab=story"),
        ("admin-home", people.system_admin, "/admin/"),
    )
    for name, person, path in faces:
        stage.enter(person).open(path).photograph(name)
    taken = {f"{name}-{width}-{short}.png" for name, _who, _path in faces for width in WIDTHS for short in LANGUAGES}
    assert taken <= {file.name for file in SCREENSHOTS.iterdir()}


def test_upheld_objection_refuses_the_application(stage, clock, local_track, people, organisations):
    clock.move_to(DAY[9, 17])
    case = ways.walk(ways.application(people, organisations), people, "in_notice")
    notice = Notice.objects.get(case=case)
    stage.enter(None).open(f"/notices/{notice.pk}/object/").photograph("public-object")
    objection = objected(stage, notice, "陈望潮")
    stage.move(people.clerk2, objection, "admit")
    assert "refuse_on_objection" not in stage.offered(people.deputy, case)
    stage.step(people.filer, objection, "reply", reply="无法提供采集记录。")
    stage.move(people.deputy, objection, "uphold", comment="异议人持有在先采集记录。")
    stage.move(people.deputy, case, "refuse_on_objection", comment="异议成立。")
    assert case.status == "refused"
    sweep_letters()
    letter = next(m for m in mail.outbox if people.filer.email in m.to and "异议成立" in m.body)
    assert "书面申请复核" in letter.body  # the remedy text, an editable row
    stage.enter(None).open(f"/notices/{notice.pk}/")
    assert stage.page.locator('main a[href$="/object/"]').count() == 0
    assert stage.open("/notices/?state=running").page.locator(f'main a[href="/notices/{notice.pk}/"]').count() == 0


def test_provincial_track_is_guided_and_mirrored(stage, clock, people, organisations, complaints):
    file = filing.real_file()
    case = ways.application(people, organisations, track="provincial")
    with file.open("rb") as content:
        documents.keep(iter(lambda: content.read(65536), b""), file.name, path="sample", by=people.filer, case=case)
    stage.move(people.district_clerk, case, "pass_to_province")
    stage.enter(people.filer).open("/portal/").follow(f'main a[href="/portal/cases/{case.pk}/province/"]')
    is_copied(stage)
    stage.photograph("portal-province")
    with stage.page.expect_download() as download:
        stage.page.locator('main a[href$="/province/files/"]').click()
    with ZipFile(BytesIO(download.value.path().read_bytes())) as files:
        assert [sha256(files.read(name)).hexdigest() for name in files.namelist()] == [SHA]
    stage.fill(province_number="浙数知申2026-0917", effective_on="2026-09-07").press()
    case.refresh_from_db()
    assert (case.status, case.application.province_number) == ("examining", "浙数知申2026-0917")

    clock.move_to(DAY[9, 10])
    stage.move(
        people.clerk, case, "mirror_correction", effective_on="2026-09-10", comment="补充采集方式", due_on="2026-09-24"
    )
    sweep_letters()
    assert any(people.filer.email in m.to and "补充采集方式" in m.body for m in mail.outbox)
    stage.step(people.filer, case, "mirror_answer", effective_on="2026-09-10")
    clock.move_to(DAY[9, 18])
    stage.move(people.clerk, case, "mirror_notice", effective_on="2026-09-17")
    notice = Notice.objects.get(case=case)
    assert notice.ends_on.isoformat() == "2026-10-08"
    notice_ends(stage, clock, notice)
    stage.move(
        people.clerk, case, "mirror_registered", effective_on="2026-10-09", valid_until="2029-10-08",
        registration_number="浙数知登2026-4602", certificate_number="33102026000046023",
    )  # fmt: skip
    assert case.status == "registered"
    stage.enter(None).open("/verify/").fill(number="33102026000046023", holder=organisations.enterprise.name)
    stage.press("main form .form-foot .btn-primary")
    assert "浙数知登2026-4602" in stage.text()
    assert (
        stage.page.locator('main a[href$="certificate.pdf"]').count() == 0
    )  # the province's paper is not ours to print


def is_copied(stage) -> None:
    """The copy button of an item puts its whole value where it can be pasted."""
    stage.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = stage.page.locator("main .copy-button").first
    shown = stage.page.locator("#" + button.get_attribute("data-copy")).inner_text()
    button.click()
    expect(button).to_contain_text(stage.page.locator("main .copy-button").first.get_attribute("data-copied"))
    assert stage.page.evaluate("navigator.clipboard.readText()") == shown == NAME


def test_filing_without_javascript(plain_stage, clock, people, organisations):
    """Digest typed, rows added by the server, files handed in by their own button, filed."""
    file = filing.real_file()
    stage = plain_stage.enter(people.filer)
    stage.open("/portal/deposits/own/")
    expect(stage.page.locator("#hasher-file")).to_be_hidden()
    stage.fill(data_name="近岸浪高原始序列", sha256=SHA, not_classified=True).press()
    assert filing.filed_case(stage).deposit.sha256 == SHA
    deposit = ways.deposit(organisations.enterprise, people.filer, people.clerk2)
    filing.begin(stage)
    filing.fill_steps(stage, deposit, file)
    structure = stage.path.replace("/review/", "/structure/")
    stage.open(structure).press('main [name="add_row"][value="fields_"]')
    stage.fill(**{"fields_-1-name": "T", "fields_-1-type": "number", "fields_-1-note": "过零周期，秒"})
    stage.press('main button[name="then"]')
    case = filing.file_it(stage)
    assert [field["name"] for field in case.application.fields] == ["Hs", "T"]
    assert case.documents.get(path="sample").sha256 == SHA
