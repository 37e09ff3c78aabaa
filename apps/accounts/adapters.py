"""Where allauth asks the portal what to do."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.preferences import home_of
from apps.accounts.vault import seal, unseal


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves; everybody lands on the face they work on."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("The user name and the password do not belong together."),
        "too_many_login_attempts": gettext_lazy("Too many attempts failed. Try again in five minutes."),
    }

    def is_open_for_signup(self, request):
        return False

    def get_login_redirect_url(self, request):
        return home_of(request.user)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of the second factor sealed."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is wrong or has been used already. Wait for the next one."),
    }

    def get_totp_label(self, user):
        return user.username

    def get_totp_issuer(self):
        return _("Data intellectual property portal")

    def encrypt(self, text):
        return seal(text)

    def decrypt(self, encrypted_text):
        return unseal(encrypted_text)
