"""The alliance's sharing list: an entry in every state, on rights of a member of the demonstration."""

from datetime import datetime, timedelta

from apps.certificates.models import Registration
from apps.demo.cohort import register
from apps.demo.recording import Scene, act, open_filing, verified_deposit
from apps.demo.today_rights import manager_of
from apps.workflow.machine import perform
from apps.workflow.models import Case

UNCLEAR = {"items": [{"path": "terms", "label": "使用条件", "note": "请写明可否用于商业用途。"}]}


def share(scene: Scene, right: Registration, when: datetime) -> Case:
    """A member offers a right to the others for half a year, or as long as it lasts."""
    data = {
        "description": "逐时观测值与质控标识，按站点提供。", "mode": "free", "scope": "members", "delivery": "api",
        "terms": "不得转售，使用时注明来源。", "contact_name": "示范联系人", "contact_phone": "0580-0000000",
        "until_on": min(right.valid_until, scene.now.date() + timedelta(days=180)), "statement": "anonymised",
    }  # fmt: skip
    return open_filing("sharing", right.holder, data, when, actor=manager_of(scene, right), root=right.case)


def to_share(scene: Scene) -> list[Registration]:
    """Four rights of a member, registered before any of them is offered: no day of the year leaves too few."""
    firm = scene.firms["tingtao"]
    return [
        register(scene, verified_deposit(scene, firm, scene.ago(120 + nth)), scene.ago(70 + nth).date())
        for nth in range(4)
    ]


def record(scene: Scene) -> None:
    """On the list, off it since the membership was suspended for a day, to be checked, and every way it ends."""
    secretariat, member = (
        scene.people["secretariat"],
        Case.objects.get(kind="membership", organisation=scene.firms["tingtao"]),
    )
    first, other, listed, paused = to_share(scene)
    lapsed = act(share(scene, first, scene.ago(18)), "ask_correction", secretariat, scene.ago(17), UNCLEAR)
    act(lapsed, "lapse", None, scene.ago(9))
    act(share(scene, other, scene.ago(16)), "refuse", secretariat, scene.ago(14), {}, "与登记内容不一致")
    act(share(scene, other, scene.ago(13)), "withdraw", manager_of(scene, other), scene.ago(12), {}, "内容待完善")
    ended = act(share(scene, other, scene.ago(12)), "accept", secretariat, scene.ago(11), {}, "材料齐全")
    act(ended, "take_down", manager_of(scene, other), scene.ago(9), {}, "接口升级")
    entries = [
        act(share(scene, right, scene.ago(12)), "accept", secretariat, scene.ago(10), {}, "材料齐全")
        for right in (listed, paused)
    ]
    act(member, "suspend", secretariat, scene.ago(8), {}, "未按期报送年度信息")
    act(member, "resume", secretariat, scene.ago(7), {}, "已补报")
    act(entries[0], "resume", secretariat, scene.ago(6), {}, "已核查")
    share(scene, other, scene.ago(3))


def act_now(scene: Scene, when: datetime) -> None:
    """A correction notice that reaches the member today."""
    right = Registration.objects.get(shared_entries__case__status="lapsed")
    entry, secretariat = share(scene, right, scene.ago(5)), scene.people["secretariat"]
    perform(entry.pk, "ask_correction", actor=secretariat, data=UNCLEAR, comment="请补充", effective_at=when)
