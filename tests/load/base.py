"""The first thousand cases: every kind that has a list, in the shares and states of an office some years in.

Rows satisfy every constraint, and a case can be moved on; only the hashes are not those of its events.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from itertools import count

from allauth.mfa.totp.internal.auth import TOTP

from apps.accounts.models import District, Role, User
from apps.applications.codes import CHECKLIST
from apps.applications.models import Application
from apps.certificates.journal import FACE
from apps.certificates.models import Certificate, Registration, Version
from apps.enterprises.models import Membership, Organisation
from apps.evidence.models import Deposit, DepositPlatform
from apps.examination.models import Sketch
from apps.examination.sketches import bands, words_of_fields, words_of_name
from apps.insurance.models import Policy
from apps.notices.models import Bulletin, Notice, Objection
from apps.outbox.models import Letter
from apps.rules.clock import SHANGHAI, legal_now
from apps.rules.deadlines import end_of
from apps.rules.lookup import rules_on
from apps.workflow.models import Case, Clock, Event, Party
from apps.workflow.search import tokens
from tests.factories import FACTOR
from tests.load import on_rights

FIRMS = 100
SHARES = {"deposit": 310, "application": 370, "registration": 220, "objection": 20, "policy": 30, **on_rights.SHARES}
PLACES = ("舟山", "定海", "普陀", "岱山", "嵊泗", "六横", "衢山", "朱家尖", "沈家门", "金塘")
MATTERS = (
    "近岸浪高",
    "渔获量",
    "港口吞吐",
    "船舶轨迹",
    "海水温度",
    "潮位",
    "养殖水质",
    "冷链运价",
    "盐度剖面",
    "航道水深",
)
APPLICATION_STATES = (
    ("registered", 66), ("refused", 5), ("deemed_withdrawn", 5), ("pre_check", 7), ("examining", 6), ("correction", 3),
    ("examined", 2), ("approved", 1), ("notice_drafted", 1), ("in_notice", 3), ("notice_closed", 1),
)  # fmt: skip
STATES = {
    "deposit": (("verified", 90), ("recorded", 7), ("failed", 3)),
    "application": APPLICATION_STATES,
    "registration": (("valid", 85), ("expired", 15)),
    "objection": (("filed", 30), ("dismissed", 50), ("upheld", 20)),
    "policy": (("in_force", 70), ("ended", 30)),
    **on_rights.STATES,
}
CLOCKS = {
    ("deposit", "recorded"): ("verification", "deposit_verify_days", "office", "", ""),
    ("application", "pre_check"): ("pre_check", "pre_check_days", "office", "", ""),
    ("application", "examining"): ("examination", "review_days", "office", "", ""),
    ("application", "correction"): ("reply", "correction_reply_days", "applicant", "lapse", "deemed_withdrawn"),
    ("application", "examined"): ("decision", "decision_days", "office", "", ""),
    ("application", "in_notice"): ("notice", "notice_days", "notice", "close_notice", "notice_closed"),
    ("application", "notice_closed"): ("registration", "registration_days", "office", "", ""),
    ("registration", "valid"): ("validity", "certificate_years", "applicant", "expire", "expired"),
    **on_rights.CLOCKS,
}
"""(kind, status): the clock that runs there, its rule, audience, the move it makes and the status that follows."""
WAY = {
    "deposit": ("record", "verify"),
    "application": ("file", "pass_pre_check", "propose", "approve", "draft_notice", "publish", "register"),
    "registration": ("enter",),
    "objection": ("file", "admit"),
    "policy": ("apply", "bind"),
    **on_rights.WAY,
}
DONE = {
    "recorded": 1, "failed": 1, "pre_check": 1, "filed": 1, "examining": 2, "correction": 2, "deemed_withdrawn": 2,
    "examined": 3, "refused": 3, "approved": 4, "notice_drafted": 5, "in_notice": 6, "notice_closed": 6,
}  # fmt: skip
"""How many moves of its way a case in this status has behind it; all of them unless told."""
PUBLISHED = {"in_notice", "notice_closed", "registered"}
CLOSED = {"registered", "refused", "deemed_withdrawn", "expired", "dismissed", "upheld", "ended"}


class Base(on_rights.OnRights):
    """Makes the rows in memory, kind by kind, then saves each table in one go."""

    def __init__(self, officials: dict[str, User]) -> None:
        self.rng = random.Random(20260918)
        self.officials = officials
        self.now = legal_now()
        self.rows: dict[type, list] = {model: [] for model in MODELS}
        self.ids = {model: count(1) for model in MODELS}
        self.words: list[tuple[int, str]] = []
        self.registered: list[Case] = []
        keys = {rule for _name, rule, *_rest in CLOCKS.values()}
        self.rules = rules_on(keys, self.now.date())
        self.platform = DepositPlatform.objects.filter(own=False).first()

    def add(self, model, **values):
        if model._meta.pk.name == "id":
            values.setdefault("id", next(self.ids[model]))
        row = model(**values)
        self.rows[model].append(row)
        return row

    def save(self) -> None:
        for model, rows in self.rows.items():
            model.objects.bulk_create(rows, batch_size=500)

    # -------------------------------------------------------------------------------------------- people

    def firms(self) -> None:
        districts = list(District.objects.all())
        self.ids[User] = count(User.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1)
        for number in range(FIRMS):
            firm = self.add(
                Organisation, name=f"舟山{number}号海洋数据有限公司", capacities=["enterprise"],
                uscc=f"9133090000{number:08d}", district=districts[number % len(districts)], contact_name="沈听潮",
                verified_at=self.now - timedelta(days=900), created_at=self.now - timedelta(days=900),
            )  # fmt: skip
            person = self.add(
                User, username=f"filer{number}", full_name=f"申报人{number}", email=f"f{number}@firms.example"
            )
            self.add(Membership, organisation=firm, user=person, role="filer")
        self.people = self.rows[User]

    # -------------------------------------------------------------------------------------------- cases

    def make(self) -> None:
        self.firms()
        for kind, share in SHARES.items():
            states = [name for name, weight in STATES[kind] for _ in range(weight)]
            for number in range(share):
                getattr(self, kind)(number, states[self.rng.randrange(len(states))])
        self.save()

    def case(self, kind: str, number: int, status: str, **values) -> Case:
        """The case with its events, its clock, its party, a letter and its words."""
        firm = values.pop("firm", None) or self.rng.choice(self.rows[Organisation])
        days = (
            self.rng.randrange(30, 1000)
            if status in CLOSED or status in ("valid", "verified", "in_force")
            else self.rng.randrange(1, 25)
        )
        filed = self.now - timedelta(days=days, minutes=self.rng.randrange(1440))
        title = values.pop("title", None) or f"{self.rng.choice(PLACES)}{self.rng.choice(MATTERS)}数据集{number}"
        case = self.add(
            Case, kind=kind, number=f"{KIND_SIGN[kind]}2026{number:06d}", title=title, organisation=firm,
            district_id=firm.district_id, status=status, created_by=self.people[firm.pk - 1], rules_on=filed.date(),
            filed_at=filed, changed_at=filed + timedelta(hours=5), head_hash="0" * 64,
            closed_at=filed + timedelta(days=20) if status in CLOSED else None, **values,
        )  # fmt: skip
        if case.closed_at is None and self.rng.random() < 0.4:
            case.assigned_to = self.officials["clerk" if self.rng.random() < 0.5 else "clerk2"]
        self.events(case, filed)
        self.clock(case)
        self.add(Party, case=case, organisation=firm, role=FIRST_ROLE.get(kind, "applicant"))
        self.letters(case, firm)
        self.words.append((case.pk, f"{case.number} {title} {firm.name}"))
        self.sketches(case)
        return case

    def sketches(self, case: Case) -> None:
        """As the moves keep them: of the name, and of an application's field table, which is everybody's here."""
        words = {"name": words_of_name(case.title)} if case.kind in ("deposit", "application") else {}
        if case.kind == "application":
            words["fields"] = words_of_fields(field["name"] for field in FORM["form"]["fields"])
        for about, found in words.items():
            for band, value in enumerate(bands(found)):
                self.add(Sketch, case=case, about=about, band=band, value=value)

    def events(self, case: Case, filed: datetime) -> None:
        moves = WAY[case.kind]
        done = moves[: DONE.get(case.status, len(moves))]
        for seq, move in enumerate(done, 1):
            at = filed + timedelta(hours=seq)
            self.add(
                Event, case=case, seq=seq, move=move, actor=case.created_by if seq == 1 else self.officials["chief"],
                actor_name="办理人", from_status="" if seq == 1 else case.status, to_status=case.status, effective_at=at,
                recorded_at=at, data=FORM if seq == 1 else {}, canonical=b"{}" * 200, hash="0" * 64,
            )  # fmt: skip
        case.event_count = len(done)

    def clock(self, case: Case) -> None:
        found = CLOCKS.get((case.kind, case.status))
        if found is None:
            return
        name, key, audience, on_expiry, target = found
        rule = self.rules[key]
        due = self.now.date() + timedelta(days=self.rng.randrange(1, 30) if on_expiry else self.rng.randrange(-4, 20))
        if name == "validity":
            due += timedelta(days=self.rng.randrange(60, 1000))
        self.add(
            Clock, case=case, name=name, begins=self.rows[Event][-1], rule=rule, unit=rule.unit, count=rule.value,
            on_expiry=on_expiry, audience=audience, started_on=case.filed_at.date(), due_on=due, due_at=end_of(due),
            calendar_version=1,
        )  # fmt: skip
        case.due_on, case.due_clock = due, name
        if on_expiry:
            case.next_due_at, case.due_status = end_of(due), target

    def letters(self, case: Case, firm: Organisation) -> None:
        """One to the filer, and for every third case one to the clerk, who reads none of them in the inbox."""
        readers = [self.people[firm.pk - 1]] + ([self.officials["clerk"]] if case.pk % 3 == 0 else [])
        for reader in readers:
            self.add(
                Letter, text="application.received", key=f"bench:{case.pk}:{reader.pk}", user=reader, email=reader.email,
                organisation=firm, language="zh-hans", context={"title": case.title}, case_pk=case.pk,
                message_id=f"<{case.pk}.{reader.pk}@bench>", queued_at=case.filed_at, sent_at=case.filed_at,
                next_attempt_at=None, subject="回执", body="正文" * 40,
                read_at=None if reader.role or case.pk % 5 == 0 else case.filed_at,
            )  # fmt: skip

    # -------------------------------------------------------------------------------------------- kinds

    def deposit(self, number: int, status: str) -> None:
        case = self.case("deposit", number, status)
        self.add(
            Deposit, case=case, route="platform", platform=self.platform, certificate_number=f"EC{number}",
            data_name=case.title, sha256=f"{number:064x}", deposited_at=case.filed_at - timedelta(days=3),
        )  # fmt: skip

    def application(self, number: int, status: str) -> None:
        evidence = self.rows[Deposit][number % len(self.rows[Deposit])]
        case = self.case("application", number, status, track="local", firm=evidence.case.organisation)
        self.add(Application, case=case, name=case.title, deposit=evidence, formed_on=date(2024, 1, 8), **FORM["form"])
        if status in PUBLISHED or status == "notice_drafted":
            self.notice(case, number)
        if status == "registered":
            self.registered.append(case)

    def notice(self, case: Case, number: int) -> None:
        face = [{"label": {"zh-hans": "名称", "en": "Name"}, "value": {"zh-hans": case.title, "en": case.title}}] * 8
        notice = self.add(
            Notice,
            case=case,
            industry="74",
            marine_category="environment",
            told_at=case.filed_at,
            face=face,
            drafted_by=self.officials["clerk"],
            drafted_at=case.filed_at,
        )
        if case.status in PUBLISHED:
            notice.cleared_by = self.officials["chief"]
            notice.bulletin = self.add(Bulletin, number=f"公告2026{number:05d}", issued_on=case.filed_at.date())
            notice.published_at = case.filed_at + timedelta(hours=6)
            notice.ends_on = case.due_on if case.status == "in_notice" else (self.now - timedelta(days=1)).date()
            notice.ends_at = end_of(notice.ends_on)

    def registration(self, number: int, status: str) -> None:
        if number >= len(self.registered):
            return
        origin = self.registered[number]
        case = self.case("registration", number, status, track="local", firm=origin.organisation, title=origin.title)
        day = case.filed_at.astimezone(SHANGHAI).date()
        until = case.due_on or day + timedelta(days=20)
        row = self.add(
            Registration, case=case, origin=origin, number=f"舟数知登{number:06d}", name=case.title,
            holder=case.organisation, track="local", industry="74", marine_category="environment", scenario="航行安全" * 20,
            source_kinds=["enterprise"], record_count=20_000, volume_bytes=738_215, update_frequency="static",
            evidence="存证证书", registered_on=day, valid_until=max(until, day),
        )  # fmt: skip
        self.add(
            Certificate, registration=row, number=f"舟数知证{number:06d}", form="local", issued_on=day,
            valid_until=row.valid_until, token=f"1{number:032x}",
        )  # fmt: skip
        self.add(
            Version, registration=row, seq=1, what="enter", status="valid", name=row.name, holder=row.holder,
            valid_until=row.valid_until, lapses_at=end_of(row.valid_until), from_at=case.filed_at, recorded_at=case.filed_at,
            face={**{name: getattr(row, name) for name in FACE}, "holders": [row.holder.name]},
        )  # fmt: skip

    def objection(self, number: int, status: str) -> None:
        notice = self.rows[Notice][number % len(self.rows[Notice])]
        case = self.case("objection", number, status, root=notice.case)
        self.add(
            Objection, case=case, notice=notice, name="王闻涛", identity="33090219800101001X", email="o@people.example",
            ground="prior", right_hurt="在先数据权益", statement="该数据由本人采集在先。" * 10,
        )  # fmt: skip

    def policy(self, number: int, status: str) -> None:
        right = self.rows[Registration][number % len(self.rows[Registration])]
        case = self.case("policy", number, status, root=right.case, firm=right.holder)
        self.add(
            Policy, case=case, registration=right, insurer=self.rows[Organisation][0], policyholder=right.holder,
            insured=right.holder, product="infringed", sum_insured_fen=100_000_00, premium_fen=1_000_00,
            policy_number=f"P{number}", starts_on=right.registered_on, ends_on=right.registered_on + timedelta(days=365),
        )  # fmt: skip


FIRST_ROLE = {"registration": "holder", "pledge": "pledgor", "claim": "insured"}
KIND_SIGN = {
    "deposit": "存",
    "application": "申",
    "registration": "登",
    "objection": "异",
    "policy": "保",
    **on_rights.SIGN,
}
MODELS = (
    User, Organisation, Membership, Case, Event, Clock, Party, Letter, Deposit, Application, Bulletin, Notice, Registration,
    Certificate, Version, Objection, Policy, Sketch, *on_rights.MODELS,
)  # fmt: skip
"""Every table that is filled, in the order in which rows may refer to each other."""

FORM = {
    "form": {
        "reg_kind": "first",
        "industry": "74",
        "marine_category": "environment",
        "scenario": "为近岸养殖、港口调度和海上施工提供逐时波浪条件，用于作业窗口判断、风险预警和设备设计复核。",
        "sources": [{"kind": "enterprise", "method": "own", "licensor": "自有浮标", "ends_on": ""}],
        "data_type": "structured",
        "fields": [{"name": "Hs", "type": "number", "note": "有效波高，米"}],
        "record_count": 20_000,
        "volume_bytes": 738_215,
        "formats": ["csv"],
        "update_frequency": "static",
        "algorithm": "去除缺测与野值，按小时对齐，计算有效波高与过零周期。",
        "contact_name": "沈听潮",
        "contact_phone": "13800005678",
        "withheld": ["algorithm"],
        "checklist": {code: "no" for code, _text in CHECKLIST},
    }
}
"""What the copy of a filed form in an event looks like, and the values of an application."""

OFFICIALS = {
    "clerk": Role.CLERK, "clerk2": Role.CLERK, "chief": Role.CHIEF, "deputy": Role.DEPUTY,
    "district_clerk": Role.DISTRICT_CLERK,
}  # fmt: skip


def make_officials() -> dict[str, User]:
    """The officials, made first: rows that are copied go on pointing at them."""
    district = District.objects.order_by("pk")[0]
    found = {}
    for name, role in OFFICIALS.items():
        place = district if role == Role.DISTRICT_CLERK else None
        found[name] = User.objects.create(
            username=name, full_name=name, role=role, district=place, email=f"{name}@office.example"
        )
        TOTP.activate(found[name], FACTOR)  # without one they would be led to its set-up
    return found


def search_words(words: list[tuple[int, str]]) -> list[tuple[int, list[str]]]:
    return [(pk, tokens(text)) for pk, text in words]
