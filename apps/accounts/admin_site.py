from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST


class PortalAdminSite(AdminSite):
    """Django's admin behind the portal's own door, so that no second sign-in page is left unguarded."""

    site_title = _("Administration")
    site_header = _("Data intellectual property portal: administration")
    index_title = _("What can be kept here")

    @login_not_required
    def login(self, request, extra_context=None):
        """To the portal's sign-in page; for somebody signed in who has no business here the site does not exist."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))

    def logout(self, request, extra_context=None):
        return _sign_out(request)

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")


@require_POST
def _sign_out(request):
    logout(request)
    return redirect("account_login")
