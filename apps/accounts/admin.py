from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts import lockout, posts
from apps.accounts.audit import record
from apps.accounts.limits import limit
from apps.accounts.models import District, Role, Session, User
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
    """Base of every ModelAdmin of the portal; whatever is written by one is in the security audit."""

    formfield_overrides = {SealedTextField: {"widget": AdminTextInputWidget}}

    def log_addition(self, request, obj, message):
        self.note("admin.add", request, obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        self.note("admin.change", request, obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            self.note("admin.delete", request, obj, [])
        return super().log_deletions(request, queryset)

    def note(self, act, request, obj, message):
        """The names of the fields that changed, never their values."""
        changed = message if isinstance(message, list) else []
        record(act, actor=request.user, about=f"{obj._meta.label_lower}:{obj.pk}", changed=changed)


class RoleTabularInline(RolePermissions, admin.TabularInline):
    """Base of every inline of the portal; it asks ``viewers`` and ``editors`` of its own."""

    extra = 0


class TemporaryPassword:
    """Whoever sets another's password knows it: it must be changed at the next sign-in."""

    def save(self, commit=True):
        user = getattr(self, "instance", None) or self.user
        user.password_is_temporary = True
        return super().save(commit)


class NewUserForm(TemporaryPassword, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "full_name", "email", "language"]


class GivenPasswordForm(TemporaryPassword, AdminPasswordChangeForm):
    pass


class IdleFilter(admin.SimpleListFilter):
    """Accounts to be reviewed: open, and not signed in for as long as the rule says."""

    title = _("review")
    parameter_name = "idle"

    def lookups(self, request, model_admin):
        return [("yes", _("not used for %(days)d days") % {"days": limit("account_idle_days")})]

    def queryset(self, request, queryset):
        if self.value() != "yes":
            return queryset
        since = timezone.now() - timedelta(days=limit("account_idle_days"))
        unused = Q(last_login__lt=since) | Q(last_login__isnull=True, date_joined__lt=since)
        return queryset.filter(unused, is_active=True).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)


@admin.register(User)
class PersonAdmin(RoleAdmin, UserAdmin):
    """A system administrator keeps the accounts, a security administrator grants the posts; nobody does both."""

    viewers = frozenset({Role.AUDIT_ADMIN})
    editors = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
    add_form = NewUserForm
    change_password_form = GivenPasswordForm
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
    list_display = ["username", "full_name", "role", "district", "is_active", "last_login"]
    list_filter = ["role", "district", "is_active", IdleFilter]
    search_fields = ["username", "full_name", "email"]
    list_select_related = ["district"]
    ordering = ["username"]
    filter_horizontal = []  # Django's own has groups here
    actions = ["lift_lockout", "reset_factor"]

    def has_add_permission(self, request, obj=None):
        return request.user.role == Role.SYSTEM_ADMIN

    def has_keep_permission(self, request):
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

    def save_model(self, request, obj, form, change):
        """A post or a right to sign in that changes is noted with what it was; the sessions of before end with it."""
        before = User.objects.filter(pk=obj.pk).values("role", "district__code", "is_active").first() or {}
        super().save_model(request, obj, form, change)
        now = {"role": obj.role, "district__code": obj.district and obj.district.code, "is_active": obj.is_active}
        if change and before != now:
            changed = {name: [before[name], now[name]] for name in now if before[name] != now[name]}
            Session.objects.filter(user=obj).delete()
            record("right.grant", actor=request.user, about=obj.username, changed=changed)
        left_office = "is_active" in form.changed_data and not obj.is_active
        if change and (left_office or {"role", "district"} & set(form.changed_data)):
            posts.left(obj)

    def user_change_password(self, request, id, form_url=""):
        if request.user.role != Role.SYSTEM_ADMIN:
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    @admin.action(description=_("Lift the lockout of the selected people"), permissions=["keep"])
    def lift_lockout(self, request, queryset):
        for user in queryset:
            lockout.lift(user, by=request.user)
        self.message_user(request, _("They may try again now."))

    @admin.action(description=_("Remove the second factor of the selected people"), permissions=["keep"])
    def reset_factor(self, request, queryset):
        """For a lost phone: they are signed out everywhere and set it up anew at the next sign-in."""
        for user in queryset.exclude(pk=request.user.pk):
            Authenticator.objects.filter(user=user).delete()
            Session.objects.filter(user=user).delete()
            record("second_factor.reset", actor=request.user, about=user.username)
        self.message_user(request, _("They set it up anew at the next sign-in."))


@admin.register(District)
class DistrictAdmin(RoleAdmin):
    viewers = frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
    editors = frozenset({Role.SYSTEM_ADMIN})
    list_display = ["code", "name_zh", "name_en", "rank"]


admin.site.unregister(Group)

from apps.accounts import audit_admin  # noqa: E402, F401 (its admins are made from RoleAdmin)
