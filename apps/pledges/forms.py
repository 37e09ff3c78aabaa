"""Forms of a pledge. Amounts are typed in yuan."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.enterprises.models import Capacity, Organisation
from apps.pledges.models import Pledge
from apps.workflow.forms import CodeField, CommentForm, DayField, FilingForm, LineField, MoneyField, SentenceForm

FEN = Decimal("0.01")


class PledgeForm(FilingForm):
    """What pledgor and pledgee agreed; the pledged right itself is the root. Contents: domain rule art. 8."""

    files = (
        ("contract", _("Pledge contract")),
        ("application", _("Joint application, signed by both")),
        ("appraisal", _("Appraisal report, if the right was appraised")),
    )

    pledgee = forms.ModelChoiceField(
        label=_("Pledgee (bank)"), queryset=Organisation.objects.with_capacity(Capacity.BANK).filter(verified_at__isnull=False)
    )  # fmt: skip
    branch = LineField(label=_("Branch of the bank"), max_length=120, required=False)
    contract_number = CodeField(label=_("Contract number"), max_length=80)
    contract_on = DayField(label=_("Contract signed on"))
    debt = LineField(label=_("Secured debt"), max_length=200, help_text=_("For example: loan contract and its number."))
    credit = MoneyField(label=_("Credit line (yuan)"), min_value=FEN, help_text=_("What the bank is ready to lend."))
    secured = MoneyField(
        label=_("Secured amount (yuan)"), min_value=FEN, help_text=_("What the pledge answers for, by the contract.")
    )
    drawn = MoneyField(label=_("Amount drawn (yuan)"), initial=0, help_text=_("What was paid out so far."))
    starts_on = DayField(label=_("First day of the loan"))
    ends_on = DayField(label=_("Last day of the loan"))
    interest = forms.DecimalField(
        label=_("Interest, per cent a year"), required=False, min_value=0, max_value=100, decimal_places=3
    )
    combined_with = LineField(
        label=_("Other rights in the same deal"), max_length=200, required=False, help_text=_("A patent, for example.")
    )
    appraised = MoneyField(label=_("Appraised value (yuan)"), min_value=FEN, required=False)
    appraised_on = DayField(label=_("Base date of the appraisal"), required=False)
    appraiser = LineField(label=_("Appraiser"), max_length=120, required=False)
    appraisal_method = forms.ChoiceField(
        label=_("Method of the appraisal"), required=False, choices=[("", "—"), *Pledge.Method.choices]
    )

    def clean_pledgee(self) -> int:
        return self.cleaned_data["pledgee"].pk

    def clean(self):
        data = super().clean()
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The last day of the loan lies before the first."))
        if data.get("credit") and (data.get("drawn") or 0) > data["credit"]:
            self.add_error("drawn", _("More cannot be drawn than the credit line."))
        if (data.get("appraised") is None) != (data.get("appraised_on") is None) and not self.errors:
            self.add_error("appraised_on", _("Give value and base date of the appraisal, or neither."))
        return data


class RegisterForm(CommentForm):
    """What the registrar has checked and writes down."""

    joint_paper = forms.BooleanField(
        label=_("I have seen the joint application signed by both sides."), required=False,
        help_text=_("Not needed where the pledgee has confirmed in the portal."),
    )  # fmt: skip
    registered_at = forms.ChoiceField(
        label=_("Also registered at"), required=False, choices=[("", "—"), *Pledge.Place.choices]
    )
    registered_number = CodeField(label=_("Number there"), max_length=80, required=False)
    past_validity_because = forms.CharField(
        label=_("Reason, where the loan ends after the right does"), required=False, max_length=500,
        help_text=_("Only the section chief may register such a pledge."),
    )  # fmt: skip
    field_order = ["joint_paper", "registered_at", "registered_number", "past_validity_because", "comment"]

    def clean(self):
        data = super().clean()
        if data.get("registered_number") and not data.get("registered_at"):
            self.add_error("registered_at", _("Say where the pledge was registered under this number."))
        return data


class ReleaseForm(SentenceForm):
    """The pledgee's word that the pledge is over."""

    ground = forms.ChoiceField(label=_("Ground of release"), choices=Pledge.Ground)
    certain = forms.BooleanField(
        label=_("We release the right; the pledge ends now and cannot be put back."),
        error_messages={"required": _("Confirm that the right is released.")},
    )
    comment = CommentForm.base_fields["comment"]
