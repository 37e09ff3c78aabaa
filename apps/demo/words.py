"""What the fictional data sets are about: subjects of the sea, places of the islands, and a complete form's values."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import product
from random import Random
from typing import Any

from apps.applications.codes import CHECKLIST
from apps.evidence.models import Deposit
from apps.rules.clock import SHANGHAI


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured, whom it serves, and the codes that the form asks for."""

    name: str
    use: str
    industry: str
    category: str
    fields: tuple[tuple[str, str, str], ...]
    frequency: str = "daily"
    formats: tuple[str, ...] = ("csv",)


TIME = ("观测时间", "datetime", "北京时间")
PLACE = ("站点编号", "text", "示范编号，不含坐标")
SUBJECTS = (
    Subject("近岸浪高", "养殖、港口调度和海上施工判断作业窗口", "74", "environment", (TIME, ("Hs", "number", "有效波高，米"))),
    Subject("潮位观测", "码头靠泊、桥区通航和防汛值守", "74", "environment", (TIME, PLACE, ("潮位", "number", "厘米"))),
    Subject("海水水质", "贝类养殖布局和赤潮预警", "77", "environment", (TIME, PLACE, ("溶解氧", "number", "毫克每升")), "weekly"),
    Subject("海表温度反演", "渔场预报和冷链船期安排", "74", "remote_sensing", (TIME, ("海温", "number", "摄氏度")), "daily", ("netcdf",)),
    Subject("养殖网箱遥感识别", "海域使用监管和养殖保险核保", "74", "remote_sensing", (PLACE, ("面积", "number", "平方米")), "monthly", ("geotiff",)),
    Subject("航道水深概况", "船舶配载和航线比选", "55", "geography", (PLACE, ("水深", "number", "米，二次脱敏")), "quarterly"),
    Subject("岸线资源", "岸线规划和项目选址", "78", "geography", (PLACE, ("长度", "number", "米")), "yearly", ("json",)),
    Subject("渔获交易价格", "渔民售价参考和水产加工采购", "51", "fishery", (TIME, ("品种", "text", ""), ("单价", "number", "元每千克"))),
    Subject("冷链物流温控", "水产品运输品控和理赔取证", "59", "fishery", (TIME, ("箱温", "number", "摄氏度")), "realtime", ("json",)),
    Subject("集装箱堆场周转", "港口堆场调度和班列衔接", "55", "port", (TIME, ("箱量", "number", "标准箱"))),
    Subject("锚地船舶等泊", "船期预测和燃油加注安排", "55", "port", (TIME, ("等泊时长", "number", "小时")), "realtime"),
    Subject("修船工艺能耗", "船厂节能改造和报价测算", "37", "shipbuilding", (("工序", "text", ""), ("能耗", "number", "千瓦时"))),
    Subject("船舶涂装缺陷", "涂装质检和工艺改进", "37", "shipbuilding", (("缺陷类别", "text", ""), ("数量", "number", "处")), "weekly", ("excel",)),
    Subject("保税燃油加注价格", "船供油采购和价格指数编制", "51", "petrochemical", (TIME, ("价格", "number", "美元每吨"))),
    Subject("油品储罐周转", "储罐租赁撮合和安全巡检", "59", "petrochemical", (TIME, ("周转量", "number", "吨")), "weekly"),
    Subject("海岛客流预测", "轮渡加班和景区限流", "78", "tourism", (TIME, ("人数", "number", "人次，已匿名汇总")), "daily", ("excel",)),
)  # fmt: skip
PLACES = (
    "定海", "普陀", "岱山", "嵊泗", "册子岛", "六横岛", "衢山岛", "金塘岛", "桃花岛", "朱家尖", "秀山岛", "长涂岛",
    "泗礁岛", "花鸟岛", "黄龙岛", "虾峙岛", "登步岛", "大猫岛", "鼠浪湖", "洋山",
)  # fmt: skip

ALGORITHM = (
    "一、采集：按固定间隔取得原始记录，剔除缺测值与超出物理范围的野值。二、清洗：按站点与时间对齐，短缺口线性插补，长缺口标记不补。"
    "三、加工：按小时与日计算均值、极值与分位数，并以滑动窗口作一致性检验。四、脱敏：去除精确位置与单位名称，只保留示范编号，"
    "结果不可还原到个人与船舶。五、复核：每批抽样比对人工记录，误差超限的批次退回重算。"
)


def titles(rng: Random) -> list[tuple[str, Subject]]:
    """Every name that subjects and places make, each once, in an order of its own."""
    pairs = [(f"{place}{subject.name}数据集", subject) for subject, place in product(SUBJECTS, PLACES)]
    rng.shuffle(pairs)
    return pairs


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def scenario(name: str, subject: Subject) -> str:
    return (
        f"{name}用于{subject.use}。使用条件：在授权范围内按批次下载或以接口调用，仅限舟山海域；使用对象为涉海企业与服务机构；"
        f"解决相关单位缺少连续、可比、口径一致的资料，只能凭经验判断的问题。"
    )


def values(deposit: Deposit, subject: Subject, name: str, records: int, **changed: Any) -> dict[str, Any]:
    """The cleaned values of a complete form about a data set of ``records`` rows."""
    return {
        "name": name,
        "reg_kind": "first",
        "industry": subject.industry,
        "marine_category": subject.category,
        "scenario": scenario(name, subject),
        "sources": [{"key": "1", "kind": "enterprise", "method": "own", "licensor": "自有设备采集", "ends_on": ""}],
        "data_type": "structured",
        "fields": [{"name": name_, "type": type_, "note": note} for name_, type_, note in subject.fields],
        "record_count": records,
        "volume_bytes": records * 48,
        "formats": list(subject.formats),
        "update_frequency": subject.frequency,
        "update_until": None,
        "algorithm": ALGORITHM,
        "deposit": deposit,
        "formed_on": formed_on(deposit.deposited_at),
        "applicants": [],
        "agent": {},
        "contact_name": "示范联系人",
        "contact_phone": "0580-0000000",
        "contact_email": "",
        "withheld": {"algorithm": ""},
        "checklist": {code: "no" for code, _text in CHECKLIST},
        "store": {"keeper": "东海示范数据保管中心", "number": "示范保管0001", "encrypted": True},
        "other_registrations": [],
        "remark": "",
        "e_service": True,
        **changed,
    }


def formed_on(deposited_at: datetime) -> date:
    return deposited_at.astimezone(SHANGHAI).date()


def sample(subject: Subject, rng: Random) -> bytes:
    """A small sample file: a head of the subject's fields, and twenty rows of made-up values."""
    head = ",".join(name for name, _type, _note in subject.fields)
    rows = (",".join(cell(type_, number, rng) for _name, type_, _note in subject.fields) for number in range(20))
    return "\n".join(["\ufeff" + head, *rows, ""]).encode()


def cell(type_: str, number: int, rng: Random) -> str:
    if type_ == "datetime":
        return f"2026-01-{1 + number // 24:02d} {number % 24:02d}:00"
    return f"示范{number % 5 + 1}" if type_ == "text" else f"{rng.uniform(0.2, 9.8):.2f}"
