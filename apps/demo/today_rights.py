"""Today's desk: policies, pledges and memberships in every state, on rights of the demonstration's own firms."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from apps.certificates.models import Registration
from apps.certificates.register import open_claims
from apps.demo.recording import Scene, act, open_filing, release
from apps.demo.today_insurance import offer_products, record_claims
from apps.workflow.machine import perform
from apps.workflow.models import Case

ITEM = {"items": [{"path": "debt", "label": "被担保的债权", "note": "请写明主合同编号。"}]}


def record(scene: Scene) -> None:
    rights = [*rights_of(scene, "tingtao"), *rights_of(scene, "lanwan")]
    offer_products(scene)
    record_policies(scene, rights)
    record_pledges(scene, rights)
    record_memberships(scene)


def rights_of(scene: Scene, firm: str) -> list[Registration]:
    """The rights that a firm may pledge or insure today, newest first."""
    held = Registration.objects.filter(holder=scene.firms[firm], case__status="valid", valid_until__gt=scene.now.date())
    return list(held.select_related("case", "holder").order_by("-registered_on", "-pk")[:6])


def free_right(scene: Scene, firm: str) -> Registration:
    """The newest right of a firm that nobody has a claim on, whatever weekday the cooling of a release falls on."""
    return next(right for right in rights_of(scene, firm) if not open_claims(right).exists())


# ------------------------------------------------------------------------------------------------ policies


def apply_for_policy(scene: Scene, right: Registration, when: datetime, yuan: int, **more) -> Case:
    """The holder applies to the insurer of the demonstration."""
    data = {"insurer": scene.firms["insurer"].pk, "product": "infringed", "sum_insured": Decimal(yuan)}
    return open_filing(
        "policy", right.holder, data, when, actor=manager_of(scene, right), move="apply", root=right.case, **more
    )


def manager_of(scene: Scene, right: Registration):
    names = {scene.firms["tingtao"].pk: "tingtao_manager", scene.firms["lanwan"].pk: "lanwan_manager"}
    return scene.people[names[right.holder_id]]


def terms(scene: Scene, yuan: int, starts_on: date) -> dict:
    return {
        "policy_number": f"示范保单-{starts_on.year}-{next(scene.numbers):05d}", "sum_insured": Decimal(yuan),
        "parts": parts(yuan), "premium": Decimal(yuan) / 20, "starts_on": starts_on,
        "ends_on": starts_on.replace(year=starts_on.year + 1, day=min(starts_on.day, 28)) - timedelta(days=1),
    }  # fmt: skip


def parts(yuan: int) -> dict[str, Decimal]:
    """A fifth for investigation, three tenths for lawyers, half for the loss itself."""
    whole = Decimal(yuan)
    return {"investigation": whole / 5, "legal": whole * 3 / 10, "direct": whole / 2}


def record_policies(scene: Scene, rights: list[Registration]) -> None:
    """Applied for, bound, in force, ended, cancelled, declined, withdrawn."""
    insurer, today = scene.people["insurer"], scene.now.date()
    first, *_others, last = rights
    apply_for_policy(scene, first, scene.ago(3), 100_000)
    apply_for_policy(scene, last, scene.ago(13), 60_000)
    bound = apply_for_policy(scene, last, scene.ago(8), 120_000)
    act(bound, "bind", insurer, scene.ago(4), terms(scene, 120_000, today + timedelta(days=12)))
    running = apply_for_policy(scene, first, scene.ago(10), 80_000)
    running = act(running, "bind", insurer, scene.ago(8), terms(scene, 80_000, scene.ago(7).date()))
    record_claims(scene, running, manager_of(scene, first))
    cancelled = apply_for_policy(scene, first, scene.ago(10), 50_000)
    act(cancelled, "bind", insurer, scene.ago(9), terms(scene, 50_000, scene.ago(8).date()))
    act(cancelled, "cancel", insurer, scene.ago(2), {"refund": Decimal(2000)}, "投保人申请退保")
    declined = apply_for_policy(scene, last, scene.ago(9), 900_000)
    act(declined, "decline", insurer, scene.ago(6), {}, "保额超过承保上限")
    withdrawn = apply_for_policy(scene, last, scene.ago(7), 70_000)
    act(withdrawn, "withdraw", manager_of(scene, last), scene.ago(5), {}, "改投其他产品")


# ------------------------------------------------------------------------------------------------ pledges


def loan(scene: Scene, yuan: int, when: date, *, bank: str = "bank", months: int = 12) -> dict:
    """The cleaned values of a complete form; what is secured, what the bank would lend and what was paid out differ."""
    number = next(scene.numbers)
    return {
        "pledgee": scene.firms[bank].pk, "branch": "示范支行", "contract_number": f"示范质字-{when.year}-{number:05d}",
        "contract_on": when, "debt": f"流动资金借款合同 示范借字-{when.year}-{number:05d}", "credit": Decimal(yuan) * 6 / 5,
        "secured": Decimal(yuan), "drawn": Decimal(yuan) / 2, "starts_on": when, "ends_on": when + timedelta(days=months * 30),
        "interest": Decimal("3.650"), "combined_with": "", "appraised": Decimal(yuan) * 2, "appraised_on": when,
        "appraiser": "示范资产评估事务所", "appraisal_method": "income",
    }  # fmt: skip


def file_pledge(scene: Scene, right: Registration, when: datetime, yuan: int, **more) -> Case:
    given = loan(scene, yuan, when.date())
    return open_filing("pledge", right.holder, given, when, actor=manager_of(scene, right), root=right.case, **more)


def record_pledges(scene: Scene, rights: list[Registration]) -> None:
    """Waiting for the bank's word, confirmed, refused, withdrawn, lapsed, released, registered."""
    people = scene.people
    first, *_others, last = rights
    file_pledge(scene, first, scene.ago(2), 3_000_000)
    confirmed = file_pledge(scene, last, scene.ago(7), 5_000_000)
    act(confirmed, "confirm", people["banker"], scene.ago(6))
    refused = file_pledge(scene, last, scene.ago(10), 2_000_000)
    act(refused, "refuse", people["clerk"], scene.ago(8), {}, "质押合同缺少被担保债权的种类")
    withdrawn = file_pledge(scene, last, scene.ago(10), 1_500_000)
    act(withdrawn, "withdraw", manager_of(scene, last), scene.ago(9), {}, "改用其他担保")
    lapsed = file_pledge(scene, first, scene.ago(10), 800_000)
    act(lapsed, "ask_correction", people["clerk"], scene.ago(9), ITEM)
    act(lapsed, "lapse", None, scene.ago(1))
    released = file_pledge(scene, first, scene.ago(9), 1_000_000)
    act(released, "accept", people["clerk"], scene.ago(8), {"joint_paper": True})
    release(scene, released, scene.ago(6))
    pledged = file_pledge(scene, second(rights), scene.ago(9), 6_000_000)
    act(
        pledged,
        "accept",
        people["clerk2"],
        scene.ago(8),
        {"registered_at": "province", "registered_number": "浙质示范0001"},
    )


def second(rights: list[Registration]) -> Registration:
    return rights[1]


# ------------------------------------------------------------------------------------------------ the alliance


def join_alliance(scene: Scene, firm, when: datetime, actor, sector: str = "enterprise", **more) -> Case:
    data = {
        "sector": sector, "representative": "示范代表", "contact_name": "示范联系人", "contact_phone": "0580-0000000",
        "sponsors": "", "purpose": "提供海洋观测数据样例，希望获得登记与质押方面的辅导。", "charter": True,
    }  # fmt: skip
    return open_filing("membership", firm, data, when, actor=actor, **more)


def admit(scene: Scene, case: Case, meeting: date, when: datetime, grade: str = "member") -> Case:
    data = {"meeting_on": meeting, "minutes": f"示范理事会纪要-{meeting:%Y%m%d}", "grade": grade}
    return act(case, "accept", scene.people["secretariat"], when, data, "理事会通过")


def record_memberships(scene: Scene) -> None:
    """An applicant, a member, one suspended, and every way it ends."""
    people, firms, secretariat = scene.people, scene.firms, scene.people["secretariat"]
    join_alliance(scene, firms["lanwan"], scene.ago(4), people["lanwan_manager"])
    admit(
        scene,
        join_alliance(scene, firms["tingtao"], scene.ago(30), people["tingtao_manager"]),
        scene.ago(20).date(),
        scene.ago(19),
    )
    rest = iter(scene.cohort[-8:])
    suspended = join_alliance(scene, next(rest), scene.ago(50), secretariat)
    admit(scene, suspended, scene.ago(45).date(), scene.ago(44))
    act(suspended, "suspend", secretariat, scene.ago(5), {}, "连续两次未参加会员大会")
    left = join_alliance(scene, next(rest), scene.ago(50), secretariat)
    admit(scene, left, scene.ago(45).date(), scene.ago(44))
    act(left, "leave", secretariat, scene.ago(8), {}, "书面申请退出")
    removed = join_alliance(scene, next(rest), scene.ago(50), secretariat)
    admit(scene, removed, scene.ago(45).date(), scene.ago(44))
    minutes = {"meeting_on": scene.ago(7).date(), "minutes": "示范理事会纪要-除名"}
    act(removed, "remove", secretariat, scene.ago(6), minutes, "违反章程")
    refused = join_alliance(scene, next(rest), scene.ago(20), secretariat)
    act(refused, "refuse", secretariat, scene.ago(12), {}, "主营业务与联盟宗旨无关")
    withdrawn = join_alliance(scene, next(rest), scene.ago(20), secretariat)
    act(withdrawn, "withdraw", secretariat, scene.ago(15), {}, "企业暂缓加入")
    lapsed = join_alliance(scene, next(rest), scene.ago(40), secretariat)
    act(
        lapsed,
        "ask_correction",
        secretariat,
        scene.ago(36),
        {"items": [{"path": "purpose", "label": "入盟目的", "note": "请补充。"}]},
    )
    act(lapsed, "lapse", None, scene.ago(20))


# ------------------------------------------------------------------------------------------------ with letters


def act_now(scene: Scene, when: datetime) -> None:
    """A pledge and a policy that reach bank and insurer today, and two correction notices."""
    people = scene.people
    right = free_right(scene, "lanwan")
    file_pledge(scene, right, when, 4_000_000, recording=False)
    apply_for_policy(scene, right, when, 90_000, recording=False)
    unclear = file_pledge(scene, free_right(scene, "tingtao"), scene.ago(4), 2_500_000)
    perform(unclear.pk, "ask_correction", actor=people["clerk"], data=ITEM, comment="一次性告知", effective_at=when)
    vague = join_alliance(scene, scene.firms["university"], scene.ago(6), people["researcher"], "university")
    items = {"items": [{"path": "purpose", "label": "入盟目的", "note": "请写明可共享的数据范围。"}]}
    perform(vague.pk, "ask_correction", actor=people["secretariat"], data=items, comment="请补充", effective_at=when)
