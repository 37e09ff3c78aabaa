"""The addresses that are open to everybody: an objection may be filed without an account, and nothing else changed."""

from uuid import uuid4

from django.urls import reverse

from apps.notices.alerts import ask_alert
from apps.notices.filing import confirm, link_token
from apps.notices.models import Filing
from apps.outbox.models import Letter
from apps.verifications import accounts, invitations
from tests.gate.desk import made
from tests.gate.entries import ADMINISTRATORS, ANYBODY, EVERYBODY, get, post

OPEN = {"who": ANYBODY}
SIGNED_IN = tuple(name for name in EVERYBODY if name != ANYBODY)


def objection(world, args) -> dict:
    return {
        "name": "示范异议人", "identity": "330902199001010016", "email": "objector@people.example", "phone": "",
        "ground": "ownership", "right_hurt": "权属", "statement": "数据系我方采集。", "truthful": "on", "key": str(uuid4()),
    }  # fmt: skip


def of_notice(world) -> list:
    return [world.notice.pk]


def filed_from_here(world) -> list:
    """The receipt of an objection belongs to the browser that filed it; every other is led to the notice."""
    args = of_notice(world)
    world.browser.post(reverse("public:object", args=args), objection(world, args))
    return args


def sent(world):
    """An objection that somebody without an account has sent from this browser."""
    args = of_notice(world)
    world.browser.post(reverse("public:object", args=args), objection(world, args))
    return Filing.objects.latest("sent_at")


def sent_link(world) -> list:
    return [link_token(sent(world))]


def private_page(world) -> list:
    return [confirm(sent(world)).private_page.token]


def private_letter(world) -> list:
    page = confirm(sent(world)).private_page
    return [page.token, Letter.objects.filter(case_pk=page.case_id, user=page.person).latest("pk").pk]


def an_alert(world) -> list:
    return [ask_alert("reader@people.example", query={}, notice=None, what="浪高", address="", language="en").token]


def token(world) -> list:
    return [world.registration.certificates.get().token]


def an_account_link(world) -> list:
    accounts.send_link("new@company.example", "en")
    return [Letter.objects.latest("pk").context["url"].rstrip("/").rpartition("/")[2]]


def an_invitation(world) -> list:
    invitations.invite(world.organisations.enterprise, "new@company.example", "filer", by=world.people.manager)
    return [Letter.objects.latest("pk").context["url"].rstrip("/").rpartition("/")[2]]


def new_account(world, args) -> dict:
    return {"full_name": "林远航", "password": "a horse of 2026", "again": "a horse of 2026"}


PUBLIC = (
    get("public:home", **OPEN, row=made("notice"), shows=lambda world, args: world.notice.case.title),
    get("public:notice_list", **OPEN, row=made("notice"), shows=lambda world, args: world.notice.case.title),
    get("public:notice", **OPEN, row=of_notice),
    get("public:object", **OPEN, row=of_notice),
    post("public:object", **OPEN, row=of_notice, body=objection, told=(*ADMINISTRATORS, "filer")),
    get("public:objection_filed", **OPEN, row=filed_from_here),
    get("public:register", **OPEN, row=made("registration"), shows=lambda world, args: world.registration.number),
    get("public:registration", **OPEN, row=lambda world: [world.registration.number]),
    get("public:registration_json", **OPEN, row=lambda world: [world.registration.number]),
    get("public:statement_pdf", **OPEN, row=lambda world: [world.registration.number]),
    get("public:verify", **OPEN),
    get("public:verify_token", **OPEN, row=token),
    get("public:certificate_pdf", **OPEN, row=token),
    get("public:figures", **OPEN),
    get("public:figures_json", **OPEN),
    get("public:privacy", **OPEN),
    get("public:accessibility", **OPEN),
    get("public:join", **OPEN, own=SIGNED_IN),
    post(
        "public:join", **OPEN, own=SIGNED_IN, body=lambda world, args: {"email": "new@company.example", "privacy": "on"}
    ),
    get("public:join_sent", **OPEN),
    get("public:join_account", **OPEN, row=an_account_link),
    post("public:join_account", **OPEN, row=an_account_link, body=new_account, anonymous="gone"),
    get("public:invitation", **OPEN, row=an_invitation, told=SIGNED_IN),
    post("public:invitation", **OPEN, row=an_invitation, body=new_account, told=SIGNED_IN, anonymous="gone"),
    get("public:tip", **OPEN, row=of_notice),
    post("public:tip", **OPEN, row=of_notice, body=lambda world, args: {"text": "该数据购自他处。"}),
    get("public:bulletin_list", **OPEN, row=made("notice"), shows=lambda world, args: world.notice.bulletin_id),
    get("public:bulletin", **OPEN, row=lambda world: [world.notice.bulletin_id]),
    get("public:confirm_objection", **OPEN, row=sent_link),
    post("public:confirm_objection", **OPEN, row=sent_link),
    get("public:objector", **OPEN, row=private_page),
    get("public:objector_letter", **OPEN, row=private_letter),
    get("public:objector_move", **OPEN, row=lambda world: [*private_page(world), "withdraw"]),
    post("public:objector_move", **OPEN, row=lambda world: [*private_page(world), "withdraw"]),
    get("public:new_alert", **OPEN),
    post("public:new_alert", **OPEN, body=lambda world, args: {"email": "reader@people.example"}),
    get("public:alert", **OPEN, row=an_alert),
    post("public:alert", **OPEN, row=an_alert, body=lambda world, args: {"act": "confirm"}),
)
