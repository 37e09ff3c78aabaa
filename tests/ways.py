"""Cases brought to a state by the real moves, for tests of everything that hangs on them."""

from datetime import datetime, timedelta

from apps.applications.codes import CHECKLIST
from apps.applications.filing import open_application
from apps.evidence.models import Deposit, DepositPlatform
from apps.rules.clock import SHANGHAI, clock_reading, legal_now
from apps.workflow.machine import open_case, perform
from apps.workflow.models import Case

SHA = "c329cc425e8fd75a6401eb9de90d6990bd92c62f24973ca117df133d7a99b3aa"


def platform() -> DepositPlatform:
    """A fictional platform that is on file."""
    return DepositPlatform.objects.get_or_create(
        name_zh="东海示范存证平台",
        defaults={"name_en": "East Sea Demo Deposit", "filing_number": "浙存备示范0001", "valid_from": "2022-01-01"},
    )[0]


@clock_reading()
def deposit(organisation, by, clerk, *, number="EC-0001", digest=SHA, at=None) -> Deposit:
    """A verified deposit of an organisation, recorded by one of its people and verified by a clerk."""
    case = open_case(
        "deposit",
        actor=by,
        organisation=organisation,
        title="近岸浪高数据集",
        parties=[("applicant", organisation)],
        data={
            "route": Deposit.Route.PLATFORM, "platform": platform(), "certificate_number": number,
            "data_name": "近岸浪高数据集", "sha256": digest, "deposited_at": at or legal_now() - timedelta(days=30),
        },
    )  # fmt: skip
    perform(case.pk, "verify", actor=clerk, data={"digest": "manual"})
    return Deposit.objects.get(case=case)


def values(deposit: Deposit, **changed) -> dict:
    """The cleaned values of a complete form."""
    return {
        "name": "舟山近岸浪高数据集",
        "reg_kind": "first",
        "industry": "74",
        "marine_category": "environment",
        "scenario": "为近岸养殖、港口调度和海上施工提供逐时波浪条件，用于作业窗口判断、风险预警和设备设计复核，解决近岸缺少连续浪高资料的问题。"
        * 1,
        "sources": [{"key": "1", "kind": "enterprise", "method": "own", "licensor": "自有浮标", "ends_on": ""}],
        "data_type": "structured",
        "fields": [{"name": "Hs", "type": "number", "note": "有效波高，米"}],
        "record_count": 20000,
        "volume_bytes": 738215,
        "formats": ["csv"],
        "update_frequency": "static",
        "update_until": None,
        "algorithm": "去除缺测与野值，按小时对齐，计算有效波高与过零周期，" * 6,
        "deposit": deposit,
        "formed_on": deposit.deposited_at.astimezone(SHANGHAI).date(),
        "applicants": [],
        "agent": {},
        "contact_name": "沈听潮",
        "contact_phone": "13800005678",
        "contact_email": "",
        "withheld": {"algorithm": ""},
        "checklist": {code: "no" for code, _text in CHECKLIST},
        "store": {},
        "other_registrations": [],
        "remark": "",
        "e_service": True,
        **changed,
    }


@clock_reading()
def application(people, organisations, *, track="local", **changed) -> Case:
    """An application in pre-check, filed by ``filer`` of ``enterprise``."""
    evidence = deposit(organisations.enterprise, people.filer, people.clerk2)
    return open_application(
        values(evidence, track=track, **changed), organisation=organisations.enterprise, actor=people.filer
    )


WAY = (
    ("pass_pre_check", "district_clerk", {}),
    ("propose", "clerk", {"proposal": "accept"}),
    ("approve", "chief", {}),
    ("draft_notice", "clerk", {}),
    ("publish", "chief", {"no_secret": True}),
)


@clock_reading()
def walk(case: Case, people, to: str) -> Case:
    """Take a local application along its way until its status is ``to``."""
    for move, who, data in WAY:
        case.refresh_from_db()
        if case.status == to:
            return case
        perform(case.pk, move, actor=getattr(people, who), data=data, comment="查验相符")
    case.refresh_from_db()
    return case


def ask_again(case: Case, people, items: list[dict]) -> None:
    """A second correction round: proposed by the examiner, approved by the chief."""
    reason = "第一次补正后仍不清楚"
    perform(case.pk, "propose_again", actor=people.clerk, data={"items": items, "reason": reason})
    perform(case.pk, "ask_again", actor=people.chief)


def at_noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=SHANGHAI)
