from django.contrib import admin

from apps.accounts.models import Role
from apps.alliance.models import Member
from apps.workflow.admin import KindAdmin


@admin.register(Member)
class MemberAdmin(KindAdmin):
    viewers = frozenset({Role.SECRETARIAT, Role.CHIEF, Role.DEPUTY, Role.CLERK})
