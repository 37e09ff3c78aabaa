"""Rows for tests, made by plain functions. Every organisation and person is fictional."""

from itertools import count

from django.contrib.auth.hashers import make_password

from apps.accounts.models import District, User
from apps.enterprises.models import Capacity, Membership, Organisation
from apps.enterprises.uscc import ALPHABET, check_character

PASSWORD = "correct horse battery staple"
_number = count(1)
_hash = []


def password_hash() -> str:
    """The hash of PASSWORD, computed once a run: Argon2 is slow by design."""
    if not _hash:
        _hash.append(make_password(PASSWORD))
    return _hash[0]


def make_district(code="330902", name_zh="定海区", name_en="Dinghai District") -> District:
    return District.objects.get_or_create(code=code, defaults={"name_zh": name_zh, "name_en": name_en})[0]


def make_user(username="", role="", **fields) -> User:
    """A saved user whose password is PASSWORD; a district role gets Dinghai unless told."""
    username = username or f"person{next(_number)}"
    fields.setdefault("full_name", username.replace("_", " ").title())
    fields.setdefault("email", f"{username}@people.example")
    if role.startswith("district_"):
        fields.setdefault("district", make_district())
    return User.objects.create(username=username, role=role, password=password_hash(), **fields)


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
