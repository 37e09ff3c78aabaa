"""Where allauth asks the portal what to do."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import lockout
from apps.accounts.addresses import client_address
from apps.accounts.audit import record
from apps.accounts.doors import DOOR, seconds_now
from apps.accounts.models import Try, User
from apps.accounts.preferences import home_of
from apps.accounts.vault import seal, unseal

FRESH = 300
"""Seconds after signing in."""


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves; everybody lands on the face they work on; the lockout counts each password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("The user name and the password do not belong together."),
    }

    def is_open_for_signup(self, request):
        return False

    def get_login_redirect_url(self, request):
        return home_of(request.user)

    def get_client_ip(self, request):
        return client_address(request)

    def is_reauthentication_required(self, *, app=""):
        """Whoever signed in a moment ago types the password no second time."""
        door = context.request.session.get(DOOR)
        if door and seconds_now() - door["began"] < FRESH:
            return False
        return super().is_reauthentication_required(app=app)

    def pre_authenticate(self, request, **credentials):
        """In place of allauth's own limit, which forgets when the cache does."""
        self._try = lockout.begin(credentials.get("username", ""), Try.Kind.PASSWORD)

    def authenticate(self, request, **credentials):
        self._login_failed_rl_usage = None
        user = super().authenticate(request, **credentials)
        if user:
            lockout.succeed(self._try)
        return user

    def _rollback_login_failed_rl_usage(self):
        """There is no count in the cache to take back."""

    def authentication_failed(self, request, **credentials):
        known = User.objects.filter(username__iexact=credentials.get("username", "").strip()).first()
        record("sign_in", actor=known, success=False, about=known.username if known else "")
        lockout.fail(self._try, known)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of the second factor sealed."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is wrong or has been used already. Wait for the next one."),
    }

    def get_totp_label(self, user):
        return user.username

    def get_totp_issuer(self):
        return _("Data intellectual property portal")

    def get_public_key_credential_rp_entity(self):
        return super().get_public_key_credential_rp_entity() | {"name": self.get_totp_issuer()}

    def generate_authenticator_name(self, user, type):
        return _("Passkey") if type == Authenticator.Type.WEBAUTHN else super().generate_authenticator_name(user, type)

    def encrypt(self, text):
        return seal(text)

    def decrypt(self, encrypted_text):
        return unseal(encrypted_text)
