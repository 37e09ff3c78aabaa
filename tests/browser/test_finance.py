"""Money is lent, insured and traded on a registered right, in Chromium: a bank, an insurer and an exchange at their work.

The bank and the exchange read English, everybody else Chinese. The insurer and the exchange work without scripts.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from apps.certificates.models import Registration
from apps.diligence.models import Sheet
from apps.outbox.models import Letter
from apps.workflow.models import Case
from apps.workflow.tasks import remind, sweep
from tests.browser import filing
from tests.browser.keyboard import Keyboard, next_code
from tests.browser.stage import Stage
from tests.factories import PASSWORD
from tests.insurance.cases import in_force
from tests.pledges import cases as pledges
from tests.rights import make_right
from tests.ways import at_noon

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def right(clock, people, organisations) -> Registration:
    for person in (people.banker, people.exchange_person):
        person.language = "en"
        person.save(update_fields=["language"])
    return make_right(organisations.enterprise)


def signs_in(stage: Stage, person) -> Stage:
    """By the sign-in page, with a code where the account asks for one."""
    stage.enter(None).open("/accounts/login/").fill(login=person.username, password=PASSWORD).press()
    if person.authenticator_set.exists():
        stage.fill(code=next_code()).press()
    stage.person = person
    return stage


def files(stage: Stage, person, kind: str, root: Case, *, move="", photograph="", **values) -> Case:
    """Fill in and send the filing page of a kind on a case."""
    stage.enter(person).open(f"/portal/file/{kind}/?root={root.pk}" + (f"&move={move}" if move else ""))
    if photograph:
        stage.photograph(photograph)
    stage.fill(**values).press("main form .form-foot .btn-primary")
    return filing.filed_case(stage)


def gone_by(clock, case: Case, name: str) -> None:
    """The legal clock of a case runs out, and the sweep sees it."""
    due = case.clocks.get(name=name, ended_at=None).due_at
    clock.move_to(due + timedelta(minutes=5))
    sweep()
    case.refresh_from_db()


def letters_to(person, case: Case) -> int:
    """How many letters about a case came to somebody."""
    return Letter.objects.for_user(person).filter(case_pk=case.pk).count()


def is_in_inbox(stage: Stage, person, case: Case) -> None:
    """The newest letter about a case can be found in the inbox, and opened."""
    letter = Letter.objects.for_user(person).filter(case_pk=case.pk).order_by("-pk").first()
    assert letter is not None, f"{person.username} was told nothing of {case.number}"
    stage.enter(person).open("/portal/inbox/").follow(f'main a[href="/portal/inbox/{letter.pk}/"]')
    assert case.number in stage.text() or case.root.number in stage.text()


# ------------------------------------------------------------------------------------------------ the bank


def gives_notice(stage: Stage, people, right: Registration) -> Case:
    """From the public page of the right, signed in by the door."""
    signs_in(stage, people.banker).open(f"/register/{right.number}/")
    stage.follow(f'main a[href="/portal/file/intent_notice/?root={right.pk}"]')
    stage.photograph("finance-intent")
    stage.fill(branch="定海支行", amount="30000000", understood=True).press("main form .form-foot .btn-primary")
    notice = filing.filed_case(stage)
    assert notice.status == "standing"
    stage.enter(people.filer).open(f"/register/{right.number}/")
    assert "舟山群岛示范银行" in stage.text()
    return notice


def is_read_by_consent(stage: Stage, people, organisations, right: Registration) -> None:
    """The firm opens its file, the bank looks and prints the dated sheet, and the firm sees both."""
    grant = files(
        stage, people.filer, "grant", right.case, move="give", photograph="finance-grant",
        reader=organisations.bank.pk, purpose="贷款审查", parts=["sources"],
    )  # fmt: skip
    answer = stage.enter(people.rival).page.goto(f"/portal/consent/{grant.pk}/")
    assert answer.status == 404
    stage.enter(people.banker).open(f"/portal/cases/{grant.pk}/").follow(f'main a[href="/portal/consent/{grant.pk}/"]')
    assert right.name in stage.text()
    stage.press('main form[action$="/sheet/"] button')
    sheet = Sheet.objects.get(grant=grant.pk)
    expect(stage.page.locator("#made + ul li")).to_contain_text(sheet.number)
    stage.photograph("finance-consent")
    for language in ("zh-hans", "en"):
        link = stage.page.locator(f'main a[href="/portal/consent/sheets/{sheet.pk}.{language}.pdf"]')
        assert stage.page.request.get(link.get_attribute("href")).body().startswith(b"%PDF")
    stage.enter(people.filer).open(f"/portal/consent/{grant.pk}/")
    expect(stage.page.locator("main")).to_contain_text(people.banker.full_name)


def is_pledged(stage: Stage, people, organisations, right: Registration) -> Case:
    pledge = files(
        stage, people.filer, "pledge", right.case, photograph="finance-pledge", pledgee=organisations.bank.pk,
        contract_number="ZY-2026-88", contract_on="2026-09-07", debt="流动资金借款合同 LD-2026-9", credit="50,000,000",
        secured="30000000", drawn="12000000.55", starts_on="2026-09-08", ends_on="2027-09-07",
    )  # fmt: skip
    assert "accept" not in stage.offered(people.district_clerk, pledge)
    stage.step(people.banker, pledge, "confirm")
    signs_in(stage, people.clerk)
    stage.move(people.clerk, pledge, "accept")
    assert pledge.status == "registered"
    stage.enter(people.clerk).open(f"/desk/cases/{pledge.pk}/").photograph("finance-pledge-desk")
    return pledge


def transfer_is_refused(stage: Stage, people, organisations, right: Registration) -> None:
    """The page says before, and the button after, that the pledgee has not agreed."""
    address = f"/portal/file/transfer/?root={right.pk}"
    stage.enter(people.filer).open(address).photograph("finance-transfer")
    touched = stage.page.locator("section.touched")
    expect(touched).to_contain_text("舟山群岛示范银行")
    expect(touched.locator(".remark-fault")).to_be_visible()
    transfer = files(
        stage, people.filer, "transfer", right.case, transferee=organisations.rival_enterprise.uscc, ground="contract",
        paper_number="ZR-2026-3", happened_on="2026-09-07",
    )  # fmt: skip
    stage.step(people.rival, transfer, "consent")
    assert "accept" not in stage.offered(people.chief, transfer)
    refused = stage.page.locator("main .moves-refused li").filter(has_text="舟山群岛示范银行")
    expect(refused.first).to_be_visible()
    expect(stage.page.locator("section.touched .remark-fault")).to_contain_text("舟山群岛示范银行")
    stage.photograph("finance-touched")
    stage.step(people.filer, transfer, "withdraw")
    right.case.refresh_from_db()
    assert Registration.objects.get(pk=right.pk).holder == organisations.enterprise


def is_released(stage: Stage, clock, people, right: Registration, pledge: Case) -> None:
    """While it cools the right counts as pledged; then the clock ends it, and the register says so for each day."""
    stage.step(people.banker, pledge, "release", ground="paid", certain=True)
    assert pledge.status == "cooling"
    stage.enter(None).open(f"/register/{right.number}/").photograph("finance-register")
    standing, ended = (stage.page.locator(f"main .claims {above} + .claim-list li") for above in (".claims-none", "h3"))
    expect(standing).to_have_count(1)
    expect(ended).to_have_count(1)  # the transfer that was withdrawn
    gone_by(clock, pledge, "cooling")
    assert pledge.status == "released"
    stage.open(f"/register/{right.number}/")
    expect(standing).to_have_count(0)
    expect(ended).to_have_count(2)
    stage.open(f"/register/{right.number}/?on=2026-09-08").photograph("finance-as-of")
    expect(standing).to_have_count(1)


def test_bank_takes_a_pledge_and_lets_it_go(stage, clock, people, organisations, right, complaints):
    complaints.expected.append("404")  # another firm asks for the file
    notice = gives_notice(stage, people, right)
    is_read_by_consent(stage, people, organisations, right)
    pledge = is_pledged(stage, people, organisations, right)
    notice.refresh_from_db()
    assert notice.status == "used"
    clock.move_to(at_noon(2026, 9, 8))
    transfer_is_refused(stage, people, organisations, right)
    is_released(stage, clock, people, right, pledge)
    again = files(
        stage, people.filer, "transfer", right.case, transferee=organisations.rival_enterprise.uscc, ground="contract",
        paper_number="ZR-2026-4", happened_on="2026-09-08",
    )  # fmt: skip
    stage.step(people.rival, again, "consent")
    stage.move(people.chief, again, "accept")
    assert Registration.objects.get(pk=right.pk).holder == organisations.rival_enterprise


def test_bank_gives_notice_and_releases_with_the_keyboard_alone(page, clock, people, organisations, right):
    """What is missing is said first and has the focus; its link leads to the field."""
    pledge = pledges.registered(
        people, organisations, right, contract_on=at_noon(2026, 9, 7).date(), starts_on=at_noon(2026, 9, 7).date(),
        ends_on=at_noon(2027, 9, 6).date(),
    )  # fmt: skip
    other = make_right(organisations.enterprise)
    keys = Keyboard(page).sign_in(people.banker)

    page.goto(f"/register/{other.number}/")
    keys.to(f'main a[href="/portal/file/intent_notice/?root={other.pk}"]').go()
    keys.to("main .form-foot .btn-primary").go()
    expect(page.locator(".error-summary")).to_be_focused()
    keys.to('.error-summary a[href="#id_understood"]').press("Enter")
    expect(page.locator("#id_understood")).to_be_focused()
    keys.press("Space").to("main .form-foot .btn-primary").go()
    expect(page.locator(".receipt-number")).to_be_visible()
    assert Case.objects.get(kind="intent_notice", root=other.case).status == "standing"

    page.goto(f"/portal/cases/{pledge.pk}/")
    keys.to('main a[href$="/moves/release/"]').go()
    keys.to("#id_certain").press("Space").to("main form.panel .form-foot button").go()
    pledge.refresh_from_db()
    assert pledge.status == "cooling"
    page.goto("/portal/watches/")
    keys.to('main [name="number"]').write(right.number).press("Enter")
    expect(page.locator("main .table-list")).to_contain_text(right.number)


# ------------------------------------------------------------------------------------------------ the insurer


def test_insurer_records_a_policy_and_a_claim_goes_through_its_clocks(plain_stage, clock, people, organisations, right):
    """Each time limit of the insurer is over once: he and the office are told, and nothing happens by itself."""
    stage = plain_stage
    stage.enter(people.insurer_person).open("/portal/").follow('main a[href^="/portal/file/policy/?move=record"]')
    stage.photograph("finance-policy")
    stage.fill(
        registration=right.number, product="infringed", policy_number="DH2026-0001", sum_insured="100000",
        premium="3000.50", starts_on="2026-09-08", ends_on="2027-09-07",
    ).press("main form .form-foot .btn-primary")  # fmt: skip
    policy = filing.filed_case(stage)
    gone_by(clock, policy, "start")
    assert policy.status == "in_force"

    clock.move_to(at_noon(2026, 10, 9))
    stage.enter(people.filer).open(f"/portal/cases/{policy.pk}/").follow('main a[href^="/portal/file/claim/"]')
    stage.photograph("finance-claim")
    stage.fill(
        lost_on="2026-10-04", known_on="2026-10-06", cause="infringed", account="平台抓取并转售。", claimed="40000"
    )
    stage.press("main form .form-foot .btn-primary")
    claim = filing.filed_case(stage)
    insurer = people.insurer_person
    assert letters_to(insurer, claim)

    stage.step(insurer, claim, "ask_papers", comment="请补充侵权页面公证书。")
    stage.step(people.filer, claim, "supply", comment="已附。")
    assert claim.status == "assessing"
    limits = {each.name: each.due_on for each in claim.clocks.filter(ended_at=None)}
    assert limits["advance"] > limits["assessment"]
    is_late(clock, claim, "assessment", insurer)
    is_late(clock, claim, "advance", insurer)
    assert claim.status == "assessing"
    stage.step(insurer, claim, "advance", amount="10000", paid_on=legal_today_of(claim, "advance"))
    stage.step(insurer, claim, "agree", assessed="35000")
    is_late(clock, claim, "payment", insurer)
    stage.enter(insurer).open(f"/portal/cases/{claim.pk}/").photograph("finance-claim-late")
    stage.step(insurer, claim, "pay", paid_on=legal_today_of(claim, "payment"))
    assert (claim.status, claim.claim.paid_fen, claim.claim.advance_fen) == ("paid", 25_000_00, 10_000_00)
    stage.enter(people.filer).open(f"/portal/cases/{claim.pk}/")
    assert "25,000" in stage.text()


def legal_today_of(case: Case, name: str) -> str:
    """The day on which a limit was over."""
    return case.clocks.filter(name=name).order_by("-pk").first().due_on.isoformat()


def is_late(clock, case: Case, name: str, insurer) -> None:
    """A limit goes by: one letter more to the insurer, and the case stands as it stood."""
    before, status = letters_to(insurer, case), case.status
    gone_by(clock, case, name)
    clock.shift(timedelta(days=4))
    remind()
    case.refresh_from_db()
    assert case.status == status
    assert letters_to(insurer, case) > before, f"the insurer was not told of {name}"


# ------------------------------------------------------------------------------------------------ the exchange


def is_listed(stage: Stage, people, organisations, right: Registration) -> Case:
    listing = files(
        stage, people.filer, "listing", right.case, photograph="finance-listing", exchange=organisations.exchange.pk,
        product_name="近海浮标海况数据产品", product_type="api", description="逐时有效波高与周期。", delivery="api",
        price_mode="fixed", price="60000", licence="ordinary", security="general", contact_name="沈听潮",
        contact_phone="13800005678",
    )  # fmt: skip
    stage.step(people.exchange_person, listing, "accept")
    stage.step(people.banker, listing, "consent")
    stage.step(
        people.exchange_person, listing, "list", listing_number="GP-2026-0012", compliance_number="HG-2026-3",
        law_firm="浙江示范律师事务所", valid_until="2027-03-31",
    )  # fmt: skip
    assert listing.status == "listed"
    return listing


def is_revoked(stage: Stage, people, right: Registration) -> None:
    """Somebody reports it, the office opens, the holder is heard, and another official than the opener decides."""
    case = files(
        stage, people.rival, "revocation", right.case, move="report", ground="fraud", facts_told="数据并非其采集。"
    )
    stage.move(people.clerk, case, "open")
    assert "revoke" not in stage.offered(people.chief, case)
    assert letters_to(people.filer, case)
    stage.step(people.filer, case, "state", statement="数据为我方采集。")
    stage.enter(people.chief).open(f"/desk/cases/{case.pk}/").photograph("finance-revocation")
    stage.move(people.chief, case, "revoke", announcement="以虚假材料取得登记，予以撤销。", comment="经查属实。")
    right.case.refresh_from_db()
    assert (case.status, right.case.status) == ("revoked", "revoked")


def test_listing_is_suspended_when_the_right_is_revoked(plain_stage, clock, people, organisations, right):
    stage = plain_stage
    pledge = pledges.registered(
        people, organisations, right, contract_on=at_noon(2026, 9, 7).date(), starts_on=at_noon(2026, 9, 7).date(),
        ends_on=at_noon(2027, 9, 6).date(),
    )  # fmt: skip
    policy = in_force(
        people, organisations, right, starts_on=at_noon(2026, 9, 7).date(), ends_on=at_noon(2027, 9, 6).date()
    )
    stage.enter(people.banker).open("/portal/watches/").fill(number=right.number).press("main form .btn-primary")
    stage.photograph("finance-watches")
    listing = is_listed(stage, people, organisations, right)
    stage.enter(people.exchange_person).open("/portal/time-line/").photograph("finance-time-line")
    is_revoked(stage, people, right)
    for case, status in ((listing, "suspended"), (pledge, "gone"), (policy, "in_force")):
        case.refresh_from_db()
        assert case.status == status
    stage.enter(None).open(f"/register/{right.number}/").photograph("finance-revoked")
    assert "以虚假材料取得登记" in stage.text()
    told = (
        (people.filer, (listing, pledge, policy)), (people.exchange_person, (listing,)), (people.banker, (pledge,)),
        (people.insurer_person, (policy,)),
    )  # fmt: skip
    for person, cases in told:
        for case in cases:
            is_in_inbox(stage, person, case)
    stage.enter(people.exchange_person).open(f"/portal/cases/{listing.pk}/").photograph("finance-suspended")
    assert "resume" not in stage.offered(people.exchange_person, listing, face="portal")
