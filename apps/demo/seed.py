"""The demonstration's data. Loading is one transaction, so a demo killed while it loads starts clean."""

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from apps.accounts.loading import load_districts
from apps.accounts.models import District, User
from apps.demo.accounts import FIRMS, PASSWORD, PEOPLE, Firm, Person, demo_accounts
from apps.demo.models import Load
from apps.enterprises.membership import join
from apps.enterprises.models import Organisation
from apps.enterprises.uscc import ALPHABET, check_character


def is_loaded() -> bool:
    return Load.objects.exists()


@transaction.atomic
def load() -> list[dict[str, str]]:
    """Enter people and organisations; returns the accounts. Demo mode only: everybody knows the password."""
    if not settings.DEMO:
        raise RuntimeError("The demonstration is loaded in demo mode only.")
    load_districts()
    districts = {district.code: district for district in District.objects.all()}
    firms = {firm.key: enter_firm(firm, districts[firm.district]) for firm in FIRMS}
    enter_people(districts, firms)
    Load.objects.create()
    return demo_accounts()


def enter_firm(firm: Firm, district: District) -> Organisation:
    since = timezone.now() if firm.verified else None
    return Organisation.objects.create(
        name=firm.name,
        name_en=firm.name_en,
        uscc=made_up_uscc(firm.number),
        capacities=[firm.capacity],
        district=district,
        verified_at=since,
        e_service_consent_at=since,
    )


def made_up_uscc(number: int) -> str:
    """A code of the right form that no register has given out."""
    body = f"91330900MXDEM{ALPHABET[number // 31]}{ALPHABET[number % 31]}".ljust(17, "0")
    return body + check_character(body)


def enter_people(districts: dict[str, District], firms: dict[str, Organisation]) -> None:
    password = make_password(PASSWORD)  # slow by design: once for all
    for person in PEOPLE:
        user = enter_person(person, districts, password)
        if person.firm:
            join(firms[person.firm], user, person.role)


def enter_person(person: Person, districts: dict[str, District], password: str) -> User:
    return User.objects.create(
        username=person.username,
        full_name=person.full_name,
        email=f"{person.username}@people.example",
        language=person.language,
        role="" if person.firm else person.role,
        district=districts.get(person.district),
        password=password,
    )
