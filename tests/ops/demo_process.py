"""The demo as a process: started as `make demo` starts it, asked over HTTP, ended by signals."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0  # seconds; a machine under test is a busy machine
LOADING = 300.0  # seconds; a first start takes half a minute of processor time, which a busy machine has not at once


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(true: Callable[[], object], seconds: float = PATIENCE) -> object:
    """What ``true()`` gives once it is true; fails after ``seconds``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := true():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s")


def surroundings(folder: Path, port: int | str) -> dict[str, str]:
    """The environment of a newcomer: nothing of the test profile."""
    ours = ("TESTING", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "DEMO")
    clean = {key: value for key, value in os.environ.items() if key not in ours and not key.startswith("PYTEST")}
    return clean | {"DATA_DIR": str(folder), "PORT": str(port)}


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def descendants(pid: int) -> set[int]:
    found, ask = set(), [pid]
    while ask:
        for task in Path(f"/proc/{ask.pop()}/task").glob("*/children"):
            try:
                children = [int(each) for each in task.read_text().split()]
            except OSError:  # it has just ended
                continue
            found.update(children)
            ask.extend(children)
    return found


class Demo:
    """One running demo; ``console`` is what its person reads."""

    def __init__(self, folder: Path, port: int | None = None, wrapper: tuple[str, ...] = ()):
        self.folder, self.port = folder, port or free_port()
        self.console_file = folder.parent / f"console-{self.port}.txt"
        self.began = time.monotonic()
        with self.console_file.open("w") as out:
            self.process = subprocess.Popen(
                [*wrapper, sys.executable, str(ROOT / "manage.py"), "demo"],
                cwd=ROOT,
                env=surroundings(folder, self.port),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    @property
    def console(self) -> str:
        return self.console_file.read_text()

    def wait_for_address(self) -> float:
        """Seconds from the start to the address on the console."""
        shown = f"http://localhost:{self.port}   "
        wait_until(lambda: shown in self.console or self.process.poll() is not None, LOADING)
        assert self.process.poll() is None, self.console
        return time.monotonic() - self.began

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def ready(self) -> dict[str, dict]:
        return json.loads(self.get("/health/ready")[1])

    def wait_until_ready(self) -> None:
        wait_until(lambda: self.get("/health/ready")[0] == 200)

    def supervisor(self) -> int:
        """The supervisor's pid, also where a wrapper started it."""
        notes = [self.process.pid, *descendants(self.process.pid)]
        return next(pid for pid in notes if b"manage.py\0demo" in Path(f"/proc/{pid}/cmdline").read_bytes())

    def child(self, name: str) -> int:
        return json.loads((self.folder / "run" / f"{name}.json").read_text())["pid"]

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)
