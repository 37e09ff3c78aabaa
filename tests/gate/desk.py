"""The addresses of the desk."""

from datetime import timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.applications import province_import
from apps.applications.models import ProvinceTable
from apps.applications.province_plan import fingerprint
from apps.applications.province_table import read_text
from apps.diligence import importing
from apps.rules.clock import legal_now, legal_today
from apps.workflow import absences, assignment
from apps.workflow.models import SavedFilter
from tests.factories import make_uscc
from tests.gate.entries import CITY, Entry, get, post
from tests.gate.world import PROVINCE_NUMBER
from tests.portal.forms import paper
from tests.verifications.powers import an_agent

CLERK = {"who": "district_clerk", "also": CITY}
ROW = {**CLERK, "row": lambda world: [world.filed.pk]}
ELSEWHERE = ("other_district_clerk", "secretariat")
NEWCOMER = {
    "name": "舟山晚潮数据有限公司", "name_en": "", "capacities": "enterprise", "address": "", "legal_representative": "林远航",
    "contact_name": "沈听潮", "contact_phone": "13800005678", "contact_email": "",
}  # fmt: skip


def titled(world, args) -> str:
    return world.filed.title


def move_body(world, args) -> dict:
    return {"version": world.filed.version, "key": uuid4().hex, "comment": "查验相符"}


def batched(world, args) -> dict:
    return {"case": [world.filed.pk], "move": "application:pass_pre_check", "key": uuid4().hex, "comment": "查验相符"}


def new_firm(world, args) -> dict:
    return {**NEWCOMER, "uscc": make_uscc(77), "district": world.organisations.enterprise.district_id}


def a_list(name: str, row, **words) -> Entry:
    """A list: officials of elsewhere get it without the row."""
    return get(name, **CLERK, own=ELSEWHERE, row=row, **{"shows": titled, **words})


def a_moment_ago() -> str:
    return legal_now().strftime("%Y-%m-%dT%H:%M")


def made(attribute: str):
    """Make a row of the world that the address itself does not name."""

    def build(world) -> list:
        getattr(world, attribute)
        return []

    return build


def exported(world) -> list:
    made("filed")(world)
    return ["csv"]


def a_sheet(world, args) -> dict:
    content = f"登记号,合同编号\n{world.right.number},HT-1\n".encode()
    file = SimpleUploadedFile("台账.csv", content)
    return {"organisation": world.organisations.bank.pk, "kind": "pledge", "file": file}


def as_seen(world, args) -> dict:
    return {"seen": importing.fingerprint(importing.rehearse(world.loans, world.people.clerk))}


MIRROR = {"who": "district_clerk", "also": CITY}


def a_table(world, args) -> dict:
    return {"as_of": legal_today().isoformat(), "text": f"dataRegNo\tdataRegAuditStatus\n{PROVINCE_NUMBER}\t3"}


def kept_table(world) -> list:
    assert world.unchecked
    rows = read_text(a_table(world, [])["text"])
    return [province_import.keep_table(rows, legal_today(), by=world.people.district_clerk).pk]


def seen_table(world, args) -> dict:
    table = ProvinceTable.objects.get(pk=args[0])
    return {"seen": fingerprint(province_import.plan_of(table, world.people.district_clerk))}


def the_agent(world) -> list:
    an_agent(world.people)
    return []


def a_power(world, args) -> dict:
    return {
        "principal": world.organisations.enterprise.uscc, "agent": an_agent(world.people).uscc, "kinds": ["deposit"],
        "from_on": legal_today().isoformat(), "until_on": (legal_today() + timedelta(days=30)).isoformat(),
        "paper": paper("power.csv"),
    }  # fmt: skip


def titled_number(world, args) -> str:
    return world.filed.number


def lot(world) -> list:
    """A case given by lot, and its event."""
    assignment.draw(world.filed.pk, by=world.people.chief)
    return [world.filed.pk, world.filed.events.get(move="assigned").seq]


def desk(world) -> list:
    """The desk of a clerk on which the case lies."""
    assignment.take(world.filed, world.people.clerk2)
    return [world.people.clerk2.pk]


def leave(world, args) -> dict:
    return {"user": world.people.chief.pk, "first_day": legal_today(), "last_day": legal_today(), "reason": "leave"}


def absence(world) -> list:
    chief, today = world.people.chief, legal_today()
    return [absences.enter_absence(chief, today, today, substitute=None, reason="leave", by=chief).pk]


def kept_filter(world) -> list:
    return [SavedFilter.objects.create(user=world.people.chief, name="本周", query="due=week").pk]


def firm(world) -> list:
    return [world.organisations.enterprise.pk]


def paper_args(world) -> list:
    return [world.paper.case_id, world.paper.event.seq, world.paper.kind]


DESK = (
    get("desk:export", **CLERK, own=ELSEWHERE, row=exported),
    get("desk:imports", who="clerk", also=("chief",)),
    post("desk:imports", who="clerk", also=("chief",), row=made("right"), body=a_sheet),
    get("desk:import", who="clerk", also=("chief",), row=lambda world: [world.loans.pk]),
    post("desk:import", who="clerk", also=("chief",), row=lambda world: [world.loans.pk], body=as_seen),
    a_list("desk:queue", made("filed")),
    a_list("desk:notices", made("notice")),
    a_list("desk:register", made("registration"), shows=lambda world, args: world.registration.number),
    a_list("desk:letters", made("letter")),
    get("desk:deadline", **CLERK, own=ELSEWHERE, query={"start": "2026-09-18", "count": "10", "unit": "workday"}),
    get("desk:case", **ROW, shows=titled),
    get("desk:move", **CLERK, row=lambda world: [world.filed.pk, "pass_pre_check"]),
    post("desk:move", **CLERK, row=lambda world: [world.filed.pk, "pass_pre_check"], body=move_body),
    post("desk:assign", **ROW, body=lambda world, args: {"act": "take"}),
    post("desk:interest", **ROW, body=lambda world, args: {"reason": "兄弟在该公司任职"}),
    get("desk:documents_zip", **CLERK, row=lambda world: [world.document.case_id]),
    get("desk:province", **ROW, shows=titled),
    get("desk:document", **CLERK, row=lambda world: [world.document.pk]),
    get("desk:registration", **CLERK, row=lambda world: [world.registration.case_id]),
    get("desk:touching", **CLERK, row=lambda world: [world.registration.case_id], query={"act": "revoke"}),
    get("desk:letter", **CLERK, row=lambda world: [world.letter.pk]),
    get("desk:enter", who="district_clerk", also=("clerk",), own=("other_district_clerk",), query={"q": "听涛"},
        shows=lambda world, args: world.organisations.enterprise.name),
    post("desk:enter", who="district_clerk", also=("clerk",),
         body=lambda world, args: {"organisation": world.organisations.enterprise.pk}),
    get("desk:new_organisation", who="district_clerk", also=("clerk",), own=("other_district_clerk",)),
    post("desk:new_organisation", who="district_clerk", also=("clerk",), told=("other_district_clerk",), body=new_firm),
    get("desk:province_tables", **MIRROR, own=("other_district_clerk",), row=made("unchecked"),
        shows=lambda world, args: world.unchecked.title),
    post("desk:province_tables", **MIRROR, own=("other_district_clerk",), body=a_table),
    get("desk:province_table", **MIRROR, row=kept_table),
    post("desk:province_table", **MIRROR, row=kept_table, body=seen_table),
    post("desk:looked_up", **MIRROR, row=lambda world: [world.unchecked.pk]),
    get("desk:power_new", who="district_clerk", also=("clerk",), own=("other_district_clerk",)),
    post("desk:power_new", who="district_clerk", also=("clerk",), told=("other_district_clerk",), row=the_agent,
         body=a_power),
    get("desk:reveal", **ROW, shows=lambda world, args: world.filed.number),
    post("desk:reveal", **ROW, body=lambda world, args: {"reason": "电话核对合同"}),
    get("desk:day", **CLERK, own=ELSEWHERE),
    post("desk:next", **CLERK, own=ELSEWHERE, row=made("filed")),
    get("desk:give", who="chief", row=lambda world: [world.filed.pk], shows=titled),
    post("desk:give", who="chief", row=lambda world: [world.filed.pk],
         body=lambda world, args: {"to": world.people.clerk2.pk, "reason": "分工"}),
    post("desk:draw", who="chief", row=lambda world: [world.filed.pk], told=("clerk", "district_clerk")),
    get("desk:lot", **CLERK, row=lot, shows=titled_number),
    get("desk:team", **CLERK, own=ELSEWHERE),
    get("desk:desk_of", who="clerk", also=("chief",), own=("secretariat",), row=desk, shows=titled),
    post("desk:desk_of", who="clerk", also=("chief",), own=("secretariat",), row=desk,
         body=lambda world, args: {"all": "1"}),
    get("desk:absences", **CLERK, own=ELSEWHERE),
    post("desk:absences", who="chief", also=("clerk",), told=("district_clerk", *ELSEWHERE), body=leave),
    post("desk:end_absence", who="chief", also=("clerk",), row=absence),
    post("desk:save_filter", **CLERK, own=ELSEWHERE,
         body=lambda world, args: {"name": "本周", "query": "due=week"}),
    post("desk:change_filter", who="chief", row=kept_filter, body=lambda world, args: {"act": "drop"}),
    get("desk:calls", **CLERK, own=("other_district_clerk",)),
    get("desk:firm", **CLERK, row=firm, shows=lambda world, args: world.organisations.enterprise.name),
    get("desk:time_line", **CLERK, row=firm, shows=lambda world, args: world.organisations.enterprise.name),
    post("desk:firm", **CLERK, row=firm, body=lambda world, args: {"channel": "phone", "note": "已提醒补正"}),
    post("desk:handover", **CLERK, row=firm, body=lambda world, args: {"text": "联系沈女士", "version": 0}),
    post("desk:findings", **{**ROW, "row": lambda world: [world.evidence.case_id]}, body=lambda world, args: {"time-outcome": "met", "time-note": ""}),
    post("desk:notes", **ROW, body=lambda world, args: {"text": "请复核采集地点"}),
    post("desk:presence", **ROW),
    get("desk:decision", **ROW, shows=titled),
    get("desk:framed", **CLERK, row=lambda world: [world.document.pk]),
    get("desk:batch", **CLERK, own=ELSEWHERE),
    post("desk:batch", **CLERK, own=ELSEWHERE, row=made("filed"), body=batched),
    post("desk:log_service", **CLERK, row=lambda world: [world.letter.pk],
         body=lambda world, args: {"channel": "phone", "at": a_moment_ago(), "note": "沈听潮 13800005678"}),
    post("desk:send_again", **CLERK, row=lambda world: [world.letter.pk],
         body=lambda world, args: {"email": "another@people.example", "reason": "原地址退信"}),
    get("desk:case_ledger", **ROW, shows=titled),
    get("desk:tips", **ROW, shows=titled),
    a_list("desk:papers", made("paper"), shows=lambda world, args: world.paper.number),
    get("desk:paper", **CLERK, row=lambda world: paper_args(world)),
    post("desk:paper_number", who="clerk", also=("chief",), row=lambda world: paper_args(world),
         body=lambda world, args: {"document_number": "舟市监知〔2026〕12号"}),
    post("desk:paper_served", who="clerk", also=("chief",), row=lambda world: paper_args(world),
         body=lambda world, args: {"how": "hand"}),
    get("desk:case_file", **ROW, shows=titled),
    post("desk:case_file", **ROW, body=lambda world, args: {"twin": "redacted", "form": "pdf"}),
    a_list("desk:disclosures", made("disclosure"), shows=lambda world, args: world.disclosure.recipient),
    get("desk:disclosure_export", **CLERK, own=ELSEWHERE, row=lambda world: [world.disclosure and "csv"]),
    get("desk:retention", who="chief"),
    post("desk:retention_act", who="chief", row=made("old_draft"), body=lambda world, args: {"act": "propose"}),
)  # fmt: skip
