"""Forms of the verification of an organisation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import District
from apps.accounts.text import clean_name
from apps.enterprises.uscc import check_uscc
from apps.verifications.models import Verification
from apps.workflow.forms import CodeField, FilingForm, LineField, SentenceForm


class VerificationForm(FilingForm):
    """What the organisation's manager states, and the licence as a file."""

    files = (("licence", _("Business licence")),)

    uscc = CodeField(
        label=_("Unified social credit code"), max_length=40, help_text=_("18 characters, as on the business licence.")
    )
    name = LineField(label=_("Name"), max_length=120, help_text=_("In full, as on the business licence."))
    legal_representative = LineField(label=_("Legal representative"), max_length=60)
    district = forms.ModelChoiceField(label=_("District"), queryset=District.objects.all(), empty_label="—")
    e_service = forms.BooleanField(
        label=_("We agree to be served electronically."), required=False,
        help_text=_("A period to answer then starts when the e-mail is delivered, not only when you open it here."),
    )  # fmt: skip

    @classmethod
    def known_of(cls, organisation, root=None) -> dict:
        row = {field.name: field.value_from_object(organisation) for field in organisation._meta.concrete_fields}
        return {**row, "e_service": organisation.e_service_consent_at is not None}

    def clean_uscc(self) -> str:
        return check_uscc(self.cleaned_data["uscc"])

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_district(self) -> int:
        return self.cleaned_data["district"].pk


class ClaimForm(VerificationForm):
    """What somebody states who comes to act for an organisation that is on record already."""

    files = (("authorisation", _("Authorisation with the organisation's stamp")), ("licence", _("Business licence")))
    e_service = forms.BooleanField(required=False, widget=forms.HiddenInput)


class VerifyForm(SentenceForm):
    """What the official checked the statement against."""

    basis = forms.ChoiceField(label=_("Checked against"), choices=Verification.Basis)
    comment = forms.CharField(
        label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
