"""The desk's own forms; those of the moves belong to the kinds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import one_line
from apps.pages.forms import PortalFormMixin
from apps.rules.deadlines import LONGEST
from apps.workflow.forms import DayField


class InterestForm(PortalFormMixin, forms.Form):
    """Why an official stands too near to an organisation."""

    reason = forms.CharField(label=_("What connects you"), max_length=200, validators=[one_line])


class DeadlineForm(PortalFormMixin, forms.Form):
    """What a period is counted from, how long it is, and in which unit."""

    UNITS = [("workday", _("working days")), ("day", _("calendar days")), ("month", _("months")), ("year", _("years"))]

    start = DayField(label=_("Day of the act"), help_text=_("This day is not counted."))
    count = forms.IntegerField(label=_("Length"), min_value=1, max_value=max(LONGEST.values()))
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS)
    roll = forms.BooleanField(label=_("A last day of rest moves to the next working day"), required=False)
