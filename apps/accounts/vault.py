"""Personal and secret values at rest: AES-256-GCM with key ids, keys outside the database.

A sealed value reads ``v1.<key id>.<base64url of 12-byte nonce + ciphertext + 16-byte tag>``; the first
two parts are authenticated with it. The first key of ``settings.FIELD_KEYS`` seals, every key opens,
and so does the key derived from ``SECRET_KEY`` that serves while the list is empty.
"""

import hmac
import secrets
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from apps.accounts.text import refuse_nul

VERSION = "v1"
NONCE_BYTES = 12
CASE_KEY = "case"
DERIVED_KEY = "derived"


class BrokenSeal(Exception):
    """A sealed value that cannot be opened: altered, of an unknown key, or not a sealed value at all."""


@lru_cache(maxsize=8)
def _key_ring(pairs: tuple[str, ...], secret: str) -> dict[str, bytes]:
    ring = dict(_read_pair(pair) for pair in pairs)
    ring.setdefault(DERIVED_KEY, sha256(b"portal field key\0" + secret.encode()).digest())
    return ring


def _read_pair(pair: str) -> tuple[str, bytes]:
    name, _, encoded = pair.partition(":")
    try:
        key = b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if not name or "." in name or name in (CASE_KEY, DERIVED_KEY) or len(key) != 32:
        raise ImproperlyConfigured("FIELD_KEYS wants pairs 'id:base64 of 32 bytes', the id without a dot.")
    return name, key


def _keys() -> dict[str, bytes]:
    return _key_ring(tuple(settings.FIELD_KEYS), settings.SECRET_KEY)


def _encrypt(name: str, key: bytes, plain: bytes) -> str:
    header = f"{VERSION}.{name}"
    nonce = secrets.token_bytes(NONCE_BYTES)
    body = nonce + AESGCM(key).encrypt(nonce, plain, header.encode())
    return f"{header}.{urlsafe_b64encode(body).decode()}"


def _decrypt(sealed: str, keys: dict[str, bytes]) -> bytes:
    try:
        version, name, encoded = sealed.split(".")
        body = urlsafe_b64decode(encoded)
        key = keys[name] if version == VERSION else None
        return AESGCM(key).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], f"{version}.{name}".encode())
    except (ValueError, KeyError, TypeError, InvalidTag) as fault:
        raise BrokenSeal("A sealed value cannot be opened: it was altered, or its key is missing.") from fault


def seal(text: str) -> str:
    """Ciphertext of ``text`` under the first field key; two calls never give the same. U+0000: ValidationError."""
    name, key = next(iter(_keys().items()))
    return _encrypt(name, key, refuse_nul(text).encode())


def unseal(sealed: str) -> str:
    """The text that ``seal`` was given. Raises BrokenSeal."""
    return _decrypt(sealed, _keys()).decode()


def new_key() -> bytes:
    """A key of 32 bytes for one case: wrapped beside its data, destroyed to erase them."""
    return AESGCM.generate_key(256)


def wrap(key: bytes) -> str:
    """A case key sealed under the first field key; wrap again to rotate."""
    return seal(urlsafe_b64encode(key).decode())


def unwrap(wrapped: str) -> bytes:
    """The case key that ``wrap`` was given. Raises BrokenSeal."""
    return urlsafe_b64decode(unseal(wrapped))


def seal_with(key: bytes, text: str) -> str:
    """Ciphertext of ``text`` under a case key."""
    return _encrypt(CASE_KEY, key, refuse_nul(text).encode())


def unseal_with(key: bytes, sealed: str) -> str:
    """The text that ``seal_with`` was given under the same case key. Raises BrokenSeal."""
    return _decrypt(sealed, {CASE_KEY: key}).decode()


def blind(text: str) -> str:
    """Index of 64 hex digits to find a sealed value by exact match.

    HMAC-SHA-256 under a key made from the oldest field key, so that adding a key leaves the index standing;
    dropping the oldest key means computing the index anew.
    """
    oldest = list(_keys().values())[max(len(settings.FIELD_KEYS) - 1, 0)]
    return hmac.digest(sha256(b"portal blind index\0" + oldest).digest(), text.encode(), "sha256").hex()


def mask_phone(phone: str) -> str:
    """138****5678; a number too short to hide anything in is hidden whole."""
    return _mask(phone, 3, 4)


def mask_identity(number: str) -> str:
    """330902********1234, for identity cards and other papers alike."""
    return _mask(number, 6, 4)


def _mask(text: str, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    return text[:head] + "*" * hidden + text[-tail:] if hidden >= 3 else "*" * len(text)


class SealedTextField(models.TextField):
    """Text in Python, ciphertext in the database; empty stays empty. It cannot be searched: use ``blind``."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return seal(value) if value else value

    def from_db_value(self, value, expression, connection):
        return unseal(value) if value else value

    def get_lookup(self, lookup_name):
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
