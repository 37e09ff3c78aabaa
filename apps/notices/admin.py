from django.contrib import admin

from apps.accounts.admin import RoleAdmin
from apps.accounts.models import OFFICIAL_ROLES, Role
from apps.notices.models import Notice, Objection
from apps.workflow.admin import KindAdmin
from apps.workflow.models import Case


@admin.register(Objection)
class ObjectionAdmin(KindAdmin):
    pass


@admin.register(Notice)
class NoticeAdmin(RoleAdmin):
    """Notices are read here, by those who may read the case; they are drafted, cleared and published by moves."""

    viewers = OFFICIAL_ROLES - {Role.SECRETARIAT}
    list_display = ("bulletin", "case", "published_at", "ends_on", "withdrawn_at")
    list_select_related = ("case", "bulletin")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(case__in=Case.objects.visible_to(request.user))
