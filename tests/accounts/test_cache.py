"""The cache of the portal against no server, and against a real one on a socket that goes away."""

import socket
import threading
import time

import pytest

from config.cache import FailOpenRedisCache


def cache_at(path):
    return FailOpenRedisCache(f"unix://{path}?db=1", {})


def test_cache_without_a_server_answers_as_an_empty_one(tmp_path):
    cache = cache_at(tmp_path / "nobody.sock")
    assert cache.add("lock", 1) is True
    cache.set("key", 1)
    cache.set_many({"key": 1})
    cache.delete_many(["key"])
    assert cache.get("key", "default") == "default"
    assert cache.get_many(["key"]) == {}
    assert cache.has_key("key") is False
    assert cache.touch("key") is False
    assert cache.delete("key") is False
    assert cache.incr("count", 3) == 3
    assert cache.clear() is False


@pytest.fixture
def mute_server():
    """Path of a socket that takes connections and never answers."""
    with socket.socket(socket.AF_UNIX) as server:
        path = f"/tmp/mute-{time.monotonic_ns()}.sock"  # noqa: S108
        server.bind(path)
        server.listen(8)
        taken = []
        done = threading.Event()
        thread = threading.Thread(target=accept_all, args=[server, taken, done])
        thread.start()
        yield path
        done.set()
        with socket.socket(socket.AF_UNIX) as last:
            last.connect(path)
        thread.join(timeout=10)
        for connection in taken:
            connection.close()


def accept_all(server, taken, done):
    while not done.is_set():
        taken.append(server.accept()[0])


def test_cache_of_a_hung_server_is_waited_for_once(mute_server):
    cache = cache_at(mute_server)
    began = time.monotonic()
    assert [cache.get("key") for _ in range(20)] == [None] * 20
    assert time.monotonic() - began < 3
