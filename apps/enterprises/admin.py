from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin import RoleAdmin, RoleTabularInline
from apps.accounts.models import Role
from apps.enterprises.forms import OrganisationForm
from apps.enterprises.membership import Change, end_membership, tell
from apps.enterprises.models import Invitation, Membership, Organisation, PowerOfAttorney

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

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for row in formset.new_objects:
            tell(Change("joined", row, request.user))


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

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            tell(Change("joined", obj, request.user))

    @admin.action(description=_("End the selected memberships"), permissions=["change"])
    def end_selected(self, request, queryset):
        for membership in queryset:
            try:
                end_membership(membership, by=request.user)
            except ValidationError as refusal:
                self.message_user(request, f"{membership}: {refusal.messages[0]}", messages.ERROR)


class ReadOnlyAdmin(RoleAdmin):
    """Rows that only the portal's own procedures write."""

    viewers = READERS | KEEPERS


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "organisation", "role", "invited_at", "lapses_at", "accepted_at", "revoked_at"]
    list_select_related = ["organisation"]
    search_fields = ["email", "organisation__name"]
    exclude = ["token_hash"]


@admin.register(PowerOfAttorney)
class PowerOfAttorneyAdmin(ReadOnlyAdmin):
    list_display = ["principal", "agent", "from_on", "until_on", "granted_at", "ended_at"]
    list_select_related = ["principal", "agent"]
    search_fields = ["principal__name", "agent__name"]
