from django.contrib import admin

from apps.accounts.admin import RoleAdmin
from apps.accounts.models import OFFICIAL_ROLES, Role
from apps.diligence.models import Grant, ImportedSheet, Sheet, Watch
from apps.workflow.admin import KindAdmin
from apps.workflow.models import Case


@admin.register(Grant)
class GrantAdmin(KindAdmin):
    pass


class ReadOnly(RoleAdmin):
    """What partners did, to be read by the bureau."""

    viewers = OFFICIAL_ROLES - {Role.SECRETARIAT}
    editors = frozenset()
    ordering = ("-pk",)


@admin.register(Sheet)
class SheetAdmin(ReadOnly):
    list_display = ("number", "grant", "made_at", "made_by")
    search_fields = ("number",)
    exclude = ("faces",)

    def get_queryset(self, request):
        return super().get_queryset(request).filter(grant__case__in=Case.objects.visible_to(request.user))


@admin.register(Watch)
class WatchAdmin(ReadOnly):
    viewers = frozenset({Role.CLERK, Role.CHIEF, Role.DEPUTY})
    list_display = ("organisation", "registration", "begun_at", "ended_at")
    search_fields = ("registration__number", "organisation__name")
    exclude = ("ending_claims", "ending_count", "open_claims", "open_count", "seen_claim", "seen_event")


@admin.register(ImportedSheet)
class ImportedSheetAdmin(ReadOnly):
    viewers = frozenset({Role.CLERK, Role.CHIEF, Role.DEPUTY})
    list_display = ("name", "kind", "organisation", "uploaded_at", "applied_at")
    exclude = ("rows", "result")
