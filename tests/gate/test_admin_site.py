"""The admin site by role: who reads which table, who writes it, whose rows; everybody else gets nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from apps.accounts.models import AuditEntry, AuditMonth, District, User
from apps.applications.models import RemedyText
from apps.enterprises.models import Invitation, Membership, PowerOfAttorney
from apps.insurance.models import Product
from apps.outbox.models import LetterText
from apps.rules.calendars import record_change
from apps.rules.models import (
    CalendarDay,
    CalendarProposal,
    CalendarVersion,
    CalendarYear,
    LegalClock,
    Outage,
    RuleParameter,
)
from apps.verifications import invitations
from apps.workflow.models import Case, Interest
from apps.workflow.states import kind
from tests import samples, ways
from tests.gate.test_matrix import leads_to_sign_in, world, writing
from tests.gate.world import World
from tests.verifications.powers import in_force

__all__ = ["world"]
pytestmark = pytest.mark.one_engine
CITY = ("clerk", "chief", "deputy")
DISTRICT = ("district_clerk", "district_reviewer")
ELSEWHERE = "other_district_clerk"
KEEPERS = ("system_admin", "security_admin", "audit_admin")
STAFF = (*CITY, *DISTRICT, ELSEWHERE, "secretariat", *KEEPERS)
OUTSIDE = ("filer", "anonymous")


@dataclass(frozen=True)
class Table:
    """Who reads a table and who writes it; ``row`` makes one of Dinghai, ``local`` says that elsewhere it is not seen."""

    row: Callable[[World], Model]
    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()
    adds: tuple[str, ...] | None = None
    local: bool = False


def of_kind(name: str, reads: tuple[str, ...] = (*CITY, *DISTRICT)) -> Table:
    """A kind's table: read by the officials who may read the case, written by moves alone."""
    local = set(DISTRICT) <= set(reads)
    return Table(lambda world: samples.SAMPLES[name](world.people, world.organisations).row, reads, local=local)


def an_interest(world: World) -> Interest:
    firm = world.organisations.enterprise
    return Interest.objects.create(
        user=world.people.clerk, organisation=firm, reason="亲属", declared_at=timezone.now()
    )


def an_invitation(world: World) -> Invitation:
    firm, by = world.organisations.enterprise, world.people.manager
    return invitations.invite(firm, "invited@company.example", "filer", by=by)


def a_power(world: World) -> PowerOfAttorney:
    in_force(world.people, world.organisations)
    return PowerOfAttorney.objects.get()


def a_product(world: World) -> Product:
    return Product.objects.create(
        insurer=world.organisations.insurer, name="数据知识产权被侵权损失保险", line="infringed", terms="条款",
        active_from=date(2026, 1, 1),
    )  # fmt: skip


def a_version(world: World) -> CalendarVersion:
    record_change(world.people.system_admin, 2026)
    return CalendarVersion.objects.latest("pk")


def a_proposed_year(world: World) -> CalendarProposal:
    return CalendarProposal.objects.create(year=2027, notice_number="x", days=[], proposed_by=world.people.system_admin)


def a_declared_day(world: World) -> Outage:
    people = world.people
    return Outage.objects.create(
        day=date(2026, 10, 9), notice_number="x", reason_zh="停电", reason_en="power failure",
        proposed_by=people.system_admin, confirmed_by=people.security_admin, confirmed_at=timezone.now(),
    )  # fmt: skip


def a_month(world: World) -> AuditMonth:
    return AuditMonth.objects.create(month=date(2026, 1, 1), first_number=1, last_number=1, count=1, head_hash="0" * 64)


EVERY_OFFICIAL = (*CITY, *DISTRICT, ELSEWHERE, "secretariat")
KEPT = {"reads": ("security_admin", "audit_admin"), "writes": ("system_admin",)}
TABLES = {
    "accounts.User": Table(lambda world: world.people.filer, ("audit_admin",), ("system_admin", "security_admin"), ("system_admin",)),
    "accounts.District": Table(lambda world: District.objects.first(), **KEPT),
    "enterprises.Organisation": Table(lambda world: world.organisations.enterprise, **KEPT),
    "enterprises.Membership": Table(lambda world: Membership.objects.first(), **KEPT),
    "enterprises.Invitation": Table(an_invitation, KEEPERS),
    "enterprises.PowerOfAttorney": Table(a_power, KEEPERS),
    "rules.RuleParameter": Table(
        lambda world: RuleParameter.objects.filter(proposed_by=None).first(), KEEPERS, (), adds=("system_admin",)
    ),
    "rules.CalendarYear": Table(lambda world: CalendarYear.objects.first(), KEEPERS),
    "rules.CalendarDay": Table(lambda world: CalendarDay.objects.first(), KEEPERS),
    "rules.CalendarProposal": Table(a_proposed_year, KEEPERS, adds=("system_admin",)),
    "rules.Outage": Table(a_declared_day, KEEPERS, adds=("system_admin",)),
    "accounts.AuditEntry": Table(lambda world: AuditEntry.objects.first(), ("audit_admin",)),
    "accounts.AuditMonth": Table(a_month, ("audit_admin", "security_admin")),
    "rules.CalendarVersion": Table(a_version, KEEPERS),
    "rules.LegalClock": Table(lambda world: LegalClock.objects.get_or_create(pk=1)[0], ()),
    "outbox.Letter": Table(lambda world: world.letter, ("chief", "deputy")),
    "outbox.LetterText": Table(lambda world: LetterText.objects.first(), (), ("chief", "system_admin"), adds=()),
    "workflow.Interest": Table(an_interest, (), ("chief", "deputy")),
    "evidence.DepositPlatform": Table(
        lambda world: ways.platform(), (*EVERY_OFFICIAL, "system_admin"), ("chief", "system_admin")
    ),
    "applications.RemedyText": Table(
        lambda world: RemedyText.objects.get_or_create(pk=1)[0], (*EVERY_OFFICIAL, "system_admin"), ("chief", "system_admin")
    ),
    "notices.Notice": Table(lambda world: world.notice, (*CITY, *DISTRICT), local=True),
    "papers.Paper": Table(lambda world: world.paper, (*CITY, *DISTRICT), local=True),
    "privacy.Disclosure": Table(lambda world: world.disclosure, CITY),
    "privacy.PersonalDataRequest": of_kind("personal_data", CITY),
    "verifications.Verification": of_kind("organisation"),
    "verifications.Power": of_kind("power"),
    "evidence.Deposit": of_kind("deposit"),
    "applications.Application": of_kind("application"),
    "notices.Objection": of_kind("objection"),
    "certificates.Registration": of_kind("registration"),
    "insurance.Policy": of_kind("policy"),
    "insurance.LossClaim": of_kind("claim"),
    "insurance.Product": Table(a_product, (*EVERY_OFFICIAL, "system_admin"), ("system_admin",)),
    "pledges.Pledge": of_kind("pledge"),
    "listings.Listing": of_kind("listing"),
    "diligence.Grant": of_kind("grant"),
    "diligence.Sheet": Table(lambda world: world.dated_sheet, (*CITY, *DISTRICT), local=True),
    "diligence.Watch": Table(lambda world: world.watch, CITY),
    "diligence.ImportedSheet": Table(lambda world: world.loans, CITY),
    **{
        f"rights.{kind(name).model.__name__}": of_kind(name)
        for name in (
            "renewal", "entry_change", "transfer", "licence_filing", "cancellation", "revocation", "reissue", "freeze",
        )
    },
    "pledges.IntentNotice": of_kind("intent_notice"),
    "pledges.Financing": of_kind("financing"),
    "pledges.OutsidePledge": of_kind("outside_pledge"),
    "alliance.Member": of_kind("membership", (*CITY, "secretariat")),
    "alliance.SharedEntry": of_kind("sharing", (*CITY, "secretariat")),
    "account.EmailAddress": Table(lambda world: None, ()),
    "mfa.Authenticator": Table(lambda world: None, ()),
}  # fmt: skip
WITHOUT = {
    "account.EmailConfirmation",
    "accounts.OldPassword",
    "accounts.Session",
    "accounts.Try",
    "admin.LogEntry",
    "applications.ProvinceTable",
    "auth.Group",
    "auth.Permission",
    "certificates.Certificate",
    "certificates.Claim",
    "certificates.SourceContract",
    "certificates.Version",
    "contenttypes.ContentType",
    "demo.Load",
    "diligence.Change",
    "diligence.DayReport",
    "diligence.Viewing",
    "examination.Finding",
    "examination.Note",
    "examination.Sketch",
    "examination.Visit",
    "health.Heartbeat",
    "insurance.Endorsement",
    "insurance.LossItem",
    "insurance.PolicyItem",
    "listings.Transaction",
    "notices.Alert",
    "notices.Bulletin",
    "notices.Filing",
    "notices.PrivatePage",
    "notices.Redaction",
    "notices.Tip",
    "outbox.Announcement",
    "outbox.Feed",
    "outbox.Preference",
    "outbox.Resending",
    "outbox.ServiceRecord",
    "papers.Printing",
    "pledges.Amendment",
    "pledges.Drawing",
    "pledges.PledgedRight",
    "pledges.Release",
    "privacy.RetentionPlan",
    "workflow.Absence",
    "workflow.Case",
    "workflow.Basis",
    "workflow.CaseKey",
    "workflow.Clock",
    "workflow.Contact",
    "workflow.DaySeed",
    "workflow.Document",
    "workflow.Draft",
    "workflow.Event",
    "workflow.Handover",
    "workflow.Party",
    "workflow.SavedFilter",
    "workflow.Series",
}
"""Tables that the admin site does not show: the desk's and the portal's own pages do, or nobody needs them."""
OTHER_ADDRESSES = {
    "index", "login", "logout", "password_change", "password_change_done", "autocomplete", "jsi18n", "view_on_site",
    "app_list", "auth_user_password_change", "rules_legalclock_advance", "outbox_lettertext_preview", "outbox_lettertext_html",
}  # fmt: skip


def test_every_table_is_declared():
    known = {model._meta.label for model in admin.site._registry}
    assert known == TABLES.keys(), f"say in {__name__} who reads and writes: {sorted(known ^ TABLES.keys())}"
    hidden = {model._meta.label for model in apps.get_models()} - known
    assert hidden == WITHOUT, f"give an admin or name in WITHOUT of {__name__}: {sorted(hidden ^ WITHOUT)}"


def test_every_address_of_the_admin_is_known():
    standard = {
        f"{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in admin.site._registry
        for page in ("changelist", "add", "history", "delete", "change")
    }
    site = next(found for found in get_resolver().url_patterns if getattr(found, "namespace", "") == "admin")
    names = set(all_names(site)) - {None}
    assert names - standard == OTHER_ADDRESSES, (
        f"say in {__name__} what these are: {sorted(names - standard ^ OTHER_ADDRESSES)}"
    )


def all_names(resolver):
    for pattern in resolver.url_patterns:
        yield from all_names(pattern) if hasattr(pattern, "url_patterns") else [pattern.name]


@pytest.mark.parametrize("label", TABLES)
def test_table_is_read_and_written_by_the_declared_alone(label, world, settings):
    table = TABLES[label]
    row = table.row(world)
    name = f"admin:{label.replace('.', '_').lower()}"
    for person in (*STAFF, *OUTSIDE):
        client = world.client(person)
        reads = person in (*table.reads, *table.writes) or (table.local and person == ELSEWHERE)
        is_shown(client, reverse(f"{name}_changelist"), reads, person)
        is_shown(client, reverse(f"{name}_add"), person in (table.writes if table.adds is None else table.adds), person)
        if row is not None:
            own = reads and not (table.local and person == ELSEWHERE)
            is_shown(client, reverse(f"{name}_change", args=[row.pk]), own, person)
            is_shown(client, reverse(f"{name}_history", args=[row.pk]), own, person)
            stands(client, reverse(f"{name}_delete", args=[row.pk]), person)
            if person not in table.writes:
                stands(client, reverse(f"{name}_change", args=[row.pk]), person)


def is_shown(client: Client, url: str, shown: bool, person: str) -> None:
    """200 for whom it is meant; 403, 404, the index with a word, or the sign-in page for everybody else."""
    answer = client.get(url)
    if shown:
        assert answer.status_code == 200, f"{person} has a right to {url} and gets {answer.status_code}"
    elif person == "anonymous":
        assert leads_to_sign_in(answer)
    else:
        away = answer.status_code == 302 and answer["Location"] == reverse("admin:index")
        through_login = answer.status_code == 302 and answer["Location"].startswith(reverse("admin:login"))
        assert answer.status_code in (403, 404) or away or through_login, f"{person} gets {url}: {answer.status_code}"


def stands(client: Client, url: str, person: str) -> None:
    """A POST to it changes no row."""
    with transaction.atomic():
        with writing() as wrote:
            client.post(url, {"post": "yes"})
        transaction.set_rollback(True)
    assert not wrote, f"{person} wrote by {url}: {wrote}"


def test_somebody_of_an_enterprise_has_no_admin_site(world):
    client = world.client("filer")
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.status_code == 404


@pytest.mark.parametrize("person", STAFF)
def test_index_lists_the_declared_tables_alone(world, person):
    page = world.client(person).get(reverse("admin:index"))
    shown = {model["model"]._meta.label for app in page.context["app_list"] for model in app["models"]}
    wanted = {label for label, table in TABLES.items() if person in (*table.reads, *table.writes)}
    wanted |= {label for label, table in TABLES.items() if table.local and person == ELSEWHERE}
    assert shown == wanted


@pytest.mark.parametrize("person", KEEPERS)
def test_legal_clock_moves_in_demo_mode_alone(world, person, settings):
    client, url = world.client(person), reverse("admin:rules_legalclock_advance")
    assert client.post(url, {"days": "1"}).status_code == 403
    settings.DEMO = True
    assert client.post(url, {"days": "1"}).status_code == 302
    assert LegalClock.objects.get().offset_days == 1
    assert world.client("chief").post(url, {"days": "1"}).status_code == 403
    assert LegalClock.objects.get().offset_days == 1


@pytest.mark.parametrize("page", ["preview", "html"])
def test_letters_texts_are_previewed_by_their_keepers(world, page):
    url = reverse(f"admin:outbox_lettertext_{page}", args=[LetterText.objects.first().pk, "en"])
    for person in (*STAFF, *OUTSIDE):
        is_shown(world.client(person), url, person in ("chief", "system_admin"), person)


def test_passwords_are_set_by_the_system_administrator_alone(world):
    url = reverse("admin:auth_user_password_change", args=[world.people.filer.pk])
    for person in (*STAFF, *OUTSIDE):
        is_shown(world.client(person), url, person == "system_admin", person)
    before = User.objects.get(pk=world.people.filer.pk).password
    for person in ("security_admin", "audit_admin", "chief"):
        world.client(person).post(url, {"password1": "Another horse 2026", "password2": "Another horse 2026"})
    assert User.objects.get(pk=world.people.filer.pk).password == before


def test_moves_of_the_admin_ask_the_same_function(world):
    """An action on a list moves what its person may move, and nothing of another district."""
    case = world.filed
    url = reverse("admin:applications_application_changelist")
    body = {"action": "move_pass_pre_check", "_selected_action": [case.pk]}
    world.client(ELSEWHERE).post(url, body)
    assert Case.objects.get(pk=case.pk).status == "pre_check"
    world.client("district_clerk").post(url, body)
    assert Case.objects.get(pk=case.pk).status == "examining"
