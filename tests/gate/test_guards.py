"""What one thing forbids another, in one table: each act is refused with its reason while a situation stands, is done
without it, and is passed by nobody but whom the table names.

Of the twelve grounds against a pledge three have no row: there is no annual fee to be unpaid (4 asks the term instead),
no utility model of the same day (10), and the twelfth is the registrar's own words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import transaction

from apps.accounts.models import Role
from apps.applications.filing import open_application
from apps.applications.models import Application
from apps.certificates.models import Registration
from apps.evidence.models import Deposit
from apps.notices.models import Notice
from apps.pledges.guards import GROUNDS
from apps.pledges.models import Pledge
from apps.rules.clock import legal_now
from apps.workflow.checklist import DOUBT, look_through, subject_of
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case, Clock
from apps.workflow.states import kind
from apps.workflow.tasks import sweep
from tests.alliance import cases as alliance
from tests.followups import cases as rights
from tests.insurance import cases as policies
from tests.listings import cases as listings
from tests.pledges import cases as pledges
from tests.rights import make_right
from tests.samples import close_notice, object_to
from tests.ways import application, deposit, values, walk

pytestmark = pytest.mark.one_engine
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday
JOINT = {"joint_paper": True}
EXCUSES = {"outside_because": "特殊情况", "past_validity_because": "特殊情况", "reason": "特殊情况"}
"""Every reason that a form has room for: whoever may not pass a guard does not pass it with one."""


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


class World(SimpleNamespace):
    """The people, the right it is all about, and what a situation changes in the act: ``words`` of the filing, ``data``
    of the decision, and the actors."""

    def named(self, name: str):
        return getattr(self.people, name)

    def file(self, maker: Callable[..., Case], *ahead: Any, **given: Any) -> Case:
        return maker(*ahead, self.people, self.organisations, self.right, **{**given, **self.words})

    def decide(self, move: str, actor: str, **given: Any) -> None:
        person = self.by if self.by is not None else self.named(actor)
        perform(self.case.pk, move, actor=person, data={**given, **self.data}, comment="经查属实。")


@pytest.fixture
def world(people, organisations, local_track, settings) -> World:
    right = make_right(organisations.enterprise, registered_on=date(2023, 7, 1), valid_until=date(2026, 6, 30))
    return World(
        people=people,
        organisations=organisations,
        right=right,
        case=None,
        words={},
        data={},
        by=None,
        settings=settings,
    )


# ------------------------------------------------------------------------------------------------ the acts


@dataclass(frozen=True)
class Action:
    """An act in its two halves: what begins it, and what is decided on it; one that is done in one go has no second.
    ``chiefs`` is whether the section chief may decide it."""

    name: str
    begin: Callable[[World], Case | None]
    finish: Callable[[World], Any] = lambda world: None
    chiefs: bool = False


def begin_filing(world: World) -> None:
    world.evidence = deposit(world.organisations.enterprise, world.people.filer, world.people.clerk2)


def finish_filing(world: World) -> None:
    firm = world.organisations.enterprise
    open_application(values(world.evidence, track="local"), organisation=firm, actor=world.people.filer)


def an_application(to: str) -> Callable[[World], Case]:
    return lambda world: walk(application(world.people, world.organisations), world.people, to)


def register(world: World) -> None:
    """The notice ends by its clock, unless the situation is that it has not."""
    if not getattr(world, "notice_runs", False):
        close_notice(world.case)
    world.decide("register", "deputy")


def follow_up(name: str, **given: Any) -> Action:
    return Action(
        name,
        lambda world: world.file(rights.filed, name, **given),
        lambda world: world.decide("accept", "chief", **JOINT),
        chiefs=True,
    )


def expire(world: World) -> None:
    """The day after the end; a clock that is let act has moved the right by then."""
    with time_machine.travel(datetime(2026, 7, 1, 4, 0, tzinfo=UTC), tick=False):
        sweep()
    if Case.objects.get(pk=world.right.pk).status != "expired":
        raise Refused("not_acted", "")


def go_up(world: World) -> None:
    """The exchange orders the assessment, and lists the product."""
    world.decide("accept", "exchange_person")
    perform(world.case.pk, "list", actor=world.people.exchange_person, data=listings.terms())


def brought(world: World) -> Case:
    return world.file(listings.brought)


def insured(world: World) -> Case:
    actor = world.by or world.people.insurer_person
    return policies.opened("record", world.right, world.organisations, actor, policies.TERMS)


FILE = Action("file an application", begin_filing, finish_filing)
DRAFT = Action("draft a notice", an_application("approved"), lambda world: world.decide("draft_notice", "clerk"))
PUBLISH = Action(
    "publish a notice",
    an_application("notice_drafted"),
    lambda world: world.decide("publish", "chief", no_secret=True),
    chiefs=True,
)
REGISTER = Action("register", an_application("in_notice"), register, chiefs=True)
RENEW = follow_up("renewal", early_because="融资需要")
TRANSFER, LICENSE, CANCEL = follow_up("transfer"), follow_up("licence_filing"), follow_up("cancellation")
PLEDGE = Action(
    "pledge",
    lambda world: world.file(pledges.filed, ends_on=world.right.valid_until),
    lambda world: world.decide("accept", "clerk", **JOINT),
    chiefs=True,
)
INSURE = Action("insure", insured)
LIST = Action("list", brought, go_up)
SHARE = Action(
    "share with the alliance",
    lambda world: world.file(alliance.offered),
    lambda world: world.decide("accept", "secretariat"),
)
EXPIRE = Action("expire by the clock", lambda world: None, expire)

ITEM = {"items": [{"path": "name", "label": "名称", "note": "请核对。"}]}
AGAIN = ITEM | {"reason": "首次答复未附证明。"}


def returned(world: World, move: str, actor: str, **given: Any) -> None:
    """One round: asked by the actor, answered by the filer."""
    perform(world.case.pk, move, actor=world.named(actor), data=given)
    perform(world.case.pk, "answer", actor=world.people.filer, data={})


def returned_change(world: World) -> Case:
    world.case = world.file(rights.filed, "entry_change")
    returned(world, "ask_correction", "clerk", **ITEM)
    return world.case


def returned_listing(world: World) -> Case:
    world.case = brought(world)
    returned(world, "ask_correction", "exchange_person", **ITEM)
    return world.case


RETURN = Action(
    "return a change",
    lambda world: world.file(rights.filed, "entry_change"),
    lambda world: world.decide("ask_correction", "clerk", **ITEM),
)
RETURN_LISTING = Action(
    "return a listing", brought, lambda world: world.decide("ask_correction", "exchange_person", **ITEM)
)
RETURN_AGAIN = Action(
    "return a change again", returned_change, lambda world: world.decide("ask_again", "chief", **AGAIN), chiefs=True
)
RETURN_LISTING_AGAIN = Action(
    "return a listing again", returned_listing, lambda world: world.decide("ask_again", "exchange_person", **AGAIN)
)

# ------------------------------------------------------------------------------------------------ the situations


def not_verified(world):
    Case.objects.filter(pk=world.evidence.case_id).update(status="recorded")


def evidence_is_younger(world):
    Deposit.objects.filter(pk=world.evidence.pk).update(deposited_at=legal_now())
    world.evidence.refresh_from_db()


def public_field_empty(world):
    Application.objects.filter(pk=world.case.pk).update(scenario="")


def secrets_not_reviewed(world):
    world.data = {"no_secret": False}


def same_person(world):
    """Who examined it and drafted the notice has become the chief since: an office is no way round the four eyes."""
    world.by = world.people.clerk
    world.by.role = Role.CHIEF
    world.by.save(update_fields=["role"])


def objection_open(world):
    objection = object_to(world.case, world.people.rival)
    perform(objection.pk, "admit", actor=world.people.clerk, data={})


def notice_runs(world):
    world.notice_runs = True


def end_is_provisional(world):
    close_notice(world.case)
    Notice.objects.filter(case=world.case).update(provisional=True)
    world.notice_runs = True  # it is over: the clock has closed it already


def far_from_its_end(world):
    Registration.objects.filter(pk=world.right.pk).update(valid_until=date(2027, 6, 30))
    world.by = world.people.deputy


def revoked(world):
    rights.revocation(world.people, world.organisations, world.right, "open", "state", "revoke")


def cancelled(world):
    rights.accepted("cancellation", world.people, world.organisations, world.right)


def disputed(world):
    listings.touch(world.right, "contest")


def revocation_examined(world):
    rights.revocation(world.people, world.organisations, world.right, "open")


def frozen(world):
    rights.frozen(world.people, world.organisations, world.right)


def pledged(world):
    pledges.registered(world.people, world.organisations, world.right, ends_on=world.right.valid_until)


def licensed(world):
    firm = world.organisations.exchange
    rights.accepted("licence_filing", world.people, world.organisations, world.right, licensee=firm.pk)


def sold_exclusively(world):
    """To a buyer that has no account here, so that nobody could be asked for a consent."""
    case = listings.listed(world.people, world.organisations, world.right, licence="exclusive")
    perform(case.pk, "sell_last", actor=world.people.exchange_person, data=listings.sale(licence="exclusive"))


def sold_solely(world):
    """To a buyer that has no account here either; the holder keeps the use beside him."""
    case = listings.listed(world.people, world.organisations, world.right, licence="sole")
    perform(case.pk, "sell_last", actor=world.people.exchange_person, data=listings.sale(licence="sole"))


def solely_licensed(world):
    firm = world.organisations.exchange
    rights.accepted("licence_filing", world.people, world.organisations, world.right, licensee=firm.pk, type="sole")


def shared(world):
    pledges.share(world.right, world.organisations.insurer)


def anothers(world):
    Registration.objects.filter(pk=world.right.pk).update(holder=world.organisations.rival_enterprise)


def not_registered_yet(world):
    """The contract names an application that is still examined."""
    world.words = {"words": {"root": application(world.people, world.organisations)}}


def term_over(world):
    Registration.objects.filter(pk=world.right.pk).update(valid_until=date(2026, 3, 1))


def debt_outlasts_it(world):
    Pledge.objects.filter(pk=world.case.pk).update(ends_on=world.right.valid_until + timedelta(days=1))


def contract_says_no_debt(world):
    Pledge.objects.filter(pk=world.case.pk).update(debt="")


def membership_suspended(world):
    membership = alliance.membership_of(world.people, world.organisations)
    perform(membership.pk, "suspend", actor=world.people.secretariat, comment="连续两次未参加会员大会。")


def personal_data_named(world):
    """The register names personal data as a source, and the statement that none went into it stands against that."""
    Registration.objects.filter(pk=world.right.pk).update(source_kinds=["personal"])


def on_the_list(world):
    alliance.shared(world.people, world.organisations, world.right)


def day_is_provisional(world):
    """The end hangs on a year whose working days are not published."""
    from apps.workflow.clocks import show_on_case

    case = Case.objects.get(pk=world.right.pk)
    Clock.objects.filter(case=case).update(provisional=True)
    show_on_case(case, list(case.clocks.all()), case.kind_)
    case.save(update_fields=["next_due_at", "due_status", "due_provisional"])


def returned_before(world):
    returned(world, "ask_correction", "clerk", **ITEM)


def returned_before_by_the_exchange(world):
    returned(world, "ask_correction", "exchange_person", **ITEM)


def returned_twice(world):
    returned(world, "ask_again", "chief", **AGAIN)


def returned_twice_by_the_exchange(world):
    returned(world, "ask_again", "exchange_person", **AGAIN)


def clocks_disagree(world):
    """The test's time is not the database's."""
    world.settings.CLOCK_DRIFT_LIMIT = timedelta(minutes=5)


# ------------------------------------------------------------------------------------------------ the table

BEFORE, BETWEEN = "before it begins", "before it is decided"
BOTH = (BEFORE, BETWEEN)


@dataclass(frozen=True)
class Row:
    """An act, the situation that stands against it and since when it may, the reason's code, and who may pass it: the
    person, and what must be said for it; ``unsaid`` is the code where it is not. ``ground`` is the number in the model rule."""

    action: Action
    situation: Callable[[World], Any]
    code: str
    since: tuple[str, ...] = (BETWEEN,)
    passes: tuple[str, dict[str, Any]] | None = None
    unsaid: str = ""
    ground: int = 0


TABLE = (
    Row(FILE, not_verified, "no_evidence"),
    Row(FILE, evidence_is_younger, "late_evidence"),
    Row(DRAFT, public_field_empty, "face_incomplete"),
    Row(PUBLISH, secrets_not_reviewed, "not_cleared"),
    Row(PUBLISH, same_person, "four_eyes"),
    Row(REGISTER, objection_open, "objection_open"),
    Row(REGISTER, notice_runs, "wrong_state"),
    Row(REGISTER, end_is_provisional, "provisional"),
    Row(REGISTER, same_person, "four_eyes"),
    Row(RENEW, far_from_its_end, "outside_window", BOTH, ("chief", {"outside_because": "贷款期限"}), "no_reason"),
    Row(RENEW, revoked, "not_valid", (BEFORE,)),
    Row(RENEW, cancelled, "not_valid", (BEFORE,)),
    Row(TRANSFER, pledged, "no_consent", (BEFORE,)),
    Row(TRANSFER, licensed, "no_consent", BOTH),
    Row(TRANSFER, sold_exclusively, "licensed", BOTH),
    Row(TRANSFER, frozen, "frozen", BOTH),
    Row(TRANSFER, shared, "no_consent", BOTH),
    Row(LICENSE, pledged, "no_consent", BOTH),
    Row(LICENSE, licensed, "no_consent", BOTH),
    Row(LICENSE, sold_exclusively, "licensed", BOTH),
    Row(LICENSE, solely_licensed, "no_consent", BOTH),
    Row(LICENSE, sold_solely, "licensed", BOTH),
    Row(LICENSE, frozen, "frozen", BOTH),
    Row(LICENSE, shared, "no_consent", BOTH),
    Row(CANCEL, pledged, "no_consent", BOTH),
    Row(CANCEL, licensed, "no_consent", BOTH),
    Row(CANCEL, sold_exclusively, "licensed", BOTH),
    Row(CANCEL, solely_licensed, "no_consent", BOTH),
    Row(CANCEL, sold_solely, "licensed", BOTH),
    Row(CANCEL, frozen, "frozen", BOTH),
    Row(CANCEL, shared, "no_consent", BOTH),
    Row(PLEDGE, anothers, "not_holder", BOTH, ground=1),
    Row(PLEDGE, revoked, "not_valid", (BEFORE,), ground=2),
    Row(PLEDGE, cancelled, "not_valid", (BEFORE,), ground=2),
    Row(PLEDGE, not_registered_yet, "no_registration", (BEFORE,), ground=3),
    Row(PLEDGE, term_over, "term_over", BOTH, ground=4),
    Row(PLEDGE, disputed, "contested", BOTH, ground=5),
    Row(PLEDGE, frozen, "frozen", BOTH, ground=5),
    Row(
        PLEDGE, debt_outlasts_it, "past_validity", passes=("chief", {"past_validity_because": "出质人承诺续展"}),
        unsaid="no_reason", ground=6,
    ),
    Row(PLEDGE, contract_says_no_debt, "contract_incomplete", ground=7),
    Row(PLEDGE, shared, "no_consent", BOTH, ground=8),
    Row(PLEDGE, pledged, "claimed", BOTH, ground=9),
    Row(PLEDGE, sold_exclusively, "claimed", BOTH, ground=9),
    Row(
        PLEDGE, revocation_examined, "revocation_open", BOTH, ("clerk", {"knows_of_revocation": True}), "revocation_open",
        ground=11,
    ),
    Row(INSURE, cancelled, "not_valid", (BEFORE,), ("clerk", {})),
    Row(LIST, cancelled, "not_valid", (BEFORE,)),
    Row(LIST, disputed, "disputed", BOTH),
    Row(LIST, revocation_examined, "disputed", BOTH),
    Row(LIST, frozen, "frozen", BOTH),
    Row(LIST, pledged, "no_consent", BOTH),
    Row(LIST, shared, "no_consent", BOTH),
    Row(LIST, licensed, "licensed", BOTH),
    Row(LIST, sold_exclusively, "licensed", BOTH),
    Row(LIST, solely_licensed, "licensed", BOTH),
    Row(LIST, sold_solely, "licensed", BOTH),
    Row(SHARE, membership_suspended, "not_member", BOTH),
    Row(SHARE, cancelled, "not_valid", (BEFORE,)),
    Row(SHARE, personal_data_named, "personal_data", BOTH),
    Row(SHARE, anothers, "not_holder", BOTH),
    Row(SHARE, disputed, "disputed", BOTH),
    Row(SHARE, frozen, "frozen", BOTH),
    Row(SHARE, licensed, "licensed", (BEFORE,)),
    Row(SHARE, sold_exclusively, "licensed", (BEFORE,)),
    Row(SHARE, solely_licensed, "licensed", (BEFORE,)),
    Row(SHARE, sold_solely, "licensed", (BEFORE,)),
    Row(SHARE, pledged, "no_consent", BOTH),
    Row(SHARE, shared, "no_consent", BOTH),
    Row(SHARE, on_the_list, "already_shared", (BEFORE,)),
    Row(RETURN, returned_before, "asked_before"),
    Row(RETURN_LISTING, returned_before_by_the_exchange, "asked_before"),
    Row(RETURN_AGAIN, returned_twice, "asked_twice"),
    Row(RETURN_LISTING_AGAIN, returned_twice_by_the_exchange, "asked_twice"),
    Row(EXPIRE, day_is_provisional, "not_acted"),
    Row(EXPIRE, clocks_disagree, "not_acted"),
)  # fmt: skip


def name_of(row: Row) -> str:
    return f"{row.action.name}-{row.situation.__name__}"


def code_of(act: Callable[..., Any], *args: Any) -> str:
    """The reason code of a refusal, "" where the act is done; a refused act leaves nothing behind."""
    try:
        with transaction.atomic():
            act(*args)
    except Refused as refused:
        return refused.code
    return ""


def meet(world: World, row: Row, since: str, by: str = "", said: dict[str, Any] | None = None) -> str:
    """The code by which the act ends where the situation stands since then."""

    def bring_about() -> None:
        row.situation(world)
        world.right = Registration.objects.get(pk=world.right.pk)
        world.by = world.named(by) if by else world.by
        world.data |= said or {}

    if since == BEFORE:
        bring_about()
    if code := code_of(begin, world, row.action):
        return code
    if since == BETWEEN:
        bring_about()
    return code_of(row.action.finish, world)


def begin(world: World, action: Action) -> None:
    world.case = action.begin(world)


ROWS = [pytest.param(row, since, id=f"{name_of(row)}-{since}") for row in TABLE for since in row.since]
ACTIONS = list(dict.fromkeys(row.action for row in TABLE))
PASSED = [pytest.param(row, since, id=f"{name_of(row)}-{since}") for row in TABLE if row.passes for since in row.since]
BARRED = [
    pytest.param(row, since, id=f"{name_of(row)}-{since}")
    for row in TABLE
    if row.action.chiefs and not row.passes
    for since in row.since
]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_an_act_is_done_where_nothing_stands_against_it(action, world):
    begin(world, action)
    action.finish(world)


@pytest.mark.parametrize(("row", "since"), ROWS)
def test_a_situation_stands_against_an_act_with_its_reason(row, since, world):
    assert meet(world, row, since) == row.code


@pytest.mark.parametrize(("row", "since"), BARRED)
def test_the_chief_passes_no_other_with_whatever_reason(row, since, world):
    assert meet(world, row, since, by="" if row.situation is same_person else "chief", said=EXCUSES) == row.code


@pytest.mark.parametrize(("row", "since"), PASSED)
def test_whom_the_table_names_passes_with_what_must_be_said(row, since, world):
    who, said = row.passes
    assert meet(world, row, since, by=who, said=said) == ""


@pytest.mark.parametrize(("row", "since"), [each for each in PASSED if each.values[0].unsaid])
def test_who_may_pass_says_why(row, since, world):
    assert meet(world, row, since, by=row.passes[0]) == row.unsaid


@pytest.mark.parametrize(("row", "since"), [each for each in PASSED if each.values[0].passes[0] == "chief"])
def test_a_reason_in_anothers_mouth_passes_nothing(row, since, world):
    assert meet(world, row, since, said=row.passes[1]) == row.code


def test_every_ground_against_a_pledge_has_its_row():
    tried = {(row.ground, row.code) for row in TABLE if row.ground}
    assert {(ground.number, ground.code) for ground in GROUNDS if ground.code} == tried - {(5, "frozen")}
    assert {ground.number for ground in GROUNDS if not ground.code} == {10, 12}
    passed = {row.ground: row.passes[0] for row in TABLE if row.ground and row.passes}
    assert {ground.number: ground.passes for ground in GROUNDS if ground.passes} == {6: passed[6]}


def test_a_dispute_warns_who_renews_and_does_not_stop_him(world):
    begin(world, RENEW)
    revocation_examined(world)
    remarks = {
        criterion.name: remark
        for criterion, remark in look_through(kind("renewal").checklist, subject_of(Case.objects.get(pk=world.case.pk)))
    }
    assert remarks["dispute"].tone == DOUBT
    RENEW.finish(world)
    assert Case.objects.get(pk=world.case.pk).status == "granted"
