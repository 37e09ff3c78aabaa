"""The filters of the desk's lists; all of them live in the address."""

from __future__ import annotations

import datetime as dt
from functools import cache

import django_filters
from django.db.models import QuerySet
from django.forms import HiddenInput
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import District
from apps.desk import queries
from apps.rules.clock import legal_today
from apps.workflow import search
from apps.workflow.models import Case
from apps.workflow.states import all_kinds

SHOW = [("", _("To do")), ("returned", _("With the applicant")), ("open", _("All open")), ("all", _("All, closed too"))]
DUE = [("today", _("Today")), ("week", _("This week")), ("overdue", _("Overdue"))]
ASSIGNED = [("me", _("Me")), ("team", _("My team")), ("nobody", _("Nobody")), ("others", _("Colleagues"))]

FAR = ("q", "state", "organisation")
"""What is looked for among closed cases too."""


def kind_choices() -> list[tuple[str, str]]:
    return [(kind.name, kind.label) for kind in all_kinds()]


def state_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    return states_in(get_language())


@cache
def states_in(language: str | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every state of every kind in plain words: some two hundred, translated once a language."""
    return [
        (str(kind.label), [(f"{kind.name}.{state.name}", str(state.label)) for state in kind.states])
        for kind in all_kinds()
    ]


def district_choices() -> list[tuple[str, str]]:
    return [(str(district.pk), str(district)) for district in District.objects.all()]


class CaseFilter(django_filters.FilterSet):
    """The queue's filters. Nothing chosen shows what is to do; a text or a state is looked for among all cases."""

    q = django_filters.CharFilter(label=_("Number, name or organisation"), method="by_text")
    show = django_filters.ChoiceFilter(label=_("Show"), choices=SHOW[1:], empty_label=SHOW[0][1], method="by_show")
    kind = django_filters.ChoiceFilter(label=_("Procedure"), choices=kind_choices, empty_label=_("Any"))
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=state_choices, empty_label=_("Any"), method="by_state"
    )
    due = django_filters.ChoiceFilter(label=_("Due"), choices=DUE, empty_label=_("Any time"), method="by_due")
    assigned = django_filters.ChoiceFilter(
        label=_("With"), choices=ASSIGNED, empty_label=_("Anybody"), method="by_desk"
    )
    organisation = django_filters.NumberFilter(label=_("Organisation"), field_name="organisation", widget=HiddenInput)
    district = django_filters.ChoiceFilter(label=_("District"), choices=district_choices, empty_label=_("Any"))

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(self, data, *, reading: queries.Reading, **kwargs):
        super().__init__(data, **kwargs)
        self.reading, self.user = reading, reading.user
        if self.user.district_id:
            del self.filters["district"]

    @property
    def reaches_far(self) -> bool:
        """Whether closed cases are looked through too."""
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        return asked.get("show") == "all" or (not asked.get("show") and any(asked.get(name) for name in FAR))

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("show") or self.reaches_far:
            return found
        return self.reading.to_do(found)

    def by_show(self, cases: QuerySet, name: str, value: str) -> QuerySet:
        if value == "returned":
            return self.reading.in_states(cases, queries.with_applicants())
        return cases.running() if value == "open" else cases

    def by_text(self, cases: QuerySet, name: str, value: str) -> QuerySet:
        """A whole number finds its case; anything else the words of number, title and organisation."""
        exact = cases.filter(number=value.strip())
        return exact if exact.exists() else search.find(cases, value)

    def by_state(self, cases: QuerySet, name: str, value: str) -> QuerySet:
        kind, _dot, state = value.partition(".")
        return self.reading.in_states(cases, [queries.Group(kind, (state,))])

    def by_due(self, cases: QuerySet, name: str, value: str) -> QuerySet:
        today = legal_today()
        if value == "overdue":
            return self.reading.overdue(cases)
        last = today if value == "today" else today + dt.timedelta(days=6 - today.weekday())
        return self.reading.due_between(cases, today, last)

    def by_desk(self, cases: QuerySet, name: str, value: str) -> QuerySet:
        if value == "me":
            return cases.filter(assigned_to=self.user)
        if value == "team":
            return cases.filter(assigned_to__in=self.reading.team)
        if value == "nobody":
            return cases.filter(assigned_to__isnull=True)
        return cases.filter(assigned_to__isnull=False).exclude(assigned_to=self.user)
