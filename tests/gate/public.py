"""The addresses that are open to everybody: an objection may be filed without an account, and nothing else changed."""

from uuid import uuid4

from django.urls import reverse

from tests.gate.desk import made
from tests.gate.entries import ADMINISTRATORS, ANYBODY, get, post

OPEN = {"who": ANYBODY}


def objection(world, args) -> dict:
    return {
        "name": "示范异议人", "identity": "330902199001010010", "email": "objector@people.example", "phone": "",
        "ground": "ownership", "right_hurt": "权属", "statement": "数据系我方采集。", "truthful": "on", "key": str(uuid4()),
    }  # fmt: skip


def of_notice(world) -> list:
    return [world.notice.pk]


def filed_from_here(world) -> list:
    """The receipt of an objection belongs to the browser that filed it; every other is led to the notice."""
    args = of_notice(world)
    world.browser.post(reverse("public:object", args=args), objection(world, args))
    return args


def token(world) -> list:
    return [world.registration.certificates.get().token]


PUBLIC = (
    get("public:home", **OPEN, row=made("notice"), shows=lambda world, args: world.notice.case.title),
    get("public:notice_list", **OPEN, row=made("notice"), shows=lambda world, args: world.notice.case.title),
    get("public:notice", **OPEN, row=of_notice),
    get("public:object", **OPEN, row=of_notice),
    post("public:object", **OPEN, row=of_notice, body=objection, told=ADMINISTRATORS),
    get("public:objection_filed", **OPEN, row=filed_from_here),
    get("public:register", **OPEN, row=made("registration"), shows=lambda world, args: world.registration.number),
    get("public:registration", **OPEN, row=lambda world: [world.registration.number]),
    get("public:verify", **OPEN),
    get("public:verify_token", **OPEN, row=token),
    get("public:certificate_pdf", **OPEN, row=token),
    get("public:figures", **OPEN),
    get("public:figures_json", **OPEN),
    get("public:privacy", **OPEN),
    get("public:accessibility", **OPEN),
)
