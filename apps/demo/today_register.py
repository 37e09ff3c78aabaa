"""Today's register: what is asked for on rights after their registration, what stands on exchanges, who may read a file."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, count
from typing import Any

from apps.certificates.models import Claim, Registration
from apps.demo.recording import Scene, act, new_face, open_filing, release, settle, settle_all
from apps.demo.today_rights import loan
from apps.diligence.watching import follow
from apps.workflow.models import Case

REVIEWED = ("renewal", "entry_change", "transfer", "licence_filing", "cancellation", "reissue")
ITEM = {"items": [{"path": "paper", "label": "证明材料", "note": "请补交加盖公章的原件扫描件。"}]}
ANNOUNCED = {"announcement": "以虚假材料取得登记，予以撤销。"}


def record(scene: Scene) -> None:
    settle_all(scene)  # an act on a right tells what rests on it now, not what had ended before
    rights = free_rights(scene)
    together = pair_of(rights)
    free = iter([right for right in rights if right not in together])
    mine = rights_to_choose(scene)
    procedures(scene, free, mine)
    freezes(scene, free)
    revocations(scene, free, mine)
    before_pledges(scene, free, mine)
    pledges(scene, free, mine, together)
    listings(scene, free, mine)
    views(scene, mine)


def pair_of(rights: list[Registration]) -> tuple[Registration, Registration]:
    """Two rights of one holder."""
    return next((a, b) for a, b in combinations(rights, 2) if a.holder_id == b.holder_id)


def unclaimed(rights: list[Registration]) -> Registration:
    """The first that nobody has a claim on."""
    taken = set(Claim.objects.filter(ended_at__isnull=True).values_list("registration_id", flat=True))
    return next(right for right in rights if right.pk not in taken)


def free_rights(scene: Scene) -> list[Registration]:
    """Rights of enterprises without an account that last and that nobody has a claim on, oldest first; each once."""
    taken = Claim.objects.filter(ended_at__isnull=True).values("registration")
    lasting = Registration.objects.filter(
        holder__in=scene.cohort, case__status="valid", valid_until__gt=scene.now.date() + timedelta(days=60)
    )
    return list(lasting.exclude(pk__in=taken).select_related("case", "holder").order_by("registered_on", "pk"))


def rights_to_choose(scene: Scene) -> dict[str, list[Registration]]:
    """By firm with an account, the rights it holds, oldest first: the newest belong to insurance and pledges."""
    found = {}
    for firm in ("tingtao", "lanwan"):
        held = Registration.objects.filter(holder=scene.firms[firm], case__status="valid")
        held = held.filter(valid_until__gt=scene.now.date()).select_related("case", "holder")
        found[firm] = list(held.order_by("registered_on", "pk"))
    return found


def terms(scene: Scene, kind: str, ago: int) -> dict[str, Any]:
    """The cleaned values of a complete form filed so many working days ago."""
    day, later = scene.ago(ago + 2).date(), scene.now.date() + timedelta(days=200)
    number = next(scene.numbers)
    other = scene.firms["university"].pk
    return {
        "renewal": {"data_exists": True, "sources_licensed": True, "contracts": [], "early_because": ""},
        "entry_change": {
            "happened_on": day, "holder_data": False, "name": "", "scenario": "", "structure": "",
            "record_count": 90_000 + number, "volume_bytes": None, "update_frequency": "",
        },
        "transfer": {"transferee": other, "ground": "contract", "paper_number": f"示范转字-{number:05d}", "happened_on": day},
        "licence_filing": {
            "licensee": other, "type": "plain", "contract_number": f"示范许字-{number:05d}", "happened_on": day,
            "starts_on": day, "ends_on": later, "area": "浙江省，海洋预报", "fee": Decimal(60_000), "fee_terms": "按年支付",
        },
        "cancellation": {"ground": "given_up", "explanation": "数据已停止更新，不再使用。", "certain": True},
        "reissue": {"ground": "damaged", "certificate_form": "", "certificate_number": "", "explanation": "纸质证书受潮。"},
        "freeze": {
            "court": "舟山海事示范法院", "document_number": f"（2026）浙示执保{number}号", "starts_on": day, "ends_on": later,
        },
        "revocation": {"ground": "fraud", "facts_told": "登记所述采集设备在该时段并未投入使用。", "judgment": ""},
    }[kind]  # fmt: skip


def file(scene: Scene, kind: str, right: Registration, ago: int, actor: str = "clerk", move: str = "file") -> Case:
    given = terms(scene, kind, ago)
    return open_filing(kind, right.holder, given, scene.ago(ago), actor=scene.people[actor], move=move, root=right.case)


# ------------------------------------------------------------------------------------------------ procedures on rights


def procedures(scene: Scene, free: Iterator[Registration], mine: dict[str, list[Registration]]) -> None:
    """Every kind once in each of its states; what waits lies with the firms that have an account."""
    people = scene.people
    own = mine["tingtao"]
    for number, kind in enumerate(REVIEWED):
        file(scene, kind, own[number % 2], 3 + number % 2, "tingtao_manager")
        asked = file(scene, kind, next(free), 5)
        act(asked, "ask_correction", people["clerk2"], scene.ago(2, 11), ITEM, "一次性告知")
        lapsed = file(scene, kind, next(free), 20)
        act(lapsed, "ask_correction", people["clerk2"], scene.ago(18), ITEM, "一次性告知")
        act(lapsed, "lapse", None, scene.ago(2))
        right = next(free)
        act(file(scene, kind, right, 8), "withdraw", people["clerk"], scene.ago(7), {}, "申请人来函撤回")
        act(file(scene, kind, right, 6), "refuse", people["chief"], scene.ago(5), {}, "材料与登记内容不符")
        face = new_face(scene, right, scene.ago(2).date()) if kind == "renewal" else {}
        act(file(scene, kind, right, 4), "accept", people["chief"], scene.ago(2), face, "材料齐全")
    over = act(file(scene, "licence_filing", next(free), 8), "accept", people["chief"], scene.ago(6), {}, "材料齐全")
    act(over, "give_up", people["researcher"], scene.ago(3), {}, "项目结束")


def freezes(scene: Scene, free: Iterator[Registration]) -> None:
    """Waiting for the second official, in force, to be lifted, lifted, entered by mistake."""
    people = scene.people
    lift = {"lifted_by": "舟山海事示范法院（2026）浙示执保解1号"}
    ways: tuple[tuple[tuple[str, str, dict], ...], ...] = (
        (),
        (("confirm", "clerk2", {}),),
        (("confirm", "clerk2", {}), ("lift", "clerk", lift)),
        (("confirm", "clerk2", {}), ("lift", "clerk", lift), ("confirm_lift", "clerk2", {})),
        (("discard", "clerk2", {}),),
    )
    for way in ways:
        case = file(scene, "freeze", next(free), 6)
        for step, (move, by, data) in enumerate(way):
            case = act(case, move, people[by], scene.ago(5 - step), data, "经核对法院文书")


def revocations(scene: Scene, free: Iterator[Registration], mine: dict[str, list[Registration]]) -> None:
    """Reported, the holder to be heard, to be decided, and every way it ends; a revoked right takes all with it."""
    people = scene.people
    state, revoke = ("note_silence", "", {}), ("revoke", "chief", ANNOUNCED)
    opened = ("open", "clerk2", {})
    ways = ((), (opened,), (opened, state), (opened, state, ("uphold", "chief", {})), (("dismiss", "clerk2", {}),))
    for way in ways:
        heard = mine["lanwan"][-3:][0] if way == (opened,) else next(free)
        walk(scene, file(scene, "revocation", heard, 7, "researcher", "report"), way)
    taken_back = file(scene, "revocation", next(free), 7, "researcher", "report")
    act(taken_back, "withdraw", people["researcher"], scene.ago(6), {}, "已自行核实")
    right = next(free)
    for kind in REVIEWED[1:]:
        file(scene, kind, right, 9)
    file(scene, "renewal", right, 9)
    open_filing("listing", right.holder, sheet(scene, right), scene.ago(9), actor=people["clerk"], root=right.case)
    file(scene, "revocation", right, 9, "researcher", "report")
    walk(scene, file(scene, "revocation", right, 7, "researcher", "report"), (opened, state, revoke))
    pledged, asked = next(free), next(free)
    entered(scene, pledged, 2_000_000, 30)
    given = loan(scene, 1_000_000, scene.ago(8).date())
    open_filing("pledge", asked.holder, given, scene.ago(8), actor=people["clerk"], root=asked.case)
    notice(scene, asked, 4)
    for right, ago in ((pledged, 6), (asked, 3)):  # the notice stands when the right is put in doubt
        case = file(scene, "revocation", right, ago + 1, "researcher", "report")
        walk(scene, case, (opened, state, revoke), ago)


def walk(scene: Scene, case: Case, way: tuple, ago: int = 6) -> Case:
    """A case taken step by step, the first so many working days ago and one on each day after."""
    for step, (move, by, data) in enumerate(way):
        case = act(case, move, scene.people.get(by), scene.ago(ago - step), data, "经查属实")
    return case


# ------------------------------------------------------------------------------------------------ before a pledge


def before_pledges(scene: Scene, free: Iterator[Registration], mine: dict[str, list[Registration]]) -> None:
    """Notices of intent, loans in preparation and pledges registered elsewhere, in every state."""
    people, banker = scene.people, scene.people["banker"]
    manager = people["lanwan_manager"]
    led_to_a_pledge(scene, mine["lanwan"])
    notice(scene, mine["lanwan"][-2], 2)
    settle(scene, notice(scene, next(free), 60))
    act(notice(scene, next(free), 6), "withdraw", banker, scene.ago(4), {}, "另行安排")
    value = {
        "appraised": Decimal(4_000_000), "appraised_on": scene.ago(8).date(), "appraiser": "示范资产评估事务所",
        "appraisal_method": "income",
    }  # fmt: skip
    steps: tuple[tuple[str, Any, dict], ...] = (
        ("value", manager, {}), ("record_value", manager, value), ("approve", banker, {"credit": Decimal(3_000_000)}),
    )  # fmt: skip
    for many in range(4):
        case = financing(scene, mine["lanwan"][many % len(mine["lanwan"])])
        for step, (move, by, data) in enumerate(steps[:many]):
            case = act(case, move, by, scene.ago(7 - step), data)
    act(financing(scene, mine["lanwan"][0]), "decline", banker, scene.ago(6), {}, "现金流不足")
    act(financing(scene, mine["lanwan"][0]), "end", manager, scene.ago(6), {}, "暂不融资")
    for ended in (False, True):
        case = outside(scene, next(free))
        if ended:
            act(case, "end", people["clerk2"], scene.ago(3), {}, "对方登记机构出具注销证明")


def pledges(
    scene: Scene,
    free: Iterator[Registration],
    mine: dict[str, list[Registration]],
    together: tuple[Registration, Registration],
) -> None:
    """A deal over two rights, and pledges whose release is asked for, held, cooling, done or not due yet."""
    people = scene.people
    first, second = together
    entered(scene, first, 6_000_000, 30, further=(second,))
    asked = entered(scene, unclaimed(mine["tingtao"]), 2_000_000, 12)
    act(asked, "ask_release", people["tingtao_manager"], scene.ago(2), {}, "贷款已结清")
    paper = {"ground": "paid", "dated_on": scene.ago(4).date(), "seen": True}
    act(
        entered(scene, next(free), 3_000_000, 30),
        "record_release",
        people["clerk"],
        scene.ago(2),
        paper,
        "银行盖章解押",
    )
    release(scene, entered(scene, next(free), 1_500_000, 30), scene.ago(1), "贷款已提前结清")
    past = scene.in_published_year()  # a cooling period that is provisional ends nothing
    release(past, entered(past, next(free), 4_000_000, 30), past.ago(9), "质权已实现", ground="enforced")
    settle(scene, entered(scene, next(free), 5_000_000, 120, months=4))
    void = act(entered(scene, next(free), 900_000, 30), "propose_void", people["clerk"], scene.ago(5), {}, "合同系伪造")
    act(void, "void", people["chief"], scene.ago(3), {}, "经公安机关查实，撤销登记")


def entered(
    scene: Scene, right: Registration, yuan: int, ago: int, months: int = 12, further: tuple[Registration, ...] = ()
) -> Case:
    """A pledge of an enterprise without an account, registered a working day after its filing."""
    given = loan(scene, yuan, scene.ago(ago).date(), months=months)
    given["rights"] = [{"right": other.pk, "appraised": Decimal(yuan)} for other in further]
    case = open_filing("pledge", right.holder, given, scene.ago(ago), actor=scene.people["clerk"], root=right.case)
    return act(case, "accept", scene.people["clerk2"], scene.ago(ago - 1), {"joint_paper": True}, "双方共同申请")


def led_to_a_pledge(scene: Scene, rights: list[Registration]) -> None:
    """A notice and an intent that the pledge between the two has used up."""
    right = unclaimed(rights)
    notice(scene, right, 4)
    financing(scene, right)
    entered(scene, right, 1_200_000, 5)


def notice(scene: Scene, right: Registration, ago: int) -> Case:
    data = {"branch": "示范支行", "amount": Decimal(2_000_000)}
    return open_filing(
        "intent_notice", scene.firms["bank"], data, scene.ago(ago), actor=scene.people["banker"], root=right.case
    )


def financing(scene: Scene, right: Registration) -> Case:
    data = {"bank": scene.firms["bank"].pk, "wanted": Decimal(3_000_000), "purpose": "购置观测浮标"}
    return open_filing(
        "financing", right.holder, data, scene.ago(8), actor=scene.people["lanwan_manager"], root=right.case
    )


def outside(scene: Scene, right: Registration) -> Case:
    data = {
        "creditor": "宁波示范银行", "place": "movables", "place_number": f"示范动产{next(scene.numbers):05d}",
        "since_on": scene.ago(20).date(), "source": "持有人书面告知",
    }  # fmt: skip
    return open_filing("outside_pledge", right.holder, data, scene.ago(6), actor=scene.people["clerk"], root=right.case)


# ------------------------------------------------------------------------------------------------ exchanges


def sheet(scene: Scene, right: Registration) -> dict[str, Any]:
    """A product sheet as its form cleans it."""
    return {
        "product_name": f"{right.name}接口", "product_type": "api", "description": "按站点提供的标准化数据接口。",
        "delivery": "api", "price_mode": "per_year", "price": Decimal(60_000), "licence": "ordinary",
        "use_limits": "不得转售。", "security": "general", "contact_name": "示范联系人", "contact_phone": "0580-0000000",
        "exchange": scene.firms["exchange"].pk,
    }  # fmt: skip


def number_of(scene: Scene, day: date, until: date) -> dict[str, Any]:
    """What the exchange writes down when a product goes up."""
    number = next(scene.numbers)
    return {
        "listing_number": f"示范挂牌-{day.year}-{number:05d}", "compliance_number": f"示范合规-{number:05d}",
        "law_firm": "浙江示范律师事务所", "valid_until": until,
    }  # fmt: skip


def record_listing(scene: Scene, right: Registration, day: date, until: date, when) -> Case:
    """A listing that an official writes down."""
    data = {**sheet(scene, right), **number_of(scene, day, until), "listed_on": day, "consents_seen": True}
    return open_filing("listing", right.holder, data, when, actor=scene.people["clerk"], move="record", root=right.case)


def listings(scene: Scene, free: Iterator[Registration], mine: dict[str, list[Registration]]) -> None:
    """Under review, corrected, assessed, listed, suspended, and every way it ends."""
    person, manager = scene.people["exchange_person"], scene.people["tingtao_manager"]
    own, today = mine["tingtao"], scene.now.date()
    places = count()

    def bring(ago: int = 9) -> Case:
        right = own[next(places) % len(own)]
        return open_filing("listing", right.holder, sheet(scene, right), scene.ago(ago), actor=manager, root=right.case)

    def put_up() -> Case:
        case = act(bring(), "accept", person, scene.ago(7), {}, "产品说明完整")
        return act(
            case, "list", person, scene.ago(5), number_of(scene, today, today + timedelta(days=300)), "合规评估通过"
        )

    bring(3)
    act(bring(), "accept", person, scene.ago(4), {}, "产品说明完整")
    act(bring(), "ask_correction", person, scene.ago(2), ITEM, "一次性告知")
    put_up()
    act(put_up(), "suspend", person, scene.ago(2), {}, "接口连续三日不可用")
    act(put_up(), "take_down", person, scene.ago(1), {}, "持有人申请下架")
    act(bring(), "refuse", person, scene.ago(6), {}, "产品与登记内容不一致")
    act(bring(), "withdraw", manager, scene.ago(6), {}, "调整产品")
    lapsed = act(bring(20), "ask_correction", person, scene.ago(18), ITEM, "一次性告知")
    act(lapsed, "lapse", None, scene.ago(2))


# ------------------------------------------------------------------------------------------------ views and watches


def views(scene: Scene, mine: dict[str, list[Registration]]) -> None:
    """A file that the bank may read, one that it may no longer, and what the bank follows since this moment."""
    for right, ended in zip(mine["tingtao"], (False, True), strict=False):
        data = {
            "reader": scene.firms["bank"], "purpose": "贷款审查", "until_on": scene.now.date() + timedelta(days=30),
            "parts": ["form", "sources"], "documents": [],
        }  # fmt: skip
        manager = scene.people["tingtao_manager"]
        case = open_filing("grant", right.holder, data, scene.ago(4), actor=manager, move="give", root=right.case)
        if ended:
            act(case, "revoke", manager, scene.ago(1), {}, "审查结束")
    for right in mine["tingtao"][:2]:
        follow(scene.firms["bank"], right.number, scene.people["banker"])
