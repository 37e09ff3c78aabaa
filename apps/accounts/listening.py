"""What happens when somebody signs in or out, or changes how the account is guarded: the audit, and the session's door."""

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from django.contrib.auth.signals import user_logged_in, user_logged_out

from apps.accounts import doors, lockout
from apps.accounts.audit import record


def signed_in(sender, request, user, **kwargs):
    doors.open_door(request, user)
    lockout.enter(user)
    record("sign_in", actor=user)


def signed_out(sender, request, user, **kwargs):
    if user is not None:
        record("sign_out", actor=user)


def password_changed(sender, request, user, **kwargs):
    user.password_is_temporary = False
    user.save(update_fields=["password_is_temporary"])
    doors.amend(request, renew=False)
    record("password.change", actor=user)


def factor_added(sender, request, user, authenticator, **kwargs):
    record("second_factor.add", actor=user, type=authenticator.type)


def factor_removed(sender, request, user, authenticator, **kwargs):
    doors.amend(request, factor=doors.has_factor(user))
    record("second_factor.remove", actor=user, type=authenticator.type)


def factor_renewed(sender, request, user, authenticator, **kwargs):
    record("second_factor.renew", actor=user, type=authenticator.type)


def factor_failed(sender, request, user, authenticator, **kwargs):
    record("second_factor", actor=user, success=False, type=authenticator.type)


def connect():
    for signal, receiver in (
        (user_logged_in, signed_in),
        (user_logged_out, signed_out),
        (account_signals.password_changed, password_changed),
        (factor_signals.authenticator_added, factor_added),
        (factor_signals.authenticator_removed, factor_removed),
        (factor_signals.authenticator_reset, factor_renewed),
        (factor_signals.authentication_failed, factor_failed),
    ):
        signal.connect(receiver, dispatch_uid=receiver.__name__)
