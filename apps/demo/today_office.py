"""Today's desk, beside the cases: findings and notes, who is away, saved filters, calls and handover notes, what was
looked up at the province, a letter that came back, alerts, and what people want of letters."""

from datetime import datetime, timedelta
from secrets import token_urlsafe

from apps.accounts.vault import blind
from apps.applications.models import Application
from apps.applications.province_import import check_days, watched
from apps.demo.recording import Scene, record_deposit, verified_deposit
from apps.examination.models import Finding, Note
from apps.notices.models import Alert, Notice
from apps.outbox import preferences, services
from apps.outbox.models import Letter
from apps.outbox.reader import Topic, Way
from apps.workflow.absences import enter_absence
from apps.workflow.machine import perform
from apps.workflow.models import Absence, Case, Contact, Draft, Handover, SavedFilter

FOUND = {"name_form": "met", "scenario": "met", "sources_proven": "met", "contract_term": "na", "deidentified": "met", "marine": "met", "processed": "met", "evidence_older": "met", "evidence_matches": "met", "evidence_elsewhere": "ask", "fields": "met", "sample": "met", "statement": "met"}  # fmt: skip
"""What the examiner found on the case that waits for its decision; the rest was left open."""
DOUBT = "摘要与另一主体的存证相同，已电话核实系委托采集，建议合议时一并考虑。"
CALLS = (
    ("chuhang", "clerk", 6, "已告知核验需补充的材料，企业表示本周提交", "提醒提交营业执照", 0),
    ("lanwan", "clerk2", 4, "说明补正要求，企业正在整理脱敏说明", "询问补正进度", 0),
    ("yuhui", "dinghai_clerk", 2, "法定代表人出差，下周更正", "再次联系", 4),
    ("tingtao", "clerk", 9, "介绍质押融资与保险，企业有意向", "", 0),
)  # firm, who called, working days ago, what was said, next step, days from today to call again (0: none)
HANDOVERS = (
    ("lanwan", "clerk2", 12, "负责人黄海，英文沟通，习惯上午联系。"),
    ("lanwan", "clerk", 3, "负责人黄海，英文沟通，习惯上午联系。\n在办：一件待补正，一件待决定；质押由示范银行跟进。"),
    ("tingtao", "clerk", 20, "申报由吴佳怡经办，重要事项请同时告知郑听涛。"),
)  # fmt: skip


def record(scene: Scene) -> None:
    record_findings(scene)
    record_calls(scene)
    note_looked_up(scene)
    save_filters(scene)
    ask_alerts(scene)
    leave_drafts(scene)


# ------------------------------------------------------------------------------------------------ examining


def record_findings(scene: Scene) -> None:
    """On the case that waits for its decision; another firm holds the same digest, which a finding and a note speak of."""
    case = Case.objects.filter(kind="application", status="examined", organisation=scene.firms["tingtao"]).latest("pk")
    clerk, when = scene.people["clerk"], scene.ago(5, 15)
    for criterion, outcome in FOUND.items():
        note = DOUBT if outcome == "ask" else ""
        Finding.objects.create(
            case=case, criterion=criterion, version=case.version, outcome=outcome, note=note, by=clerk,
            by_name=clerk.full_name, at=when,
        )  # fmt: skip
    record_deposit(
        scene, scene.firms["lanwan"], scene.ago(6), actor=scene.people["lanwan_manager"],
        digest=case.application.deposit.sha256,
    )  # fmt: skip
    words = (
        ("clerk", 5, "申请人来电说明：蓝湾公司受其委托采集，故摘要相同，合同随后补来。"),
        ("clerk2", 3, "合同已收，见材料。采集起止日期与申请表一致。"),
    )
    for username, ago, text in words:
        by = scene.people[username]
        Note.objects.create(case=case, text=text, by=by, by_name=by.full_name, at=scene.ago(ago, 16))


# ------------------------------------------------------------------------------------------------ the section


def record_calls(scene: Scene) -> None:
    today = scene.now.date()
    for firm, username, ago, note, step, days in CALLS:
        Contact.objects.create(
            organisation=scene.firms[firm], by=scene.people[username], at=scene.ago(ago, 14), channel="phone", note=note,
            next_step=step, next_on=today + timedelta(days=days) if days else None,
        )  # fmt: skip
    versions: dict[str, int] = {}
    for firm, username, ago, text in HANDOVERS:
        versions[firm] = versions.get(firm, 0) + 1
        Handover.objects.create(
            organisation=scene.firms[firm], version=versions[firm], text=text, author=scene.people[username],
            written_at=scene.ago(ago, 17),
        )  # fmt: skip


def note_looked_up(scene: Scene) -> None:
    """Each case at the province was looked up the other day, but for one that is overdue to be."""
    cases = list(watched(Case.objects.all()).order_by("pk"))
    Application.objects.filter(case__in=cases).update(province_checked_at=scene.now - timedelta(days=2))
    late = scene.now - timedelta(days=check_days() + 3)
    forgotten = [case for case in cases if case.changed_at < late][:1]
    Application.objects.filter(case__in=forgotten).update(province_checked_at=late)


def save_filters(scene: Scene) -> None:
    rows = (
        ("clerk", "本周到期的登记申请", "kind=application&due=week"),
        ("clerk", "等企业答复", "show=returned"),
        ("chief", "无人承办", "assigned=nobody"),
    )
    for rank, (username, name, query) in enumerate(rows, 1):
        SavedFilter.objects.create(user=scene.people[username], name=name, query=query, rank=rank)


def leave_drafts(scene: Scene) -> None:
    """Two of the drafts were begun last week and left since."""
    for username, ago in (("tingtao_filer", 8), ("putuo_clerk", 11)):
        drafts = Draft.objects.filter(kind="application", case=None, created_by=scene.people[username])
        drafts.update(created_at=scene.ago(ago, 9), updated_at=scene.ago(ago, 17))


def ask_alerts(scene: Scene) -> None:
    """Somebody follows what is published about the sea, somebody else one notice that runs."""
    notice = Notice.objects.filter(case__status="in_notice", withdrawn_at=None, held_at=None, ends_at__gt=scene.now)
    watched_ = notice.filter(case__track="local").latest("published_at")
    asked = {"address": blind("192.0.2.8"), "asked_at": scene.ago(12), "confirmed_at": scene.ago(12, 11)}
    Alert.objects.create(
        email="reader@people.example", language="zh-hans", token=token_urlsafe(24), query={"q": "数据集", "what": "数据集"},
        **asked,
    )  # fmt: skip
    Alert.objects.create(
        email="watcher@people.example", language="en", token=token_urlsafe(24), query={"what": watched_.case.title},
        notice=watched_, **asked,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ with letters


def act_now(scene: Scene, when: datetime) -> None:
    go_away(scene)
    letter_comes_back(scene, when)
    choose_ways(scene)


def go_away(scene: Scene) -> None:
    """One clerk travels today and for two days more; the other acts meanwhile."""
    today, absent = scene.now.date(), scene.people["clerk2"]
    enter_absence(
        absent, today, today + timedelta(days=2), substitute=scene.people["clerk"], reason=Absence.Reason.TRAVEL,
        by=scene.people["chief"],
    )  # fmt: skip


def letter_comes_back(scene: Scene, when: datetime) -> None:
    """The address that a firm without an account left does not exist any more: its letter is to be served another way."""
    firm = scene.cohort[9]
    firm.contact_email = "gone@former.example"
    firm.save(update_fields=["contact_email"])
    deposit = verified_deposit(scene, firm, scene.ago(8))
    perform(deposit.pk, "void", actor=scene.people["chief"], comment="重复存证，以在先者为准", effective_at=when)
    letter = Letter.objects.filter(case_pk=deposit.pk, organisation=firm).latest("pk")
    services.mark_bounced(letter, scene.now, "550 5.1.1 mailbox unavailable")


def choose_ways(scene: Scene) -> None:
    """One person reads a daily digest, another wants the steps of pledges alone by e-mail; the rest leave it as it is."""
    preferences.choose(scene.people["tingtao_manager"], {Topic.MOVES: Way.DIGEST, Topic.DIGEST: Way.EMAIL})
    preferences.choose(scene.people["banker"], {Topic.MOVES: Way.PORTAL}, {(Topic.MOVES, "pledge"): Way.EMAIL})
