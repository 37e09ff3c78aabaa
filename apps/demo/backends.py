from django.conf import settings
from django.core.exceptions import PermissionDenied

from apps.demo.accounts import PASSWORD


class RefuseDemoPassword:
    """Stands before the other backends: the password that everybody knows opens nothing outside demo mode.

    Not a BaseBackend: without `get_user` no session can be bound to it.
    """

    def authenticate(self, request, password=None, **credentials):
        if password == PASSWORD and not settings.DEMO:
            raise PermissionDenied
