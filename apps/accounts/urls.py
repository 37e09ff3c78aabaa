"""The doors of allauth that are in use, under its own names; what is not listed here does not exist."""

from allauth.account import views
from django.conf import settings
from django.urls import include, path

from apps.accounts import views as own

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("session/", own.session, name="account_session"),
    path("session/kept/", own.kept_page, name="account_kept"),
    path("sessions/", own.sessions, name="account_sessions"),
    path("sessions/end/", own.end_sessions, name="account_end_sessions"),
    path("2fa/", include("allauth.mfa.urls")),
]
if settings.OIDC_URL:
    from allauth.socialaccount import views as social

    urlpatterns += [
        path("", include("allauth.socialaccount.providers.openid_connect.urls")),
        path("oidc/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
        path("oidc/error/", social.login_error, name="socialaccount_login_error"),
    ]
