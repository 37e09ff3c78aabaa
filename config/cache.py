"""The cache fails open: without Redis every page answers, a little slower, and nothing is remembered."""

import time

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

PAUSE = 5.0  # seconds in which a server found dead is not asked again, so that a page waits for it once


class FailOpenClient(RedisCacheClient):
    """Django's client, answering as an empty cache would while the server does not."""

    def __init__(self, servers, **options):
        options = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5, "retry": Retry(NoBackoff(), 0)} | options
        super().__init__(servers, **options)
        self._silent_until = 0.0

    def _ask(self, method, fallback, *args):
        if time.monotonic() < self._silent_until:
            return fallback
        try:
            return method(*args)
        except (RedisError, OSError):
            self._silent_until = time.monotonic() + PAUSE
            return fallback

    def add(self, key, value, timeout):
        # True: who takes a lock in the cache must not wait for one that nobody can give.
        return self._ask(super().add, True, key, value, timeout)

    def get(self, key, default):
        return self._ask(super().get, default, key, default)

    def set(self, key, value, timeout):
        return self._ask(super().set, None, key, value, timeout)

    def touch(self, key, timeout):
        return self._ask(super().touch, False, key, timeout)

    def delete(self, key):
        return self._ask(super().delete, False, key)

    def get_many(self, keys):
        return self._ask(super().get_many, {}, keys)

    def has_key(self, key):
        return self._ask(super().has_key, False, key)

    def incr(self, key, delta):
        return self._ask(super().incr, delta, key, delta)

    def set_many(self, data, timeout):
        return self._ask(super().set_many, None, data, timeout)

    def delete_many(self, keys):
        return self._ask(super().delete_many, None, keys)

    def clear(self):
        return self._ask(super().clear, False)


class FailOpenRedisCache(RedisCache):
    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = FailOpenClient
