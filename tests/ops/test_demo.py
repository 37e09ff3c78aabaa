"""The demo from the outside, in a folder whose name has a space and Chinese characters."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.db import connection

from apps.demo.supervisor import Trouble, read_port
from tests import tables
from tests.ops.demo_process import ROOT, Demo, alive, descendants, free_port, surroundings, wait_until

pytestmark = pytest.mark.demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A running demo that every test may ask; a test that ends one starts its own."""
    running = Demo(tmp_path_factory.mktemp("demo") / "数据 文件夹")
    running.wait_for_address()
    yield running
    running.end(signal.SIGTERM)


@pytest.fixture
def own_demo(demo, tmp_path):
    """A demo of this test alone, on a copy of the loaded folder's database: it starts as a second start does."""
    started = []
    folder = tmp_path / "own"
    shutil.copytree(demo.folder / "static", folder / "static")
    loaded, copied = (sqlite3.connect(each / "portal.sqlite3") for each in (demo.folder, folder))
    with closing(loaded), closing(copied):
        loaded.backup(copied)

    def start(**options) -> Demo:
        started.append(Demo(folder, **options))
        return started[-1]

    yield start
    for each in started:
        left = descendants(each.process.pid)
        each.process.kill()
        each.process.wait()
        for pid in left:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)


def run_demo(folder, port) -> subprocess.CompletedProcess:
    """A start that is expected to fail."""
    command = [sys.executable, str(ROOT / "manage.py"), "demo"]
    return subprocess.run(command, cwd=ROOT, env=surroundings(folder, port), capture_output=True, text=True, timeout=60)


def test_demo_answers_and_every_part_is_ready(demo):
    demo.wait_until_ready()
    assert demo.get("/health/live") == (200, '{"ok": true}')
    assert "<h1" in demo.get("/")[1]
    parts = demo.ready()
    assert list(parts) == ["database", "triggers", "broker", "worker", "beat", "disk", "clock", "watches"]
    assert all(part["ok"] and part["detail"] for part in parts.values())


def test_migrated_tables_are_those_that_the_models_make(demo, db):
    """What lets the suite make its tables on SQLite without the migrations (tests/tables.py)."""
    if connection.vendor != "sqlite":
        pytest.skip("a demo's tables are SQLite's")
    every = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    with closing(sqlite3.connect(demo.folder / "portal.sqlite3")) as loaded:
        migrated = tables.described(loaded.execute(every))
    with connection.cursor() as cursor:
        cursor.execute(every)
        made = tables.described(cursor.fetchall())
    assert len(made) > 300
    assert migrated == made


def test_demo_console_names_address_accounts_and_password(demo):
    status, body = demo.get("/demo/accounts.json")
    accounts = json.loads(body)
    assert status == 200
    for account in accounts:
        assert f"  {account['username']} " in demo.console
        assert account["password"] in demo.console
    assert "Traceback" not in demo.console
    assert "WARNING" not in demo.console


def test_demo_accounts_cover_every_role(demo):
    accounts = json.loads(demo.get("/demo/accounts.json")[1])
    fields = {"username", "password", "role", "organisation", "district", "totp_secret"}
    assert all(account.keys() == fields for account in accounts)
    officials = {"clerk", "chief", "deputy", "district_clerk", "district_reviewer", "secretariat"}
    administrators = {"system_admin", "security_admin", "audit_admin"}
    assert officials | administrators <= {account["role"] for account in accounts}
    assert len({account["organisation"] for account in accounts if account["organisation"]}) >= 2
    assert len({account["district"] for account in accounts if account["district"]}) >= 2


def test_demo_second_start_in_the_same_folder_is_one_sentence(demo):
    refused = run_demo(demo.folder, free_port())
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert f"http://localhost:{demo.port}" in refused.stderr


def test_demo_reset_while_running_is_refused(demo):
    command = [sys.executable, str(ROOT / "tools" / "bootstrap.py"), "reset"]
    refused = subprocess.run(command, env=surroundings(demo.folder, 1), capture_output=True, text=True)
    assert refused.returncode == 1
    assert "stop it first" in refused.stderr
    assert (demo.folder / "portal.sqlite3").exists()


def test_demo_port_in_use_is_one_sentence(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = run_demo(tmp_path, port)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Port {port} is in use")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "８０００"])
def test_port_that_is_none_is_one_sentence(port):
    with pytest.raises(Trouble, match="PORT must be a number between 1 and 65535"):
        read_port(port)


def test_demo_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    refused = run_demo(tmp_path / "file" / "data", free_port())
    assert refused.returncode == 1
    assert str(tmp_path / "file") in refused.stderr
    assert "Traceback" not in refused.stderr


def test_demo_killed_worker_and_broker_are_named_and_come_back(demo):
    demo.wait_until_ready()
    for name in ("broker", "worker"):
        os.kill(demo.child(name), signal.SIGKILL)

    def unwell():
        return {name for name, part in demo.ready().items() if not part["ok"]} == {"broker", "worker"}

    wait_until(unwell, 15)
    assert demo.get("/health/ready")[0] == 503
    assert demo.get("/health/live")[0] == 200
    demo.wait_until_ready()


def test_demo_terminated_leaves_no_process(own_demo):
    demo = own_demo()
    demo.wait_for_address()
    demo.wait_until_ready()
    # broker; web and its two; worker and its two; beat: the last run's heartbeats may make it ready before all stand
    group = wait_until(lambda: len(found := descendants(demo.process.pid)) >= 8 and found)
    assert demo.end(signal.SIGTERM) == 0
    assert not any(alive(pid) for pid in group)


def test_demo_killed_outright_leaves_no_process_and_starts_again(own_demo):
    demo = own_demo()
    demo.wait_for_address()
    demo.wait_until_ready()
    group = descendants(demo.process.pid)
    demo.end(signal.SIGKILL)
    wait_until(lambda: not any(alive(pid) for pid in group), 10)
    again = own_demo(port=demo.port)
    again.wait_for_address()
    assert "demonstration loaded" not in again.console
    # its web server gone, the whole demo goes
    group = descendants(again.process.pid)
    os.kill(again.child("web"), signal.SIGKILL)
    assert again.process.wait(30) == 1
    assert "The web server has ended" in again.console
    assert not any(alive(pid) for pid in group)


def test_demo_stops_when_make_is_killed(own_demo):
    demo = own_demo(wrapper=("sh", "-c", '"$@"; true', "sh"))
    demo.wait_for_address()
    supervisor = demo.supervisor()
    group = {supervisor, *descendants(supervisor)}
    demo.end(signal.SIGKILL)
    wait_until(lambda: not any(alive(pid) for pid in group), 20)
