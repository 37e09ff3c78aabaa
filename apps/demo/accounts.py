"""The people of the demo: every role, several enterprises, several districts. All are fictional.

One password for all, written here because it protects nothing: it opens no door outside demo mode
(`apps.demo.backends`).
"""

from dataclasses import dataclass

PASSWORD = "Zhoushan-2026-demo"  # noqa: S105 (meant to be read)


@dataclass(frozen=True, slots=True)
class Firm:
    """An organisation of the demo; ``number`` makes its unified social credit code."""

    key: str
    name: str
    name_en: str
    capacity: str
    district: str
    number: int
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """A demo account: an official or administrator with ``role``, or a member of ``firm`` with a membership role."""

    username: str
    full_name: str
    role: str
    firm: str = ""
    district: str = ""
    language: str = "zh-hans"


FIRMS = (
    Firm("tingtao", "舟山听涛海洋数据有限公司", "Tingtao Ocean Data Co., Ltd.", "enterprise", "330902", 11),
    Firm("lanwan", "舟山蓝湾渔业科技有限公司", "Blue Bay Fisheries Technology Co., Ltd.", "enterprise", "330903", 12),
    Firm("chuhang", "舟山初航数据有限公司", "Maiden Voyage Data Co., Ltd.", "enterprise", "330921", 13, verified=False),
    Firm("bank", "舟山群岛示范银行", "Zhoushan Archipelago Demonstration Bank", "bank", "330902", 14),
    Firm("insurer", "东海示范财产保险公司", "East Sea Demonstration Insurance", "insurer", "330902", 15),
)

PEOPLE = (
    Person("clerk", "陈晓岚", "clerk"),
    Person("clerk2", "周海宁", "clerk"),
    Person("chief", "林知远", "chief"),
    Person("deputy", "王德清", "deputy"),
    Person("dinghai_clerk", "徐文婷", "district_clerk", district="330902"),
    Person("dinghai_reviewer", "何立群", "district_reviewer", district="330902"),
    Person("putuo_clerk", "方少平", "district_clerk", district="330903"),
    Person("putuo_reviewer", "沈亦舟", "district_reviewer", district="330903"),
    Person("secretariat", "顾明月", "secretariat"),
    Person("system_admin", "许建国", "system_admin"),
    Person("security_admin", "叶安然", "security_admin"),
    Person("audit_admin", "马守正", "audit_admin"),
    Person("tingtao_manager", "郑听涛", "manager", firm="tingtao"),
    Person("tingtao_filer", "吴佳怡", "filer", firm="tingtao"),
    Person("tingtao_reader", "孙一帆", "reader", firm="tingtao"),
    Person("lanwan_manager", "黄海生", "manager", firm="lanwan", language="en"),
    Person("chuhang_manager", "乐起航", "manager", firm="chuhang"),
    Person("banker", "钱惠民", "manager", firm="bank"),
    Person("insurer", "俞保安", "manager", firm="insurer"),
)


def demo_accounts() -> list[dict[str, str]]:
    """What `/demo/accounts.json` serves; ``district`` is a code, ``totp_secret`` is empty where none is asked."""
    firms = {firm.key: firm for firm in FIRMS}
    return [
        {
            "username": person.username,
            "password": PASSWORD,
            "role": person.role,
            "organisation": firms[person.firm].name if person.firm else "",
            "district": person.district or (firms[person.firm].district if person.firm else ""),
            "totp_secret": "",
        }
        for person in PEOPLE
    ]
