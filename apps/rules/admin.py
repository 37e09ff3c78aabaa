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
from apps.rules.calendars import CalendarError, rehearse_year
from apps.rules.clock import advance_days, legal_today
from apps.rules.models import (
    CalendarDay,
    CalendarProposal,
    CalendarVersion,
    CalendarYear,
    LegalClock,
    Outage,
    RuleParameter,
    value_problem,
)
from apps.rules.parameters import complete_proposal, confirm
from apps.rules.proposals import confirm_outage, confirm_year, propose_outage, propose_year, read_year

RECORDED = _("recorded, not yet in use")


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
            self.fields["key"].choices = [
                (key, f"{row.name} ({key})" if row.in_use else f"{row.name} ({key}): {RECORDED}")
                for key, row in self.rows.items()
            ]

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
    list_display = ["key", "name", "value_text", "effective_from", "effective_to", "status", "use", "proposed_by"]
    list_filter = [("confirmed_by", admin.EmptyFieldListFilter), "unit"]
    search_fields = ["key", "name_zh", "name_en"]
    list_select_related = ["proposed_by", "confirmed_by"]
    readonly_fields = ["status", "use", "proposed_by", "proposed_at", "confirmed_at"]
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

    @admin.display(description=_("use"))
    def use(self, row):
        return _("in use") if row.in_use else RECORDED

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


def own_proposal(user, row: RuleParameter | Outage) -> bool:
    return row.proposed_by_id == user.pk and row.confirmed_by_id is None


class YearForm(forms.ModelForm):
    """A year as the State Council's notice arranges it, in the form that `manage.py load_year` reads."""

    text = forms.CharField(
        label=_("year, notice and days"),
        widget=forms.Textarea(attrs={"rows": 16, "cols": 90}),
        help_text='{"year": 2027, "notice": "…", "days": [{"date": "2027-01-01", "work": false, "zh": "元旦", "en": "New Year"}]}',
    )

    class Meta:
        model = CalendarProposal
        fields = ["source"]

    def clean_text(self):
        try:
            year, notice, days = read_year(self.cleaned_data["text"])
            rehearse_year(year, days, notice)
        except CalendarError as error:
            raise ValidationError(str(error)) from None
        except ValueError:
            raise ValidationError(_("This is not a list of working days in the form shown below.")) from None
        self.year = year, days, notice
        return self.cleaned_data["text"]


@admin.register(CalendarProposal)
class CalendarProposalAdmin(RoleAdmin):
    """The system administrator proposes a year, the security administrator confirms it; nothing is edited in place."""

    viewers = frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
    editors = frozenset({Role.SYSTEM_ADMIN})
    form = YearForm
    list_display = ["year", "notice_number", "proposed_by", "proposed_at", "confirmed_by", "confirmed_at"]
    list_select_related = ["proposed_by", "confirmed_by"]
    actions = ["confirm_years"]

    def get_fields(self, request, obj=None):
        return ["year", "notice_number", "days", "source", "proposed_by", "confirmed_by"] if obj else ["text", "source"]

    def has_change_permission(self, request, obj=None):
        return False

    def has_confirm_permission(self, request):
        return request.user.role == Role.SECURITY_ADMIN

    def save_model(self, request, obj, form, change):
        year, days, notice = form.year
        kept = propose_year(year, days, notice, request.user, form.cleaned_data["source"])
        obj.pk, obj.year, obj.notice_number = kept.pk, year, notice

    @admin.action(description=_("Confirm the selected calendars and load them"), permissions=["confirm"])
    def confirm_years(self, request, queryset):
        for proposal in queryset.filter(confirmed_by=None):
            try:
                confirm_year(proposal.pk, request.user)
                self.message_user(request, _("Loaded: %(year)s.") % {"year": proposal})
            except ValidationError as refusal:
                self.message_user(request, f"{proposal}: {refusal.messages[0]}", messages.ERROR)


@admin.register(Outage)
class OutageAdmin(RoleAdmin):
    """The system administrator proposes a day of failure, the security administrator declares it; a proposal may be
    taken back, a declared day stands."""

    viewers = frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
    editors = frozenset({Role.SYSTEM_ADMIN})
    fields = ["day", "notice_number", "reason_zh", "reason_en", "proposed_by", "confirmed_by"]
    readonly_fields = ["proposed_by", "confirmed_by"]
    list_display = ["day", "notice_number", "proposed_by", "proposed_at", "confirmed_by", "confirmed_at"]
    list_select_related = ["proposed_by", "confirmed_by"]
    actions = ["confirm_days"]

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return obj is not None and own_proposal(request.user, obj)

    def has_confirm_permission(self, request):
        return request.user.role == Role.SECURITY_ADMIN

    def save_model(self, request, obj, form, change):
        propose_outage(obj, request.user)

    @admin.action(description=_("Declare the selected days and move what ends on them"), permissions=["confirm"])
    def confirm_days(self, request, queryset):
        for outage in queryset.filter(confirmed_by=None).order_by("day"):
            try:
                done = confirm_outage(outage.pk, request.user)
            except ValidationError as refusal:
                self.message_user(request, f"{outage}: {refusal.messages[0]}", messages.ERROR)
                continue
            said = _("Declared: %(outage)s. Time limits moved: %(moved)d. Ended on that day already, shown to their officials: %(ended)d.")  # fmt: skip
            self.message_user(request, said % {"outage": outage, "moved": done.moved, "ended": done.ended})


class CalendarAdmin(RoleAdmin):
    """Base for the calendar's tables: shown, and changed by a confirmed proposal alone."""

    viewers = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


@admin.register(CalendarYear)
class CalendarYearAdmin(CalendarAdmin):
    list_display = ["year", "notice_number", "published", "source"]


@admin.register(CalendarDay)
class CalendarDayAdmin(CalendarAdmin):
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
