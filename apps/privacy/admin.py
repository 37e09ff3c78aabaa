from django.contrib import admin

from apps.accounts.admin import RoleAdmin
from apps.accounts.models import Role
from apps.privacy.models import Disclosure, PersonalDataRequest
from apps.workflow.admin import KindAdmin

CITY = frozenset({Role.CLERK, Role.CHIEF, Role.DEPUTY})


@admin.register(PersonalDataRequest)
class PersonalDataRequestAdmin(KindAdmin):
    viewers = CITY


@admin.register(Disclosure)
class DisclosureAdmin(RoleAdmin):
    """The register of disclosures, to be read."""

    viewers = CITY
    editors = frozenset()
    list_display = ("at", "recipient", "basis", "by_name")
    ordering = ("-at", "-id")
