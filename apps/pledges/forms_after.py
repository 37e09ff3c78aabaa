"""Forms of what happens to a pledge after it was registered, and of what goes before it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.fieldsets import Group
from apps.enterprises.models import Organisation
from apps.pledges.forms import FEN, banks
from apps.pledges.models import Drawing, Method, Pledge
from apps.workflow.forms import CodeField, CommentForm, DayField, FilingForm, LineField, MoneyField, SentenceForm

COMMENT = CommentForm.base_fields["comment"]


class ReleaseForm(SentenceForm):
    """The pledgee's word that the pledge is over."""

    ground = forms.ChoiceField(label=_("Ground of release"), choices=Pledge.Ground)
    certain = forms.BooleanField(
        label=_("We release the right; when the cooling period is over, the pledge has ended and cannot be put back."),
        error_messages={"required": _("Confirm that the right is released.")},
    )
    comment = COMMENT


class PaperReleaseForm(SentenceForm):
    """A stamped release on paper. It counts from the day it is recorded here, whatever date it bears."""

    ground = forms.ChoiceField(label=_("Ground of release"), choices=Pledge.Ground)
    dated_on = DayField(label=_("Date on the paper"), help_text=_("For the record; the release counts from today."))
    seen = forms.BooleanField(label=_("I have the paper with the pledgee's stamp before me."))
    comment = COMMENT


class CallForm(SentenceForm):
    """The call back to the number that stood on file before the paper came."""

    called = LineField(label=_("Who was called"), max_length=80)
    confirmed = forms.BooleanField(
        label=_("I called the number that the portal has on file for the pledgee, not one on the paper; the release was confirmed.")
    )  # fmt: skip
    comment = COMMENT


class CourtReleaseForm(SentenceForm):
    """A court's paper that ends the pledge."""

    court = LineField(label=_("Court"), max_length=120)
    court_number = CodeField(label=_("Number of the court's paper"), max_length=80)
    dated_on = DayField(label=_("Date on the paper"), help_text=_("For the record; the release counts from today."))
    ground = forms.ChoiceField(label=_("Ground of release"), choices=Pledge.Ground)
    seen = forms.BooleanField(label=_("I have the court's paper before me."))
    comment = COMMENT


class ChangeForm(SentenceForm):
    """What is to change; what stays is left empty. A later last day is an extension of the loan."""

    groups = (
        Group(_("Debt"), "debt", ("branch",)),
        Group(_("Loan"), ("credit", "secured"), ("ends_on", "interest"), ("subsidy",)),
    )

    branch = LineField(label=_("Branch of the bank"), max_length=120, required=False)
    debt = LineField(label=_("Secured debt"), max_length=200, required=False)
    credit = MoneyField(label=_("Credit line (yuan)"), min_value=FEN, required=False)
    secured = MoneyField(label=_("Secured amount (yuan)"), min_value=FEN, required=False)
    ends_on = DayField(label=_("Last day of the loan"), required=False, help_text=_("A later day extends the loan."))
    interest = forms.DecimalField(
        label=_("Interest, per cent a year"), required=False, min_value=0, max_value=100, decimal_places=3
    )
    subsidy = MoneyField(label=_("Interest subsidy (yuan)"), required=False)
    comment = COMMENT

    def clean(self):
        data = super().clean()
        if not self.errors and not any(value not in (None, "") for name, value in data.items() if name != "comment"):
            raise forms.ValidationError(_("Say what is to change."))
        return data


class EnterChangeForm(CommentForm):
    """What the registrar has checked of a change."""

    joint_paper = forms.BooleanField(
        label=_("I have seen the agreement on the change, signed by both sides."), required=False,
        help_text=_("Not needed where the other side has agreed in the portal."),
    )  # fmt: skip
    past_validity_because = forms.CharField(
        label=_("Reason, where the loan ends after the right does"), required=False, max_length=500,
        help_text=_("Only the section chief may register such a pledge."),
    )  # fmt: skip
    field_order = ["joint_paper", "past_validity_because", "comment"]


class DrawingForm(SentenceForm):
    """One payment of the loan."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Drawing.Kind)
    amount = MoneyField(label=_("Amount (yuan)"), min_value=FEN)
    on = DayField(label=_("Day of the payment"))
    comment = COMMENT


class IntentForm(FilingForm):
    """A bank's notice that it means to take a pledge on the right."""

    branch = LineField(label=_("Branch of the bank"), max_length=120, required=False)
    amount = MoneyField(label=_("Amount in view (yuan)"), min_value=FEN, required=False)
    understood = forms.BooleanField(
        label=_("We know that this notice is without legal effect: it only tells others what we intend, until it lapses."),
        error_messages={"required": _("Confirm that the notice is without legal effect.")},
    )  # fmt: skip


class FinancingForm(FilingForm):
    """A firm's wish for a loan on one of its rights."""

    bank = forms.ModelChoiceField(label=_("Bank"), queryset=Organisation.objects.none(), empty_label="—")
    wanted = MoneyField(label=_("Amount wanted (yuan)"), min_value=FEN)
    purpose = LineField(label=_("Purpose of the loan"), max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bank"].queryset = banks()

    def clean_bank(self) -> int:
        return self.cleaned_data["bank"].pk


class ValuationForm(SentenceForm):
    """What the appraiser found."""

    appraised = MoneyField(label=_("Appraised value (yuan)"), min_value=FEN)
    appraised_on = DayField(label=_("Base date of the appraisal"))
    appraiser = LineField(label=_("Appraiser"), max_length=120)
    appraisal_method = forms.ChoiceField(label=_("Method of the appraisal"), choices=Method)
    comment = COMMENT


class CreditForm(SentenceForm):
    """The bank's line of credit."""

    credit = MoneyField(label=_("Credit line (yuan)"), min_value=FEN)
    comment = COMMENT


class ContractForm(SentenceForm):
    """The contract that was signed."""

    contract_number = CodeField(label=_("Contract number"), max_length=80)
    contract_on = DayField(label=_("Contract signed on"))
    comment = COMMENT


class OutsideForm(FilingForm):
    """A pledge of the right that another office registered."""

    creditor = LineField(label=_("Creditor"), max_length=120)
    place = forms.ChoiceField(label=_("Registered at"), choices=Pledge.Place)
    place_number = CodeField(label=_("Number there"), max_length=80)
    since_on = DayField(label=_("Registered there on"))
    source = LineField(label=_("How the office knows"), max_length=200)
