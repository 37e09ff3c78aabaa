from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "apps.privacy"
    verbose_name = _("Personal data")

    def ready(self) -> None:
        from apps.privacy import retention, sorts

        retention.add(*sorts.SORTS)
