from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VerificationsConfig(AppConfig):
    name = "apps.verifications"
    verbose_name = _("Verifications")

    def ready(self):
        from apps.verifications import people  # noqa: F401 - it listens to changes of rights
