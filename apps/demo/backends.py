from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied

from apps.demo.accounts import PASSWORD


class RefuseDemoPassword(BaseBackend):
    """Stands before the other backends: the password that everybody knows opens nothing outside demo mode."""

    def authenticate(self, request, password=None, **credentials):
        if password == PASSWORD and not settings.DEMO:
            raise PermissionDenied
        return None
