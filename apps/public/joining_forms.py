"""Forms with which a person comes into the portal by himself."""

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.text import clean_code, clean_name
from apps.pages.forms import PortalFormMixin
from apps.verifications.accounts import LONGEST

NEW_PASSWORD = {"autocomplete": "new-password"}


class AddressForm(PortalFormMixin, forms.Form):
    """The address that shall have an account, and that the privacy notice was read."""

    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send a link to it. You will sign in with this address."),
        error_messages={
            "required": _("Enter your e-mail address."), "invalid": _("Enter an e-mail address, for example name@company.example."),
        },
    )  # fmt: skip
    privacy = forms.BooleanField(
        label=_("I have read the privacy notice."),
        error_messages={"required": _("Read the privacy notice and say so.")},
    )

    def clean_email(self) -> str:
        email = clean_code(self.cleaned_data["email"])
        if len(email) > LONGEST:
            raise ValidationError(_("Addresses here have 60 characters at the utmost. Use a shorter one."), code="long")
        return email


class AccountForm(PortalFormMixin, forms.Form):
    """Name and password of a new account. ``email`` is the proved address, which the password must not resemble."""

    full_name = forms.CharField(
        label=_("Full name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your full name.")},
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs=NEW_PASSWORD),
        help_text=password_validation.password_validators_help_text_html,
        error_messages={"required": _("Choose a password.")},
    )  # fmt: skip
    again = forms.CharField(
        label=_("The same password again"), strip=False, widget=forms.PasswordInput(attrs=NEW_PASSWORD),
        error_messages={"required": _("Enter the password a second time.")},
    )  # fmt: skip

    def __init__(self, *args, email: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_full_name(self) -> str:
        return clean_name(self.cleaned_data["full_name"])

    def clean(self):
        data = super().clean()
        password = data.get("password")
        if password and data.get("again") and password != data["again"]:
            self.add_error("again", _("The two passwords differ."))
        if password:
            person = User(username=self.email, email=self.email, full_name=data.get("full_name", ""))
            try:
                password_validation.validate_password(password, person)
            except ValidationError as faults:
                self.add_error("password", faults)
        return data
