"""`tools/bootstrap.py` on a copy with no packages to install, in a folder whose name has a space and Chinese characters."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap

BROKEN_VENV = """
import runpy, sys
if "--without-pip" not in sys.argv:
    sys.exit("ensurepip is not available")
sys.path = [each for each in sys.path if each != {folder!r}]
sys.modules.pop("venv", None)
runpy.run_module("venv", run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A checkout whose requirements are empty."""
    folder = tmp_path / "新 文件夹"
    (folder / "tools").mkdir(parents=True)
    (folder / "requirements").mkdir()
    shutil.copy(bootstrap.__file__, folder / "tools")
    for kind in ("runtime", "all"):
        (folder / "requirements" / f"{kind}.txt").write_text("")
    return folder


def run(checkout: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess:
    """Run with the interpreter that made this environment, as `make` does."""
    outer = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    command = [str(outer), str(checkout / "tools" / "bootstrap.py"), *arguments]
    return subprocess.run(command, env=os.environ | env, capture_output=True, text=True)


def python_of(checkout: Path) -> int:
    return subprocess.run([checkout / ".venv" / "bin" / "python", "-c", ""]).returncode


def test_environment_is_made_once_and_anew_when_half_made(checkout):
    assert run(checkout, "runtime").returncode == 0
    assert python_of(checkout) == 0
    again = run(checkout, "runtime")
    assert (again.returncode, again.stdout) == (0, "")
    # killed while it was made: an interpreter, but no stamp
    (checkout / ".venv" / "installed-runtime.txt").unlink()
    (checkout / ".venv" / "left over").write_text("")
    assert run(checkout, "runtime").returncode == 0
    assert not (checkout / ".venv" / "left over").exists()


def test_environment_without_ensurepip_is_filled_by_the_outer_pip(checkout, tmp_path):
    fake = tmp_path / "fake"
    fake.mkdir()
    (fake / "venv.py").write_text(BROKEN_VENV.format(folder=str(fake)))
    made = run(checkout, "runtime", PYTHONPATH=str(fake))
    assert made.returncode == 0, made.stderr
    assert python_of(checkout) == 0
    assert not list((checkout / ".venv").rglob("pip"))


def test_python_without_venv_is_one_sentence(checkout, tmp_path):
    (tmp_path / "venv.py").write_text("import sys; sys.exit(1)")
    refused = run(checkout, "runtime", PYTHONPATH=str(tmp_path))
    assert refused.returncode == 1
    assert "install python3-venv" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not (checkout / ".venv").exists()


def test_packages_that_cannot_be_had_are_one_sentence(checkout):
    (checkout / "requirements" / "runtime.txt").write_text("no-such-package-here==0.0.0\n")
    refused = run(checkout, "runtime", PIP_NO_INDEX="1", PIP_FIND_LINKS=str(checkout))
    assert refused.returncode == 1
    assert "could not be fetched" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not list((checkout / ".venv").glob("installed-*"))


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "The disk is full"), (errno.EROFS, "cannot be written"), (errno.EACCES, "cannot be written")],
)
def test_trouble_of_the_system_is_a_sentence_with_the_place(number, said):
    sentence = bootstrap.sentence(OSError(number, os.strerror(number), "/srv/portal/var"))
    assert said in sentence
    assert "/srv/portal/var" in sentence


def test_too_little_space_is_told_before_anything_is_installed(monkeypatch):
    monkeypatch.setitem(bootstrap.SPACE_NEEDED, "runtime", 10**18)
    with pytest.raises(bootstrap.Trouble, match="The disk is full"):
        bootstrap.check_space("runtime")


def test_reset_deletes_what_the_demo_wrote_and_nothing_else(checkout, tmp_path):
    data = tmp_path / "数据"
    (data / "mail").mkdir(parents=True)
    (data / "mail" / "letter.eml").write_text("")
    for name in ("portal.sqlite3", "notes of the owner.txt"):
        (data / name).write_text("")
    assert run(checkout, "reset", DATA_DIR=str(data), DATABASE_URL="").returncode == 0
    assert [path.name for path in data.iterdir()] == ["notes of the owner.txt"]
