"""Every text for people has its Chinese: a message that the catalogue lacks, leaves empty or marks fuzzy is listed.

Messages are found by `makemessages` in a copy of the sources, so the catalogue itself is never rewritten. Needs gettext.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

from tools.bootstrap import ROOT

LANGUAGE = "zh_Hans"
CATALOGUE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"
SOURCES = ("apps", "config", "templates")


def extract(folder: Path) -> polib.POFile:
    """The messages of the sources, with what the catalogue has for them."""
    for name in SOURCES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "migrations"))
    (folder / CATALOGUE).parent.mkdir(parents=True)
    if (ROOT / CATALOGUE).exists():
        shutil.copy(ROOT / CATALOGUE, folder / CATALOGUE)
    command = [
        sys.executable,
        "-m",
        "django",
        "makemessages",
        "-l",
        LANGUAGE,
        "-e",
        "html,txt,py",
        "--no-wrap",
        "-v",
        "0",
    ]
    subprocess.run(command, cwd=folder, check=True)
    return polib.pofile(str(folder / CATALOGUE))


def findings(catalogue: polib.POFile) -> Iterator[str]:
    for entry in catalogue:
        if entry.obsolete or (entry.translated() and not entry.fuzzy):
            continue
        where = ", ".join(f"{path}:{line}" for path, line in entry.occurrences[:2])
        yield f"{'fuzzy' if entry.fuzzy else 'missing'}: {entry.msgid!r} ({where})"


def broken_placeholders() -> str:
    """What msgfmt says of placeholders that differ between message and translation."""
    if not (ROOT / CATALOGUE).exists():
        return f"{CATALOGUE} is missing"
    command = ["msgfmt", "--check-format", "-o", "/dev/null", str(ROOT / CATALOGUE)]
    return subprocess.run(command, capture_output=True, text=True).stderr


def main() -> int:
    if not shutil.which("xgettext"):
        print("gettext is needed to find the messages: apt-get install gettext")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        found = list(findings(extract(Path(folder))))
    found += broken_placeholders().splitlines()
    print("\n".join(found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
