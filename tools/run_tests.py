"""`make test`: the suite on SQLite, on PostgreSQL, and in Chromium; what is missing is said where nobody overlooks it.

python -m tools.run_tests                the three runs
python -m tools.run_tests prove          the large counts, on PostgreSQL and SQLite
python -m tools.run_tests bench [path]   the benchmark, on PostgreSQL; the numbers go to path as JSON

Under REQUIRE_SERVICES=1 what is missing is a failure.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.services import chromium_path
from tools import postgres
from tools.bootstrap import ROOT

PYTEST = [sys.executable, "-m", "pytest", "-q"]
BOTH_CORES = ["-n", "2", "--dist", "worksteal"]  # a file's tests stay together until a worker has nothing left
ONE_ENGINE = "one_engine"  # run on PostgreSQL, or on SQLite where there is none; what it stands on: decision 23
APART = "browser or demo or prove"  # what shares ports, processes or the whole machine
MISSING_POSTGRES = "PostgreSQL (set DATABASE_URL)"
MISSING_CHROMIUM = "Chromium (install it, or set CHROMIUM)"


@dataclass
class Report:
    """What was run, with its exit status and seconds, and what could not be."""

    runs: list[tuple[str, int, float]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def run(self, name: str, command: list[str], **env: str) -> None:
        print(f"\n=== {name}", flush=True)
        began = time.monotonic()
        status = subprocess.run(command, cwd=ROOT, env=surroundings(env)).returncode
        self.runs.append((name, status, time.monotonic() - began))

    @contextmanager
    def beside(self, name: str, command: list[str], **env: str) -> Iterator[None]:
        """A run meanwhile, for what mostly waits; what it says is shown when both have ended."""
        began = time.monotonic()
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(command, cwd=ROOT, env=surroundings(env), stdout=said, stderr=subprocess.STDOUT)
            yield
            status = process.wait()
            self.runs.append((name, status, time.monotonic() - began))
            print(f"\n=== {name} (ran meanwhile)", flush=True)
            said.seek(0)
            sys.stdout.buffer.write(said.read())

    def finish(self) -> int:
        required = os.environ.get("REQUIRE_SERVICES") == "1"
        print()
        for name, status, seconds in self.runs:
            print(f"{'passed' if status == 0 else 'FAILED'}  {name}  ({seconds:.0f} s)")
        if self.missing:
            print(f"\n!!! NOT RUN, MISSING HERE: {'; '.join(self.missing)} !!!")
        return int(any(status for _, status, _ in self.runs) or bool(required and self.missing))


def surroundings(more: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | more


@contextmanager
def server(report: Report) -> Iterator[str | None]:
    """The address of a PostgreSQL, or None where there is none and none can be started."""
    if found := postgres.find():
        yield found
        return
    try:
        running = postgres.embedded()
        url = running.__enter__()
    except (ImportError, OSError, RuntimeError, KeyError, subprocess.CalledProcessError) as error:
        report.missing.append(f"{MISSING_POSTGRES}: {error}")
        yield None
        return
    try:
        yield url
    finally:
        running.__exit__(None, None, None)


def suite(report: Report) -> None:
    whole = [*PYTEST, *BOTH_CORES, "-m"]
    with (
        report.beside("the demo as a person starts it", [*PYTEST, "-m", "demo and not browser"]),
        server(report) as url,
    ):
        if url:
            report.run("suite on PostgreSQL", [*whole, f"not ({APART})"], DATABASE_URL=url)
    left_out = f"{APART} or {ONE_ENGINE}" if url else APART
    report.run("suite on SQLite", [*whole, f"not ({left_out})"])
    if chromium_path():
        report.run("browser", [*PYTEST, *BOTH_CORES, "-m", "browser"])
    else:
        report.missing.append(MISSING_CHROMIUM)


def prove(report: Report) -> None:
    report.run("large counts on SQLite", [*PYTEST, "-m", "prove"])
    with server(report) as url:
        if url:
            report.run("large counts on PostgreSQL", [*PYTEST, "-m", "prove"], DATABASE_URL=url)


def bench(report: Report, arguments: list[str]) -> None:
    with server(report) as url:
        chosen = {"DATABASE_URL": url} if url else {}
        report.run("benchmark", [sys.executable, "-m", "tests.load.bench", *arguments], **chosen)


def main(arguments: list[str]) -> int:
    report = Report()
    if arguments[:1] == ["bench"]:
        bench(report, arguments[1:])
    elif arguments == ["prove"]:
        prove(report)
    else:
        suite(report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
