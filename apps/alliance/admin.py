from django.contrib import admin

from apps.accounts.models import Role
from apps.alliance.models import Member, SharedEntry
from apps.workflow.admin import KindAdmin


@admin.register(Member, SharedEntry)
class AllianceAdmin(KindAdmin):
    viewers = frozenset({Role.SECRETARIAT, Role.CHIEF, Role.DEPUTY, Role.CLERK})
