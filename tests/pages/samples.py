"""Sample pages of the three faces, made of every component, with the long and the awkward on purpose."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace as Row
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.utils.translation import get_language

from apps.accounts.models import User
from apps.pages.fields import Field, Step
from apps.pages.forms import PortalFormMixin, with_one_row_more
from apps.pages.keyset import Page
from apps.pages.tables import Column
from apps.rules.clock import legal_today
from apps.rules.deadlines import deadline, load_calendar

HTML = Path(__file__).parent / "samples_html"
SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_NAME = "浙江舟山群岛新区普陀海洋渔业资源调查监测与大数据综合应用服务技术研究开发有限责任公司定海分公司"
TONES = {
    "waiting": ("待审核", "Waiting for examination"),
    "attention": ("退回补正", "Returned for correction"),
    "good": ("已登记", "Registered"),
    "bad": ("不予登记", "Refused"),
    "neutral": ("公示中", "In public notice"),
    "ended": ("已撤回", "Withdrawn"),
}


def say(chinese: str, english: str) -> str:
    return english if get_language() == "en" else chinese


def state(tone: str) -> Row:
    label = say(*TONES[tone])
    return Row(tone=tone, label=label, public_label=label)


def days(count: int) -> dt.date:
    return legal_today() + dt.timedelta(days=count)


def at(day: int, hour: int, minute: int) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def cases() -> list[Row]:
    tones = list(TONES)
    names = [
        "近岸浪高与海流观测数据集",
        "舟山渔场渔获上岸价格指数数据",
        "港口集装箱堆场周转时序数据（含 AIS 轨迹匹配）",
    ]
    firms = ["舟山听涛海洋数据有限公司", LONG_NAME, "舟山蓝湾渔业科技有限公司"]
    return [
        Row(
            pk=n,
            number=f"申-2026-{n:04}",
            title=names[n % 3],
            organisation=firms[n % 3],
            state=state(tones[n % 6]),
            next_due_at=None if n % 6 == 5 else dt.datetime.combine(days(n * 2 - 3), dt.time(), SHANGHAI),
            assigned_to=["李审核", "王晓明", ""][n % 3],
        )
        for n in range(1, 13)
    ]


class CaseFilter(django_filters.FilterSet):
    username = django_filters.CharFilter(label="编号")
    role = django_filters.ChoiceFilter(label="状态", choices=[("a", "待审核"), ("b", "公示中")])
    email = django_filters.CharFilter(label="区县")

    class Meta:
        model = User
        fields = []


def offers() -> list[Row]:
    def offer(name: str, chinese: str, english: str, tone: str = "quiet", refusal: str = "") -> Row:
        move = Row(name=name, verb=say(chinese, english), tone=tone)
        return Row(move=move, refusal=Row(sentence=refusal) if refusal else None)

    return [
        offer("pass", "审核通过，报送审定", "Pass for decision", "primary"),
        offer("return", "退回补正", "Return for correction"),
        offer("note", "记一笔", "Write a note"),
        offer("refuse", "拟不予登记", "Propose refusal", "danger"),
        offer("decide", "审定", "Decide", refusal=say("审核人不得审定同一件。", "Who examined may not decide.")),
    ]


def entries() -> list[Row]:
    def entry(when: dt.datetime, actor: str, chinese: str, english: str, **more) -> Row:
        blank = {"comment": "", "recorded_at": None, "struck": False, "letters": [], "items": []}
        return Row(at=when, actor=actor, sentence=say(chinese, english), **{**blank, **more})

    return [
        entry(at(18, 9, 12), "陈立", "提交了申请，编号 申-2026-0042", "filed the application, number 申-2026-0042"),
        entry(
            at(20, 14, 3),
            "李审核",
            "退回补正 2 项",
            "returned it for correction, 2 items",
            items=["算法规则说明", "数据来源合法性承诺"],
            letters=[say("补正通知已于 15:40 阅读", "letter read 15:40")],
        ),
        entry(at(20, 16, 30), "王晓明", "误记为已受理", "recorded as accepted by mistake", struck=True),
        entry(at(24, 0, 0), "", "期限将至，已提醒申请人", "the time limit is near; the applicant was reminded"),
        entry(
            at(25, 10, 0),
            "陈立",
            "提交了补正材料",
            "answered the correction",
            comment=say("已补充采样频率与清洗规则。", "Sampling rate and cleaning rules added."),
            recorded_at=at(26, 9, 0),
        ),
    ]


class MatterForm(PortalFormMixin, forms.Form):
    name = forms.CharField(
        label="数据名称", max_length=60, help_text="如：舟山近岸浪高与海流观测数据集。写明区域与内容，不写企业简称。"
    )
    kind = forms.ChoiceField(label="数据类别", choices=[("", "请选择"), ("ocean", "海洋观测"), ("port", "港航物流")])
    public = forms.ChoiceField(
        label="样例是否公开", choices=[("no", "不公开（默认）"), ("yes", "公开")], widget=forms.RadioSelect
    )
    rule = forms.CharField(
        label="算法规则",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="说明清洗、加工与质量控制的规则，不少于 50 字。",
    )
    sample = forms.FileField(label="样例文件", required=False, help_text="CSV 或 XLSX，不超过 20 MB。")
    sure = forms.BooleanField(label="我确认不含国家秘密与未脱敏的个人信息")
    sha256 = forms.CharField(label="SHA-256", required=False)
    sm3 = forms.CharField(label="SM3", required=False)
    size = forms.CharField(label="文件大小（字节）", required=False)
    file_name = forms.CharField(label="文件名", required=False)


class SourceForm(forms.Form):
    source = forms.CharField(label="数据来源")
    since = forms.DateField(label="起始日期")
    rows = forms.IntegerField(label="条数", required=False)


SourceSheet = forms.formset_factory(SourceForm, extra=2, can_delete=True)
STEPS = [("数据集", "Data set"), ("来源与权属", "Source and rights"), ("存证", "Evidence"), ("算法规则", "Rules")]


def steps() -> list[Step]:
    states = ["done", "wrong", "current", "todo"]
    return [Step(say(*words), "/portal/", each) for words, each in zip(STEPS, states, strict=True)]


def track() -> list[Step]:
    return [
        Step(say("存证", "Evidence"), "/portal/", "done", "2026-08-02"),
        Step(say("登记", "Registration"), "/portal/", "current", say("公示中", "in notice")),
        Step(say("投保", "Insurance")),
        Step(say("质押", "Pledge")),
    ]


def documents() -> list[Row]:
    digest = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
    common = {"mime": "text/csv", "sha256": digest, "uploaded_at": at(18, 9, 0), "url": "#", "remove_url": ""}
    return [
        Row(name="近岸浪高_2024_样例.csv", size=1_048_576, purpose=say("样例", "Sample"), secret=True, **common),
        Row(name="ndbc_buoy_46023.csv", size=734_003_200, purpose=say("存证", "Evidence"), secret=False, **common),
    ]


def fields() -> list[Field]:
    return [
        Field(say("数据名称", "Name"), "近岸浪高与海流观测数据集", "#", "f-name"),
        Field(say("申请人", "Applicant"), LONG_NAME, "#"),
        Field(say("数据规模", "Size"), "1,234,567", "#", note=say("条", "records")),
        Field(say("算法规则", "Rules"), "", "#", tone="wrong"),
    ]


def changes() -> list[Row]:
    return [
        Row(label=say("采样频率", "Sampling"), before="每小时", after="每 10 分钟"),
        Row(label=say("补充说明", "Note"), before="", after="清洗规则见附件第 3 页"),
    ]


def context(request: HttpRequest) -> dict:
    calendar = load_calendar()
    limit = deadline(legal_today(), 10, "workday", calendar)
    data = request.POST or None
    if data and data.get("add_row"):
        data = with_one_row_more(data, data["add_row"])
    rows = [] if "empty" in request.GET else cases()
    return {
        "page": Page(rows, "after=x", "", "1,000+"),
        "columns": [
            Column(say("编号", "Number"), "number"),
            Column(say("名称与企业", "Name and organisation")),
            Column(say("状态", "Status")),
            Column(say("到期", "Due"), "due"),
            Column(say("经办", "With")),
        ],
        "filter": CaseFilter(request.GET or None, queryset=User.objects.none()),
        "row": cases()[1],
        "row_template": engines["django"].from_string((HTML / "row.html").read_text()),
        "cards": cases()[:3],
        "offers": offers(),
        "entries": entries(),
        "limit": limit,
        "near": limit.date,
        "past": days(-9),
        "form": MatterForm(data) if data else MatterForm(),
        "sheet": SourceSheet(data, prefix="sources") if data else SourceSheet(prefix="sources"),
        "steps": steps(),
        "track": track(),
        "documents": documents(),
        "fields": fields(),
        "changes": changes(),
        "names": {"sha256": "id_sha256", "sm3": "id_sm3", "size": "id_size", "name": "id_file_name"},
        "saved_at": at(22, 14, 3),
        "letter_body": "舟山听涛海洋数据有限公司：\n\n你单位的申请（申-2026-0042）有 2 项需要补正，请于 2026年12月4日前提交。",
    }


def view(face: str):
    @login_not_required
    def show(request: HttpRequest) -> HttpResponse:
        return render(request, f"{face}/base.html")

    return show


@login_not_required
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """The sample page ``name``; ``?flash`` adds messages, ``?empty`` empties its list."""
    if "flash" in request.GET:
        messages.success(request, say("已提交，编号 申-2026-0042。", "Filed, number 申-2026-0042."))
        messages.error(request, say("另一位同事已先办理。", "A colleague was first."))
    template = engines["django"].from_string((HTML / f"{name}.html").read_text())
    return HttpResponse(template.render(context(request), request))


@login_not_required
def autosave(request: HttpRequest) -> HttpResponse:
    """Saves nothing and says yes, or 503 where the form asks for it."""
    return HttpResponse(status=503 if request.POST.get("name") == "503" else 204)
