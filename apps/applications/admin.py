from django.contrib import admin

from apps.accounts.admin import RoleAdmin
from apps.accounts.models import OFFICIAL_ROLES, Role
from apps.applications.models import Application, RemedyText
from apps.workflow.admin import KindAdmin


@admin.register(Application)
class ApplicationAdmin(KindAdmin):
    pass


@admin.register(RemedyText)
class RemedyTextAdmin(RoleAdmin):
    viewers = OFFICIAL_ROLES | {Role.SYSTEM_ADMIN}
    editors = frozenset({Role.CHIEF, Role.SYSTEM_ADMIN})
    list_display = ("text_zh", "updated_at")
