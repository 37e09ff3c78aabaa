"""Forms of an insurance policy. Amounts are typed in yuan."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.enterprises.models import Capacity, Organisation
from apps.insurance.models import Policy
from apps.workflow.forms import CodeField, DayField, FilingForm, MoneyField, ReasonForm, SentenceForm

FEN = Decimal("0.01")


class PolicyForm(FilingForm):
    """What the holder of a right applies for; the right itself is the root."""

    insurer = forms.ModelChoiceField(
        label=_("Insurer"), queryset=Organisation.objects.with_capacity(Capacity.INSURER).filter(verified_at__isnull=False)
    )  # fmt: skip
    product = forms.ChoiceField(label=_("Product"), choices=Policy.Product)
    sum_insured = MoneyField(label=_("Sum insured (yuan)"), min_value=FEN)

    def clean_insurer(self) -> int:
        return self.cleaned_data["insurer"].pk


class Terms(SentenceForm):
    """The policy as the insurer wrote it."""

    policy_number = CodeField(label=_("Policy number"), max_length=60)
    sum_insured = MoneyField(label=_("Sum insured (yuan)"), min_value=FEN)
    premium = MoneyField(label=_("Premium (yuan)"))
    starts_on = DayField(label=_("First day of cover"))
    ends_on = DayField(label=_("Last day of cover"), help_text=_("The cover ends at 24:00 of this day."))

    def clean(self):
        data = super().clean()
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day of cover lies before the first."))
        return data


class BindForm(Terms):
    """An application becomes a policy."""


class RecordForm(PolicyForm, Terms):
    """A policy that was concluded outside the portal, written down by the insurer or for it."""

    field_order = ["insurer", "product", "policy_number", "sum_insured", "premium", "starts_on", "ends_on"]


class CancelForm(ReasonForm):
    """The end of a policy before its term."""

    refund = MoneyField(label=_("Premium returned (yuan)"), initial=0)
    field_order = ["refund", "comment"]
