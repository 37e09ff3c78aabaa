"""Rows for tests, made by plain functions. Every organisation and person is fictional."""

import time
from hashlib import sha256
from itertools import count

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import encrypt
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.hashers import make_password
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from apps.accounts.models import District, User
from apps.enterprises.models import Capacity, Membership, Organisation
from apps.enterprises.uscc import ALPHABET, check_character

PASSWORD = "Correct horse battery 9 staple"
FACTOR = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""The secret of every authenticator app that ``make_user`` sets up; ``app_code`` shows what the app would."""
_number = count(1)
_hash = []
_factor = []


def password_hash() -> str:
    """The hash of PASSWORD, computed once a run: Argon2 is slow by design."""
    if not _hash:
        _hash.append(make_password(PASSWORD))
    return _hash[0]


def make_district(code="330902", name_zh="定海区", name_en="Dinghai District") -> District:
    return District.objects.get_or_create(code=code, defaults={"name_zh": name_zh, "name_en": name_en})[0]


def app_code(secret: str = FACTOR, ahead: int = 0) -> str:
    """What the authenticator app shows now, or ``ahead`` codes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def make_passkey(user: User, name: str = "Key") -> Authenticator:
    """A passkey, made of a public key as a browser would send it; nobody has its private half."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    kept = AttestedCredentialData.create(b"\0" * 16, b"gate", key)
    data = AuthenticatorData.create(sha256(b"testserver").digest(), 0x41, 0, kept)
    response = {
        "clientDataJSON": websafe_encode(b'{"type":"webauthn.create","challenge":"","origin":"http://testserver"}'),
        "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
    }
    given = websafe_encode(b"gate")
    credential = {"id": given, "rawId": given, "type": "public-key", "response": response}
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": name, "credential": credential})


def new_user(username="", role="", **fields) -> User:
    """An unsaved user whose password is PASSWORD; a district role gets Dinghai unless told."""
    username = username or f"person{next(_number)}"
    fields.setdefault("full_name", username.replace("_", " ").title())
    fields.setdefault("email", f"{username}@people.example")
    if role.startswith("district_"):
        fields.setdefault("district", make_district())
    return User(username=username, role=role, password=password_hash(), **fields)


def make_user(username="", role="", factor=True, **fields) -> User:
    """A saved user.

    Somebody with a role has an authenticator app of the secret FACTOR, because the portal leads officials and
    administrators without one to its set-up page; ``factor=False`` leaves it out.
    """
    user = new_user(username, role, **fields)
    user.save()
    if factor:
        enrol([user])
    return user


def enrol(users: list[User]) -> None:
    """An authenticator app for each of them who has a role."""
    if not _factor:
        _factor.append(encrypt(FACTOR))
    kind = Authenticator.Type.TOTP
    Authenticator.objects.bulk_create(
        Authenticator(user=user, type=kind, data={"secret": _factor[0]}) for user in users if user.role
    )


def make_uscc(body: str | int | None = None) -> str:
    """A code with the right check character for 17 characters, or for the nth fictional enterprise of Zhoushan."""
    if body is None:
        body = next(_number)
    if isinstance(body, int):
        body = f"91330900MX{_base31(body).rjust(7, '0')}"
    return body + check_character(body)


def _base31(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, len(ALPHABET))
        digits = ALPHABET[rest] + digits
    return digits


def make_organisation(name="", **fields) -> Organisation:
    """A saved, unverified enterprise in Dinghai with a right USCC, unless told otherwise."""
    number = next(_number)
    fields.setdefault("uscc", make_uscc(number))
    fields.setdefault("capacities", [Capacity.ENTERPRISE.value])
    if "district" not in fields:
        fields["district"] = make_district()
    fields.setdefault("address", f"海天大道{number}号")
    fields.setdefault("legal_representative", "林远航")
    fields.setdefault("contact_name", "沈听潮")
    fields.setdefault("contact_phone", "13800005678")
    fields.setdefault("contact_email", f"office{number}@organisations.example")
    return Organisation.objects.create(name=name or f"舟山测试{number}号海洋数据有限公司", **fields)


def make_member(organisation: Organisation, username="", role=Membership.Role.FILER, **fields) -> User:
    """A user of an enterprise with an active membership in it."""
    user = make_user(username, **fields)
    Membership.objects.create(organisation=organisation, user=user, role=role)
    return user
