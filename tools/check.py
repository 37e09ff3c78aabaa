"""`make check`: everything that is checked without running the portal, as many checks at a time as there are cores.
Each is run; the last lines say which failed."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from tools.bootstrap import ROOT

PYTHON = sys.executable
LINTER = "import sys; from importlinter.cli import lint_imports_command as main; main()"
CHECKS = (
    ("format", [PYTHON, "-m", "ruff", "format", "--check", "."]),
    ("lint", [PYTHON, "-m", "ruff", "check", "--quiet", "."]),
    ("import contracts", [PYTHON, "-c", LINTER]),
    ("types", [PYTHON, "-m", "mypy"]),
    ("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
    ("translations", [PYTHON, "-m", "tools.check_translations"]),
    ("static files", [PYTHON, "-m", "tools.check_static"]),
    ("templates", [PYTHON, "-m", "tools.check_templates"]),
    ("deployment", [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]),
)
# Settings as a production has them; no check asks the database.
PRODUCTION = {
    "SITE_URL": "https://portal.example",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "DATABASE_URL": "postgres://portal@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_HOST": "localhost",
}
TESTS = {"TESTING": "1", "SECRET_KEY": "checks"}


def run(name: str, command: list[str], folder: str) -> bool:
    began = time.monotonic()
    clean = {key: value for key, value in os.environ.items() if key not in PRODUCTION}
    surroundings = clean | {"DATA_DIR": folder} | (PRODUCTION if name == "deployment" else TESTS)
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True)
    good = done.returncode == 0
    said = "" if good else f"{(done.stdout + done.stderr).strip()}\n"
    print(f"{said}{'passed' if good else 'FAILED'}  {name}  ({time.monotonic() - began:.1f} s)\n", end="", flush=True)
    return good


def main() -> int:
    names, commands = zip(*CHECKS, strict=True)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        good = list(pool.map(run, names, commands, [folder] * len(CHECKS)))
    failed = [name for name, passed in zip(names, good, strict=True) if not passed]
    print(f"\nFAILED: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
