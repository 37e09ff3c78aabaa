from django.contrib import admin
from django.db.models import URLField

from apps.accounts.admin import RoleAdmin
from apps.accounts.models import OFFICIAL_ROLES, Role
from apps.evidence.models import Deposit, DepositPlatform
from apps.workflow.admin import KindAdmin


@admin.register(Deposit)
class DepositAdmin(KindAdmin):
    pass


@admin.register(DepositPlatform)
class DepositPlatformAdmin(RoleAdmin):
    """The list of platforms: kept by the chief and the system administrator, read by every official."""

    viewers = OFFICIAL_ROLES | {Role.SYSTEM_ADMIN}
    editors = frozenset({Role.CHIEF, Role.SYSTEM_ADMIN})
    formfield_overrides = RoleAdmin.formfield_overrides | {URLField: {"assume_scheme": "https"}}
    list_display = ("name_zh", "filing_number", "valid_from", "valid_to", "own")
