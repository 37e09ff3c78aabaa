"""allauth's forms with the portal's lockout in front of every secret that can be guessed."""

from allauth.account.forms import ChangePasswordForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts import lockout
from apps.accounts.audit import record
from apps.accounts.models import Try


class GuardedCode:
    """A code of the app or a recovery code: counted by the lockout, and taken once even while the cache is away."""

    def clean_code(self):
        typed = self.cleaned_data["code"]
        with lockout.guarded(self.user, Try.Kind.FACTOR, typed):
            if lockout.used_before(self.user, typed):
                raise get_adapter().validation_error("incorrect_code")
            return super().clean_code()


class SignInCodeForm(GuardedCode, AuthenticateForm):
    pass


class ConfirmCodeForm(GuardedCode, ReauthenticateForm):
    pass


class GuardedPasskey:
    """A passkey: counted with the codes, and noted in the audit as they are."""

    def clean_credential(self):
        with lockout.guarded(self.user, Try.Kind.FACTOR):
            try:
                return super().clean_credential()
            except ValidationError:
                record("second_factor", actor=self.user, success=False, type=Authenticator.Type.WEBAUTHN)
                raise ValidationError(_("This passkey was not accepted. Try again.")) from None


class SignInPasskeyForm(GuardedPasskey, AuthenticateWebAuthnForm):
    pass


class ConfirmPasskeyForm(GuardedPasskey, ReauthenticateWebAuthnForm):
    pass


class NewPasskeyForm(AddWebAuthnForm):
    """allauth's, whose field has no name in our languages."""

    name = forms.CharField(label=_("Name"), required=False)


class PasskeyForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Name"))


class NewPasswordForm(ChangePasswordForm):
    """The old password is a secret too: whoever found an open browser may not guess at it."""

    def clean_oldpassword(self):
        with lockout.guarded(self.user, Try.Kind.PASSWORD):
            return super().clean_oldpassword()
