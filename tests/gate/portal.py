"""The addresses of the portal."""

from datetime import date
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.diligence import importing
from apps.enterprises.models import Membership
from apps.insurance.models import Product
from apps.verifications import invitations
from tests import ways
from tests.gate.desk import made
from tests.gate.desk import new_firm as desk_firm
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


def a_product(world) -> list:
    insurer = world.organisations.insurer
    row = Product(insurer=insurer, name="示范侵权险", line="infringed", terms="条款", active_from=date(2026, 1, 1))
    row.save()
    return [row.pk]


def product_typed(world, args) -> dict:
    return {"name": "新险种", "line": "asset", "terms": "条款", "items": ["direct"], "active_from": "2026-01-01"}


def a_step(world) -> list:
    return [world.draft.pk, "basics"]


def a_move(world) -> list:
    return [world.filed.pk, "withdraw"]


def move_body(world, args) -> dict:
    return {"version": world.filed.version, "key": uuid4().hex, "comment": "另行安排"}


def new_firm(world, args) -> dict:
    return desk_firm(world, args)


def a_claim(world, args) -> dict:
    firm = world.organisations.newcomer
    return {
        "uscc": firm.uscc, "name": firm.name, "legal_representative": "林远航", "district": firm.district_id,
        "key": str(uuid4()), "file_authorisation": paper("stamped.csv"),
    }  # fmt: skip


def an_invitation_body(world, args) -> dict:
    return {"email": "somebody@company.example", "role": "filer"}


def an_invitation(world) -> list:
    firm, by = world.organisations.enterprise, world.people.manager
    return [invitations.invite(firm, "invited@company.example", "filer", by=by).pk]


def exported(world) -> list:
    made("filed")(world)
    return ["csv"]


def a_sheet(world, args) -> dict:
    content = f"登记号,合同编号\n{world.right.number},HT-1\n".encode()
    return {"kind": "pledge", "file": SimpleUploadedFile("台账.csv", content)}


def as_seen(world, args) -> dict:
    return {"seen": importing.fingerprint(importing.rehearse(world.loans, world.people.banker))}


def a_membership(world) -> list:
    return [Membership.objects.get(user=world.people.reader).pk]


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
    get("portal:products", who="insurer_person", row=lambda world: a_product(world) and [],
        shows=lambda world, args: "示范侵权险"),
    get("portal:product_new", who="insurer_person"),
    post("portal:product_new", who="insurer_person", body=product_typed),
    get("portal:product", who="insurer_person", row=a_product, shows=lambda world, args: "示范侵权险"),
    post("portal:product", who="insurer_person", row=a_product, body=product_typed),
    get("portal:file", own=OTHERS, row=lambda world: ["membership"]),
    post("portal:file", own=OTHERS, row=lambda world: ["membership"], body=membership),
    get("portal:draft_new", own=OTHERS, told=OFFICIALS),
    post("portal:draft_new", own=OTHERS, told=OFFICIALS),
    get("portal:draft", row=a_step),
    post("portal:draft", row=a_step, body=lambda world, args: world.typed["basics"]),
    post("portal:draft_save", row=a_step, body=lambda world, args: world.typed["basics"]),
    post("portal:draft_file", row=lambda world: [world.draft.pk, "evidence"],
         body=lambda world, args: {**world.typed["evidence"], "file_sample": paper()}),
    get("portal:time_line", own=OTHERS, also=("reader",), row=made("registration"), shows=lambda world, args: world.registration.number),
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
    get("portal:organisation_new", own=READERS),
    post("portal:organisation_new", own=READERS, body=new_firm, effect="rows"),
    get("portal:organisation_claim", own=READERS),
    post("portal:organisation_claim", own=READERS, body=a_claim),
    post("portal:organisation_invite", who="manager", own=OTHERS, told=("filer",), body=an_invitation_body),
    post("portal:invitation_revoke", who="manager", row=an_invitation),
    post("portal:member", who="manager", row=a_membership, body=lambda world, args: {"act": "role", "role": "filer"}),
    post("portal:draft_help", row=a_step, body=an_invitation_body),
    get("portal:drafts", own=OTHERS, also=("reader",), told=OFFICIALS, row=made("draft")),
    get("portal:draft_preview", row=lambda world: [world.full_draft.pk], also=("reader",)),
    get("portal:draft_statement", row=lambda world: [world.full_draft.pk], also=("reader",)),
    get("portal:draft_discard", row=lambda world: [world.draft.pk]),
    post("portal:draft_discard", row=lambda world: [world.draft.pk]),
    post("portal:draft_back", row=lambda world: [world.draft.pk]),
    get("portal:paper", also=("reader",), row=lambda world: [world.letter.pk]),
    get("portal:personal_data", own=OTHERS, also=("reader",)),
    post("portal:personal_data", own=OTHERS, also=("reader",),
         body=lambda world, args: {"right": "see", "key": uuid4().hex}),
    get("portal:personal_data_copy", row=made("granted")),
    get("portal:cases_export", own=OTHERS, also=("reader",), row=exported),
    get("portal:consented", also=("reader", "banker"), row=lambda world: [world.grant.pk],
        shows=lambda world, args: world.right.number),
    get("portal:consented_document", who="banker", row=lambda world: [world.grant.pk, world.opened.pk]),
    post("portal:sheet_new", who="banker", row=lambda world: [world.grant.pk]),
    get("portal:sheet", also=("reader", "banker"), row=lambda world: [world.dated_sheet.pk, "en"]),
    get("portal:sharing_list", own=OTHERS, also=("reader",), row=made("shared"), shows=lambda world, args: world.right.number),
    get("portal:watches", own=OTHERS, also=("reader",), row=made("watch"), shows=lambda world, args: world.right.number),
    post("portal:watches", own=OTHERS, row=made("right"), body=lambda world, args: {"number": world.right.number}),
    post("portal:watch_end", row=lambda world: [world.watch.pk]),
    get("portal:imports", who="banker"),
    post("portal:imports", who="banker", row=made("right"), body=a_sheet),
    get("portal:import", who="banker", row=lambda world: [world.loans.pk]),
    post("portal:import", who="banker", row=lambda world: [world.loans.pk], body=as_seen),
    get("portal:draft_datafile", row=lambda world: [world.draft.pk]),
    post("portal:draft_datafile", row=lambda world: [world.draft.pk],
         body=lambda world, args: {"datafile": paper()}),
)  # fmt: skip
