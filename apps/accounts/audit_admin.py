"""The audit administrator's page: read, filter, export; and the months, sealed, archived, dropped by two."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts import trail
from apps.accounts.admin import RoleAdmin
from apps.accounts.audit import record
from apps.accounts.models import AuditEntry, AuditMonth, Role

ACTS = {
    "sign_in": _("signed in"),
    "sign_out": _("signed out"),
    "session.end": _("signed out elsewhere"),
    "lockout": _("locked out"),
    "lockout.lift": _("lockout lifted"),
    "second_factor": _("second factor"),
    "second_factor.add": _("second factor set up"),
    "second_factor.remove": _("second factor removed"),
    "second_factor.renew": _("recovery codes made anew"),
    "second_factor.reset": _("second factor reset by an administrator"),
    "password.change": _("password changed"),
    "right.grant": _("right changed"),
    "admin.add": _("row added in the administration"),
    "admin.change": _("row changed in the administration"),
    "admin.delete": _("row deleted in the administration"),
    "rule.confirm": _("rule confirmed"),
    "calendar.propose": _("calendar proposed"),
    "calendar.confirm": _("calendar confirmed"),
    "reveal": _("number shown in full"),
    "export.audit": _("audit exported"),
    "export.documents": _("documents exported"),
    "identity.bind": _("bound to an identity provider"),
    "audit.drop_propose": _("dropping a month proposed"),
    "audit.drop": _("month dropped"),
}
"""Words for the acts the auditor meets most; an act without is shown by its code."""


class ReadOnly:
    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, RoleAdmin):
    viewers = frozenset({Role.AUDIT_ADMIN})
    list_display = ["number", "at", "act", "act_name", "success", "actor_name", "address", "about"]
    list_filter = ["success", ("at", admin.DateFieldListFilter), "act"]
    search_fields = ["=number", "act", "actor_name", "=address", "about"]
    search_help_text = _("Number, act, name, address or what it was about")
    show_full_result_count = False
    list_per_page = 100
    actions = ["export_selected"]

    @admin.display(description=_("in words"))
    def act_name(self, row):
        return ACTS.get(row.act, "")

    @admin.action(description=_("Export what is selected as JSON lines"), permissions=["view"])
    def export_selected(self, request, queryset):
        """The rows of the list as it is filtered; every row where "all" was chosen."""
        last = AuditEntry.objects.values_list("number", flat=True).first()
        record("export.audit", actor=request.user, about=f"up to {last}", query=request.GET.urlencode()[:300])
        return attachment(StreamingHttpResponse(trail.export(queryset)), "security-audit.jsonl")


@admin.register(AuditMonth)
class AuditMonthAdmin(ReadOnly, RoleAdmin):
    viewers = trail.DROPPERS
    list_display = [
        "month_text",
        "first_number",
        "last_number",
        "count",
        "archived_at",
        "drop_proposed_by",
        "dropped_at",
    ]
    list_select_related = ["drop_proposed_by"]
    actions = ["archive_month", "propose_drop", "confirm_drop"]

    @admin.display(description=_("month"), ordering="month")
    def month_text(self, row):
        return str(row)

    def changelist_view(self, request, extra_context=None):
        if self.has_view_permission(request):
            trail.seal_months()
        return super().changelist_view(request, extra_context)

    def has_export_permission(self, request):
        return request.user.role == Role.AUDIT_ADMIN

    @admin.action(description=_("Export the selected month to be archived"), permissions=["export"])
    def archive_month(self, request, queryset):
        if queryset.count() != 1:
            self.message_user(request, _("Choose one month at a time."), messages.ERROR)
            return None
        month = queryset.get()
        data = self.told(request, trail.archive, month, request.user)
        return data and attachment(HttpResponse(data), f"security-audit-{month}.jsonl")

    @admin.action(description=_("Propose to drop the selected months"), permissions=["view"])
    def propose_drop(self, request, queryset):
        for month in queryset:
            self.told(request, trail.propose_drop, month.pk, request.user)

    @admin.action(description=_("Drop the selected months, which another proposed"), permissions=["view"])
    def confirm_drop(self, request, queryset):
        for month in queryset:
            self.told(request, trail.confirm_drop, month.pk, request.user)

    def told(self, request, act, *words):
        """The act's result; a refusal is one sentence and None."""
        try:
            return act(*words)
        except ValidationError as refusal:
            self.message_user(request, refusal.messages[0], messages.ERROR)
            return None


def attachment(response, name: str):
    response["Content-Type"] = "application/x-ndjson; charset=utf-8"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
