from django.contrib import admin

from apps.accounts.admin import RoleAdmin
from apps.accounts.models import OFFICIAL_ROLES
from apps.notices.models import Notice, Objection
from apps.workflow.admin import KindAdmin


@admin.register(Objection)
class ObjectionAdmin(KindAdmin):
    pass


@admin.register(Notice)
class NoticeAdmin(RoleAdmin):
    """Notices are read here; they are drafted, cleared and published by moves."""

    viewers = OFFICIAL_ROLES
    list_display = ("bulletin", "case", "published_at", "ends_on", "withdrawn_at")
