"""The portal as the processes it is in production, over the test's own database: broker, web server, workers, mail."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import socket
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from urllib.parse import quote

from aiosmtpd.controller import Controller
from celery import Celery
from django.conf import settings
from django.db import connection
from django.test import Client

from apps.accounts.models import User
from apps.demo.broker import broker_command, prepare_socket, wait_for_ping
from apps.demo.processes import Child
from tests.ops.demo_process import descendants, free_port, wait_until
from tests.outbox.conftest import Mailbox


class Portal:
    """Processes that are started, stopped, held and killed one by one; ``stop`` ends what is left."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.mail_port = folder, free_port(), free_port()
        self.socket = folder / "broker.sock"
        for name in ("log", "run", "files", "static"):
            (folder / name).mkdir()
        if connection.vendor == "sqlite":
            (folder / "portal.sqlite3").symlink_to(connection.settings_dict["NAME"])
        self.children: dict[str, Child] = {}
        self.mailbox, self.mail_server = Mailbox(), None
        self.celery = Celery(
            "beat", broker=f"redis+socket://{quote(str(self.socket))}?virtual_host=0", set_as_current=False
        )

    # -------------------------------------------------------------------------------------------- processes

    def environment(self, **more: str) -> dict[str, str]:
        """The same settings as the test's, another folder, real letters over SMTP."""
        ours = {
            "TESTING": "1", "SECRET_KEY": settings.SECRET_KEY, "DATA_DIR": str(self.folder), "TASK_VISIBILITY": "6",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}", "WEB_WORKERS": "1", "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        if connection.vendor == "postgresql":
            at = connection.settings_dict
            door = f"{quote(at['USER'])}:{quote(at['PASSWORD'] or '')}@{at['HOST']}:{at['PORT'] or 5432}"
            ours["DATABASE_URL"] = f"postgres://{door}/{at['NAME']}"
        return os.environ | {"REDIS_URL": ""} | ours | more

    def start(self, name: str, **more: str) -> Child:
        child = Child(name, self.command(name), self.folder, self.environment(**more))
        child.start()
        self.children[name] = child
        return child

    def command(self, name: str) -> list[str]:
        site = str(settings.BASE_DIR)
        if name == "broker":
            prepare_socket(self.socket, self.folder / "broker")
            return broker_command(self.socket, self.folder / "broker")
        if name == "web":
            options = ["-c", f"{site}/config/gunicorn.py", "--chdir", site, "--bind", f"127.0.0.1:{self.port}"]
            return [sys.executable, "-m", "gunicorn", *options, "config.wsgi"]
        options = ["--concurrency", "1", "--loglevel", "INFO", "--without-mingle", "--without-gossip"]
        return [sys.executable, "-m", "celery", "-A", "config", "--workdir", site, "worker", *options]

    def start_broker(self) -> None:
        self.start("broker")
        assert wait_for_ping(self.socket)

    def start_web(self) -> None:
        self.start("web")
        wait_until(self.answers, 30)

    def start_worker(self, **more: str) -> None:
        self.start("worker", **more)
        wait_until(lambda: self.parts()["worker"]["ok"], 30)

    def kill(self, name: str) -> set[int]:
        """End a process as a power cut would; the pids of those it had started."""
        child = self.children.pop(name)
        below = descendants(child.process.pid)
        child.process.kill()
        child.process.wait()
        return below

    def start_mail(self) -> None:
        self.mail_server = Controller(self.mailbox, hostname="127.0.0.1", port=self.mail_port)
        self.mail_server.start()

    def stop_mail(self) -> None:
        if self.mail_server is not None:
            self.mail_server.stop()
            self.mail_server = None

    def stop(self) -> None:
        self.stop_mail()
        for child in self.children.values():
            child.kill_group()
        self.celery.close()

    def tick(self, task: str) -> None:
        """What beat sends every minute."""
        self.celery.send_task(task)

    def held(self) -> bool:
        """Whether a process of the worker has stopped at its failpoint."""
        return any(state_of(pid) == "T" for pid in descendants(self.children["worker"].process.pid))

    # -------------------------------------------------------------------------------------------- pages

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1):
                return True
        except OSError:
            return False

    def parts(self) -> dict[str, dict]:
        """What /health/ready says, part by part."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=20) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as answer:
            with answer:
                return json.load(answer)

    def visit(self, person: User) -> Visit:
        return Visit(self, person)


class Visit:
    """A person at the running web server."""

    def __init__(self, portal: Portal, person: User) -> None:
        client = Client()
        client.force_login(person)
        self.base = f"http://127.0.0.1:{portal.port}"
        jar = http.cookiejar.CookieJar()
        jar.set_cookie(cookie("sessionid", client.cookies["sessionid"].value))
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def send(self, path: str, values: dict[str, str] | None = None) -> tuple[str, str]:
        """The address one ends at, and its page."""
        data = urllib.parse.urlencode(values).encode() if values is not None else None
        request = urllib.request.Request(self.base + path, data)  # noqa: S310 (our own server)
        with self.opener.open(request, timeout=30) as answer:
            return answer.url.removeprefix(self.base), answer.read().decode()

    def move(self, case, move: str, **values: str) -> tuple[str, float]:
        """Make a move by its page; the address one ends at and the seconds of the pressing."""
        path = f"/desk/cases/{case.pk}/moves/{move}/"
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|version|key)" value="([^"]*)"', self.send(path)[1]))
        began = time.monotonic()
        return self.send(path, {**hidden, **values})[0], time.monotonic() - began


def cookie(name: str, value: str) -> http.cookiejar.Cookie:
    """A session cookie of the local server."""
    return http.cookiejar.Cookie(
        0, name, value, None, False, "127.0.0.1", False, False, "/", True, False, None, True, None, None, {}
    )


def state_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return ""
