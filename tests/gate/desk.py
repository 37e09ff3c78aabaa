"""The addresses of the desk."""

from uuid import uuid4

from tests.factories import make_uscc
from tests.gate.entries import CITY, Entry, get, post

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


def new_firm(world, args) -> dict:
    return {**NEWCOMER, "uscc": make_uscc(77), "district": world.organisations.enterprise.district_id}


def a_list(name: str, row, **words) -> Entry:
    """A list: officials of elsewhere get it without the row."""
    return get(name, **CLERK, own=ELSEWHERE, row=row, **{"shows": titled, **words})


def made(attribute: str):
    """Make a row of the world that the address itself does not name."""

    def build(world) -> list:
        getattr(world, attribute)
        return []

    return build


DESK = (
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
    get("desk:letter", **CLERK, row=lambda world: [world.letter.pk]),
    get("desk:enter", who="district_clerk", also=("clerk",), own=("other_district_clerk",), query={"q": "听涛"},
        shows=lambda world, args: world.organisations.enterprise.name),
    post("desk:enter", who="district_clerk", also=("clerk",),
         body=lambda world, args: {"organisation": world.organisations.enterprise.pk}),
    get("desk:new_organisation", who="district_clerk", also=("clerk",), own=("other_district_clerk",)),
    post("desk:new_organisation", who="district_clerk", also=("clerk",), told=("other_district_clerk",), body=new_firm),
)  # fmt: skip
