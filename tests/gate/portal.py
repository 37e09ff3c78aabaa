"""The addresses of the portal."""

from uuid import uuid4

from tests import ways
from tests.gate.desk import made
from tests.gate.entries import OFFICIALS, get, post
from tests.gate.world import SCENARIO
from tests.portal.forms import paper

OTHERS = ("rival", "banker")
READERS = ("reader", *OTHERS)
OUR_PEOPLE = {"also": ("reader", "clerk", "chief", "district_clerk")}
TOLD = ("reader", "clerk", "chief", "district_clerk")


def titled(world, args) -> str:
    return world.filed.title


def certificate(world, args) -> dict:
    return {
        "route": "platform", "platform": str(ways.platform().pk), "notary": "", "certificate_number": "EC-0007",
        "data_name": "近岸浪高数据集", "algorithm": "sha256", "digest": ways.SHA, "deposited_at": "2026-01-05T09:30",
    }  # fmt: skip


def a_platform(world) -> list:
    ways.platform()
    return []


def own_deposit(world, args) -> dict:
    return {"data_name": "近岸浪高数据集", "not_classified": "on", "sha256": ways.SHA, "key": str(uuid4())}


def membership(world, args) -> dict:
    return {
        "sector": "enterprise", "representative": "林远航", "contact_name": "沈听潮", "contact_phone": "13800005678",
        "sponsors": "", "purpose": "近岸浪高与海况数据", "charter": "on",
    }  # fmt: skip


def a_step(world) -> list:
    return [world.draft.pk, "basics"]


def a_move(world) -> list:
    return [world.filed.pk, "withdraw"]


def move_body(world, args) -> dict:
    return {"version": world.filed.version, "key": uuid4().hex, "comment": "另行安排"}


PORTAL = (
    get("portal:home", own=OTHERS, also=("reader",), row=made("filed"), shows=titled),
    get("portal:cases", own=OTHERS, also=("reader",), row=made("filed"), shows=titled),
    get("portal:data_sets", own=OTHERS, also=("reader",), row=made("evidence"),
        shows=lambda world, args: world.evidence.data_name),
    get("portal:organisation", own=OTHERS, also=("reader",), shows=lambda world, args: world.organisations.enterprise.uscc),
    get("portal:inbox", own=READERS, row=made("letter"), shows=titled),
    get("portal:letter", row=lambda world: [world.letter.pk], shows=titled),
    get("portal:deposit_new", own=OTHERS),
    post("portal:deposit_new", own=OTHERS, row=a_platform, body=certificate),
    get("portal:deposit_own", own=OTHERS),
    post("portal:deposit_own", own=OTHERS, body=own_deposit),
    get("portal:file", own=OTHERS, row=lambda world: ["membership"]),
    post("portal:file", own=OTHERS, row=lambda world: ["membership"], body=membership),
    get("portal:draft_new", own=OTHERS, told=OFFICIALS),
    post("portal:draft_new", own=OTHERS, told=OFFICIALS),
    get("portal:draft", row=a_step),
    post("portal:draft", row=a_step, body=lambda world, args: world.typed["basics"]),
    post("portal:draft_save", row=a_step, body=lambda world, args: world.typed["basics"]),
    post("portal:draft_file", row=lambda world: [world.draft.pk, "evidence"],
         body=lambda world, args: {**world.typed["evidence"], "file_sample": paper()}),
    get("portal:draft_review", row=lambda world: [world.full_draft.pk], also=("reader",)),
    post("portal:draft_review", row=lambda world: [world.full_draft.pk]),
    get("portal:case", row=lambda world: [world.filed.pk], **OUR_PEOPLE),
    get("portal:receipt", row=lambda world: [world.filed.pk], **OUR_PEOPLE),
    get("portal:move", row=a_move, told=("reader",)),
    post("portal:move", row=a_move, told=("reader",), body=move_body),
    get("portal:answer", row=lambda world: [world.answered.pk], told=TOLD),
    post("portal:answer", row=lambda world: [world.asked.pk], told=TOLD,
         body=lambda world, args: {"scenario": SCENARIO}),
    get("portal:answer_review", row=lambda world: [world.answered.pk], told=TOLD),
    post("portal:answer_review", row=lambda world: [world.answered.pk], told=TOLD),
    get("portal:province", row=lambda world: [world.provincial.pk], also=("reader",)),
    get("portal:province_files", row=lambda world: [world.province_document.case_id], also=("reader",)),
    get("portal:document", row=lambda world: [world.document.pk], **OUR_PEOPLE),
)  # fmt: skip
