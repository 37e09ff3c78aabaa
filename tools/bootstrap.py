"""Make the environment before any package is there. Standard library only.

    python3 tools/bootstrap.py runtime|all     make or complete .venv
    python3 tools/bootstrap.py reset           empty the demo's data folder

Whatever stands in the way is said in one sentence, and the exit status is 1.
"""

import errno
import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SPACE_NEEDED = {"runtime": 450_000_000, "all": 1_100_000_000}
# What the demo writes in its folder; nothing else in it is ever deleted.
DEMO_FILES = (
    "portal.sqlite3", "portal.sqlite3-wal", "portal.sqlite3-shm", "portal.sqlite3-journal", "files", "log", "mail",
    "static", "broker", "broker.sock", "run", "secret_key", "demo.json", "demo.lock",
)  # fmt: skip


class Trouble(Exception):
    """What went wrong, as a sentence for the person at the console."""


def sentence(error: OSError) -> str:
    """What an operating system error means here."""
    where = error.filename or ROOT
    if error.errno == errno.ENOSPC:
        return f"The disk is full: {where}. 磁盘已满。"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"This folder cannot be written: {where}. 文件夹不可写。"
    return f"{where}: {error.strerror or error}."


def data_folder() -> Path:
    """The folder the demo keeps everything in; the same rule as config/settings.py."""
    return Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()


def run(*command: str, log: Path) -> bool:
    """Run quietly; the output goes to ``log``."""
    with log.open("ab") as out:
        out.write(f"\n$ {' '.join(command)}\n".encode())
        out.flush()
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=ROOT).returncode == 0


def explain(log: Path) -> str:
    """Turn what pip or venv wrote into a sentence."""
    text = log.read_text(errors="replace")
    if "No space left" in text or "Errno 28" in text:
        return f"The disk is full: {VENV}. 磁盘已满。"
    if "Read-only file system" in text or "Permission denied" in text:
        return f"This folder cannot be written: {VENV}. 文件夹不可写。"
    if "No matching distribution" in text or "NewConnectionError" in text or "Temporary failure" in text:
        return f"A package could not be fetched: is the package index reachable? Details: {log}. 无法下载软件包。"
    return f"The packages could not be installed; details: {log}. 软件包安装失败。"


def stamp(kind: str) -> Path:
    return VENV / f"installed-{kind}.txt"


def wanted(kind: str) -> str:
    """What a finished environment is stamped with: the interpreter and the pins."""
    pins = (ROOT / "requirements" / f"{kind}.txt").read_text()
    return f"# {sys.version}\n{pins}"


def finished(kind: str) -> bool:
    """Whether the environment was completed with these pins and its interpreter still starts."""
    return stamp(kind).exists() and stamp(kind).read_text() == wanted(kind) and interpreter_starts()


def interpreter_starts() -> bool:
    if not PYTHON.exists():
        return False
    return subprocess.run([str(PYTHON), "-c", ""], capture_output=True).returncode == 0


def check_space(kind: str) -> None:
    free = shutil.disk_usage(ROOT).free
    if free < SPACE_NEEDED[kind]:
        need, have = SPACE_NEEDED[kind] // 1_000_000, free // 1_000_000
        raise Trouble(f"The disk is full: {need} MB are needed, {have} MB are free in {ROOT}. 磁盘空间不足。")


def make_venv(log: Path) -> None:
    """An empty environment; without ensurepip an empty one that the outer pip fills."""
    shutil.rmtree(VENV, ignore_errors=True)
    if not run(sys.executable, "-m", "venv", str(VENV), log=log):
        shutil.rmtree(VENV, ignore_errors=True)
        if not run(sys.executable, "-m", "venv", "--without-pip", str(VENV), log=log) or not interpreter_starts():
            why = explain(log)
            hint = f"This Python cannot make an environment ({sys.executable}): install python3-venv. 缺少 venv 模块。"
            raise Trouble(why if "disk" in why or "folder" in why else hint)


def pip() -> list[str]:
    """The command that installs into the environment: its own pip, else the outer one."""
    if subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return [str(PYTHON), "-m", "pip"]
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    raise Trouble(f"{sys.executable} has neither ensurepip nor pip: install python3-venv or python3-pip. 缺少 pip。")


def install(kind: str) -> None:
    """Complete the environment; a half-made one is thrown away. The stamps are written last."""
    check_space(kind)
    log = ROOT / ".venv-install.log"
    log.write_bytes(b"")
    if not any(stamp(each).exists() for each in ("runtime", "all")) or not interpreter_starts():
        make_venv(log)
    for each in ("runtime", "all"):
        stamp(each).unlink(missing_ok=True)
    options = ("--quiet", "--no-input", "--disable-pip-version-check", "--no-warn-script-location", "--no-compile")
    if not run(*pip(), "install", *options, "-r", str(ROOT / "requirements" / f"{kind}.txt"), log=log):
        raise Trouble(explain(log))
    for each in {"runtime", kind}:
        stamp(each).write_text(wanted(each))
    log.unlink()


def environment(kind: str) -> None:
    """Make ``.venv`` hold the pinned set, one process at a time; nothing is done when it does already."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if finished(kind):
            return
        began = time.monotonic()
        print("Installing the pinned packages into .venv … 正在安装软件包……", flush=True)
        install(kind)
        print(f"  packages installed in {time.monotonic() - began:.0f} s", flush=True)
    finally:
        os.close(folder)


def refuse_while_running(folder: Path) -> None:
    lock = folder / "demo.lock"
    if not lock.exists():
        return
    with lock.open() as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(f"The demo still runs in {folder}: stop it first. 演示仍在运行，请先停止。") from None


def reset() -> None:
    """Delete what the demo wrote; the next start loads it afresh."""
    if os.environ.get("DATABASE_URL"):
        raise Trouble("DATABASE_URL is set: drop that database yourself, this command deletes files only.")
    folder = data_folder()
    refuse_while_running(folder)
    for name in DEMO_FILES:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    print(f"The demo in {folder} is empty. 演示数据已清空。")


def main(arguments: list[str]) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 (run before anything is checked)
        raise Trouble(
            f"Python 3.11 or later is needed, this is {sys.version.split()[0]}. 需要 Python 3.11 及以上版本。"
        )
    if arguments == ["reset"]:
        reset()
    elif arguments in (["runtime"], ["all"]):
        environment(arguments[0])
    else:
        raise Trouble("Usage: bootstrap.py runtime|all|reset")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Trouble as trouble:
        sys.exit(f"{trouble}")
    except OSError as error:
        sys.exit(sentence(error))
    except KeyboardInterrupt:
        sys.exit(130)
