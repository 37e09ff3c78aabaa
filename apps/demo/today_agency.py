"""Today's desk: a service organisation that files for others by power of attorney, who is asked in, and requests about
personal data."""

from datetime import datetime, timedelta

from apps.demo.recording import Scene, act, file_past, open_filing, verified_deposit
from apps.demo.words import sample
from apps.enterprises.models import Membership
from apps.verifications.invitations import invite
from apps.verifications.models import COVERED
from apps.workflow.documents import keep
from apps.workflow.machine import open_case, perform
from apps.workflow.models import Case

POWER = "授权委托书影印件（演示）：委托办理数据知识产权登记，已签字盖章。\n".encode()
STATEMENT = "承诺书（演示）：所填内容真实，来源合法，由代理机构代为提交。\n".encode()


def record(scene: Scene) -> None:
    record_powers(scene)
    file_for_others(scene)
    record_requests(scene)


# ------------------------------------------------------------------------------------------------ powers of attorney


def record_powers(scene: Scene) -> None:
    """In force for two firms, offered by a third, on paper from a fourth; declined once, ended once."""
    people, attorney = scene.people, scene.people["agency_manager"]
    for firm, ago in (("tingtao", 60), ("lanwan", 33)):
        given = empower(scene, firm, people[f"{firm}_manager"], ago)
        act(given, "accept", attorney, scene.ago(ago - 1))
    turned_down = empower(scene, "university", people["researcher"], 40)
    act(turned_down, "decline", attorney, scene.ago(38), {}, "请先补盖公章")
    empower(scene, "university", people["researcher"], 3)
    over = empower(scene, "qundao", people["qundao_manager"], 90)
    act(over, "accept", attorney, scene.ago(88))
    act(over, "revoke", people["qundao_manager"], scene.ago(15), {}, "改为逐年书面委托")
    on_paper = empower(scene, "qundao", people["clerk"], 2, move="record")
    keep([POWER], "授权委托书.txt", path="power", by=people["clerk"], case=on_paper)


def empower(scene: Scene, firm: str, actor, ago: int, *, move: str = "grant") -> Case:
    """A power for a year, for everything an agent may file."""
    first = scene.ago(ago).date()
    data = {
        "agent": scene.firms["agency"], "kinds": list(COVERED), "from_on": first,
        "until_on": first + timedelta(days=365),
    }  # fmt: skip
    return open_filing("power", scene.firms[firm], data, scene.ago(ago), actor=actor, move=move)


def file_for_others(scene: Scene) -> None:
    """What the agent has filed: for one firm a case that is examined, for the other a deposit that waits."""
    filer = scene.people["agency_filer"]
    deposit = verified_deposit(scene, scene.firms["tingtao"], scene.ago(16), actor=filer)
    case = file_past(scene, deposit, scene.ago(8, 9, 40), "local", actor=filer)
    keep([sample(scene.subjects[deposit.pk], scene.rng)], f"{case.title}样例.csv", path="sample", by=filer, case=case)
    keep([STATEMENT], "承诺书.txt", path="statement", by=filer, case=case)
    act(case, "pass_pre_check", scene.people["dinghai_reviewer"], scene.ago(6, 11), {}, "材料齐全")
    verified_deposit(scene, scene.firms["lanwan"], scene.ago(7), actor=filer)


# ------------------------------------------------------------------------------------------------ personal data


def record_requests(scene: Scene) -> None:
    """One to be answered, one done, one refused, one taken back."""
    people = scene.people
    ask(scene, "tingtao_reader", 2, right="correct", new_phone="0580-0000021", statement="联系电话已变更。")
    granted = ask(scene, "qundao_manager", 12, right="see")
    act(granted, "grant", people["clerk"], scene.ago(8), {}, "请在本页下载")
    refused = ask(scene, "chuhang_manager", 20, right="erase", statement="请删除我的全部记录。")
    act(refused, "refuse", people["clerk2"], scene.ago(14), {}, "核验程序进行中，依法须保存")
    taken_back = ask(
        scene, "lanwan_manager", 10, right="correct", new_name="Hai Huang", statement="Spelling of my name."
    )
    act(taken_back, "withdraw", people["lanwan_manager"], scene.ago(9), {}, "It was right. 无需更正。")


def ask(scene: Scene, username: str, ago: int, **data: str) -> Case:
    person = scene.people[username]
    return open_case(
        "personal_data", actor=person, organisation=None, title=f"个人信息请求：{person.full_name}",
        parties=[("applicant", person)], effective_at=scene.ago(ago), recording=True, data=data,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ with letters


def act_now(scene: Scene, when: datetime) -> None:
    """A colleague is asked in and has not answered yet; a power is offered to the agent today."""
    firm, manager = scene.firms["tingtao"], scene.people["tingtao_manager"]
    invite(firm, "newcomer@people.example", Membership.Role.FILER, by=manager)
    waiting = Case.objects.get(kind="power", status="offered")
    perform(waiting.pk, "revoke", actor=scene.people["researcher"], comment="期限填写有误", effective_at=when)
    data = {
        "agent": scene.firms["agency"], "kinds": ["application"], "from_on": scene.now.date(),
        "until_on": scene.now.date() + timedelta(days=180),
    }  # fmt: skip
    open_filing(
        "power", scene.firms["university"], data, when, actor=scene.people["researcher"], move="grant", recording=False
    )
