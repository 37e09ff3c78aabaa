"""Cases in the admin: read-only but for the moves, offered as actions through the one function."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin import RoleAdmin
from apps.accounts.models import OFFICIAL_ROLES, Role
from apps.workflow.forms import CommentForm
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case, Interest
from apps.workflow.people import CLOCK, FOLLOWING
from apps.workflow.states import all_kinds

NO_FORM = (None, CommentForm)
"""Forms without which a move can be made: whoever reads a letter with a reason must find one in it."""


class KindAdmin(RoleAdmin):
    """Base of every kind's admin: rows are read; a move without a form is an action for those whom it admits."""

    viewers = OFFICIAL_ROLES - {Role.SECRETARIAT}
    editors = frozenset()
    list_select_related = ("case", "case__organisation")
    list_display = ("number", "title", "organisation", "state")
    search_fields = ("case__number", "case__title")
    show_full_result_count = False
    ordering = ("-case_id",)

    def get_queryset(self, request) -> QuerySet:
        return super().get_queryset(request).filter(case__in=Case.objects.visible_to(request.user))

    def get_readonly_fields(self, request, obj=None):
        return [field.name for field in self.model._meta.fields]

    @admin.display(description=_("number"), ordering="case__number")
    def number(self, row):
        return row.case.number

    @admin.display(description=_("title"))
    def title(self, row):
        return row.case.title

    @admin.display(description=_("organisation"))
    def organisation(self, row):
        return row.case.organisation

    @admin.display(description=_("state"))
    def state(self, row):
        return row.case.state_.label

    def get_actions(self, request):
        """One action for each move of the kind that needs no form of its own."""
        actions = super().get_actions(request)
        kind = next(kind for kind in all_kinds() if kind.model is self.model)
        for move in kind.moves:
            by_hand = move.who not in (CLOCK, FOLLOWING)
            if by_hand and not (move.opens or move.effects or move.checks) and move.form in NO_FORM:
                actions[f"move_{move.name}"] = (_action(move.name), f"move_{move.name}", str(move.verb))
        return actions


def _action(name: str):
    def act(modeladmin, request, queryset) -> None:
        for row in queryset.select_related("case"):
            _move(modeladmin, request, row.case, name)

    return act


def _move(modeladmin, request, case: Case, name: str) -> None:
    try:
        perform(case.pk, name, actor=request.user, expected_version=case.version)
    except Refused as refused:
        modeladmin.message_user(request, f"{case}: {refused.sentence}", messages.WARNING)
    else:
        modeladmin.message_user(request, f"{case}: {_('done')}", messages.SUCCESS)


@admin.register(Interest)
class InterestAdmin(RoleAdmin):
    viewers = frozenset({Role.CHIEF, Role.DEPUTY})
    editors = frozenset({Role.CHIEF, Role.DEPUTY})
    list_display = ("user", "organisation", "reason", "declared_at", "ended_at")
