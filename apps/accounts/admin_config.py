"""Apart from apps.py: Django takes the only AppConfig it finds there for the app's own."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "apps.accounts.admin_site.PortalAdminSite"
