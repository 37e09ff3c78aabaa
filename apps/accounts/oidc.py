"""Signing in by the office's identity provider (OpenID Connect); loaded only where settings.OIDC_URL names one.

It says who somebody is and nothing more: the account must exist and be open, posts are granted here, and the second
factor is asked for all the same.
"""

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts.audit import record
from apps.accounts.models import User
from apps.accounts.text import clean_code


class IdentityAdapter(DefaultSocialAccountAdapter):
    """Binds the provider's person to the account of that user name, once; afterwards the provider's own key counts."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def pre_social_login(self, request, sociallogin):
        if sociallogin.is_existing:
            return
        told = sociallogin.account.extra_data
        claims = told.get("userinfo") or told.get("id_token") or told
        name = clean_code(str(claims.get(settings.OIDC_USERNAME_CLAIM) or ""))
        user = User.objects.filter(username__iexact=name, is_active=True).first() if name else None
        if user is None:
            record("sign_in", actor=None, success=False, by="oidc")
            messages.error(
                request, _("You are known there, but you have no account here. Ask the system administrator.")
            )
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, user)
        record("identity.bind", actor=user, about=user.username)
