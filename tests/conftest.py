"""The people and organisations of the tests. Each fixture makes real rows; every password is factories.PASSWORD."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client, TransactionTestCase

from apps.accounts.loading import load_districts
from apps.accounts.models import District, Role, User
from apps.enterprises.models import Membership
from apps.evidence.loading import load_platforms
from apps.rules.loading import load_rules
from apps.rules.models import RuleParameter
from apps.workflow import triggers
from tests.factories import make_member, make_organisation, make_user

VERIFIED_AT = datetime(2024, 1, 8, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def static_root():
    """Whitenoise warns of a folder that nobody has collected files into yet, and a warning is a failure."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Rules, calendar and districts stand in the test database from the start, as on a real one."""
    with django_db_blocker.unblock():
        load_all()


@pytest.fixture(autouse=True)
def rules_loaded(request):
    """Brings them back after a test with real transactions, which ends by emptying every table."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        load_all()


@pytest.fixture(scope="session", autouse=True)
def flush_past_triggers():
    """A test with real transactions ends by emptying every table, those that only grow and the search's included."""
    plain, TransactionTestCase._fixture_teardown = TransactionTestCase._fixture_teardown, empty_tables
    yield
    TransactionTestCase._fixture_teardown = plain


def empty_tables(case: TransactionTestCase) -> None:
    """SQLite empties row by row, which its triggers refuse; the flush ends by installing them again."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name in triggers.names():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute("DELETE FROM workflow_search")
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False, allow_cascade=True)


def load_all() -> None:
    load_rules()
    load_districts()
    load_platforms()


@pytest.fixture
def districts(db) -> SimpleNamespace:
    """The districts as loaded: dinghai, putuo, daishan, shengsi."""
    by_code = {district.code: district for district in District.objects.all()}
    codes = {"dinghai": "330902", "putuo": "330903", "daishan": "330921", "shengsi": "330922"}
    return SimpleNamespace(**{name: by_code[code] for name, code in codes.items()})


@pytest.fixture
def organisations(districts) -> SimpleNamespace:
    """enterprise (Dinghai), rival_enterprise (Putuo), bank, insurer: verified, with consent to electronic service;
    newcomer (Dinghai): neither."""
    settled = {"verified_at": VERIFIED_AT, "e_service_consent_at": VERIFIED_AT}
    return SimpleNamespace(
        enterprise=make_organisation(
            "舟山听涛海洋数据有限公司", name_en="Tingtao Ocean Data Co., Ltd.", district=districts.dinghai, **settled
        ),
        rival_enterprise=make_organisation(
            "舟山蓝湾渔业科技有限公司", name_en="Blue Bay Fisheries Co., Ltd.", district=districts.putuo, **settled
        ),
        bank=make_organisation("舟山群岛示范银行", capacities=["bank"], district=districts.dinghai, **settled),
        insurer=make_organisation(
            "东海示范财产保险公司", capacities=["insurer"], district=districts.dinghai, **settled
        ),
        newcomer=make_organisation("舟山初航数据有限公司", district=districts.dinghai),
    )


@pytest.fixture
def people(districts, organisations) -> SimpleNamespace:
    """Officials and administrators by their role; filer, reader and manager of ``enterprise``; rival, banker,
    insurer_person and newcomer manage their organisations."""
    manager = Membership.Role.MANAGER
    plain = [role.value for role in Role if not role.value.startswith("district_")]
    return SimpleNamespace(
        **{role: make_user(role, role=role) for role in plain},
        clerk2=make_user("clerk2", role=Role.CLERK),
        district_clerk=make_user("district_clerk", role=Role.DISTRICT_CLERK, district=districts.dinghai),
        district_reviewer=make_user("district_reviewer", role=Role.DISTRICT_REVIEWER, district=districts.dinghai),
        other_district_clerk=make_user("other_district_clerk", role=Role.DISTRICT_CLERK, district=districts.putuo),
        manager=make_member(organisations.enterprise, "manager", manager),
        filer=make_member(organisations.enterprise, "filer"),
        reader=make_member(organisations.enterprise, "reader", Membership.Role.READER),
        rival=make_member(organisations.rival_enterprise, "rival", manager),
        banker=make_member(organisations.bank, "banker", manager),
        insurer_person=make_member(organisations.insurer, "insurer_person", manager),
        newcomer=make_member(organisations.newcomer, "newcomer", manager),
    )


@pytest.fixture
def sign_in():
    """sign_in(user, client=None) -> a test client in which this user is signed in."""

    def enter(user: User, client: Client | None = None) -> Client:
        client = client or Client()
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def local_track(people) -> None:
    """The local track switched on by a confirmed row, as in the demo."""
    RuleParameter.objects.filter(key="local_track").update(
        value=True, confirmed_by=people.deputy, confirmed_at=VERIFIED_AT
    )


@pytest.fixture
def postgresql():
    """Rows are locked on PostgreSQL; SQLite admits one writer and has no race to show."""
    if connection.vendor != "postgresql":
        pytest.skip("row locks are PostgreSQL's")
