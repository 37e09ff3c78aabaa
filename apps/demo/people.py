"""Who is in the demonstration: organisations, people, and the rule and platform that its cases rest on."""

from datetime import date, timedelta
from itertools import product

from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password

from apps.accounts.models import District, User
from apps.demo.accounts import FIRMS, PASSWORD, PEOPLE, Firm, Person, totp_secret
from apps.demo.recording import Scene, act, at, open_filing
from apps.enterprises.membership import join
from apps.enterprises.models import Membership, Organisation
from apps.enterprises.uscc import ALPHABET, check_character
from apps.evidence.models import DepositPlatform
from apps.rules.models import RuleParameter
from apps.rules.parameters import complete_proposal, confirm
from apps.workflow.models import Interest

COHORT_SIZE = 42
BEGAN = date(2022, 2, 14)
BRANDS = (
    ("望海", "Wanghai"), ("屿光", "Yuguang"), ("潮声", "Chaosheng"), ("鲸跃", "Jingyue"), ("帆影", "Fanying"), ("灯塔", "Dengta"),
    ("碧屿", "Biyu"), ("远礁", "Yuanjiao"), ("海葵", "Haikui"), ("星汐", "Xingxi"), ("澜序", "Lanxu"), ("渔歌", "Yuge"),
    ("浪尖", "Langjian"), ("沙洲", "Shazhou"),
)  # fmt: skip
TRADES = (
    ("海洋数据", "Ocean Data"), ("渔业科技", "Fisheries Technology"), ("港航服务", "Port Services"),
    ("船舶修造", "Ship Repair"), ("冷链物流", "Cold Chain"), ("油品贸易", "Oil Trading"),
)  # fmt: skip
DISTRICTS = ("330902", "330903", "330921", "330922", "ZS-XC", "330902", "330903", "ZS-GX", "ZS-ZM", "ZS-PZ")
BASIS_ZH = "【演示】虚构依据：仅用于演示本地登记流程，并非任何机关的真实文件"
BASIS_EN = "[Demonstration] A made-up basis: it only shows the local procedure and is no document of any authority"


def enter_firms() -> dict[str, Organisation]:
    districts = {district.code: district for district in District.objects.all()}
    return {firm.key: enter_firm(firm, districts[firm.district]) for firm in FIRMS}


def enter_firm(firm: Firm, district: District) -> Organisation:
    """An organisation, verified by nobody yet: that is a case of its own."""
    return Organisation.objects.create(
        name=firm.name,
        name_en=firm.name_en,
        uscc=made_up_uscc(firm.number),
        capacities=[firm.capacity],
        district=district,
        address=f"示范路{firm.number}号",
        legal_representative="示范法人",
        contact_name="示范联系人",
        contact_phone=f"0580-00000{firm.number:02d}",
        created_at=at(BEGAN),
    )


def enter_cohort() -> list[Organisation]:
    """The enterprises nobody signs in for, spread over the districts."""
    districts = {district.code: district for district in District.objects.all()}
    pairs = [(brand, trade) for trade, brand in product(TRADES, BRANDS)][:: len(TRADES) * len(BRANDS) // COHORT_SIZE]
    firms = [
        Firm("", f"舟山{brand}示范{trade}有限公司", f"{brand_en} Demonstration {trade_en} Co., Ltd.", "enterprise", DISTRICTS[n % len(DISTRICTS)], 40 + n)
        for n, ((brand, brand_en), (trade, trade_en)) in enumerate(pairs)
    ]  # fmt: skip
    return [enter_firm(firm, districts[firm.district]) for firm in firms]


def made_up_uscc(number: int) -> str:
    """A code of the right form that no register has given out."""
    body = f"91330900MXDEM{ALPHABET[number // 31]}{ALPHABET[number % 31]}".ljust(17, "0")
    return body + check_character(body)


def enter_people(firms: dict[str, Organisation]) -> dict[str, User]:
    districts = {district.code: district for district in District.objects.all()}
    password = make_password(PASSWORD)  # slow by design: once for all
    people = {person.username: enter_person(person, districts, firms, password) for person in PEOPLE}
    Membership.objects.update(joined_at=at(BEGAN))
    return people


def enter_person(person: Person, districts, firms, password: str) -> User:
    user = User.objects.create(
        username=person.username,
        full_name=person.full_name,
        email=f"{person.username}@people.example",
        language=person.language,
        role="" if person.firm else person.role,
        district=districts.get(person.district),
        password=password,
    )
    if secret := totp_secret(person):
        TOTP.activate(user, secret)
    if person.firm:
        join(firms[person.firm], user, person.role)
    return user


def verify_firms(scene: Scene) -> None:
    """Each organisation that is meant to be verified was so by the procedure, in the spring of 2022."""
    unverified = {firm.key for firm in FIRMS if not firm.verified}
    firms = [firm for key, firm in scene.firms.items() if key not in unverified] + scene.cohort
    for number, firm in enumerate(firms):
        verify_firm(scene, firm, scene.workday(BEGAN + timedelta(days=number // 3)))
        firm.refresh_from_db()


def verify_firm(scene: Scene, firm: Organisation, day: date) -> None:
    case = open_filing("organisation", firm, statement(firm), at(day), actor=scene.people["clerk"])
    done = at(scene.after(day, 1), 14, 30)
    act(case, "accept", scene.people["clerk2"], done, {"basis": "register"}, "与国家企业信用信息公示系统一致（演示）")


def statement(firm: Organisation, **changed) -> dict:
    """What a firm states about itself when it asks to be verified."""
    return {
        "uscc": firm.uscc, "name": firm.name, "legal_representative": firm.legal_representative,
        "district": firm.district_id, "e_service": True, **changed,
    }  # fmt: skip


def enter_platform() -> DepositPlatform:
    """A fictional deposit platform that is on file."""
    return DepositPlatform.objects.create(
        name_zh="东海示范存证平台", name_en="East Sea Demonstration Deposit Platform", operator="东海示范科技",
        filing_number="示范备案-0001", chain_name="示范链", valid_from=date(2022, 1, 1),
    )  # fmt: skip


def switch_local_track_on(people: dict[str, User]) -> None:
    """The local track, by a row that one official proposed and another confirmed, its basis marked as made up."""
    row = RuleParameter(
        key="local_track", value=True, effective_from=date(2026, 1, 1), basis_zh=BASIS_ZH, basis_en=BASIS_EN
    )
    complete_proposal(row, people["chief"])
    row.full_clean()
    row.save()
    confirm(row.pk, people["deputy"])


def declare_interest(scene: Scene) -> None:
    Interest.objects.create(
        user=scene.people["clerk2"], organisation=scene.cohort[5], reason="近亲属在该企业任职（演示）",
        declared_at=scene.ago(20),
    )  # fmt: skip
