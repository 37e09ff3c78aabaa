from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import District, Role, User
from apps.accounts.vault import SealedTextField


class RolePermissions:
    """Who may see and who may edit, by role; nobody unless named. ``deletable`` lets editors delete too."""

    viewers: frozenset = frozenset()
    editors: frozenset = frozenset()
    deletable = False

    def has_view_permission(self, request, obj=None):
        return request.user.role in {*self.viewers, *self.editors}

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_add_permission(self, request, obj=None):
        return request.user.role in self.editors

    def has_change_permission(self, request, obj=None):
        return request.user.role in self.editors

    def has_delete_permission(self, request, obj=None):
        return self.deletable and request.user.role in self.editors


class RoleAdmin(RolePermissions, admin.ModelAdmin):
    """Base of every ModelAdmin of the portal."""

    formfield_overrides = {SealedTextField: {"widget": AdminTextInputWidget}}


class RoleTabularInline(RolePermissions, admin.TabularInline):
    """Base of every inline of the portal; it asks ``viewers`` and ``editors`` of its own."""

    extra = 0


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "full_name", "email", "language"]


@admin.register(User)
class PersonAdmin(RoleAdmin, UserAdmin):
    """A system administrator keeps the accounts, a security administrator grants the posts; nobody does both."""

    viewers = frozenset({Role.AUDIT_ADMIN})
    editors = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
    add_form = NewUserForm
    fieldsets = [
        (
            _("Account"),
            {"fields": ["username", "password", "full_name", "email", "phone", "language", "is_active"]},
        ),
        (_("Post"), {"fields": ["role", "district"]}),
    ]
    brief_fieldsets = [(None, {"fields": ["username", "full_name", "is_active", "role", "district"]})]
    add_fieldsets = [
        (None, {"fields": ["username", "full_name", "email", "language", "usable_password", "password1", "password2"]})
    ]
    list_display = ["username", "full_name", "role", "district", "is_active"]
    list_filter = ["role", "district", "is_active"]
    search_fields = ["username", "full_name", "email"]
    list_select_related = ["district"]
    ordering = ["username"]
    filter_horizontal = []  # Django's own has groups here

    def has_add_permission(self, request, obj=None):
        return request.user.role == Role.SYSTEM_ADMIN

    def get_fieldsets(self, request, obj=None):
        if request.user.role == Role.SYSTEM_ADMIN:
            return super().get_fieldsets(request, obj)
        return self.brief_fieldsets

    def get_readonly_fields(self, request, obj=None):
        """What the other administrator keeps; and nobody grants a post to oneself."""
        if request.user.role == Role.SYSTEM_ADMIN:
            return ["role", "district"]
        if obj == request.user:
            return ["username", "full_name", "is_active", "role", "district"]
        return ["username", "full_name", "is_active"]

    def user_change_password(self, request, id, form_url=""):
        if request.user.role != Role.SYSTEM_ADMIN:
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)


@admin.register(District)
class DistrictAdmin(RoleAdmin):
    viewers = frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
    editors = frozenset({Role.SYSTEM_ADMIN})
    list_display = ["code", "name_zh", "name_en", "rank"]


admin.site.unregister(Group)
