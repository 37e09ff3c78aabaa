"""`make demo`: web server, broker, worker and beat as one group, started and ended together.

The web server's end ends everything (exit 1). Broker, worker and beat are started again after a
pause, because the portal promises to stay correct without them and the pause lets
`/health/ready` say which one is gone; three ends in five minutes end everything.
"""

import fcntl
import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO

from django.conf import settings

from apps.demo.broker import broker_command, prepare_socket, wait_for_ping
from apps.demo.console import say, step
from apps.demo.processes import Child, clear_leftovers, kill_group, wait_all
from apps.health.lifeline import die_with_parent

PORT_PATIENCE = 5.0  # seconds: the workers of a demo just killed hold the port for up to 0.9 s
FIRST_PAGE_PATIENCE = 60.0
STOP_PATIENCE = 8.0
RESTART_PAUSE = 15.0
RESTART_LIMIT, RESTART_SPAN = 3, 300.0


class Trouble(Exception):
    """Why the demo cannot run, as a sentence."""


class Stopped(BaseException):
    """Somebody asked the demo to stop."""


def listen_to_signals() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)


def ignore_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def make_folders(folder: Path) -> None:
    """The data folder, proved writable."""
    for name in ("log", "run", "mail", "files"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    probe = folder / "run" / "probe"
    probe.write_bytes(b"0" * 4096)
    probe.unlink()


def take_lock(folder: Path) -> IO[str]:
    """Hold the folder for this process; the kernel lets go when it dies."""
    lock = (folder / "demo.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with lock:
            lock.seek(0)
            where = lock.read().strip() or folder
        raise Trouble(f"The demo already runs with this data folder: {where}. 演示已在运行。") from None
    lock.truncate(0)
    return lock


def bind(port: int) -> socket.socket:
    """Take the port, waiting a little for a demo that is just going."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    until = time.monotonic() + PORT_PATIENCE
    while True:
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(512)
            return listener
        except OverflowError:
            raise Trouble(f"PORT must be between 1 and 65535, not {port}. 端口无效。") from None
        except PermissionError:
            raise Trouble(f"Port {port} needs rights you do not have: choose another, PORT=8001 make demo.") from None
        except OSError:
            if time.monotonic() > until:
                raise Trouble(
                    f"Port {port} is in use: choose another, PORT={port + 1} make demo. 端口 {port} 已被占用。"
                ) from None
            time.sleep(0.1)


def read_port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT must be a number between 1 and 65535, not {text!r}. 端口无效。")
    return int(text)


class Supervisor:
    """The demo's processes. `run` returns the exit status."""

    def __init__(self, port: int, prepare: Callable[[], None], announce: Callable[[str], None]):
        self.folder: Path = settings.DATA_DIR
        self.port, self.prepare, self.announce = port, prepare, announce
        self.address = f"http://localhost:{port}"
        self.children: list[Child] = []

    def run(self) -> int:
        listen_to_signals()
        die_with_parent(os.getppid(), signal.SIGTERM)
        status = 0
        try:
            self.start()
            self.watch()
        except Stopped:
            say("Stopping … 正在停止……")
        except Trouble as trouble:
            sys.stderr.write(f"{trouble}\n")
            status = 1
        finally:
            ignore_signals()
            self.stop()
        return status

    def start(self) -> None:
        make_folders(self.folder)
        self.lock = take_lock(self.folder)
        if clear_leftovers(self.folder / "run"):
            say("  an earlier demo was killed; its processes are gone now")
        listener = bind(self.port)
        self.lock.write(f"{self.address} (process {os.getpid()})")
        self.lock.flush()
        write_marker(self.folder, self.address)
        self.prepare()
        self.define(listener.fileno())
        listener.set_inheritable(True)
        with step("broker and web server started"):
            self.start_broker()
            self.child("web").start()
            listener.close()
            self.wait_for_first_page()
        for name in ("worker", "beat"):
            self.child(name).start()
        self.announce(self.address)

    def define(self, descriptor: int) -> None:
        """What runs, in the order in which it starts."""
        python = sys.executable
        env = os.environ | {
            "DEMO": "1",
            "DATA_DIR": str(self.folder),
            "SITE_URL": self.address,
            "PYTHONUNBUFFERED": "1",
        }
        site = str(settings.BASE_DIR)
        celery = [python, "-m", "celery", "-A", "config", "--workdir", site]
        web = [python, "-m", "gunicorn", "-c", f"{site}/config/gunicorn.py", "--chdir", site]
        alone = ["--without-mingle", "--without-gossip", "--hostname", "worker@demo"]
        commands = {
            "broker": broker_command(settings.BROKER_SOCKET, self.folder / "broker"),
            "web": [*web, "--bind", f"fd://{descriptor}", "config.wsgi"],
            "worker": [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2", *alone],
            "beat": [*celery, "beat", "--loglevel", "INFO", "--pidfile", ""],
        }
        for name, command in commands.items():
            inherit = (descriptor,) if name == "web" else ()
            self.children.append(Child(name, command, self.folder, env, inherit))

    def child(self, name: str) -> Child:
        return next(child for child in self.children if child.name == name)

    def start_broker(self) -> None:
        if settings.REDIS_URL:
            self.children = [child for child in self.children if child.name != "broker"]
            return
        prepare_socket(settings.BROKER_SOCKET, self.folder / "broker")
        self.child("broker").start()
        if not wait_for_ping(settings.BROKER_SOCKET):
            raise Trouble(f"The broker did not start; see {self.child('broker').log}. 消息服务未能启动。")

    def wait_for_first_page(self) -> None:
        until = time.monotonic() + FIRST_PAGE_PATIENCE
        web = self.child("web")
        while time.monotonic() < until and not web.ended():
            if answers(f"http://localhost:{self.port}/"):
                return
            time.sleep(0.05)
        raise Trouble(f"The web server did not start; see {web.log}. 网站服务未能启动。")

    def watch(self) -> None:
        while True:
            time.sleep(0.25)
            for child in self.children:
                if child.ended():
                    self.mend(child)

    def mend(self, child: Child) -> None:
        """A child has ended by itself."""
        if child.name == "web":
            raise Trouble(f"The web server has ended; see {child.log}. 网站服务已退出。")
        now = time.monotonic()
        if child.ended_at is None:
            child.ended_at = now
            kill_group(child.process.pid)  # its own children, if it could not take them along
            if len([at for at in child.starts if now - at < RESTART_SPAN]) >= RESTART_LIMIT:
                raise Trouble(f"{child.name} ends again and again; see {child.log}. {child.name} 反复退出。")
            say(f"  {child.name} has ended ({child.process.returncode}); it starts again in {RESTART_PAUSE:.0f} s")
        elif now - child.ended_at > RESTART_PAUSE:
            if child.name == "broker":
                settings.BROKER_SOCKET.unlink(missing_ok=True)
            child.start()

    def stop(self) -> None:
        """Beat, worker and web together, the broker last; what is left after that is killed."""
        broker = [child for child in self.children if child.name == "broker"]
        others = [child for child in self.children if child.name != "broker"]
        for group in (others, broker):
            for child in group:
                child.signal(signal.SIGTERM)
            wait_all(group, STOP_PATIENCE)
        for child in self.children:
            child.kill_group()


def answers(url: str) -> bool:
    """Whether a page is given out, whatever its status; asking for it also warms what the first visitor waits for."""
    try:
        urllib.request.urlopen(url, timeout=10).close()  # noqa: S310 (our own address)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def write_marker(folder: Path, address: str) -> None:
    """Say that this folder holds a demonstration; `manage.py today` asks for it."""
    (folder / "demo.json").write_text(json.dumps({"address": address}))
