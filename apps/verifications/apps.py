from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VerificationsConfig(AppConfig):
    name = "apps.verifications"
    verbose_name = _("Verifications")
