import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.fieldsets import Group, Grouped
from apps.accounts.text import clean_code, clean_name
from apps.enterprises.models import Capacity, Organisation
from apps.enterprises.uscc import check_uscc

REQUIRED = {"legal_representative", "contact_name", "contact_phone"}
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,23}")


class OrganisationForm(Grouped, forms.ModelForm):
    """An organisation as it enters itself: everything but the verification. The template gives form and button."""

    groups = (
        Group(_("Organisation"), ("name", "name_en"), ("uscc",), "capacities", ("district",), "address"),
        Group(_("Contact"), ("legal_representative", "contact_name"), ("contact_phone", "contact_email")),
    )

    uscc = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("18 characters, as on the business licence."),
        error_messages={
            "unique": _("An organisation with this code is registered already. Ask its manager to let you join it.")
        },
    )
    capacities = forms.MultipleChoiceField(
        label=_("Capacities"),
        choices=Capacity,
        widget=forms.CheckboxSelectMultiple,
        initial=[Capacity.ENTERPRISE],
        error_messages={"required": _("Choose at least one capacity from the list.")},
    )

    class Meta:
        model = Organisation
        fields = [
            "name",
            "name_en",
            "uscc",
            "capacities",
            "district",
            "address",
            "legal_representative",
            "contact_name",
            "contact_phone",
            "contact_email",
        ]
        help_texts = {"name": _("As on the business licence.")}
        widgets = {"contact_phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in REQUIRED & self.fields.keys():  # a read-only form has no fields
            self.fields[name].required = True

    def clean_uscc(self):
        return check_uscc(self.cleaned_data["uscc"])

    def clean_contact_phone(self):
        phone = clean_code(self.cleaned_data["contact_phone"])
        if not PHONE.fullmatch(phone):
            raise ValidationError(_("A phone number has digits, blanks and hyphens, with + in front at most."))
        return phone

    def clean_name(self):
        return clean_name(self.cleaned_data["name"])
