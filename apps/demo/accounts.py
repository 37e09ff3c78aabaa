"""The people of the demo: every role, several enterprises, several districts. All are fictional.

One password for all, written here because it protects nothing: it opens no door outside demo mode
(`apps.demo.backends`). Officials and administrators need a second factor, as everywhere; its secrets are printed.
"""

import hmac
from base64 import b32encode
from dataclasses import dataclass

from django.conf import settings

PASSWORD = "Zhoushan-2026-demo"  # noqa: S105 (meant to be read)
DINGHAI, PUTUO, DAISHAN, SHENGSI = "330902", "330903", "330921", "330922"

LONGEST_NAME = "舟山听涛示范海洋环境观测与近岸水动力数值预报数据采集治理加工流通服务海上应急救援信息技术研究开发推广应用集团股份有限公司"
"""Sixty characters, so that every page is seen with a name of that length."""
LONGEST_NAME_EN = (
    "Zhoushan Archipelago Tingtao Demonstration Group for Marine Environment Observation, Nearshore Hydrodynamic "
    "Forecasting, Data Processing and Circulation, and Emergency Information Technology Ltd."
)


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
    Firm("tingtao", "舟山听涛海洋数据有限公司", "Tingtao Ocean Data Co., Ltd.", "enterprise", DINGHAI, 11),
    Firm("lanwan", "舟山蓝湾示范渔业科技有限公司", "Blue Bay Demonstration Fisheries Technology Co., Ltd.", "enterprise", PUTUO, 12),
    Firm("qundao", LONGEST_NAME, LONGEST_NAME_EN, "enterprise", SHENGSI, 13),
    Firm("chuhang", "舟山初航示范数据有限公司", "Maiden Voyage Demonstration Data Co., Ltd.", "enterprise", DAISHAN, 14, verified=False),
    Firm("yuhui", "舟山屿晖示范文旅有限公司", "Island Light Demonstration Tourism Co., Ltd.", "enterprise", DINGHAI, 15, verified=False),
    Firm("bank", "舟山群岛示范银行股份有限公司", "Zhoushan Archipelago Demonstration Bank", "bank", DINGHAI, 16),
    Firm("insurer", "东海示范财产保险有限公司", "East Sea Demonstration Insurance Co., Ltd.", "insurer", DINGHAI, 17),
    Firm("university", "东海示范海洋大学", "East Sea Demonstration Ocean University", "university", DINGHAI, 18),
    Firm("exchange", "舟山示范数据交易中心有限公司", "Zhoushan Demonstration Data Exchange Co., Ltd.", "exchange", DINGHAI, 20),
    Firm("agency", "舟山扬帆示范知识产权服务有限公司", "Full Sail Demonstration IP Services Co., Ltd.", "service", DINGHAI, 19),
)  # fmt: skip

PEOPLE = (
    Person("clerk", "陈晓岚", "clerk"),
    Person("clerk2", "周海宁", "clerk"),
    Person("chief", "林知远", "chief"),
    Person("deputy", "王德清", "deputy"),
    Person("dinghai_clerk", "徐文婷", "district_clerk", district=DINGHAI),
    Person("dinghai_reviewer", "何立群", "district_reviewer", district=DINGHAI),
    Person("putuo_clerk", "方少平", "district_clerk", district=PUTUO),
    Person("putuo_reviewer", "沈亦舟", "district_reviewer", district=PUTUO),
    Person("secretariat", "顾明月", "secretariat"),
    Person("system_admin", "许建国", "system_admin"),
    Person("security_admin", "叶安然", "security_admin"),
    Person("audit_admin", "马守正", "audit_admin"),
    Person("tingtao_manager", "郑听涛", "manager", firm="tingtao"),
    Person("tingtao_filer", "吴佳怡", "filer", firm="tingtao"),
    Person("tingtao_reader", "孙一帆", "reader", firm="tingtao"),
    Person("lanwan_manager", "Hai Huang", "manager", firm="lanwan", language="en"),
    Person("qundao_manager", "凌望洋", "manager", firm="qundao"),
    Person("chuhang_manager", "乐起航", "manager", firm="chuhang"),
    Person("yuhui_manager", "夏屿晖", "manager", firm="yuhui"),
    Person("banker", "钱惠民", "manager", firm="bank"),
    Person("insurer", "俞保安", "manager", firm="insurer"),
    Person("exchange_person", "范易市", "manager", firm="exchange"),
    Person("researcher", "严问海", "manager", firm="university"),
    Person("agency_manager", "柳扬帆", "manager", firm="agency"),
    Person("agency_filer", "温以诚", "filer", firm="agency"),
)


def totp_secret(person: Person) -> str | None:
    """The secret of the person's authenticator app: the same for a data folder as long as its key; None without a post."""
    if person.firm:
        return None
    return b32encode(
        hmac.digest(settings.SECRET_KEY.encode(), f"demo {person.username}".encode(), "sha256")[:20]
    ).decode()


def demo_accounts() -> list[dict[str, str | None]]:
    """What `/demo/accounts.json` serves; ``district`` is a code, ``totp_secret`` is None where none is asked."""
    firms = {firm.key: firm for firm in FIRMS}
    return [
        {
            "username": person.username,
            "password": PASSWORD,
            "role": person.role,
            "organisation": firms[person.firm].name if person.firm else "",
            "district": person.district or (firms[person.firm].district if person.firm else ""),
            "totp_secret": totp_secret(person),
        }
        for person in PEOPLE
    ]
