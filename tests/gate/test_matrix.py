"""The stranger's matrix: the rightful person first succeeds on the row, then everybody else is refused and it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings as project
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Session
from apps.accounts.preferences import home_of
from tests.gate.entries import ANYBODY, EVERYBODY, Entry
from tests.gate.table import METHODS, TABLE, declared, names
from tests.gate.world import World

pytestmark = pytest.mark.one_engine
COOKIES = {project.SESSION_COOKIE_NAME, project.CSRF_COOKIE_NAME, "messages"}
LEFT_OUT = {"rules", "health"}
"""Apps whose rows no page of a face writes; the calendar alone has thousands."""


@pytest.fixture
def world(db, people, organisations, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return World(people, organisations)


# ------------------------------------------------------------------------------------------------ the table itself


def test_every_address_is_declared():
    missing = sorted(set(names()) - {entry.name for entry in TABLE})
    assert not missing, f"say in tests/gate who has a right to these addresses, and on which row: {missing}"


def test_every_entry_has_an_address():
    dead = sorted({entry.name for entry in TABLE} - set(names()))
    assert not dead, f"these entries of tests/gate have no address any more: {dead}"


def test_no_address_and_method_is_declared_twice():
    keys = [(entry.name, entry.method) for entry in TABLE]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", sorted(set(names())))
def test_method_that_is_not_declared_is_refused(name, world, settings):
    entries = declared(name)
    entry = next(iter(entries.values()))
    prepare(entry, world, settings)
    for method in set(METHODS) - entries.keys():
        answer = ask(world.browser, address(entry, world), method, {})
        assert answer.status_code in (404, 405), (
            f"{method} of {name} answers, and nothing is declared of it in tests/gate"
        )


# ------------------------------------------------------------------------------------------------ the matrix


@pytest.mark.parametrize("entry", TABLE, ids=str)
def test_rightful_person_succeeds_and_strangers_are_refused(entry, world, settings):
    prepare(entry, world, settings)
    people = {name: world.client(name) for name in EVERYBODY if name != entry.who}
    succeed(entry, world, world.browser, entry.who)
    stood = rows()  # once: whatever somebody does is taken back before the next
    for name, client in people.items():
        if name in entry.also or (entry.public and name not in entry.own + entry.told):
            succeed(entry, world, client, name)
        else:
            stay_out(entry, world, client, name, stood)


def prepare(entry: Entry, world: World, settings) -> None:
    """Browser, then row: some rows are made in the browser, some browsers only before the second factor exists."""
    for key, value in entry.settings.items():
        setattr(settings, key, value)
    if entry.enter == "halfway":
        world.args = entry.row(world)
        world.browser = world.halfway_client(entry.who)
        return
    world.browser = world.fresh_client(entry.who) if entry.enter == "password" else world.client(entry.who)
    world.args = entry.row(world)


def address(entry: Entry, world: World) -> str:
    return reverse(entry.name, args=world.args)


def ask(client: Client, url: str, method: str, data: dict) -> HttpResponse:
    """The answer; a file is read to its end, as a browser does."""
    answer = client.get(url, data) if method == "GET" else client.post(url, data)
    if answer.streaming:
        answer.file = b"".join(answer.streaming_content)
    return answer


def act(entry: Entry, world: World, client: Client) -> HttpResponse:
    data = entry.query if entry.method == "GET" else entry.body(world, world.args)
    return ask(client, address(entry, world), entry.method, data)


def succeed(entry: Entry, world: World, client: Client, name: str) -> None:
    """The person gets the page, or changes the row; then the row is put back, so that the next finds it as it was."""
    with transaction.atomic():
        before = state(client) if entry.method == "POST" else {}
        answer = act(entry, world, client)
        statuses = entry.status if name == entry.who else (*entry.status, 302)
        assert answer.status_code in statuses, (
            f"{name} has a right to {entry} and gets {answer.status_code}: {said(answer)}"
        )
        assert entry.anonymous == "gone" or not leads_to_sign_in(answer), (
            f"{name} has a right to {entry} and is led to the sign-in page"
        )
        if entry.shows and answer.status_code == 200:
            assert entry.shows(world, world.args) in text(answer), f"{entry} does not show {name} the row"
        if entry.method == "POST":
            after = state(client)
            changed = {part for part in before if before[part] != after[part]}
            wanted = set() if entry.effect == "nothing" else {entry.effect}
            assert wanted <= changed, (
                f"{entry} answered {name} with {answer.status_code} and changed only {changed}: {said(answer)}"
            )
            assert entry.effect != "nothing" or "rows" not in changed
        transaction.set_rollback(True)


def stay_out(entry: Entry, world: World, client: Client, name: str, before: dict) -> None:
    """The person gets nothing of the row, and no row that stood is another one afterwards."""
    with transaction.atomic():
        with writing() as wrote:
            answer = act(entry, world, client)
        after = rows() if wrote else before
        transaction.set_rollback(True)
    if name in entry.own:
        before = without_oneself(world, name, before)
        gone = {table for table, stood in before.items() if not stood.items() <= after[table].items()}
        assert not gone, f"{entry}: {name} changed rows of others in {gone}"
        assert not (entry.shows and entry.shows(world, world.args) in text(answer)), (
            f"{entry} shows {name} another's row"
        )
        assert answer.status_code < 400, f"{entry}: {name} has an own page here and gets {answer.status_code}"
        return
    changed = {table for table in before if before[table] != after[table]}
    assert not changed, f"{entry}: {name} is a stranger and changed {changed}"
    if name not in entry.told:
        assert is_refused(entry, world, answer, name), (
            f"{entry}: {name} is a stranger and gets {answer.status_code}: {said(answer)}"
        )


def without_oneself(world: World, name: str, before: dict) -> dict:
    """The own account is nobody else's row."""
    if name == ANYBODY:
        return before
    person = getattr(world.people, name)
    factors = set(Authenticator.objects.filter(user=person).values_list("pk", flat=True))
    own = {"accounts.User": {person.pk}, "mfa.Authenticator": factors}
    return {
        table: {key: row for key, row in stood.items() if key not in own.get(table, ())}
        for table, stood in before.items()
    }


def is_refused(entry: Entry, world: World, answer: HttpResponse, name: str) -> bool:
    """404; without an account the sign-in page; on another face one's own."""
    if name == ANYBODY:
        return leads_to_sign_in(answer) or entry.anonymous == "gone"
    own_face = home_of(getattr(world.people, name))
    return answer.status_code == 404 or (entry.method == "GET" and answer.get("Location") == own_face)


def leads_to_sign_in(answer: HttpResponse) -> bool:
    return answer.get("Location", "").startswith(reverse("account_login"))


# ------------------------------------------------------------------------------------------------ what is compared


def rows() -> dict[str, dict[Any, tuple]]:
    """Table to key to values, of every row that a page can change."""
    return {
        model._meta.label: {row[0]: row for row in model.objects.order_by("pk").values_list("pk", *columns(model))}
        for config in apps.get_app_configs()
        if (config.name.startswith("apps.") and config.label not in LEFT_OUT) or config.label == "mfa"
        for model in config.get_models()
        if model is not Session  # looked at apart: every sign-in writes there
    }


READING = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def writing() -> Iterator[list[str]]:
    """The statements inside that may change a row of ``rows``: where there is none, nothing need be compared."""
    found: list[str] = []

    def hear(execute, sql, params, many, context):
        if not sql.startswith(READING) and Session._meta.db_table not in sql:
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hear):
        yield found


def columns(model) -> list[str]:
    """Every column but bytes, whose hash stands beside them."""
    return [field.attname for field in model._meta.concrete_fields if field.get_internal_type() != "BinaryField"]


def state(client: Client) -> dict[str, Any]:
    """What a POST may change: rows, the sessions, and the browser's other cookies."""
    sessions = sorted(Session.objects.values_list("session_key", "session_data"))
    cookies = {name: morsel.value for name, morsel in client.cookies.items() if name not in COOKIES}
    return {"rows": rows(), "session": sessions, "cookie": cookies}


def text(answer: HttpResponse) -> str:
    return "" if answer.streaming else answer.content.decode(errors="replace")


def said(answer: HttpResponse) -> str:
    """Where it led, and what its form complained of, for whoever reads the failure."""
    context = answer.context or {}
    form = context.get("form") if hasattr(context, "get") else None
    errors = context.get("errors") if hasattr(context, "get") else ""
    return f"{answer.get('Location', '')} {getattr(form, 'errors', '')} {errors or ''}".strip()
