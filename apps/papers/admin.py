from django.contrib import admin

from apps.accounts.admin import RoleAdmin
from apps.accounts.models import OFFICIAL_ROLES, Role
from apps.papers.models import Paper
from apps.workflow.models import Case


@admin.register(Paper)
class PaperAdmin(RoleAdmin):
    """Printed papers, to be read; they are made and numbered on the desk."""

    viewers = OFFICIAL_ROLES - {Role.SECRETARIAT}
    editors = frozenset()
    list_display = ("number", "kind", "document_number", "made_at", "served_at")
    search_fields = ("number", "document_number")
    ordering = ("-made_at", "-id")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(case__in=Case.objects.visible_to(request.user))
