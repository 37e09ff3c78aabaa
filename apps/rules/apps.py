from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulesConfig(AppConfig):
    name = "apps.rules"
    verbose_name = _("Rules and calendar")

    def ready(self):
        from apps.accounts.limits import read_with
        from apps.rules.lookup import values_today
        from apps.rules.startup import connect

        connect()
        read_with(values_today)
