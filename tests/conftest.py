"""The people and organisations of the tests. Each fixture makes real rows; every password is factories.PASSWORD."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client, TransactionTestCase

from apps.accounts.loading import load_districts
from apps.accounts.models import District, Role, User
from apps.enterprises.models import Membership
from apps.evidence.loading import load_platforms
from apps.health.rows import SEARCH
from apps.outbox.installing import list_texts
from apps.rules.loading import load_rules
from apps.rules.models import RuleParameter
from apps.workflow import triggers
from tests import tables
from tests.factories import enrol, make_organisation, new_user

VERIFIED_AT = datetime(2024, 1, 8, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def static_root():
    """Whitenoise warns of a folder that nobody has collected files into yet, and a warning is a failure."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Rules, calendar and districts stand in the test database from the start, as on a real one."""
    with django_db_blocker.unblock():
        tables.complete()
        load_all()


@pytest.fixture
def rules_loaded(db) -> None:
    """What stands from the start, for a test that asks for nothing else of the database."""


@pytest.fixture(scope="session", autouse=True)
def every_test_leaves_the_start_behind():
    """A test with real transactions ends by bringing back what stood at the start."""
    plain, TransactionTestCase._fixture_teardown = TransactionTestCase._fixture_teardown, start_anew
    yield
    TransactionTestCase._fixture_teardown = plain


KEPT = {"django_content_type", "auth_permission", "django_migrations"}
"""Tables that follow from the code alone."""


def start_anew(case: TransactionTestCase) -> None:
    """Empty every table row by row, past the triggers: TRUNCATE takes seconds for a hundred small tables."""
    tables = set(connection.introspection.table_names()) - KEPT
    with transaction.atomic(), connection.cursor() as cursor:
        for name in triggers.names():
            where = f"ON {name.rpartition('_no_')[0]}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} {where}")
        for table in tables & {*connection.introspection.django_table_names(), SEARCH}:
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names of our own tables
    triggers.install()
    list_texts(connection.alias)
    load_all()


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
    """enterprise (Dinghai), rival_enterprise (Putuo), bank, insurer, exchange: verified, with consent to electronic service;
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
        exchange=make_organisation(
            "浙东示范数据交易中心", capacities=["exchange"], district=districts.dinghai, **settled
        ),
        newcomer=make_organisation("舟山初航数据有限公司", district=districts.dinghai),
    )


@pytest.fixture
def people(districts, organisations) -> SimpleNamespace:
    """Officials and administrators by their role; filer, reader and manager of ``enterprise``; rival, banker,
    insurer_person, exchange_person and newcomer manage their organisations."""
    plain = [role.value for role in Role if not role.value.startswith("district_")]
    officials = {
        **{role: new_user(role, role) for role in plain},
        "clerk2": new_user("clerk2", Role.CLERK),
        "district_clerk": new_user("district_clerk", Role.DISTRICT_CLERK, district=districts.dinghai),
        "district_reviewer": new_user("district_reviewer", Role.DISTRICT_REVIEWER, district=districts.dinghai),
        "other_district_clerk": new_user("other_district_clerk", Role.DISTRICT_CLERK, district=districts.putuo),
    }
    members = {
        "manager": (organisations.enterprise, Membership.Role.MANAGER),
        "filer": (organisations.enterprise, Membership.Role.FILER),
        "reader": (organisations.enterprise, Membership.Role.READER),
        "rival": (organisations.rival_enterprise, Membership.Role.MANAGER),
        "banker": (organisations.bank, Membership.Role.MANAGER),
        "insurer_person": (organisations.insurer, Membership.Role.MANAGER),
        "exchange_person": (organisations.exchange, Membership.Role.MANAGER),
        "newcomer": (organisations.newcomer, Membership.Role.MANAGER),
    }
    everybody = officials | {name: new_user(name) for name in members}
    User.objects.bulk_create(everybody.values())  # one statement each: nearly every test asks for them
    enrol(list(officials.values()))
    Membership.objects.bulk_create(
        Membership(organisation=firm, user=everybody[name], role=role) for name, (firm, role) in members.items()
    )
    return SimpleNamespace(**everybody)


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
