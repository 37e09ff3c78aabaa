from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin import RoleAdmin, RoleTabularInline
from apps.accounts.models import Role
from apps.enterprises.forms import OrganisationForm
from apps.enterprises.membership import end_membership
from apps.enterprises.models import Membership, Organisation

READERS = frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
KEEPERS = frozenset({Role.SYSTEM_ADMIN})


class MembershipInline(RoleTabularInline):
    model = Membership
    viewers, editors = READERS, KEEPERS
    raw_id_fields = ["user"]
    fields = ["user", "role"]

    def has_change_permission(self, request, obj=None):
        return False  # a membership ends, or changes its role, through the functions that keep one manager

    def get_queryset(self, request):
        return super().get_queryset(request).filter(ended_at__isnull=True)


@admin.register(Organisation)
class OrganisationAdmin(RoleAdmin):
    viewers, editors = READERS, KEEPERS
    form = OrganisationForm
    inlines = [MembershipInline]
    readonly_fields = ["verified_at", "e_service_consent_at", "created_at"]
    list_display = ["name", "uscc", "district", "verified_at"]
    list_filter = ["district"]
    list_select_related = ["district"]
    search_fields = ["name", "name_en", "uscc"]


@admin.register(Membership)
class MembershipAdmin(RoleAdmin):
    viewers, editors = READERS, KEEPERS
    list_display = ["user", "organisation", "role", "joined_at", "ended_at"]
    list_filter = ["role"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__username", "user__full_name", "organisation__name"]
    raw_id_fields = ["user", "organisation"]
    actions = ["end_selected"]

    def get_readonly_fields(self, request, obj=None):
        return ["organisation", "user", "role", "joined_at", "ended_at"] if obj else []

    @admin.action(description=_("End the selected memberships"), permissions=["change"])
    def end_selected(self, request, queryset):
        for membership in queryset:
            try:
                end_membership(membership, by=request.user)
            except ValidationError as refusal:
                self.message_user(request, f"{membership}: {refusal.messages[0]}", messages.ERROR)
