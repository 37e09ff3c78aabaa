"""Forms about the people of an organisation."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import clean_code
from apps.enterprises.models import Membership
from apps.pages.forms import PortalFormMixin
from apps.verifications.accounts import LONGEST

ADDRESS = {
    "required": _("Enter the e-mail address of the person."),
    "invalid": _("Enter an e-mail address, for example name@company.example."),
}


class AddressField(forms.EmailField):
    """An address that can become an account's name."""

    default_error_messages = ADDRESS

    def clean(self, value):
        email = clean_code(super().clean(value))
        if len(email) > LONGEST:
            raise ValidationError(_("Addresses here have 60 characters at the utmost. Use a shorter one."), code="long")
        return email


class InviteForm(PortalFormMixin, forms.Form):
    """Whom a manager invites, and as what."""

    email = AddressField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role, initial=Membership.Role.FILER)
