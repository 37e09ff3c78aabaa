"""Today's desk: deposits and verifications of organisations in every state."""

from datetime import datetime

from apps.demo.people import statement
from apps.demo.recording import VERIFIED, Scene, act, open_filing, record_deposit, verified_deposit
from apps.demo.words import digest_of
from apps.workflow.documents import keep
from apps.workflow.machine import open_case, perform
from apps.workflow.models import Case

LICENCE = "营业执照影印件（演示）。\n".encode()


def record(scene: Scene) -> None:
    record_deposits(scene)
    record_verifications(scene)


def record_deposits(scene: Scene) -> None:
    """Recorded and waiting (one overdue), verified and ready to file on, failed, void, and the portal's own receipt."""
    people, firms = scene.people, scene.firms
    record_deposit(scene, firms["tingtao"], scene.ago(1), actor=people["tingtao_filer"])
    record_deposit(scene, firms["qundao"], scene.ago(4), actor=people["qundao_manager"])
    record_deposit(scene, scene.cohort[2], scene.ago(12))
    for firm, person in (("tingtao", "tingtao_filer"), ("lanwan", "lanwan_manager"), ("university", "researcher")):
        verified_deposit(scene, firms[firm], scene.ago(9), actor=people[person])
    failed = record_deposit(scene, firms["lanwan"], scene.ago(7), actor=people["lanwan_manager"])
    act(failed, "fail", people["putuo_reviewer"], scene.ago(5), {}, "证书编号在存证平台查不到")
    void = verified_deposit(scene, firms["tingtao"], scene.ago(30), actor=people["tingtao_filer"])
    act(void, "void", people["chief"], scene.ago(15), {}, "重复存证，以在先者为准")
    doubted = verified_deposit(scene, scene.cohort[7], scene.ago(11))
    act(doubted, "propose_rectification", people["clerk"], scene.ago(2), {}, "核验人选错了案件")
    own_receipt(scene)


def own_receipt(scene: Scene) -> Case:
    name, _subject = next(scene.titles)
    firm = scene.firms["tingtao"]
    return open_case(
        "deposit", move="receive", actor=scene.people["tingtao_filer"], organisation=firm, title=name,
        parties=[("applicant", firm)], effective_at=scene.ago(6), recording=True,
        data={"data_name": name, "sha256": digest_of(name), "hash_only": True, "size_bytes": 738_215, "record_count": 20_000},
    )  # fmt: skip


def record_verifications(scene: Scene) -> None:
    """A newcomer waits; earlier attempts lapsed, were refused and withdrawn."""
    people = scene.people
    lapsed = ask(scene, "chuhang", 60)
    act(lapsed, "ask_correction", people["clerk"], scene.ago(58), WRONG_NAME, "请更正")
    act(lapsed, "lapse", None, scene.ago(45))
    waiting = ask(scene, "chuhang", 1)
    keep([LICENCE], "营业执照.txt", path="licence", by=people["chuhang_manager"], case=waiting)
    refused = ask(scene, "yuhui", 40)
    act(refused, "refuse", people["dinghai_clerk"], scene.ago(38), {}, "名称与统一社会信用代码不符")
    withdrawn = ask(scene, "yuhui", 36)
    act(withdrawn, "withdraw", people["yuhui_manager"], scene.ago(35), {}, "先去办理变更")


WRONG_NAME = {"items": [{"path": "legal_representative", "label": "法定代表人", "note": "与营业执照不一致。"}]}


def ask(scene: Scene, firm: str, ago: int) -> Case:
    owner = scene.firms[firm]
    return open_filing("organisation", owner, statement(owner), scene.ago(ago), actor=scene.people[f"{firm}_manager"])


def act_now(scene: Scene, when: datetime) -> None:
    """A deposit verified, and a newcomer asked to correct what it stated."""
    people = scene.people
    fresh = record_deposit(scene, scene.firms["lanwan"], scene.ago(5), actor=people["lanwan_manager"])
    perform(fresh.pk, "verify", actor=people["putuo_reviewer"], data=VERIFIED, comment="与证书一致", effective_at=when)
    wrong = ask(scene, "yuhui", 3)
    perform(
        wrong.pk, "ask_correction", actor=people["dinghai_clerk"], data=WRONG_NAME, comment="请更正", effective_at=when
    )
