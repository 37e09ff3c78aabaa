"""Child processes that never outlive the supervisor.

Each child leads a session of its own, writes to a log file, and is killed by the kernel when the
supervisor dies. Spawn from the main thread only: the kernel watches the thread that forked.
"""

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from apps.health.lifeline import die_with_parent

LOG_LIMIT = 10_000_000  # bytes; a longer log is set aside once, at the next start


class Child:
    """One process of the demo: name, command, log file, and a note of it for the next start."""

    def __init__(self, name: str, command: list[str], folder: Path, env: dict[str, str], inherit: tuple[int, ...] = ()):
        self.name, self.command, self.env, self.inherit = name, command, env, inherit
        self.log = folder / "log" / f"{name}.log"
        self.note = folder / "run" / f"{name}.json"
        self.process: subprocess.Popen[bytes] | None = None
        self.ended_at: float | None = None
        self.starts: list[float] = []

    def start(self) -> None:
        rotate(self.log)
        supervisor = os.getpid()
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603 (our own commands)
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=self.env,
                pass_fds=self.inherit,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(supervisor),
            )
        self.ended_at = None
        self.starts.append(time.monotonic())
        self.note.write_text(json.dumps({"pid": self.process.pid, "command": self.command}))

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def signal(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """Whatever of the group is left, the leader gone or not."""
        if self.process:
            kill_group(self.process.pid)
            self.process.wait()
        self.note.unlink(missing_ok=True)


def rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".1.log"))


def kill_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def wait_all(children: list[Child], seconds: float) -> None:
    """Until every child has ended, or the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not all(child.process is None or child.ended() for child in children):
        time.sleep(0.02)


def running_command(pid: int) -> list[str]:
    """The command line of a process, empty when there is none or it may not be read."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        pass
    shown = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True)  # noqa: S603, S607
    return shown.stdout.split()


def clear_leftovers(folder: Path) -> int:
    """Kill what an earlier supervisor noted and left behind; a pid taken over by another command is left alone."""
    killed = 0
    for note in folder.glob("*.json"):
        try:
            left = json.loads(note.read_text())
        except ValueError:
            left = {"pid": 0, "command": []}
        if left["command"] and running_command(left["pid"]) in (left["command"], " ".join(left["command"]).split()):
            kill_group(left["pid"])
            killed += 1
        note.unlink(missing_ok=True)
    return killed
