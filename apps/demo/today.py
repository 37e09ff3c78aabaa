"""Today's desk: applications, notices and objections in every state, waiting for the people of the demonstration.

All of it is written down as the past, so nothing is mailed; ``act_now`` then does a few things anew, with letters.
"""

from datetime import timedelta
from typing import Any

from apps.applications import filing
from apps.demo import today_agency, today_evidence, today_office, today_register, today_rights, today_sharing
from apps.demo.recording import Scene, act, file_past, settle, verified_deposit
from apps.demo.words import sample, scenario
from apps.enterprises.models import Organisation
from apps.notices.models import Notice, Tip
from apps.workflow import drafts
from apps.workflow.documents import keep
from apps.workflow.machine import open_case, perform
from apps.workflow.models import Case
from apps.workflow.people import History

STATEMENT = "承诺书（演示）：所填内容真实，来源合法，无权属争议，不含国家秘密。\n".encode()
LICENSED = "数据授权合同（演示）：授权使用航标实测数据，期限见合同。\n".encode()
COLLECTION = "采集情况说明（演示）：由自有设备逐时采集，自动入库，未采购他人数据。\n".encode()
LOCAL_WAY = (
    ("pass_pre_check", "putuo_reviewer", {}, "材料齐全"),
    ("propose", "clerk", {"proposal": "accept"}, "形式审查通过，存证可核验"),
    ("approve", "chief", {}, "同意公示"),
    ("draft_notice", "clerk", {}, ""),
    ("publish", "chief", {"no_secret": True}, "公示内容不含秘密"),
)


def record(scene: Scene) -> None:
    """Everything that waits, and one closed case of each ending."""
    today_evidence.record(scene)
    record_pre_checks(scene)
    record_examinations(scene)
    record_notices(scene)
    record_endings(scene.in_published_year())
    record_mirrored(scene)
    today_rights.record(scene)
    today_register.record(scene)
    today_sharing.record(scene)
    today_agency.record(scene)
    begin_drafts(scene)
    assign(scene)
    today_office.record(scene)


def local(scene: Scene, firm: str, *days: int, **changed: Any) -> Case:
    """An application on the local track, filed and moved on so many working days ago, a move a number."""
    return lead(scene, filed(scene, firm, days[0], "local", **changed), days[1:])


def filed(scene: Scene, firm: str | Organisation, ago: int, track: str, **changed: Any) -> Case:
    """An application filed so many working days ago, with its sample and statement."""
    owner = scene.firms[firm] if isinstance(firm, str) else firm
    actor = filer_of(scene, owner)
    deposit = verified_deposit(scene, owner, scene.ago(ago + 6), actor=actor)
    case = file_past(scene, deposit, scene.ago(ago, 9, 20), track, actor=actor, **changed)
    keep([sample(scene.subjects[deposit.pk], scene.rng)], f"{case.title}样例.csv", path="sample", by=actor, case=case)
    keep([STATEMENT], "承诺书.txt", path="statement", by=actor, case=case)
    keep([COLLECTION], "采集情况说明.txt", path="sources.1", by=actor, case=case)
    for source in changed.get("sources", ())[1:]:
        keep([LICENSED], "数据授权合同.txt", path=f"sources.{source['key']}", by=actor, case=case)
    return case


def bought(scene: Scene) -> list[dict[str, str]]:
    """Sources of which one is held by a contract that ends before the term of a registration."""
    until = (scene.now.date() + timedelta(days=400)).isoformat()
    return [
        {"key": "1", "kind": "enterprise", "method": "own", "licensor": "自有设备采集", "ends_on": ""},
        {
            "key": "2",
            "kind": "enterprise",
            "method": "contract",
            "licensor": "舟山示范航标养护有限公司",
            "ends_on": until,
        },
    ]


def filer_of(scene: Scene, firm: Organisation):
    """Who files for a firm in the demonstration; nobody where officials enter it."""
    names = {
        "tingtao": "tingtao_filer",
        "lanwan": "lanwan_manager",
        "qundao": "qundao_manager",
        "university": "researcher",
    }
    return next((scene.people[name] for key, name in names.items() if scene.firms[key] == firm), None)


def lead(scene: Scene, case: Case, days: tuple[int, ...]) -> Case:
    """Take the local way move by move; district acts fall to the city where the district has nobody here."""
    for (move, who, data, comment), ago in zip(LOCAL_WAY, days, strict=False):
        actor = scene.people[reviewer_of(case)] if who == "putuo_reviewer" else scene.people[who]
        case = act(case, move, actor, scene.ago(ago, 11), data, comment)
    return case


def reviewer_of(case: Case) -> str:
    return {"330902": "dinghai_reviewer", "330903": "putuo_reviewer"}.get(case.district.code, "clerk2")


# ------------------------------------------------------------------------------------------------ before the notice


def record_pre_checks(scene: Scene) -> None:
    """Fresh, due soon and overdue, in two districts and on both tracks; two returned."""
    local(scene, "tingtao", 1)
    local(scene, "lanwan", 2)
    local(scene, "lanwan", 9)
    filed(scene, "qundao", 2, "provincial")
    filed(scene, scene.cohort[0], 1, "provincial")
    items = [{"path": "scenario", "label": "应用场景", "note": "请写明使用对象和解决的问题。"}]
    for firm, reviewer in (("tingtao", "dinghai_reviewer"), ("lanwan", "putuo_reviewer")):
        returned = local(scene, firm, 7)
        act(returned, "return_pre_check", scene.people[reviewer], scene.ago(5), {"items": items}, "请补充后再交")


def record_examinations(scene: Scene) -> None:
    """With the examiner: fresh, due tomorrow, overdue; with whoever decides; approved; a notice drafted."""
    local(scene, "tingtao", 5, 3)
    local(scene, "lanwan", 12, 9)
    local(scene, "qundao", 20, 18)
    local(scene, "tingtao", 11, 9, 4)
    refusing = local(scene, "university", 12, 10)
    act(
        refusing,
        "propose",
        scene.people["clerk2"],
        scene.ago(7),
        {"proposal": "refuse"},
        "与已登记数据重复，建议不予登记",
    )
    local(scene, "lanwan", 14, 12, 6, 2)
    local(scene, "tingtao", 16, 14, 8, 5, 1)
    asked_twice(scene)


def asked_twice(scene: Scene) -> None:
    """The examiner proposes a second correction; it waits for the section chief."""
    case = local(scene, "lanwan", 19, 17)
    items = [{"path": "scenario", "label": "应用场景", "note": "请说明服务对象与使用条件。"}]
    act(case, "ask_correction", scene.people["clerk"], scene.ago(15), {"items": items}, "一次性告知")
    act(case, "answer", scene.people["lanwan_manager"], scene.ago(9), {"values": {}})
    again = {"items": items, "reason": "答复未涉及使用条件，依现有材料无法判断。"}
    act(case, "propose_again", scene.people["clerk"], scene.ago(2), again, "请一并核对更新频次")


# ------------------------------------------------------------------------------------------------ notices


def record_notices(scene: Scene) -> None:
    """Notices that run, with and without an objection, two in one bulletin, and notices that are over."""
    local(scene, "tingtao", 18, 16, 9, 6, 5, 3)
    publish_together(scene)
    objected = local(scene, "lanwan", 20, 17, 11, 8, 7, 6)
    object_to(scene, objected, "tingtao_filer", 1, "duplicate", "与我方已登记的数据集主要字段一致。")
    leave_tip(scene, local(scene, "university", 22, 20, 14, 12, 11, 8))
    argued_over(scene)
    suspended(scene)
    unanswered(scene)
    clean = local(scene, "lanwan", 30, 28, 21, 17, 15, 13)
    overdue = local(scene, "tingtao", 38, 36, 30, 26, 24, 20)
    for case in (clean, overdue):
        close(scene, case)


def publish_together(scene: Scene) -> None:
    """Two notices of one day in one bulletin."""
    number = ""
    for firm in ("lanwan", "university"):
        case = local(scene, firm, 17, 15, 10, 7, 5)
        cleared = {"no_secret": True, "bulletin": number}
        act(case, "publish", scene.people["chief"], scene.ago(2, 11), cleared, "公示内容不含秘密")
        number = case.notices.get().bulletin_id


def leave_tip(scene: Scene, case: Case) -> None:
    """Word without a name about a running notice."""
    notice = Notice.objects.get(case=case, withdrawn_at__isnull=True)
    text = "该数据中的水温记录与某公开数据集逐行相同，请核对来源。"
    Tip.objects.create(notice=notice, case=case, text=text, address="", sent_at=scene.ago(3, 20))


def argued_over(scene: Scene) -> None:
    """The notice is over, an admitted objection is answered and undecided: nobody may register."""
    case = local(scene, "tingtao", 32, 30, 22, 18, 16, 14)
    objection = object_to(scene, case, "lanwan_manager", 9, "source", "部分记录采自我方合作网箱，未见授权。")
    act(objection, "admit", scene.people["clerk"], scene.ago(8), {}, "身份、期限与证据齐备")
    reply = {"reply": "记录均由我方浮标取得，附采集日志与设备台账，可供核对。"}
    act(objection, "reply", scene.people["tingtao_filer"], scene.ago(3), reply)
    close(scene, case)


def suspended(scene: Scene) -> None:
    case = local(scene, "lanwan", 36, 34, 26, 22, 20, 17)
    objection = object_to(scene, case, "tingtao_filer", 12, "ownership", "权属争议已提起诉讼，附受理通知书。")
    act(objection, "admit", scene.people["clerk2"], scene.ago(11))
    act(
        objection, "reply", scene.people["lanwan_manager"], scene.ago(8), {"reply": "We await the judgment. 静候判决。"}
    )
    dispute = {
        "dispute": "court", "body": "舟山海事示范法院", "document": "（2026）浙示民初12号",
        "since": scene.ago(9).date().isoformat(),
    }  # fmt: skip
    act(objection, "suspend", scene.people["chief"], scene.ago(6), dispute, "待生效裁判文书")
    close(scene, case)


def unanswered(scene: Scene) -> None:
    """Objections before their admission, and such that the applicant left without a reply: proposed to end, and ended."""
    people = scene.people
    case = local(scene, "tingtao", 24, 22, 15, 11, 9, 7)
    asked = object_to(scene, case, "lanwan_manager", 6, "source", "疑似转载自我方平台。")
    act(asked, "ask_supplement", people["clerk"], scene.ago(5), {}, "请附转载的比对材料")
    waiting = object_to(scene, case, "researcher", 4, "prior", "我方论文已公布同批数据。")
    act(waiting, "admit_first", people["clerk2"], scene.ago(2))
    for proposed, ended in ((False, False), (True, False), (True, True)):
        case = local(scene, "lanwan", 44, 42, 36, 32, 30, 29)
        objection = object_to(scene, case, "tingtao_filer", 27, "source", "合同约定的采集范围不含该海域。")
        act(objection, "admit", people["clerk"], scene.ago(26))
        close(scene, case)
        act(objection, "note_silence", None, scene.ago(12))
        if proposed:
            act(objection, "propose_end", people["clerk"], scene.ago(9), {}, "逾期未答复，无正当理由")
        if ended:
            act(case, "terminate", people["chief"], scene.ago(5), {}, "逾期未答复异议且无正当理由")


def object_to(scene: Scene, case: Case, person: str, ago: int, ground: str, statement: str) -> Case:
    """An objection filed so many working days ago by a person with an account."""
    objector = scene.people[person]
    return open_case(
        "objection",
        actor=objector,
        organisation=case.organisation,
        title=case.title,
        root=case,
        parties=[("objector", objector)],
        effective_at=scene.ago(ago, 16),
        recording=True,
        data={
            "notice": Notice.objects.get(case=case, withdrawn_at__isnull=True), "name": objector.full_name,
            "identity": "330902199001010010", "phone": "0580-0000000", "email": objector.email, "ground": ground,
            "right_hurt": "数据持有权", "statement": statement,
        },
    )  # fmt: skip


def close(scene: Scene, case: Case) -> None:
    """Write down the end of a notice that is over, also where the year's working days are not published yet."""
    settle(scene, case)
    ends_at = Notice.objects.get(case=case, withdrawn_at__isnull=True).ends_at
    if case.status == "in_notice" and ends_at <= scene.now:
        act(case, "close_notice", None, ends_at)


# ------------------------------------------------------------------------------------------------ endings


def record_endings(scene: Scene) -> None:
    """Registered here, refused, refused on an objection, withdrawn, deemed withdrawn."""
    registered = local(scene, "tingtao", 44, 42, 34, 30, 28, 27, sources=bought(scene))
    turned_down = object_to(scene, registered, "lanwan_manager", 20, "prior", "主张在先权利。")
    act(turned_down, "admit", scene.people["clerk"], scene.ago(19))
    act(turned_down, "reply", scene.people["tingtao_filer"], scene.ago(17), {"reply": "双方数据来源与加工方法不同。"})
    act(turned_down, "dismiss", scene.people["deputy"], scene.ago(14), {}, "证据不足，异议不成立")
    redacted = {
        "objection": "异议人主张在先权利，称其此前已采集同类数据。",
        "decision": "双方数据来源与加工方法不同，异议不成立。",
    }
    act(turned_down, "redact", scene.people["clerk2"], scene.ago(13), redacted)
    act(turned_down, "publish_redacted", scene.people["clerk"], scene.ago(12))
    tip = object_to(scene, registered, "researcher", 21, "other", "仅有猜测，没有材料。")
    act(tip, "reject", scene.people["clerk2"], scene.ago(20), {}, "未附任何证据")
    close(scene, registered)
    act(registered, "register", scene.people["deputy"], scene.ago(11), {}, "公示期满，异议不成立")

    plain = local(scene, "lanwan", 46, 44, 36, 32, 30, 29)
    taken_back = object_to(scene, plain, "tingtao_filer", 22, "privacy", "担心含船员轨迹。")
    act(taken_back, "withdraw", scene.people["tingtao_filer"], scene.ago(20), {}, "已当面说明")
    close(scene, plain)
    act(plain, "register", scene.people["chief"], scene.ago(13), {}, "公示期满无异议")

    upheld = local(scene, "lanwan", 40, 38, 32, 28, 26, 25)
    won = object_to(scene, upheld, "tingtao_filer", 20, "source", "附合同：该批数据约定归我方。")
    act(won, "admit", scene.people["clerk"], scene.ago(19))
    act(won, "reply", scene.people["lanwan_manager"], scene.ago(16), {"reply": "We accept it. 无异议。"})
    act(won, "uphold", scene.people["chief"], scene.ago(12), {}, "合同约定明确，异议成立")
    act(upheld, "refuse_on_objection", scene.people["deputy"], scene.ago(10), {}, "异议成立，来源不合法")

    refused = local(scene, "university", 26, 24)
    act(refused, "propose", scene.people["clerk"], scene.ago(20), {"proposal": "refuse"}, "原始数据未经加工")
    act(refused, "refuse", scene.people["chief"], scene.ago(17), {}, "未经一定规则处理，不属于登记范围")
    withdrawn = local(scene, "tingtao", 15, 13)
    act(withdrawn, "withdraw", scene.people["tingtao_filer"], scene.ago(9), {}, "拟合并申请")


def record_mirrored(scene: Scene) -> None:
    """The provincial track: passed, examined there, correction asked, in notice, notice over, and its endings."""
    passed(scene, filed(scene, "tingtao", 6, "provincial"), 4)
    numbered(scene, "lanwan", 10)
    corrected = numbered(scene, "qundao", 14)
    due = {"due_on": scene.after(scene.now.date(), 3)}
    act(corrected, "mirror_correction", scene.people["clerk"], scene.ago(3), due, "省平台：请补充样例数据字段说明")
    act(numbered(scene, "tingtao", 12), "mirror_notice", scene.people["clerk"], scene.ago(4))
    over = numbered(scene, scene.cohort[3], 30)
    act(over, "mirror_notice", scene.people["clerk"], scene.ago(18))
    close(scene, over)
    lapsed = numbered(scene, scene.cohort[4], 34)
    act(lapsed, "mirror_correction", scene.people["clerk"], scene.ago(26), {}, "省平台：请补正来源证明")
    act(lapsed, "mirror_lapsed", scene.people["clerk"], scene.ago(12), {}, "省平台：逾期未补正，视为撤回")
    act(
        numbered(scene, scene.cohort[5], 24),
        "mirror_refused",
        scene.people["clerk"],
        scene.ago(8),
        {},
        "省平台：不予登记",
    )
    act(
        numbered(scene, scene.cohort[6], 20),
        "mirror_withdrawn",
        scene.people["clerk"],
        scene.ago(7),
        {},
        "省平台：主动撤回",
    )


def passed(scene: Scene, case: Case, ago: int) -> Case:
    return act(
        case, "pass_to_province", scene.people[reviewer_of(case)], scene.ago(ago), {}, "材料齐全，请到省平台提交"
    )


def numbered(scene: Scene, firm: str | Organisation, ago: int) -> Case:
    """An application that the province has given a number, five working days after it was filed here."""
    case = passed(scene, filed(scene, firm, ago, "provincial"), ago - 2)
    number = f"浙示范{case.filed_at.year}{next(scene.numbers):05d}"
    return act(case, "enter_number", scene.people["clerk"], scene.ago(ago - 5), {"province_number": number})


# ------------------------------------------------------------------------------------------------ drafts, the desk


def begin_drafts(scene: Scene) -> None:
    """Half typed: an enterprise's with its sample attached, another's just begun, and one that a clerk enters."""
    people, firms = scene.people, scene.firms
    half_typed(scene, people["tingtao_filer"], firms["tingtao"])
    name, subject = next(scene.titles)
    draft = drafts.begin("application", by=people["lanwan_manager"], organisation=firms["lanwan"])
    drafts.save(draft, {"basics": {"name": name, "industry": subject.industry}})
    half_typed(scene, people["putuo_clerk"], scene.cohort[1])


def half_typed(scene: Scene, person, firm: Organisation) -> None:
    name, subject = next(scene.titles)
    draft = drafts.begin("application", by=person, organisation=firm)
    typed = {
        "basics": {
            "name": name, "reg_kind": "first", "industry": subject.industry, "marine_category": subject.category,
            "scenario": scenario(name, subject),
        },
        "sources": {"sources": [{"key": "1", "kind": "enterprise", "method": "own", "licensor": "自有设备采集", "ends_on": ""}]},
        "structure": {"data_type": "structured", "record_count": "12000"},
    }  # fmt: skip
    drafts.save(draft, typed)
    keep([sample(subject, scene.rng)], f"{name}样例.csv", path="sample", by=person, draft=draft)
    keep([COLLECTION], "采集情况说明.txt", path="sources.1", by=person, draft=draft)


def assign(scene: Scene) -> None:
    """Some of what is open lies on one clerk's desk, some on the other's, the rest on nobody's."""
    open_ = Case.objects.filter(kind="application", closed_at__isnull=True, filed_at__gte=scene.ago(60)).order_by("pk")
    pks = list(open_.values_list("pk", flat=True))
    for who, mine in (("clerk", pks[::3]), ("clerk2", pks[1::5])):
        Case.objects.filter(pk__in=mine, assigned_to__isnull=True).update(assigned_to=scene.people[who])


# ------------------------------------------------------------------------------------------------ with letters


def act_now(scene: Scene) -> None:
    """A few acts of these days that write their letters, so that inboxes are not empty and reply periods run."""
    people, when = scene.people, max(scene.ago(1, 15), scene.now - timedelta(days=2))
    asked = local(scene, "tingtao", 8, 6)
    items = [
        {"path": "algorithm", "label": "算法规则简要说明", "note": "请补充脱敏方法及其不可还原性。"},
        {"path": "update_frequency", "label": "更新频次", "note": "与样例时间间隔不符，请核对。"},
    ]
    perform(
        asked.pk,
        "ask_correction",
        actor=people["clerk"],
        data={"items": items},
        comment="一次性告知",
        effective_at=when,
    )
    case = Case.objects.get(pk=asked.pk)
    filing.begin_answer(case, History(case).acts, by=people["tingtao_filer"])
    in_notice = local(scene, "tingtao", 22, 20, 12, 9, 8, 6)
    objection = object_to(scene, in_notice, "lanwan_manager", 4, "ownership", "该数据集由我方委托采集，附委托合同。")
    perform(objection.pk, "admit", actor=people["clerk2"], comment="予以受理并转送", effective_at=when)
    today_evidence.act_now(scene, when)
    today_rights.act_now(scene, when)
    today_sharing.act_now(scene, when)
    today_agency.act_now(scene, when)
    today_office.act_now(scene, when)
