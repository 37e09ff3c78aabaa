from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.accounts.admin import RoleAdmin
from apps.accounts.models import ADMINISTRATOR_ROLES, Role
from apps.rules.calendars import record_change
from apps.rules.clock import advance_days, legal_today
from apps.rules.models import CalendarDay, CalendarVersion, CalendarYear, LegalClock, RuleParameter, value_problem
from apps.rules.parameters import complete_proposal, confirm


class ProposalForm(forms.ModelForm):
    """A new value for a rule that exists: key, value, days and basis; names and unit come with the key."""

    key = forms.ChoiceField(label=_("key"))

    class Meta:
        model = RuleParameter
        fields = ["key", "value", "effective_from", "effective_to", "basis_zh", "basis_en"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = RuleParameter.objects.order_by("key", "-effective_from")
        self.rows = {row.key: row for row in rows}
        if "key" in self.fields:
            self.fields["key"].choices = [(key, f"{row.name} ({key})") for key, row in self.rows.items()]

    def clean(self):
        data = super().clean()
        known = self.rows.get(data.get("key"))
        problem = value_problem(known.unit, data["value"]) if known and "value" in data else ""
        if problem:
            self.add_error("value", problem)
        if known:
            self.instance.unit = known.unit
        return data


@admin.register(RuleParameter)
class RuleParameterAdmin(RoleAdmin):
    """The system administrator proposes, the security administrator confirms; a confirmed row is never edited."""

    viewers = frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
    editors = frozenset({Role.SYSTEM_ADMIN})
    form = ProposalForm
    list_display = ["key", "name", "value_text", "effective_from", "effective_to", "status", "proposed_by"]
    list_filter = [("confirmed_by", admin.EmptyFieldListFilter), "unit"]
    search_fields = ["key", "name_zh", "name_en"]
    list_select_related = ["proposed_by", "confirmed_by"]
    readonly_fields = ["status", "proposed_by", "proposed_at", "confirmed_at"]
    actions = ["confirm_rows"]

    @admin.display(description=_("name"))
    def name(self, row):
        return row.name

    @admin.display(description=_("value"))
    def value_text(self, row):
        return row.value_text

    @admin.display(description=_("status"))
    def status(self, row):
        return _("confirmed by %(person)s") % {"person": row.confirmed_by} if row.confirmed else _("to be confirmed")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or own_proposal(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        return obj is not None and own_proposal(request.user, obj)

    def has_confirm_permission(self, request):
        return request.user.role == Role.SECURITY_ADMIN

    def save_model(self, request, obj, form, change):
        complete_proposal(obj, request.user)
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Confirm the selected rules"), permissions=["confirm"])
    def confirm_rows(self, request, queryset):
        done = sum(self.confirm_one(request, row) for row in queryset)
        if done:
            text = ngettext("%(count)d rule confirmed.", "%(count)d rules confirmed.", done)
            self.message_user(request, text % {"count": done})

    def confirm_one(self, request, row) -> bool:
        try:
            confirm(row.pk, request.user)
        except ValidationError as refusal:
            self.message_user(request, f"{row}: {' '.join(refusal.messages)}", messages.ERROR)
            return False
        return True


def own_proposal(user, row: RuleParameter) -> bool:
    return row.proposed_by_id == user.pk and not row.confirmed


class CalendarAdmin(RoleAdmin):
    """Base for the calendar's tables: each write makes a new calendar version first."""

    viewers = frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
    editors = frozenset({Role.SYSTEM_ADMIN})

    def save_model(self, request, obj, form, change):
        record_change(request.user, year_of(obj))
        super().save_model(request, obj, form, change)

    def delete_model(self, request, obj):
        record_change(request.user, year_of(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        record_change(request.user)
        super().delete_queryset(request, queryset)


def year_of(row: CalendarYear | CalendarDay) -> int:
    return row.year if isinstance(row, CalendarYear) else row.date.year


@admin.register(CalendarYear)
class CalendarYearAdmin(CalendarAdmin):
    """Years come by import, which shows the running clocks first; here the notice number and source are mended."""

    list_display = ["year", "notice_number", "published", "source"]
    readonly_fields = ["year", "published"]

    def has_add_permission(self, request):
        return False


@admin.register(CalendarDay)
class CalendarDayAdmin(CalendarAdmin):
    deletable = True
    list_display = ["date", "is_workday", "name_zh", "name_en", "notice"]
    list_filter = ["is_workday", "notice"]
    list_select_related = ["notice"]


@admin.register(CalendarVersion)
class CalendarVersionAdmin(RoleAdmin):
    viewers = ADMINISTRATOR_ROLES
    list_display = ["number", "changed_at", "changed_by", "year"]
    list_select_related = ["changed_by"]


class MoveForm(forms.Form):
    days = forms.IntegerField(min_value=1, max_value=60)


@admin.register(LegalClock)
class LegalClockAdmin(RoleAdmin):
    """In demo mode every administrator may move legal time; outside it the clock is not shown."""

    viewers = ADMINISTRATOR_ROLES
    list_display = ["offset_days", "moved_at", "swept_through"]
    list_display_links = None

    def has_view_permission(self, request, obj=None):
        return settings.DEMO and super().has_view_permission(request, obj)

    def get_urls(self):
        advance = self.admin_site.admin_view(require_POST(self.advance))
        return [path("advance/", advance, name="rules_legalclock_advance"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {**(extra_context or {}), "legal_today": legal_today()})

    def advance(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = MoveForm(request.POST)
        if form.is_valid():
            today = advance_days(form.cleaned_data["days"])
            self.message_user(request, _("Legal today is %(day)s.") % {"day": today})
        else:
            self.message_user(request, _("Legal time moves forward by 1 to 60 days at a time."), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:rules_legalclock_changelist"))
