"""Forms of a power of attorney."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.enterprises.models import Capacity, Organisation
from apps.enterprises.uscc import check_uscc
from apps.rules.clock import legal_today
from apps.verifications.models import COVERED
from apps.workflow.forms import CodeField, DayField, FilingForm

LONGEST_DAYS = 366 * 3


def a_year_on():
    return legal_today() + timedelta(days=365)


class PowerForm(FilingForm):
    """Whom the organisation empowers, for what, from when until when."""

    files = (("power", _("Power of attorney, signed and stamped")),)

    agent = CodeField(
        label=_("Agent's unified social credit code"), max_length=40,
        help_text=_("Of a service organisation that is registered and verified here."),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("What the agent may file"), choices=list(COVERED.items()), widget=forms.CheckboxSelectMultiple,
        initial=list(COVERED), error_messages={"required": _("Choose at least one procedure.")},
    )  # fmt: skip
    from_on = DayField(label=_("From"), initial=legal_today)
    until_on = DayField(label=_("Until"), initial=a_year_on, help_text=_("Three years at the utmost."))

    def clean_agent(self) -> Organisation:
        code = check_uscc(self.cleaned_data["agent"])
        found = Organisation.objects.with_capacity(Capacity.SERVICE).filter(uscc=code, verified_at__isnull=False)
        if (agent := found.first()) is None:
            raise ValidationError(
                _("No service organisation with this code is registered and verified here."), code="agent"
            )
        if self.organisation is not None and agent == self.organisation:
            raise ValidationError(_("An organisation needs no power of attorney from itself."), code="self")
        return agent

    def clean(self):
        data = super().clean()
        first, last = data.get("from_on"), data.get("until_on")
        if first and last:
            if last < first or last < legal_today():
                self.add_error("until_on", _("It would end before it begins, or has ended already."))
            elif (last - first).days > LONGEST_DAYS:
                self.add_error("until_on", _("Three years at the utmost."))
        return data


class PaperPowerForm(PowerForm):
    """The same on paper, as an official enters it."""

    principal = CodeField(label=_("Principal's unified social credit code"), max_length=40)
    paper = forms.FileField(
        label=_("The paper, scanned"), error_messages={"required": _("Attach the power of attorney.")}
    )
    field_order = ["principal", "agent", "kinds", "from_on", "until_on", "paper"]

    def clean_principal(self) -> Organisation:
        found = Organisation.objects.filter(uscc=check_uscc(self.cleaned_data["principal"])).first()
        if found is None:
            raise ValidationError(_("No organisation with this code is on record."), code="principal")
        return found

    def clean(self):
        data = super().clean()
        if data.get("principal") and data.get("principal") == data.get("agent"):
            self.add_error("agent", _("An organisation needs no power of attorney from itself."))
        return data
